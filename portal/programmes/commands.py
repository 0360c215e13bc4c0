"""Open and change a programme, set goals and phases, note and clear barriers."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from portal.access.viewer import Viewer
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Refused
from portal.core.events import record
from portal.core.moves import move
from portal.core.versions import grow
from portal.core.words import N_
from portal.notifications.commands import notify
from portal.programmes import flow, queries, rules
from portal.programmes.models import Barrier, Goal, Phase, Programme


def create_programme(
    *, name: str, name_zh: str, purpose: str, starts_on: date, ends_on: date, owner_id: int, by: Viewer
) -> Programme:
    """Open a programme; its days fall evenly to the seven phases until they are set."""
    _check_days(starts_on, ends_on)
    it = Programme(name=name, name_zh=name_zh, purpose=purpose, starts_on=starts_on, ends_on=ends_on,
                   owner_id=owner_id, created_by_id=by.id, created_at=clock.now())  # fmt: skip
    db.session.add(it)
    db.session.flush()
    spans = rules.split(starts_on, ends_on, len(flow.PHASES))
    for key, (first, last) in zip(flow.PHASES, spans, strict=True):
        db.session.add(Phase(programme_id=it.id, key=key, starts_on=first, ends_on=last))
    record(flow.CREATED, it, by=by, programme=it.both)
    return it


def change_programme(it: Programme, *, version: int, by: Viewer, **columns: Any) -> None:
    """Change what a programme is called and for, its days and its owner."""
    _check_days(columns["starts_on"], columns["ends_on"])
    grow(it, version)
    _set(it, columns)
    record(flow.CHANGED, it, by=by, programme=it.both)


def set_phases(it: Programme, days: Sequence[tuple[date, date]], *, version: int, by: Viewer) -> None:
    """Set the first and last day of each phase. Refused if one ends before it begins, or begins before the one above it."""
    for number, (first, last) in enumerate(days):
        if last < first:
            raise Refused(N_("A phase ends on or after its first day."), f"spans-{number}")
        if number and first < days[number - 1][0]:
            raise Refused(N_("A phase does not begin before the one above it."), f"spans-{number}")
    grow(it, version)
    for phase, (first, last) in zip(queries.phases(it.id), days, strict=True):
        phase.starts_on, phase.ends_on = first, last
    record(flow.PHASES_SET, it, by=by, programme=it.both)


def close_phase(it: Programme, *, version: int, by: Viewer) -> str:
    """Close the first phase that is still open, and answer its key. Refused when all are closed."""
    phase = queries.current_phase(queries.phases(it.id))
    if phase is None:
        raise Refused(N_("All phases are closed."))
    grow(it, version)
    phase.closed_on = clock.today(by.zone)
    record(flow.PHASE_DONE, it, by=by, programme=it.both, phase=flow.PHASES[phase.key])
    return phase.key


def set_goal(programme: Programme, *, by: Viewer, **columns: Any) -> Goal:
    """Give a programme a goal; `columns` are those of the goal."""
    it = Goal(programme_id=programme.id, **columns)
    it.actual_on = clock.today(by.zone) if it.actual is not None else None
    db.session.add(it)
    db.session.flush()
    record(flow.GOAL_SET, it, by=by, goal=it.name)
    return it


def change_goal(it: Goal, *, version: int, by: Viewer, **columns: Any) -> None:
    """Change a goal; a new actual value is noted with its day."""
    grow(it, version)
    if columns["actual"] != it.actual:
        it.actual_on = clock.today(by.zone) if columns["actual"] is not None else None
    _set(it, columns)
    record(flow.GOAL_CHANGED, it, by=by, goal=it.name)


def note_barrier(programme: Programme, *, by: Viewer, **columns: Any) -> Barrier:
    """Note what holds people back; whoever is to clear it is told."""
    if columns["due_on"] < clock.today(by.zone):
        raise Refused(N_("That day is over: say by when it can be cleared."), "due_on")
    it = Barrier(programme_id=programme.id, state=flow.FLOW.start, created_by_id=by.id, created_at=clock.now(), **columns)
    db.session.add(it)
    db.session.flush()
    record(flow.BARRIER_NOTED, it, by=by, barrier=it.text)
    _tell(it, by)
    return it


def change_barrier(it: Barrier, *, version: int, by: Viewer, **columns: Any) -> None:
    """Change a barrier; a new owner is told."""
    before = it.owner_id
    grow(it, version)
    _set(it, columns)
    record(flow.BARRIER_CHANGED, it, by=by, barrier=it.text)
    if it.owner_id != before:
        _tell(it, by)


def move_barrier(it: Barrier, verb: str, *, version: int, by: Viewer) -> None:
    """Mend, accept or reopen a barrier; a state that is not open bears its day."""
    found = flow.FLOW.find(it.state, verb)
    closed_on = None if found is None or found.target == flow.OPEN else clock.today(by.zone)
    move(it, flow.FLOW, verb, by=by, version=version, closed_on=closed_on)
    record(flow.BARRIER_MOVED, it, by=by, barrier=it.text, state=flow.FLOW.names[it.state])


def _tell(it: Barrier, by: Viewer) -> None:
    notify(it.owner_id, flow.TOLD_BARRIER, path=f"/programmes/barriers/{it.id}", by=by,
           effect_key=f"barrier:{it.id}:{it.version}", barrier=it.text, day=it.due_on)  # fmt: skip


def _check_days(starts_on: date, ends_on: date) -> None:
    if (ends_on - starts_on).days < len(flow.PHASES):
        raise Refused(N_("A programme needs at least a week, for its seven phases."), "ends_on")


def _set(it: Any, columns: dict[str, Any]) -> None:
    for column, value in columns.items():
        setattr(it, column, value)
