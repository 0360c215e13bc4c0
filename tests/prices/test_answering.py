"""How long requests waited for their answer, as the measures read it."""

from datetime import date, timedelta

from flask import Flask

from portal.core import clock
from portal.core.db import unit_of_work
from portal.prices import commands as prices
from portal.prices.queries.answering import waits
from tests import making
from tests.cast import person

DAY = making.MONDAY.date()


def test_working_minutes_from_sending_to_the_answer_by_who_asked(app: Flask) -> None:
    with clock.at(making.MONDAY), unit_of_work():
        making.house()
        quick, slow, taken_back, open_one = (making.request() for _ in range(4))
    with clock.at(making.MONDAY + timedelta(minutes=40)), unit_of_work():
        making.decide(quick, "manager")
        prices.recall(taken_back, version=making.approval(taken_back).version, by=making.viewer("rep"))
    with clock.at(making.MONDAY + timedelta(hours=4, minutes=10)), unit_of_work():
        making.decide(slow, "manager", "return")
    assert open_one.state == "waiting"
    found = waits(DAY, DAY)
    # 09:00 to 13:10 with the hour of lunch: 190 minutes
    assert {who: sorted(own) for who, own in found.items()} == {person("rep").id: [40, 190]}
    assert waits(DAY - timedelta(days=7), DAY - timedelta(days=1)) == {}


def test_a_local_day_ends_at_midnight_of_the_house(app: Flask) -> None:
    with clock.at(making.MONDAY), unit_of_work():
        making.house()
        late = making.request()
    with clock.at(making.MONDAY.replace(hour=16, minute=5)), unit_of_work():
        making.decide(late, "manager")
    assert waits(DAY, DAY) == {}, "five past midnight in Shanghai"
    assert list(waits(DAY, date(2026, 11, 3)).values()) == [[480]]
