"""The rollout of the demo: one programme, a pilot of four teams against eight, barriers, and the first look."""

from datetime import date, datetime, timedelta
from itertools import pairwise

from sqlalchemy import select

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.demo.house import HISTORY, SELLING
from portal.demo.texts import BARRIERS, GOALS, PILOT, PROGRAMME
from portal.demo.work import PILOT_TEAMS, PILOT_WEEKS, go_live
from portal.identity.models import Person, Team
from portal.identity.queries.viewers import viewer_of
from portal.measures.slots import HUNDREDTHS, MINUTES
from portal.pilots import commands as pilots
from portal.pilots.queries import every
from portal.programmes import commands as programmes
from portal.programmes.models import Programme

BASELINE = 6
WORTH = {HUNDREDTHS: 100, MINUTES: 60}
"""One more talk a person and week is worth it; an hour more for an answer would be harm."""


def open_programme() -> Programme:
    """The programme with its phases and goals, the pilot planned and signed, the barriers: as they came."""
    now, today = clock.now(), clock.today("Asia/Shanghai")
    live = go_live(today)
    ids = {one.username: one for one in db.session.execute(select(Person)).scalars()}
    keeper, sponsor = viewer_of(ids["pm"]), viewer_of(ids["executive"])
    begun = today - HISTORY
    with clock.at(now - HISTORY + timedelta(days=2)), unit_of_work():
        it = programmes.create_programme(
            starts_on=begun, ends_on=begun + timedelta(days=730), owner_id=keeper.id or 0, by=keeper, **PROGRAMME
        )
        edges = [begun + timedelta(days=days) for days in (0, 28, 56, 84)]
        edges += [live, live + timedelta(weeks=PILOT_WEEKS + 1), live + timedelta(weeks=30), it.ends_on + timedelta(days=1)]
        spans = [(first, after - timedelta(days=1)) for first, after in pairwise(edges)]
        programmes.set_phases(it, spans, version=it.version, by=keeper)
        owners = ("pm", "director", "executive")
        goals = [
            programmes.set_goal(it, owner_id=ids[who].id, due_on=today + timedelta(days=300), actual=None, by=keeper, **told)
            for told, who in zip(GOALS, owners, strict=True)
        ]
    for number in range(4):
        with clock.at(_at(edges[number + 1], 6)), unit_of_work():
            programmes.close_phase(it, version=it.version, by=keeper)
    with clock.at(now - timedelta(days=3)), unit_of_work():
        for goal, actual in zip(goals[:2], (1180, 4120), strict=True):
            columns = {key: getattr(goal, key) for key in ("kind", "name", "unit", "baseline", "target", "owner_id", "due_on")}
            programmes.change_goal(goal, version=goal.version, by=keeper, actual=actual, **columns)
    teams = {one.name: one.id for one in db.session.execute(select(Team)).scalars()}
    with clock.at(_at(live, 17)), unit_of_work():
        pilot = pilots.create_pilot(
            it, starts_on=live, baseline_weeks=BASELINE, weeks=PILOT_WEEKS, ramp_in=0, extension_weeks=4, use_percent=60,
            contamination_percent=60, owner_id=keeper.id or 0, sponsor_id=sponsor.id or 0,
            pilot_teams=[teams[name] for name in PILOT_TEAMS],
            comparison_teams=[teams[name] for names in SELLING.values() for name in names if name not in PILOT_TEAMS],
            primary=("talks_per_person", WORTH[HUNDREDTHS]), guardrail=("answer_time", WORTH[MINUTES]), by=keeper, **PILOT,
        )  # fmt: skip
        pilots.sign(pilot, version=pilot.version, by=keeper)
    with clock.at(_at(live, 14)), unit_of_work():
        pilots.sign(pilot, version=pilot.version, by=sponsor)
    for days, told, team, who, moved in BARRIERS:
        with clock.at(now - timedelta(days=days)), unit_of_work():
            noted = programmes.note_barrier(
                it, team_id=teams[team] if team else None, owner_id=ids[who].id,
                due_on=today - timedelta(days=days - 21), by=keeper, **told,
            )  # fmt: skip
        if moved:
            verb, later = moved
            with clock.at(now - timedelta(days=later)), unit_of_work():
                programmes.move_barrier(noted, verb, version=noted.version, by=keeper)
    return it


def look_once() -> None:
    """The look in the middle of the pilot, on its day; the last one is left to the reader."""
    keeper = viewer_of(db.session.execute(select(Person).where(Person.username == "pm")).scalar_one())
    pilot = every()[0]
    day = pilot.looks[0].day
    with clock.at(clock.now() - (clock.today("Asia/Shanghai") - day)), unit_of_work():
        pilots.take_look(pilot, version=pilot.version, by=keeper)


def _at(day: date, before: int) -> datetime:
    """The present time of day, so many days before a day."""
    return clock.now() - (clock.today("Asia/Shanghai") - day) - timedelta(days=before)
