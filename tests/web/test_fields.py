"""What people type and paste into forms, and what is made of it."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import date

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict
from wtforms.validators import Optional, ValidationError

from portal.core.errors import Refused
from portal.core.words import N_
from portal.web.fields import (
    AmountField,
    DayField,
    Form,
    Needed,
    NumberField,
    TextField,
    VersionedForm,
    new_once,
    plain_amount,
    read_amount,
    read_day,
    tidy,
)


@pytest.fixture(autouse=True)
def within_request(app: Flask) -> Iterator[None]:
    """Fields speak the language of a request."""
    with app.test_request_context():
        yield


@pytest.mark.parametrize(
    ("typed", "minor"),
    [
        ("7310", 7_310_00), ("7,310", 7_310_00), ("7 310.5", 7_310_50), (" ¥7310.50 ", 7_310_50), ("￥７３１０", 7_310_00),
        ("7310元", 7_310_00), ("CNY 7310", 7_310_00), ("rmb7310", 7_310_00), ("7.31万", 73_100_00),
        ("7.31234万", 73_123_40), ("0.01", 1), ("1,234,567.89", 1_234_567_89), ("7310.00", 7_310_00), ("7310.500000", 7_310_50),
        ("0", 0), ("\u200e7310\u00a0", 7_310_00),
    ],
)  # fmt: skip
def test_amounts_as_people_type_them(typed: str, minor: int) -> None:
    assert read_amount(typed) == minor


@pytest.mark.parametrize(
    "typed",
    [
        "abc",
        "1,23",
        "12,34,567",
        "1.2.3",
        "-5",
        "+5",
        "1e3",
        "7.310,50",
        "7310.505",
        "9" * 14,
        ".5",
        "5.",
        "½",
        "∞",
        "万",
        "¥",
    ],
)
def test_amounts_that_are_not_clear_are_asked_back(typed: str) -> None:
    with pytest.raises(ValidationError):
        read_amount(typed)


@given(minor=st.integers(0, 10**14))
def test_an_amount_comes_back_as_it_was_written(minor: int) -> None:
    assert read_amount(plain_amount(minor)) == minor


@given(typed=st.text(max_size=30))
def test_no_text_in_an_amount_is_an_error_of_the_program(typed: str) -> None:
    with suppress(ValidationError):
        assert read_amount(typed) >= 0


@pytest.mark.parametrize(
    "typed",
    [
        "2026-12-10",
        "2026/12/10",
        "2026.12.10",
        "10.12.2026",
        "2026年12月10日",
        "2026年12月10",
        "２０２６-１２-１０",
        " 2026-12-10 ",
    ],
)
def test_days_as_people_type_them(typed: str) -> None:
    assert read_day(typed) == date(2026, 12, 10)


@pytest.mark.parametrize(
    "typed",
    ["2026-02-30", "2026-13-01", "tomorrow", "10/12/2026", "26-12-10", "2026-12", "0000-01-01", "0001-01-01", "9999-12-31", ""],
)
def test_days_that_are_not_clear_are_asked_back(typed: str) -> None:
    with pytest.raises(ValidationError, match="year-month-day"):
        read_day(typed)


@given(day=st.dates(date(1900, 1, 1), date(2199, 12, 31)))
def test_a_day_comes_back_as_it_was_written(day: date) -> None:
    assert read_day(day.isoformat()) == day


@given(typed=st.text(max_size=20))
def test_no_text_in_a_day_is_an_error_of_the_program(typed: str) -> None:
    with suppress(ValidationError):
        read_day(typed)


@given(typed=st.text(max_size=60))
def test_tidied_text_stays_as_it_is(typed: str) -> None:
    assert tidy(tidy(typed)) == tidy(typed)


def test_text_loses_what_nobody_sees() -> None:
    assert tidy(" \u202eabc\u200b\r\ndef\x00 ") == "abc\ndef"
    assert tidy("e\u0301") == "é"


class Sample(VersionedForm):
    name = TextField("Name", [Needed("Say the name.")])
    price = AmountField("Price", [Optional()])
    pieces = NumberField("Pieces", [Optional()], least=1, most=99)
    day = DayField("Day", [Optional()])


def filled(**data: str) -> Sample:
    return Sample(MultiDict(data), meta={"csrf": False})


def test_a_form_reads_what_it_declares() -> None:
    form = filled(name="  Jinhe \t Chemical ", price="7,310", pieces="2 0", day="2026-12-10", version="3")
    assert form.validate()
    assert form.given() == {
        "name": "Jinhe Chemical",
        "price": 7_310_00,
        "pieces": 20,
        "day": date(2026, 12, 10),
    }
    assert form.version.data == 3


def test_what_is_wrong_is_kept_as_it_was_typed() -> None:
    form = filled(name="x", price="a lot", pieces="many", day="soon")
    assert not form.validate()
    assert set(form.errors) == {"price", "pieces", "day"}
    assert [form.price._value(), form.pieces._value(), form.day._value()] == ["a lot", "many", "soon"]


@pytest.mark.parametrize("pieces", ["0", "100", "-1", "1.5", "x", "1" * 40])
def test_numbers_outside_their_bounds_are_asked_back(pieces: str) -> None:
    assert not filled(name="x", pieces=pieces).validate()


@pytest.mark.parametrize("name", ["", "   ", "\u200b", "\x00"])
def test_what_is_needed_says_so_once(name: str) -> None:
    form = filled(name=name)
    assert not form.validate()
    assert form.all_errors() == ["Say the name."]


def test_a_refusal_lands_at_its_field_or_on_top() -> None:
    form = filled(name="x")
    form.refuse(Refused(N_("Say which price the customer needs."), "price"))
    form.refuse(Refused(N_("You are not allowed to do this.")))
    form.refuse(Refused(N_("Write a number from %(least)s to %(most)s."), "no_such_field", least=1, most=2))
    assert form.price.errors == ["Say which price the customer needs."]
    assert form.form_errors == ["You are not allowed to do this.", "Write a number from 1 to 2."]


def test_after_stale_the_reader_answers_to_what_he_sees_now() -> None:
    form = filled(name="x", version="3")
    form.saw(5)
    assert 'value="5"' in form.version()


def test_each_instance_has_a_key_of_its_own() -> None:
    assert len({new_once() for _each in range(100)}) == 100
    assert Form(meta={"csrf": False}).once.data != Form(meta={"csrf": False}).once.data
