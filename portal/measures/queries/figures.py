"""The reading interface of the measures. Pages, exports, pilots and rules read figures here and nowhere else.

What is answered may be shown as it is: small groups are hidden, shares of groups under twenty stand in steps, and what a
pilot compares is kept for its look (`slots.KEPT_BACK`). Only `weekly` answers exact values; they are for
counting with (the mean of several teams), never for showing.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlalchemy.orm import Session

from portal.core.errors import NotFound
from portal.identity.models import Team
from portal.measures.models import FigureRow, RollupDay
from portal.measures.rules import formulas, hiding, registry
from portal.measures.rules.counting import REASONS
from portal.measures.rules.figure import Figure, told
from portal.measures.rules.hiding import NONE, SHOWN, TEAM, WHOLE, Group, team
from portal.measures.rules.survival import together
from portal.measures.slots import DAYS, KEPT_BACK, MINUTES, Measure


def measure(key: str) -> Measure:
    """The measure with this key; NotFound if there is none."""
    found = registry.measures().get(key)
    if found is None:
        raise NotFound
    return found


def latest(session: Session) -> date | None:
    """The newest day of which there are figures; None before the first snapshot."""
    return session.execute(select(func.max(FigureRow.as_of))).scalar_one()


def days(session: Session) -> list[date]:
    """Every day of which there are figures, in order: the Sundays, and the newest."""
    found = select(FigureRow.as_of).where(FigureRow.measure == registry.ELIGIBLE, _of(WHOLE))
    return list(session.execute(found.order_by(FigureRow.as_of)).scalars())


class NoLongerKept(NotFound):
    """There were figures of this day, and they were dropped when newer ones came."""


def asked_day(session: Session, text: str) -> date | None:
    """The day that an address asks for (ISO); the newest for none. NotFound for a day of which there are no figures.

    Days between Sundays are kept until the next day follows: a page of yesterday has links that raise NoLongerKept.
    """
    if not text:
        return latest(session)
    try:
        asked = date.fromisoformat(text)
    except ValueError:
        raise NotFound from None
    if session.execute(select(FigureRow.id).where(FigureRow.as_of == asked).limit(1)).first() is not None:
        return asked
    first, last = session.execute(select(func.min(FigureRow.as_of), func.max(FigureRow.as_of))).one()
    if first is not None and first < asked < last:
        raise NoLongerKept
    raise NotFound


def one(session: Session, key: str, group: Group = WHOLE, as_of: date | None = None) -> Figure:
    """One figure; as of the newest day if no other is asked for. Without a snapshot there is none yet."""
    return of_groups(session, key, [group], as_of)[group]


def of_groups(
    session: Session, key: str, groups: Collection[Group], as_of: date | None = None
) -> dict[Group, Figure]:
    """The figure of each of these groups, in their order."""
    it, day = measure(key), as_of or latest(session)
    rows = _rows(session, FigureRow.measure == key, FigureRow.as_of == day, _of(*groups)) if day else []
    found = {figure.group: figure for figure in rows}
    return {group: found.get(group) or _missing(it, group, day or date.min) for group in groups}


def of_measures(
    session: Session, keys: Iterable[str], groups: Collection[Group], as_of: date | None = None
) -> dict[tuple[str, Group], Figure]:
    """The figures of several measures and groups of one day, in one statement."""
    wanted, day = {key: measure(key) for key in keys}, as_of or latest(session)
    which = (FigureRow.measure.in_(list(wanted)), FigureRow.as_of == day, _of(*groups))
    found = {(row.measure.key, row.group): row for row in (_rows(session, *which) if day else [])}
    return {
        (key, group): found.get((key, group)) or _missing(it, group, day or date.min)
        for key, it in wanted.items()
        for group in groups
    }


class Pick(NamedTuple):
    """Some figures: these measures of these groups on these days."""

    keys: Collection[str]
    groups: Collection[Group]
    days: Collection[date]


def picked(session: Session, *picks: Pick) -> dict[tuple[str, Group, date], Figure]:
    """What there is of several picks, in one statement; what there is not is left out."""
    wanted = [
        and_(FigureRow.measure.in_(list(pick.keys)), FigureRow.as_of.in_(list(pick.days)), _of(*pick.groups))
        for pick in picks
    ]
    found = _rows(session, or_(false(), *wanted))
    return {(one.measure.key, one.group, one.as_of): one for one in found}


def missing(key: str, group: Group, day: date) -> Figure:
    """What is told of a figure that there is not: none yet."""
    return _missing(measure(key), group, day)


def groups_on(session: Session, as_of: date) -> list[Group]:
    """The company, the regions and the teams of which there are figures on a day."""
    found = select(FigureRow.grain, FigureRow.group_id).where(
        FigureRow.measure == registry.ELIGIBLE, FigureRow.as_of == as_of
    )
    return sorted(Group(*row) for row in session.execute(found))


def lineage(session: Session, as_of: date) -> tuple[int, dict[str, int]]:
    """Of the events of the 28 days up to a day: how many counted, and how many did not for which reason."""
    span = RollupDay.day.between(as_of - formulas.WINDOW, as_of)
    counted, rejected = 0, dict.fromkeys(REASONS, 0)
    for row in session.execute(select(RollupDay).where(span)).scalars():
        counted += row.counted
        for reason, count in row.rejected.items():
            rejected[reason] += count
    return counted, rejected


def series(
    session: Session, key: str, group: Group = WHOLE, since: date | None = None, until: date | None = None
) -> list[Figure]:
    """The figures of one group from `since` to `until`: the Sundays, and the newest day."""
    return series_of(session, key, [group], since, until)[group]


def series_of(
    session: Session,
    key: str,
    groups: Collection[Group],
    since: date | None = None,
    until: date | None = None,
) -> dict[Group, list[Figure]]:
    """The same for several groups, in one statement."""
    measure(key)
    found: dict[Group, list[Figure]] = {group: [] for group in groups}
    for figure in _rows(session, FigureRow.measure == key, _of(*groups), *_between(since, until)):
        found[figure.group].append(figure)
    return found


def cohort(session: Session, key: str, team_ids: Collection[int], as_of: date | None = None) -> Figure:
    """The figure of several home teams together; hidden unless it holds all or nothing of what is hidden."""
    day = as_of or latest(session)
    found = cohort_series(session, key, team_ids, day, day) if day else []
    return found[0] if found else _missing(measure(key), Group(TEAM, 0), day or date.min)


def cohort_series(
    session: Session,
    key: str,
    team_ids: Collection[int],
    since: date | None = None,
    until: date | None = None,
) -> list[Figure]:
    """The figures of several home teams together, day by day. Raises ValueError for medians that cannot be put together."""
    it, held = measure(key), set(team_ids)
    if it.unit == MINUTES:
        raise ValueError(f"{key} of several teams is no figure of its own")
    by_day: dict[date, list[FigureRow]] = {}
    wanted = select(FigureRow).where(FigureRow.measure == key, FigureRow.grain != hiding.REGION)
    for row in session.execute(wanted.where(*_between(since, until)).order_by(FigureRow.as_of)).scalars():
        by_day.setdefault(row.as_of, []).append(row)
    region_of = {row.id: row.region_id for row in session.execute(select(Team.id, Team.region_id))}
    return [_together(it, day, rows, held, region_of) for day, rows in by_day.items()]


@dataclass(frozen=True)
class Exact:
    """A home team's figure of one week, to count with and not to show. `value` is None unless something can be said.

    A share lies between 0 and 1; everything else is in the unit of the measure.
    """

    team_id: int
    as_of: date
    value: Fraction | None
    people: int
    state: str


def weekly(
    session: Session, key: str, team_ids: Collection[int], since: date, until: date
) -> dict[int, list[Exact]]:
    """The exact figures of each of these home teams on the Sundays from `since` to `until`: never for showing."""
    it = measure(key)
    found: dict[int, list[Exact]] = {number: [] for number in team_ids}
    wanted = select(FigureRow).where(FigureRow.measure == key, _of(*(hiding.team(one) for one in team_ids)))
    for row in session.execute(wanted.where(*_between(since, until)).order_by(FigureRow.as_of)).scalars():
        if row.as_of.isoweekday() == 7:
            found[row.group_id].append(Exact(row.group_id, row.as_of, _exact(it, row), row.people, row.state))
    return found


def _exact(it: Measure, row: FigureRow) -> Fraction | None:
    if row.value is None:
        return None
    if row.denominator and row.numerator is not None and it.unit != DAYS:
        return Fraction(row.numerator, row.denominator)
    return Fraction(row.value)


def _together(
    it: Measure, day: date, rows: Sequence[FigureRow], held: set[int], region_of: dict[int, int | None]
) -> Figure:
    teams = [row for row in rows if row.grain == TEAM]
    people = {row.group_id: row.people for row in teams}
    homeless = sum(row.people for row in rows if row.grain != TEAM) - sum(people.values())
    own = [row for row in teams if row.group_id in held]
    count = sum(row.people for row in own)
    counted = _sum(it, own, count)
    state = counted.state
    if count and state == SHOWN:
        state = hiding.hide(people, region_of, homeless).of_cohort(held & people.keys(), count)
    return told(
        it, own[0].definition if own else it.version, Group(TEAM, 0), day, numerator=counted.numerator,
        denominator=counted.denominator, value=counted.value, people=count, state=state, extra={},
    )  # fmt: skip


def _sum(it: Measure, rows: Sequence[FigureRow], people: int) -> formulas.Counted:
    said = [row for row in rows if row.numerator is not None]
    if not said:
        return formulas.Counted(None, None, None, people, NONE)
    if it.unit == DAYS:
        return formulas.of_waits(together([row.extra for row in said]))
    numerator = sum(row.numerator or 0 for row in said)
    if said[0].denominator is None:
        return formulas.Counted(numerator, None, numerator, people)
    denominator = sum(row.denominator or 0 for row in said)
    return formulas.ratio(it.unit, numerator, denominator, people)


def _rows(session: Session, *which: ColumnElement[bool]) -> list[Figure]:
    known = registry.measures()
    wanted = select(FigureRow).where(*which).order_by(FigureRow.as_of)
    found = [
        told(
            known[row.measure], row.definition, Group(row.grain, row.group_id), row.as_of, numerator=row.numerator,
            denominator=row.denominator, value=row.value, people=row.people, state=row.state, extra=row.extra,
        )
        for row in session.execute(wanted).scalars()
        if row.measure in known
    ]  # fmt: skip
    keys = {one.measure.key for one in found if one.group.grain == TEAM and one.shown}
    since = {(it.measure, team(it.team_id)): it.since for of in KEPT_BACK if keys for it in of(keys)}
    return [
        one.kept() if one.shown and one.as_of >= since.get((one.measure.key, one.group), date.max) else one
        for one in found
    ]


def _missing(it: Measure, group: Group, day: date) -> Figure:
    return Figure(it, it.version, group, day, None, None, None, 0, NONE)


def _of(*groups: Group) -> ColumnElement[bool]:
    """One condition a grain, so that a statement for many teams stays short."""
    grains: dict[str, list[int]] = {}
    for group in groups:
        grains.setdefault(group.grain, []).append(group.id)
    parts = [and_(FigureRow.grain == grain, FigureRow.group_id.in_(ids)) for grain, ids in grains.items()]
    return or_(false(), *parts)


def _between(since: date | None, until: date | None) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if since is not None:
        found.append(FigureRow.as_of >= since)
    if until is not None:
        found.append(FigureRow.as_of <= until)
    return found
