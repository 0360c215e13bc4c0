"""Tell a person something, once; mark as read."""

from collections.abc import Iterable

from sqlalchemy import select, update

from portal.access.viewer import SYSTEM, Viewer
from portal.core import clock, outbox
from portal.core.db import UNWATCHED, db, insert_new
from portal.core.events import plain, record
from portal.core.flow import Notice
from portal.notifications import flow
from portal.notifications.models import Notification
from portal.notifications.queries import AccessChange

MAIL = "notifications/mail/notice.txt"


def notify(
    person_id: int, notice: Notice, *, path: str, effect_key: str, by: Viewer, **values: object
) -> bool:
    """Tell a person something in the portal and by mail; False if `effect_key` has told it already.

    `path` is where the thing can be seen. `values` are those that the notice declares; nobody is told of his own act.
    """
    return notify_all([person_id], notice, path=path, effect_key=effect_key, by=by, **values) == 1


def notify_all(
    people: Iterable[int], notice: Notice, *, path: str, effect_key: str, by: Viewer, **values: object
) -> int:
    """Tell several people the same, as `notify` tells one; how many had not been told yet."""
    if set(values) - set(notice.values):
        raise TypeError(f"{notice.key} does not know {sorted(set(values) - set(notice.values))}")
    payload = {name: plain(value) for name, value in values.items() if value is not None}
    told = {"kind": notice.key, "path": path, "actor_id": by.id, "payload": payload}
    now = clock.now()
    rows = [{"person_id": one, "effect_key": f"{effect_key}:{one}", "at": now, **told}
            for one in dict.fromkeys(people) if one != by.id]  # fmt: skip
    reached = insert_new(db.session(), Notification, rows, Notification.person_id)
    outbox.send("mail", {one: f"{effect_key}:{one}" for one in reached}, MAIL, **told)
    return len(reached)


def tell_of_access(change: AccessChange) -> bool:
    """Tell a person, once, what was done to his access, at his former address too; whether it was new."""
    notice = flow.ACCESS[change.kind]
    values = {name: change.values.get(name) for name in notice.values}
    key = change.effect_key.rpartition(":")[0]
    told = notify(change.person_id, notice, path="/me", effect_key=key, by=SYSTEM, **values)
    if told and change.address:
        payload = {name: plain(value) for name, value in values.items() if value is not None}
        outbox.send("mail", {change.person_id: f"{change.effect_key}:before"}, MAIL, kind=notice.key, path="/me",
                    actor_id=None, payload=payload, address=change.address)  # fmt: skip
    return told


def overtake(path: str, notices: Iterable[Notice], person_id: int | None = None) -> None:
    """Nobody, or not this person, needs to read these notices about `path` any more: what they asked for has been done."""
    unread = Notification.read_at.is_(None) & (Notification.path == path)
    if person_id is not None:
        unread &= Notification.person_id == person_id
    asked = Notification.kind.in_([one.key for one in notices])
    read = update(Notification).where(unread, asked).values(read_at=clock.now())
    db.session.execute(read, execution_options=UNWATCHED)


def mark_read(*, path: str = "", by: Viewer) -> int:
    """Mark the viewer's notices as read: those that lead to `path`, or all; how many there were."""
    mine = (Notification.person_id == by.id) & Notification.read_at.is_(None)
    if path:
        mine &= Notification.path == path
    found = list(db.session.execute(select(Notification).where(mine)).scalars())
    for it in found:
        it.read_at = clock.now()
    if found:
        record(flow.READ, found[0], by=by, count=len(found))
    return len(found)
