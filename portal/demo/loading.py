"""Load the demo company: house, customers, half a year of work, courses; figures and points as the sweeps see them."""

import gc
from datetime import timedelta

from sqlalchemy import func, select

from portal.access.viewer import SYSTEM
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.errors import Refused
from portal.core.words import N_
from portal.demo import customers, house, learning, opportunities, requests, rollout, work
from portal.identity.models import Person
from portal.incentives.jobs import judge_cases
from portal.measures.jobs import rebuild

JUDGED = 6
"""For so many weeks the rules were judged week by week, so that points bear the days on which they were earned."""


def load(*, if_empty: bool = False) -> str:
    """Load the demo into an empty database and say what was made. Refused if there are people already."""
    there = db.session.execute(select(func.count()).select_from(Person)).scalar_one()
    if there and if_empty:
        return "there are data already: the demo was not loaded"
    if there:
        raise Refused(N_("There are people in this database already; the demo loads only into an empty one."))
    gc.disable()  # nearly all that is made stays until its unit of work ends: the collector would look through it in vain
    try:
        return _load()
    finally:
        gc.enable()


def _load() -> str:
    with unit_of_work():
        house.build()
    with unit_of_work():
        made = customers.build()
    with unit_of_work():
        opportunities.build()
    acts = work.build()
    learning.build()
    asked = requests.build()
    rebuild(work.first_monday(clock.today("Asia/Shanghai")), by=SYSTEM)
    rollout.open_programme()
    rollout.look_once()
    for weeks in range(JUDGED, -1, -1):
        judge_cases(clock.now() - timedelta(weeks=weeks))
    people = len(house.PEOPLE) + len(house.colleagues())
    return (
        f"demo loaded: {people} people, {made} customers, {asked} price requests, {acts} acts of half a year"
    )
