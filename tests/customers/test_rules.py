"""Names, circles, findings: pure."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.customers import rules
from portal.customers.rules import Known, State, core_key, finding, is_stale, makes_circle, name_key, thin

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)
QUIET_STATE = State(
    on_hold=False, overdue_since=None, last_contact=NOW - timedelta(days=3), last_order=None, thin=False
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme Corp", "ACME  CORP"),
        ("Acme-Corp.", "Acme Corp"),
        ("ＡＣＭＥ", "acme"),
        ("苏州 金禾", "苏州金禾"),
        ("Straße", "STRASSE"),
    ],
)
def test_spellings_of_one_name_share_their_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


def test_a_key_fits_its_column_even_where_one_sign_becomes_eighteen() -> None:
    assert (len(name_key("\ufdfa" * 80)), len(core_key("\ufdfa" * 80))) == (160, 80)


def test_different_names_have_different_keys() -> None:
    assert len({name_key(name) for name in ("Acme", "Acme Corp", "苏州金禾", "苏州金和", "Acme 2")}) == 5


@pytest.mark.parametrize("form", ["Co., Ltd.", "Inc", "Corporation", "GmbH", "Group Holdings Ltd", "LLC"])
def test_the_legal_form_is_no_part_of_the_core(form: str) -> None:
    assert core_key(f"Jinhe Chemical {form}") == core_key("Jinhe Chemical")


@pytest.mark.parametrize("form", ["有限公司", "股份有限公司", "有限责任公司", "集团有限公司", "集团"])
def test_neither_is_the_chinese_one(form: str) -> None:
    assert core_key(f"金禾化工{form}") == core_key("金禾化工")


@pytest.mark.parametrize("name", ["Co", "Group", "有限公司", "公司"])
def test_a_name_that_is_only_a_form_keeps_a_core(name: str) -> None:
    assert core_key(name)


@given(st.text(max_size=60))
def test_keys_are_stable(name: str) -> None:
    assert name_key(name_key(name)) == name_key(name)
    assert bool(name_key(name)) == bool(core_key(name))


def test_an_account_cannot_stand_above_itself() -> None:
    parents = {1: None, 2: 1, 3: 2}
    assert makes_circle(1, 3, parents)
    assert makes_circle(1, 1, parents)
    assert not makes_circle(3, 1, parents)
    assert not makes_circle(3, None, parents)


def test_a_circle_elsewhere_ends_the_search() -> None:
    assert not makes_circle(9, 1, {1: 2, 2: 1})


@given(st.dictionaries(st.integers(0, 9), st.integers(0, 9)), st.integers(0, 9), st.integers(0, 9))
def test_the_search_for_circles_always_ends(parents: dict[int, int], account: int, parent: int) -> None:
    assert makes_circle(account, parent, parents) in (True, False)


def test_the_decider_whom_one_colleague_knows_is_a_thin_relation() -> None:
    several = Known(1, ["decides"], [7, 8])
    unimportant = Known(2, ["uses"], [7])
    unknown = Known(3, ["pays"], [])
    alone = Known(4, ["recommends", "pays"], [7])
    assert thin([several, unimportant, unknown]) is None
    assert thin([several, unimportant, unknown, alone]) == alone


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        ({"on_hold": True, "overdue_since": date(2026, 10, 1)}, "hold"),
        ({"overdue_since": date(2026, 10, 1), "thin": True}, "overdue"),
        ({"last_contact": None, "thin": True}, "silent"),
        ({"last_contact": NOW - rules.QUIET - timedelta(seconds=1), "thin": True}, "quiet"),
        ({"last_contact": NOW - rules.QUIET, "thin": True}, "thin"),
        ({"last_order": date(2026, 11, 1)}, "buying"),
        ({}, "talking"),
    ],
)
def test_what_stops_the_reader_is_said_first(changed: dict[str, object], says: str) -> None:
    state = State(**{name: getattr(QUIET_STATE, name) for name in State.__dataclass_fields__} | changed)  # type: ignore[arg-type]
    assert finding(state, NOW) == says


def test_what_another_system_said_ages() -> None:
    assert not is_stale(NOW - rules.FRESH, NOW)
    assert is_stale(NOW - rules.FRESH - timedelta(seconds=1), NOW)
