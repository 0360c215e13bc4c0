"""How many talks people noted, as the measures read it."""

from datetime import timedelta

from flask import Flask

from portal.core import clock
from portal.core.db import unit_of_work
from portal.customers.commands import record_interaction
from portal.customers.queries.talking import talks
from tests import making
from tests.cast import person

DAY = making.MONDAY.date()


def test_talks_count_for_who_noted_them_on_the_day_they_took_place(app: Flask) -> None:
    with clock.at(making.MONDAY), unit_of_work():
        of = making.account("rep")
        for who, back in (("rep", 0), ("rep", 0), ("colleague", 0), ("rep", 7)):
            record_interaction(
                of, way="call", text="A talk", at=making.MONDAY - timedelta(days=back), by=making.viewer(who)
            )
    assert talks(DAY, DAY) == {person("rep").id: [2], person("colleague").id: [1]}
    assert talks(DAY - timedelta(days=7), DAY) == {person("rep").id: [3], person("colleague").id: [1]}
    assert talks(DAY + timedelta(days=1), DAY + timedelta(days=7)) == {}
