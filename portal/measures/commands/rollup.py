"""The roll-up: a day's rows are replaced by what its events say now. Running it twice changes nothing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from sqlalchemy import delete, insert, update

from portal.access.viewer import Viewer
from portal.core import clock
from portal.core.db import db
from portal.core.events import record
from portal.measures import flow
from portal.measures.models import RollupDay, UsageDay, UsageSet
from portal.measures.queries.rosters import homes_on
from portal.measures.rules.bits import people_in, to_bytes
from portal.measures.rules.counting import DayUse, sets_of
from portal.measures.rules.hiding import WHOLE, Group, region, team

BATCH = 2_000


def keep_day(day: date, use: DayUse, *, last_event_id: int, region_of: dict[int, int | None]) -> None:
    """Replace the roll-up of a local day. `last_event_id`: the newest event that `use` may have seen.

    A day that somebody rolled up with newer events meanwhile (a rebuild runs beside the sweep) is left as it is.
    """
    there = db.session.get(RollupDay, day, with_for_update=True)
    if there is not None and there.last_event_id > last_event_id:
        return
    homes = homes_on(day)
    team_of = {person_id: number for number, people in homes.items() for person_id in people_in(people)}
    rows = [
        {
            "day": day, "person_id": person_id, "team_id": team_of.get(person_id),
            "region_id": region_of.get(team_of.get(person_id, 0)), "features": dict(one.features),
            "actions": one.actions, "meaningful": one.meaningful,
        }
        for person_id, one in sorted(use.people.items())
    ]  # fmt: skip
    sets = [
        {
            "grain": group.grain,
            "group_id": group.id,
            "feature": feature,
            "day": day,
            "people": to_bytes(bits & members),
        }
        for feature, bits in sets_of(use).items()
        for group, members in _groups(homes, region_of)
        if bits & members
    ]
    db.session.execute(delete(UsageDay).where(UsageDay.day == day))
    db.session.execute(delete(UsageSet).where(UsageSet.day == day))
    for start in range(0, len(rows), BATCH):
        db.session.execute(insert(UsageDay), rows[start : start + BATCH])
    if sets:
        db.session.execute(insert(UsageSet), sets)
    kept = RollupDay(
        day=day, last_event_id=last_event_id, counted=use.counted, rejected=dict(use.rejected), at=clock.now()
    )
    db.session.merge(kept)


def note_quiet(days: Iterable[date], *, last_event_id: int) -> None:
    """Note that days got no event up to this one, so that the next sweep need not look from further back."""
    old = RollupDay.day.in_(list(days)) & (RollupDay.last_event_id < last_event_id)
    db.session.execute(update(RollupDay).where(old).values(last_event_id=last_event_id))


def _groups(homes: dict[int, int], region_of: dict[int, int | None]) -> Iterator[tuple[Group, int]]:
    regions: dict[int, int] = {}
    for number, people in homes.items():
        of = region_of.get(number)
        if of is not None:
            regions[of] = regions.get(of, 0) | people
    yield WHOLE, -1
    yield from ((region(number), people) for number, people in regions.items())
    yield from ((team(number), people) for number, people in homes.items())


@dataclass
class _FirstDay:
    """The day that a rebuild began with, as the subject of its event."""

    id: int
    __tablename__: str = "rollup_day"


def note_rebuild(since: date, *, days: int, by: Viewer) -> None:
    """Tell that days were counted anew."""
    record(flow.REBUILT, _FirstDay(since.toordinal()), by=by, since=since, days=days)
