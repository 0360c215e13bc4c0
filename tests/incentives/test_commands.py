"""Rules are published before they apply; cases are booked once; the ledger is only ever added to."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.access.viewer import SYSTEM
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.errors import Refused, Stale
from portal.incentives import commands, flow, queries
from portal.incentives.models import Acknowledgement, Entry, Posting, RuleVersion
from portal.measures.rules.counting import LATE
from portal.notifications.models import Notification
from tests import making
from tests.cast import person
from tests.counting import waiting

STARTS = date(2026, 11, 9)
PASSED = date(2026, 11, 11)
WEEKS = [date(2026, 11, 16) + timedelta(weeks=number) for number in range(8)]
DUE = datetime.combine(WEEKS[4], making.MONDAY.timetz()) + LATE


@pytest.fixture(autouse=True)
def in_a_unit(app: Flask) -> Iterator[None]:
    with clock.at(making.MONDAY), unit_of_work():
        yield


def a_case(who: str = "rep", active: int = 4) -> queries.Case:
    return queries.Case(person(who).id, date(2026, 11, 9), PASSED, frozenset(WEEKS[:active]))


def count(table: type) -> int:
    return db.session.execute(select(func.count()).select_from(table)).scalar_one()


def balance(who: str = "rep") -> int:
    return queries.balance(person(who).id)


def test_what_is_earned_is_booked_once_however_often_it_is_judged() -> None:
    edition = making.rule(STARTS)
    for _ in range(3):
        commands.evaluate(edition, a_case(), DUE)
    assert balance() == 100
    assert [it.points for it in db.session.execute(select(Posting).order_by(Posting.points)).scalars()] == [
        -100,
        100,
    ]
    assert queries.unbalanced() == []


def test_what_is_not_met_yet_books_nothing() -> None:
    edition = making.rule(STARTS)
    assert commands.evaluate(edition, a_case(active=3), DUE)
    assert not commands.evaluate(edition, a_case(active=3), DUE)
    case = queries.evaluation(edition.id, a_case())
    assert case is not None
    assert (case.met, case.final, count(Entry)) == (False, False, 0)


def test_other_facts_reverse_it_and_the_facts_of_old_book_it_again() -> None:
    edition = making.rule(STARTS)
    commands.evaluate(edition, a_case(), DUE)
    commands.evaluate(edition, a_case(active=3), DUE)
    assert balance() == 0
    commands.evaluate(edition, a_case(active=4), DUE)
    assert (balance(), count(Entry), queries.unbalanced()) == (100, 3, [])


def test_what_a_person_reversed_is_not_booked_again() -> None:
    edition = making.rule(STARTS)
    commands.evaluate(edition, a_case(), DUE)
    entry = db.session.execute(select(Entry)).scalar_one()
    commands.reverse(entry, reason="Tested by mistake", by=making.viewer("pm"))
    commands.evaluate(edition, a_case(), DUE)
    assert (balance(), count(Entry)) == (0, 2)


def test_a_booking_is_reversed_once_and_a_reversal_never() -> None:
    edition = making.rule(STARTS)
    commands.evaluate(edition, a_case(), DUE)
    entry = db.session.execute(select(Entry)).scalar_one()
    with pytest.raises(Refused):
        commands.reverse(entry, reason=" ", by=making.viewer("pm"))
    back = commands.reverse(entry, reason="Wrong person", by=making.viewer("pm"))
    for it in (entry, back):
        with pytest.raises(Refused):
            commands.reverse(it, reason="Again", by=making.viewer("pm"))


def test_a_rule_starts_a_week_after_it_was_told() -> None:
    with pytest.raises(Refused) as refused:
        making.rule(date(2026, 11, 8))
    assert refused.value.field == "starts_on"


@pytest.mark.parametrize("missing", ["name", "name_zh", "text", "text_zh"])
def test_a_rule_needs_both_languages(missing: str) -> None:
    it = making.rule(STARTS, published=False)
    setattr(it.rule if missing.startswith("name") else it, missing, "")
    with pytest.raises(Refused):
        commands.publish(it, version=it.version, by=making.viewer("pm"))


def test_there_is_one_draft_at_a_time_and_it_is_in_force_for_nobody() -> None:
    first = making.rule(STARTS)
    draft = commands.revise(first.rule, starts_on=date(2026, 12, 1), by=making.viewer("pm"))
    db.session.flush()
    with pytest.raises(Refused):
        commands.revise(first.rule, starts_on=date(2026, 12, 1), by=making.viewer("pm"))
    with pytest.raises(Refused):
        commands.acknowledge(draft, version=draft.version, by=making.viewer("rep"))
    with pytest.raises(Refused):
        commands.acknowledge(first, version=first.version, by=SYSTEM)
    assert [(it.number, until) for it, until in queries.editions_in_force()] == [(1, None)]
    assert waiting("incentives.index", making.viewer("rep"))[0] == 1, "a draft takes the place of nothing"


def test_each_rule_is_read_and_followed_by_itself() -> None:
    first, other = making.rule(STARTS), making.rule(STARTS)
    second = commands.revise(first.rule, starts_on=date(2026, 12, 1), by=making.viewer("pm"))
    db.session.flush()
    commands.publish(second, version=second.version, by=making.viewer("pm"))
    ends = {(it.incentive_rule_id, it.number): until for it, until in queries.editions_in_force()}
    assert ends[other.incentive_rule_id, 1] is None
    rep = making.viewer("rep")
    assert waiting("incentives.index", rep)[0] == 2
    for _ in range(2):
        commands.acknowledge(other, version=other.version, by=rep)
    assert waiting("incentives.index", rep)[0] == 1
    noted = [one for one in db.session.info["events"] if one.kind is flow.ACKNOWLEDGED]
    assert len(noted) == 1, "saying so again tells nothing again"


def test_a_version_for_others_takes_the_place_of_nothing_for_those_of_the_former() -> None:
    first = making.rule(STARTS)
    second = commands.revise(first.rule, starts_on=date(2026, 12, 1), by=making.viewer("pm"))
    second.roles = ["service"]
    db.session.flush()
    commands.publish(second, version=second.version, by=making.viewer("pm"))
    assert waiting("incentives.index", making.viewer("rep"))[0] == 1
    assert waiting("incentives.index", making.viewer("service"))[0] == 1


def test_one_persons_booking_is_no_other_ones() -> None:
    edition = making.rule(STARTS)
    commands.evaluate(edition, a_case(), DUE)
    entry = db.session.execute(select(Entry)).scalar_one()
    commands.reverse(entry, reason="Tested by mistake", by=making.viewer("pm"))
    commands.evaluate(edition, a_case("colleague"), DUE)
    commands.evaluate(edition, a_case("stranger"), DUE)
    assert [balance(who) for who in ("rep", "colleague", "stranger")] == [0, 100, 100]
    keys = db.session.execute(select(Entry.key).where(Entry.person_id == person("stranger").id)).scalars().all()
    assert [key.rpartition(":")[2] for key in keys] == ["1"], "entries are numbered within their case"


def test_who_gets_points_and_who_loses_them_is_told() -> None:
    edition = making.rule(STARTS)
    commands.evaluate(edition, a_case(), DUE)
    commands.evaluate(edition, a_case(active=3), DUE)
    rows = select(Notification.kind).where(Notification.person_id == person("rep").id).order_by(Notification.id)
    kinds = db.session.execute(rows).scalars().all()
    assert kinds[-2:] == [flow.TOLD_POSTED.key, flow.TOLD_REVERSED.key]


def test_a_verdict_keeps_the_day_on_which_it_came_out() -> None:
    edition = making.rule(STARTS)
    commands.evaluate(edition, a_case(active=3), DUE)
    commands.evaluate(edition, a_case(active=3), DUE + timedelta(days=1))
    kept = queries.evaluation(edition.id, a_case())
    assert kept is not None
    assert kept.at == DUE


def test_points_of_nothing_are_not_booked() -> None:
    edition = making.rule(STARTS)
    db.session.flush()
    db.session.expunge(edition)
    edition.points = 0
    with pytest.raises(ValueError, match="sum to zero"):
        commands.evaluate(edition, a_case(), DUE)
    db.session.rollback()


def test_who_passed_after_the_next_version_began_is_no_case_of_the_former() -> None:
    edition = making.rule(STARTS)
    with clock.at(datetime(2026, 11, 16, 2, tzinfo=UTC)):
        making.passed("rep", edition.course)
    day = date(2026, 11, 16)
    assert [it.passed_on for it in queries.cases(edition, None, day)] == [day]
    assert [it.passed_on for it in queries.cases(edition, day + timedelta(days=1), day)] == [day]
    assert queries.cases(edition, day, day) == []


def test_whom_it_concerns_is_told_once_and_notes_it_once() -> None:
    edition = making.rule(STARTS)
    told = select(func.count()).where(Notification.kind == "incentive.published")
    assert db.session.execute(told).scalar_one() == 3
    for _ in range(2):
        commands.acknowledge(edition, version=edition.version, by=making.viewer("rep"))
    assert count(Acknowledgement) == 1
    unread = {who: waiting("incentives.index", making.viewer(who))[0] for who in ("rep", "colleague", "finance")}
    assert unread == {"rep": 0, "colleague": 1, "finance": 0}


def test_who_noted_a_version_has_seen_it() -> None:
    first = making.rule(STARTS)
    seen = first.version
    second = commands.revise(first.rule, starts_on=date(2026, 12, 1), by=making.viewer("pm"))
    db.session.flush()
    commands.publish(second, version=second.version, by=making.viewer("pm"))
    with pytest.raises(Stale):
        commands.acknowledge(second, version=seen, by=making.viewer("rep"))
    assert count(Acknowledgement) == 0


def test_what_was_published_stands_and_the_next_version_takes_over() -> None:
    first = making.rule(STARTS)
    terms = {"points": 1, "name": "x", "name_zh": "x"}
    with pytest.raises(Refused):
        commands.change_draft(first, version=first.version, by=making.viewer("pm"), **terms)
    second = commands.revise(first.rule, starts_on=date(2026, 12, 1), by=making.viewer("pm"))
    db.session.flush()
    seen = second.version
    assert seen > first.version, "an old tab fits the next draft"
    commands.change_draft(second, version=seen, by=making.viewer("pm"), points=50, name="Rule", name_zh="规则")
    with pytest.raises(Stale):
        commands.change_draft(second, version=seen, by=making.viewer("pm"), **terms)
    commands.publish(second, version=second.version, by=making.viewer("pm"))
    ends = {it.number: until for it, until in queries.editions_in_force()}
    assert ends == {1: date(2026, 12, 1), 2: None}
    assert [
        it.points for it in db.session.execute(select(RuleVersion).order_by(RuleVersion.number)).scalars()
    ] == [100, 50]


def test_of_two_versions_that_were_told_in_another_order_than_they_start_one_holds_on_each_day() -> None:
    course = making.course()
    it = making.rule(STARTS, of=course).rule
    for starts_on in (date(2027, 3, 1), date(2027, 2, 1)):
        later = commands.revise(it, starts_on=starts_on, by=making.viewer("pm"))
        db.session.flush()
        commands.publish(later, version=later.version, by=making.viewer("pm"))
    with clock.at(datetime(2027, 2, 15, 4, tzinfo=UTC)):
        making.passed("rep", course)
    every = queries.editions_in_force()
    assert [(one.number, until) for one, until in every] == [(1, date(2027, 2, 1)), (2, date(2027, 2, 1)), (3, None)]
    found = [one.number for one, until in every if queries.cases(one, until, date(2027, 2, 16))]
    assert found == [3]


def test_cases_are_those_who_passed_while_the_version_held() -> None:
    course = making.course()
    edition = making.rule(STARTS, of=course)
    with clock.at(making.MONDAY + timedelta(days=6)):
        making.passed("colleague", course)
    with clock.at(making.MONDAY + timedelta(days=9)):
        making.passed("rep", course)
        making.passed("service", course)
    found = queries.cases(edition, None, date(2026, 11, 20))
    assert [(one.person_id, one.passed_on) for one in found] == [(person("rep").id, PASSED)]
    assert queries.cases(edition, PASSED, date(2026, 11, 20)) == []


def test_a_person_sees_his_own_bookings_only() -> None:
    edition = making.rule(STARTS)
    commands.evaluate(edition, a_case(), DUE)
    assert len(queries.statement(person("rep").id).entries) == 1
    assert queries.statement(person("colleague").id).entries == []
    own = queries.entries_visible(making.viewer("colleague"), "signed_in")
    assert db.session.execute(own).scalars().all() == []
