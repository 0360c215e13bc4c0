"""Snapshots: every measure of every group as of a day, with what of it may be shown."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from sqlalchemy import delete, insert, select

from portal.core.db import db
from portal.measures.models import FigureRow
from portal.measures.rules import formulas, registry
from portal.measures.rules.counting import History, Roster
from portal.measures.rules.hiding import WHOLE, Group, hide, region, team
from portal.measures.slots import FEATURES, MONTH, SOURCES, WEEK

BATCH = 1_000
SUNDAY = 7


def made(roster: Roster, history: History) -> list[dict[str, Any]]:
    """The rows of a day: counted of the company, each region and each home team, and hidden where they must be."""
    known = registry.measures()
    sourced = [(one, one.of(*_span(one.measure.window, roster.day))) for one in SOURCES]
    counts = formulas.counts(roster, history, FEATURES, sourced)
    groups = _groups(roster)
    rows = []
    for key, count in counts.items():
        figures = {group: count(people) for group, people in groups.items()}
        teams = {one.id: figure.people for one, figure in figures.items() if one.grain == "team"}
        hidden = hide(teams, roster.region_of, figures[WHOLE].people - sum(teams.values())).states
        rows += [
            {
                "measure": key, "definition": known[key].version, "grain": group.grain, "group_id": group.id,
                "as_of": roster.day, "numerator": one.numerator, "denominator": one.denominator, "value": one.value,
                "people": one.people, "state": hidden.get(group, one.state), "extra": dict(one.extra),
            }
            for group, one in figures.items()
            if one.people or group == WHOLE
        ]  # fmt: skip
    return rows


def _span(window: str, day: date) -> tuple[date, date]:
    if window == WEEK:
        sunday = formulas.last_sunday(day)
        return sunday - formulas.WEEK, sunday
    return (day - formulas.WINDOW, day) if window == MONTH else (day, day)


def _groups(roster: Roster) -> dict[Group, int]:
    found: dict[Group, int] = {WHOLE: -1}
    for number, people in roster.homes.items():
        of = roster.region_of.get(number)
        found[team(number)] = people
        if of is not None:
            found[region(of)] = found.get(region(of), 0) | people
    return found


def keep(day: date, rows: list[dict[str, Any]]) -> None:
    """Replace the snapshot of a day."""
    db.session.execute(delete(FigureRow).where(FigureRow.as_of == day))
    for start in range(0, len(rows), BATCH):
        db.session.execute(insert(FigureRow), rows[start : start + BATCH])


def forget_between(newest: date) -> None:
    """Drop the days between Sundays that a newer day has followed: two days side by side tell too much of who moved."""
    passed: Iterable[date] = db.session.execute(
        select(FigureRow.as_of).where(FigureRow.as_of < newest).distinct()
    ).scalars()
    gone = [day for day in passed if day.isoweekday() != SUNDAY]
    if gone:
        db.session.execute(delete(FigureRow).where(FigureRow.as_of.in_(gone)))
