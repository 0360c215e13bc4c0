"""Optimistic locking of rows that people edit."""

from typing import Any

from sqlalchemy import ColumnElement, inspect, select, true, update
from sqlalchemy.orm.attributes import set_committed_value

from portal.core.db import db
from portal.core.errors import Stale
from portal.core.events import Event
from portal.core.flow import KINDS


def grow(it: Any, seen: int | None = None) -> None:
    """Grow the version of a row by one, before anything else of it is changed.

    The row stays locked until the unit of work ends, so two people's changes follow one another. `seen` is the version
    that the person saw: Stale if the row has moved on since. Without it the change is to count in any case.
    """
    table = type(it).__table__
    here = true() if seen is None else table.c.version == seen
    if not change(it, here, version=table.c.version + 1):
        raise overtaken(it)


def change(it: Any, here: ColumnElement[bool], **values: object) -> bool:
    """Set columns of one row if `here` holds for it, in one UPDATE, and take its columns over as they are now.

    False if it did not hold: nothing was changed. What was loaded beside the row (its customer) stays loaded.
    """
    table, columns = type(it).__table__, inspect(type(it)).column_attrs
    db.session.flush()
    changed = update(table).where(table.c.id == it.id, here).values(values).returning(*table.c)
    row = db.session.execute(changed).mappings().one_or_none()
    if row is None:
        return False
    for attribute in columns:
        set_committed_value(it, attribute.key, row[attribute.columns[0]])
    return True


def overtaken(it: Any) -> Stale:
    """What to raise where a row has moved on: with who changed it last and when, as its newest event tells."""
    beside = [kind.key for kind in KINDS.values() if kind.beside]
    about = it.told_as
    told = select(Event.actor_id, Event.at).where(
        Event.subject_kind == about.__tablename__, Event.subject_id == about.id, Event.kind.not_in(beside)
    )
    last = db.session.execute(told.order_by(Event.id.desc()).limit(1)).first()
    return Stale(last.actor_id, last.at) if last is not None else Stale()
