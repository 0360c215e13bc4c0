"""The founders' vectors, reproduced to the last digit by the rules that production uses."""

from collections import Counter
from datetime import date

import pytest

from portal.measures.rules import registry
from portal.measures.rules.counting import MEANINGFUL, NO_LICENCE, NOT_UI, TEST, UNKNOWN
from portal.measures.rules.formulas import Count, counts
from portal.measures.rules.hiding import BESIDE, SMALL, hide, team
from tests.measures import vectors
from tests.measures.vectors import FEATURES, KINDS, Vectors

ALL = -1


@pytest.fixture(scope="module")
def given() -> Vectors:
    return vectors.load()


@pytest.fixture(scope="module")
def found(given: Vectors) -> dict[str, Count]:
    return counts(given.roster(), given.history(), FEATURES)


def share(count: Count, group: int = ALL) -> float:
    it = count(group)
    assert it.numerator is not None
    assert it.denominator
    return round(it.numerator / it.denominator, 6)


def test_a1_eligible(given: Vectors, found: dict[str, Count]) -> None:
    assert found[registry.ELIGIBLE](ALL).value == given.expected["eligible_at_2026-10-31"] == 38


def test_a2_active(given: Vectors, found: dict[str, Count]) -> None:
    assert share(found[registry.ACTIVE]) == given.expected["licence_utilisation_meaningful"]


def test_a3_login_only(given: Vectors, found: dict[str, Count]) -> None:
    it = found[registry.LOGIN_ONLY](ALL)
    assert it.numerator == given.expected["login_only_28"]
    assert it.denominator == given.expected["eligible_at_2026-10-31"]
    active = found[registry.ACTIVE](ALL).numerator or 0
    assert active + (it.numerator or 0) == given.expected["MAU28_any"]
    assert 38 - active - (it.numerator or 0) == given.expected["no_event_28"]


def test_a4_people_a_day_a_week_and_in_28_days(given: Vectors, found: dict[str, Count]) -> None:
    assert found[registry.MAU](ALL).value == given.expected["MAU28_meaningful"]
    assert found[registry.WAU](ALL).value == given.expected["WAU_iso_2026-W44_meaningful"]
    on_the_29th = given.history().on(MEANINGFUL, date(2026, 10, 29)) & given.roster().eligible
    assert on_the_29th.bit_count() == given.expected["DAU_2026-10-29_meaningful"]


def test_a5_stickiness_over_working_days(given: Vectors, found: dict[str, Count]) -> None:
    assert share(found[registry.STICKINESS]) == given.expected["stickiness_workingday_DAU_over_MAU28"]
    it = found[registry.STICKINESS](ALL)
    days = given.expected["working_days_in_window"]
    assert it.denominator == days * given.expected["MAU28_meaningful"]


def test_a6_habit(given: Vectors, found: dict[str, Count]) -> None:
    it = found[registry.HABIT](ALL)
    assert it.extra["bands"] == list(given.expected["active_day_bands"].values())
    assert it.extra["bounds"] == [8]
    assert it.numerator == given.expected["active_day_bands"]["8+"]


@pytest.mark.parametrize("kind", KINDS)
def test_a9_feature_adoption(given: Vectors, found: dict[str, Count], kind: str) -> None:
    assert share(found[registry.FEATURE + kind]) == given.expected["feature_adoption"][kind]


def test_a10_time_to_first_action(given: Vectors, found: dict[str, Count]) -> None:
    it = found[registry.FIRST_ACTION](ALL)
    assert it.value == given.expected["ttfa_KM_median_days"]
    assert (it.numerator, it.denominator) == (given.expected["ttfa_reached"], given.expected["ttfa_n"])
    assert it.extra["soon"] == round(given.expected["ttfa_KM_share_reached_by_day14"] * 10_000)


def test_rejected_events(given: Vectors) -> None:
    rejected: Counter[str] = Counter()
    counted = 0
    for day in given.days().values():
        rejected += day.rejected
        counted += day.counted
    expected = given.expected["rejected_events"]
    named = {UNKNOWN: "unknown_user", NOT_UI: "not_ui_source", TEST: "test_user", NO_LICENCE: "no_licence"}
    assert {named[key]: count for key, count in rejected.items()} == expected
    assert counted + rejected.total() == len(given.events)


def test_teams_and_which_of_them_are_hidden(given: Vectors, found: dict[str, Count]) -> None:
    roster = given.roster()
    raw = {
        name: {
            "eligible": found[registry.ELIGIBLE](bits).value,
            "active": found[registry.ACTIVE](bits).numerator,
        }
        for name, number in given.teams.items()
        for bits in [roster.homes[number]]
    }
    assert raw == given.expected["team_adoption_raw"]
    hidden = hide(
        {number: raw[name]["eligible"] or 0 for name, number in given.teams.items()}, roster.region_of
    )
    names = {number: name for name, number in given.teams.items()}
    assert {names[one.id]: state for one, state in hidden.states.items()} == {
        "KeyAccounts": SMALL,
        "Service": BESIDE,
    }
    assert hidden.states[team(given.teams["KeyAccounts"])] == SMALL
