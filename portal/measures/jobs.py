"""The sweep that rolls up days and takes snapshots, and the rebuild of older days.

Counting reads outside the transaction that keeps the result, so that nobody waits to write meanwhile; an event that
comes in between is newer than what the day says it has seen, and the next sweep takes the day again.
"""

from datetime import date, datetime, timedelta
from typing import Any

from portal.access.viewer import SYSTEM, Viewer
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.jobs import Progress, job
from portal.identity.queries.viewers import HOUSE_ZONE
from portal.measures.commands import rollup, snapshots
from portal.measures.commands.licences import REBUILD
from portal.measures.queries import usage
from portal.measures.queries.rosters import Standing
from portal.measures.rules.counting import LATE

DAY = timedelta(days=1)
PAUSE = timedelta(minutes=10)
"""Today is rolled up again after so long at the earliest: nothing shown waits for it."""
LONGEST = timedelta(days=800)
"""So far back a rebuild goes at most."""


def roll_up_due(at: datetime) -> int:
    """Roll up the days that are behind, and take the snapshots that follow from them."""
    session = db.session()
    if not usage.has_licences(session):
        return 0
    today = clock.local_day(at, HOUSE_ZONE)
    newest, rolled = usage.last_event(session), usage.rolled_days(session, today)
    changed = usage.changed_days(session, today, rolled)
    behind = [day for day in changed if day < today or day not in rolled or rolled[day].at <= at - PAUSE]
    for day in behind:
        roll_up(day)
    quiet = [day for day, one in rolled.items() if day not in changed and one.last_event_id < newest]
    if quiet:
        with unit_of_work():
            rollup.note_quiet(quiet, last_event_id=newest)
    return len(behind) + _snap_due(today - DAY, behind)


def roll_up(day: date) -> None:
    """Count one day from its events and replace what is kept of it."""
    standing = Standing()
    last = usage.last_event(db.session())
    use = usage.counted(day, standing)
    with unit_of_work():
        rollup.keep_day(day, use, last_event_id=last, region_of=standing.region_of)


def _snap_due(newest: date, behind: list[date]) -> int:
    first = min([*behind, newest])
    known = usage.snapshot_days(db.session(), first - LATE, newest)
    changed = any(day <= newest for day in behind)
    due = {
        day for day in _sundays(first - LATE, newest) if day not in known or (changed and day >= first)
    }
    if changed or newest not in known:
        due.add(newest)
    return _snap(sorted(due), newest)


def _sundays(since: date, until: date) -> list[date]:
    days = (since + n * DAY for n in range((until - since).days + 1))
    return [day for day in days if day.isoweekday() == snapshots.SUNDAY]


def _snap(days: list[date], newest: date) -> int:
    if not days:
        return 0
    standing, history = Standing(), usage.history(db.session(), days[-1])
    for day in days:
        rows = snapshots.made(standing.roster(day), history)
        with unit_of_work():
            snapshots.keep(day, rows)
    with unit_of_work():
        snapshots.forget_between(newest)
    return len(days)


def rebuild(since: date, *, by: Viewer, progress: Progress | None = None) -> int:
    """Count every day from `since` to today anew, with the snapshots; how many days. It leaves an event."""
    today = clock.today(HOUSE_ZONE)
    since = max(since, today - LONGEST)
    days = [since + n * DAY for n in range((today - since).days + 1)]
    for number, day in enumerate(days, 1):
        roll_up(day)
        if progress is not None:
            progress.say(number, len(days))
    newest = today - DAY
    _snap(sorted({*_sundays(since, newest), newest}), newest)
    with unit_of_work():
        rollup.note_rebuild(since, days=len(days), by=by)
    return len(days)


@job(REBUILD)
def rebuild_from(progress: Progress, since: str) -> dict[str, Any]:
    """Count days that have passed anew, since a licence or a leave of theirs was changed."""
    return {"days": rebuild(date.fromisoformat(since), by=SYSTEM, progress=progress)}
