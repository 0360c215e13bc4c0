"""Licences and leaves: who is counted, from when to when."""

from datetime import date

from sqlalchemy import select

from portal.access.viewer import Viewer
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Refused
from portal.core.events import record
from portal.core.jobs import QUEUED, Job, enqueue
from portal.core.words import N_
from portal.identity.models import Person
from portal.measures import flow
from portal.measures.models import Leave, Licence

REBUILD = "measures.rebuild"


def give_licence(
    it: Person, *, since: date, until: date | None = None, test: bool = False, by: Viewer
) -> Licence:
    """Give a person a licence; `until` is the first day without. A test account is never counted.

    For days that have passed the figures are counted anew in the background.
    """
    _check_order(since, until)
    held = select(Licence).where(Licence.person_id == it.id)
    if any(_overlap(one.since, one.until, since, until) for one in db.session.execute(held).scalars()):
        raise Refused(N_("The person holds a licence in this time already."), "since")
    given = Licence(person_id=it.id, since=since, until=until, test=test)
    db.session.add(given)
    db.session.flush()
    record(flow.LICENSED, given, by=by, person=it.id, since=since)
    _count_anew(since, by)
    return given


def end_licence(it: Licence, *, until: date, by: Viewer) -> None:
    """End a licence: `until` is the first day without. One that had not begun is struck out."""
    if it.until is not None and it.until <= until:
        raise Refused(N_("This licence has ended before that day."), "until")
    record(flow.LICENCE_ENDED, it, by=by, person=it.person_id, until=until)
    _count_anew(until, by)
    if until <= it.since:
        db.session.delete(it)
    else:
        it.until = until


def give_to_all_without(*, since: date, by: Viewer) -> int:
    """Give a licence to everybody whose account is open and who never had one; to how many."""
    holders = select(Licence.person_id)
    without = select(Person).where(Person.active, Person.id.not_in(holders)).order_by(Person.id)
    people = list(db.session.execute(without).scalars())
    for it in people:
        give_licence(it, since=since, by=by)
    return len(people)


def note_leave(it: Person, *, since: date, until: date | None = None, by: Viewer) -> Leave:
    """Note a long leave; `until` is the first day back. So long the person is in no denominator."""
    _check_order(since, until)
    known = select(Leave).where(Leave.person_id == it.id)
    if any(_overlap(one.since, one.until, since, until) for one in db.session.execute(known).scalars()):
        raise Refused(N_("A leave in this time is noted already."), "since")
    noted = Leave(person_id=it.id, since=since, until=until)
    db.session.add(noted)
    db.session.flush()
    record(flow.ON_LEAVE, noted, by=by, person=it.id, since=since, until=until)
    _count_anew(since, by)
    return noted


def end_leave(it: Leave, *, until: date, by: Viewer) -> None:
    """Say when a leave ends: `until` is the first day back. One that had not begun is struck out."""
    record(flow.LEAVE_ENDED, it, by=by, person=it.person_id, until=until)
    _count_anew(min(until, it.until or until), by)
    if until <= it.since:
        db.session.delete(it)
    else:
        it.until = until


def note_look(it: Person, *, by: Viewer) -> None:
    """Note that a manager looks at a person's figures; the person sees it on his own page."""
    record(flow.LOOKED_AT, it, by=by, person=it.id)


def _check_order(since: date, until: date | None) -> None:
    if until is not None and until <= since:
        raise Refused(N_("The last day lies before the first."), "until")


def _overlap(since: date, until: date | None, begins: date, ends: date | None) -> bool:
    return (ends is None or since < ends) and (until is None or begins < until)


def _count_anew(since: date, by: Viewer) -> None:
    """One rebuild for all that is changed before it begins: it takes the earliest day."""
    if since >= clock.today(by.zone):
        return
    waiting = (
        db.session.execute(select(Job).where(Job.name == REBUILD, Job.state == QUEUED)).scalars().first()
    )
    if waiting is None:
        enqueue(REBUILD, person_id=by.id, since=since.isoformat())
    elif since.isoformat() < waiting.args["since"]:
        waiting.args = {"since": since.isoformat()}
