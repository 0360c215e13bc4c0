"""The sweep: whoever passed in time and worked in enough weeks is booked once, from what the measures counted."""

from datetime import UTC, date, datetime, timedelta

import pytest

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.incentives import jobs, queries
from portal.measures.models import UsageDay
from tests import making
from tests.cast import person

STARTS = date(2026, 11, 9)
FIRST = date(2026, 11, 16)


def worked(who: str, monday: date, days: int) -> None:
    """Real work of a person on the first days of a week."""
    db.session.add_all(
        UsageDay(day=monday + timedelta(days=number), person_id=person(who).id, features={"tasks": 1}, actions=1, meaningful=True)
        for number in range(days)
    )


@pytest.mark.usefixtures("app")
def test_the_sweep_books_what_was_earned_and_a_second_one_books_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with clock.at(making.MONDAY), unit_of_work():
        course = making.course()
        making.rule(STARTS, of=course)
    with clock.at(making.MONDAY + timedelta(days=9)), unit_of_work():
        for who in ("rep", "colleague", "finance"):
            making.passed(who, course)
        for number in range(8):
            monday = FIRST + timedelta(weeks=number)
            worked("rep", monday, 3 if number < 4 else 0)
            worked("colleague", monday, 2)
            worked("finance", monday, 5)
    fourth_is_final = datetime(2026, 12, 21, 4, tzinfo=UTC)
    assert jobs.judge_cases(fourth_is_final - timedelta(days=1)) == 2
    assert queries.balance(person("rep").id) == 0
    assert jobs.judge_cases(fourth_is_final) == 1
    with monkeypatch.context() as shut:
        shut.setattr(jobs, "unit_of_work", lambda: pytest.fail("nobody's verdict has changed"))
        assert jobs.judge_cases(fourth_is_final) == 0
    assert [queries.balance(person(who).id) for who in ("rep", "colleague", "finance")] == [100, 0, 0]
    assert queries.unbalanced() == []
    with unit_of_work():
        gone = db.session.query(UsageDay).filter_by(person_id=person("rep").id, day=FIRST)
        gone.delete()
    assert jobs.judge_cases(fourth_is_final) == 1
    assert queries.balance(person("rep").id) == 0
