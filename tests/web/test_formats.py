"""How values are written in both languages."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from flask import Flask, g
from hypothesis import given
from hypothesis import strategies as st

from portal.core import clock
from portal.core.flow import Kind
from portal.core.types import Money
from portal.settings import Settings
from portal.web import formats
from portal.web.formats import reading_as
from portal.web.i18n import init_i18n

NOW = datetime(2026, 11, 19, 6, 20, tzinfo=UTC)  # 14:20 in Shanghai, a Thursday


@pytest.fixture(scope="module")
def house() -> Flask:
    app = Flask(__name__)
    app.extensions["settings"] = Settings(zone="Asia/Shanghai")
    init_i18n(app)
    return app


@pytest.fixture(autouse=True)
def _in_english(house: Flask) -> Iterator[None]:
    with house.test_request_context("/"), clock.at(NOW):
        yield


@pytest.fixture
def in_chinese(house: Flask) -> Iterator[None]:
    with house.test_request_context("/?lang=zh"):
        yield


@pytest.mark.parametrize(
    ("minor", "currency", "expected"),
    [(731_000, "CNY", "¥7,310"), (731_050, "CNY", "¥7,310.50"), (5, "CNY", "¥0.05"), (0, "CNY", "¥0"),
     (-2_000, "USD", "-$20"), (-5, "EUR", "-€0.05"),
     (128_460_000, "CNY", "¥1,284,600"), (1_200, "JPY", "JPY\u00a01,200"), (120_000, "CHF", "CHF\u00a01,200")],
)  # fmt: skip
def test_money(minor: int, currency: str, expected: str) -> None:
    assert formats.money(minor, currency) == expected
    assert formats.money(Money(minor, currency)) == expected


@given(st.integers(-(10**15), 10**15))
def test_money_says_the_amount_exactly(minor: int) -> None:
    written = formats.money(minor, "CNY").replace("¥", "").replace(",", "")
    whole, _point, part = written.removeprefix("-").partition(".")
    assert (int(whole) * 100 + int(part or 0)) * (-1 if written.startswith("-") else 1) == minor


@pytest.mark.parametrize(
    ("basis_points", "expected"),
    [(1500, "15.0"), (998, "9.98"), (905, "9.05"), (910, "9.1"), (0, "0.0"), (5, "0.05"), (-1230, "-12.3"), (10_000, "100.0")],
)
def test_percent_has_a_no_break_space_in_english(basis_points: int, expected: str) -> None:
    assert formats.percent(basis_points) == f"{expected}\u00a0%"


@pytest.mark.usefixtures("in_chinese")
def test_percent_has_no_space_in_chinese() -> None:
    assert formats.percent(1500) == "15.0%"


def test_day() -> None:
    assert formats.day(date(2026, 11, 19)) == "Thu 19 Nov"
    assert formats.day(date(2026, 9, 1)) == "Tue 1 Sep"
    assert formats.day(date(2025, 11, 19)) == "Wed 19 Nov 2025"
    assert formats.day(date(2026, 11, 19), year=True) == "Thu 19 Nov 2026"
    assert formats.number(-1_200) == "\N{MINUS SIGN}1,200"


@pytest.mark.usefixtures("in_chinese")
def test_day_in_chinese() -> None:
    assert formats.day(date(2026, 11, 19)) == "11月19日（周四）"
    assert formats.day(date(2027, 1, 4)) == "2027年1月4日（周一）"


def test_times_are_those_of_the_readers_zone() -> None:
    assert formats.clock_time(NOW) == "14:20"
    assert formats.instant(NOW) == "Thu 19 Nov 14:20"
    g.viewer = SimpleNamespace(id=1, zone="Europe/Berlin")
    assert formats.instant(NOW) == "Thu 19 Nov 07:20"


def test_the_year_is_that_of_the_readers_day() -> None:
    with clock.at(datetime(2026, 12, 31, 17, 0, tzinfo=UTC)):
        assert formats.day(date(2027, 1, 1)) == "Fri 1 Jan"
        assert formats.when(datetime(2026, 12, 31, 16, 30, tzinfo=UTC)) == "today 00:30"


@pytest.mark.parametrize(
    ("hours", "english", "zh"),
    [(0, "today 14:20", "今天 14:20"), (-15, "yesterday 23:20", "昨天 23:20"), (10, "tomorrow 00:20", "明天 00:20"),
     (-72, "Mon 16 Nov 14:20", "11月16日（周一）14:20"), (48, "Sat 21 Nov 14:20", "11月21日（周六）14:20")],
)  # fmt: skip
def test_when(hours: int, english: str, zh: str) -> None:
    at = NOW + timedelta(hours=hours)
    assert formats.when(at) == english
    with reading_as("zh"):
        assert formats.when(at) == zh


@pytest.mark.parametrize(
    ("passed", "english", "zh"),
    [(20, "just now", "刚刚"), (60, "1 minute ago", "1 分钟前"), (3_540, "59 minutes ago", "59 分钟前"),
     (7_300, "2 hours ago", "2 小时前"), (13 * 3600, "today 01:20", "今天 01:20"), (-3_600, "today 15:20", "今天 15:20")],
)  # fmt: skip
def test_ago(passed: int, english: str, zh: str) -> None:
    at = NOW - timedelta(seconds=passed)
    assert formats.ago(at) == english
    with reading_as("zh"):
        assert formats.ago(at) == zh


@pytest.mark.parametrize(
    ("count", "english", "zh"),
    [(0, "0 working minutes", "0 个工作分钟"), (1, "1 working minute", "1 个工作分钟"),
     (120, "120 working minutes", "120 个工作分钟"),
     (180, "3 h of working time", "3 小时工作时间"), (190, "3 h 10 of working time", "3 小时 10 分工作时间"),
     (425, "7 h 05 of working time", "7 小时 05 分工作时间")],
)  # fmt: skip
def test_minutes(count: int, english: str, zh: str) -> None:
    assert formats.minutes(count) == english
    with reading_as("zh"):
        assert formats.minutes(count) == zh


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Wang Lei", "WL"), ("Ana", "A"), ("Maria del Mar López", "ML"), ("李娜", "李"), ("欧阳娜娜", "欧阳"), ("欧阳", "欧"),
     ("单雄信", "单"), ("単 独", "単"), ("", ""), ("  ", ""),
     ("(none)", ""), ("Kary Hendrixson-Smith", "KH"), ("élodie durand", "ÉD")],
)  # fmt: skip
def test_initials(name: str, expected: str) -> None:
    assert formats.initials(name) == expected


def test_reading_as_writes_for_somebody_else_and_goes_back() -> None:
    g.viewer = SimpleNamespace(id=1, zone="Europe/Berlin")
    with reading_as("zh", "America/New_York"):
        assert (formats.lang(), formats.instant(NOW)) == ("zh", "11月19日（周四）01:20")
        with reading_as("en"):
            assert formats.clock_time(NOW) == "01:20"
        assert formats.clock_time(NOW) == "01:20"
    assert (formats.lang(), formats.instant(NOW)) == ("en", "Thu 19 Nov 07:20")


@dataclass
class Line:
    """An event as `say` reads it."""

    kind: Kind
    values: dict[str, object]
    actor_id: int | None = 1
    people: set[int] = field(default_factory=set)


EVERYTHING = Kind.__new__(Kind)
object.__setattr__(EVERYTHING, "key", "test.everything")
object.__setattr__(
    EVERYTHING, "says", "%(actor)s %(text)s %(int)s %(money)s %(day)s %(instant)s %(minutes)s %(percent)s %(person)s %(word)s"
)
object.__setattr__(EVERYTHING, "values", {kind: kind for kind in formats.WRITERS})


def test_a_sentence_writes_each_value_by_its_declared_type() -> None:
    values = {"text": "a 100 % case", "int": 1234, "money": {"minor": 731_000, "currency": "CNY"}, "day": "2026-11-19",
              "instant": NOW.isoformat(), "minutes": 40, "percent": 1500, "person": 2, "word": "Search"}  # fmt: skip
    people = {1: "Wang Lei", 2: "Li Na"}
    assert formats.say(Line(EVERYTHING, values), people) == (
        "Wang Lei a 100 % case 1,234 ¥7,310 Thu 19 Nov today 14:20 40 working minutes 15.0\u00a0% Li Na Search"
    )
    with reading_as("zh"):
        assert formats.say(Line(EVERYTHING, values), people).endswith("40 个工作分钟 15.0% Li Na 搜索")


def test_a_sentence_survives_people_and_values_that_are_gone() -> None:
    told = formats.say(Line(EVERYTHING, {"person": 99}), {})
    assert told == "Somebody – – – – – – – somebody –"
    assert formats.say(Line(EVERYTHING, {}, actor_id=None), {}).startswith("The portal –")


@pytest.mark.parametrize(
    ("value", "places", "expected"),
    [(14.2, 2, "14.2"), (4.0, 2, "4"), (1000.0, 1, "1,000"), (100, 0, "100"), (-1.25, 1, "\N{MINUS SIGN}1.2"), (-0.04, 1, "0")],
)
def test_a_decimal_bears_no_noughts_at_its_end(value: float, places: int, expected: str) -> None:
    assert formats.decimal(value, places) == expected


def test_cells_of_a_column_have_as_many_places() -> None:
    assert [formats.decimal(value, 1, even=True) for value in (1.9, 2.0, 0.0)] == ["1.9", "2.0", "0.0"]
    assert [formats.percent(value, even=True) for value in (1500, 998)] == ["15.00\u00a0%", "9.98\u00a0%"]


def test_what_is_lost_more_than_once_over_is_told_as_that() -> None:
    assert formats.percent(-7_820_137) == "under -100\u00a0%"
    assert formats.percent(-10_000) == "-100.0\u00a0%"


def test_no_line_ends_inside_the_code_of_a_product_and_nothing_else_is_let_through() -> None:
    assert formats.unbroken("<b>CQB 65-50-160</b>") == '&lt;b&gt;<span class="nb">CQB 65-50-160</span>&lt;/b&gt;'
