"""Give a task, take it over, finish it, withdraw it, open it again."""

from datetime import date

from sqlalchemy import update

from portal.access.viewer import Viewer
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Refused
from portal.core.events import record
from portal.core.flow import Notice
from portal.core.moves import move
from portal.core.types import in_both
from portal.core.versions import grow
from portal.core.words import N_
from portal.identity.models import Person, Team
from portal.identity.queries.viewers import place_of
from portal.notifications.commands import notify
from portal.tasks import flow, queries, rules
from portal.tasks.models import Task


def give(
    *,
    title: str,
    by: Viewer,
    person_id: int | None = None,
    team_id: int | None = None,
    text: str = "",
    due_day: date | None = None,
    subject_kind: str = "",
    subject_id: int | None = None,
    account_id: int | None = None,
    label: str = "",
    label_zh: str = "",
    path: str = "",
) -> Task:
    """Give a task to a person or to a department; they are told."""
    if by.id is None or not title.strip():
        raise Refused(N_("Say in one line what is to be done."), "title")
    if due_day is not None and due_day < clock.today(by.zone):
        raise Refused(N_("This day has passed."), "due_day")
    if person_id is not None:
        _check_active(person_id)
        team_id = place_of(person_id, clock.today(by.zone))[0]
    it = Task(
        title=title.strip(), text=text, subject_kind=subject_kind, subject_id=subject_id, account_id=account_id,
        label=label, label_zh=label_zh, path=path, given_by_id=by.id, person_id=person_id, team_id=team_id,
        due_day=due_day, state=flow.FLOW.start, version=1, created_at=clock.now(), changed_at=clock.now(),
    )  # fmt: skip
    db.session.add(it)
    db.session.flush()
    if person_id is not None:
        record(flow.GIVEN, it, by=by, account_id=account_id, person=person_id, note=it.title)
        _tell(it, [person_id], flow.TOLD_GIVEN, by)
    else:
        team = db.session.get_one(Team, team_id)
        record(
            flow.OFFERED,
            it,
            by=by,
            account_id=account_id,
            team=in_both(team.name, team.name_zh),
            note=it.title,
        )
        _tell(it, queries.members_of(team.id, by), flow.TOLD_OFFERED, by)
    return it


def take(it: Task, *, version: int, by: Viewer) -> None:
    """Take over a task of the own department. Stale if a colleague was quicker."""
    if it.team_id not in {by.team_id, *by.team_ids}:
        raise Refused(N_("Only somebody of the department can take it over."))
    grow(it, version)
    if it.person_id is not None or it.state != flow.OPEN:
        raise Refused(N_("Somebody has this task already."))
    it.person_id, it.changed_at = by.id, clock.now()
    record(flow.TAKEN, it, by=by, account_id=it.account_id, note=it.title)
    _tell(it, [it.given_by_id], flow.TOLD_TAKEN, by)


def finish(it: Task, *, version: int, by: Viewer) -> None:
    """The task is done; who gave it is told."""
    move(it, flow.FLOW, "finish", by=by, version=version, changed_at=clock.now(), closed_by_id=by.id)
    record(flow.FINISHED, it, by=by, account_id=it.account_id, note=it.title)
    _tell(it, [it.given_by_id], flow.TOLD_DONE, by)


def drop(it: Task, *, version: int, by: Viewer) -> None:
    """Withdraw a task: only who gave it may."""
    if it.given_by_id != by.id:
        raise Refused(N_("Only who gave the task can withdraw it."))
    move(it, flow.FLOW, "drop", by=by, version=version, changed_at=clock.now(), closed_by_id=by.id)
    record(flow.WITHDRAWN, it, by=by, account_id=it.account_id, note=it.title)


def reopen(it: Task, *, version: int, by: Viewer) -> None:
    """The task is not done after all: also the way back from a slip of the finger.

    Who has it reads the customer's page through it, so after a day only who gave it opens it again.
    """
    if not rules.can_reopen(it.state, given=it.given_by_id == by.id, closed=it.changed_at, now=clock.now()):
        raise Refused(N_("Only who gave the task can open it again now."))
    move(it, flow.FLOW, "reopen", by=by, version=version, changed_at=clock.now(), closed_by_id=None)
    record(flow.REOPENED, it, by=by, account_id=it.account_id, note=it.title)
    _tell(it, [one for one in (it.person_id, it.given_by_id) if one is not None], flow.TOLD_REOPENED, by)


def relabel(subject_kind: str, subject_id: int, label: str, label_zh: str) -> None:
    """What tasks are about has a new name."""
    about = (Task.subject_kind == subject_kind) & (Task.subject_id == subject_id)
    db.session.execute(update(Task).where(about).values(label=label, label_zh=label_zh))


def _check_active(person_id: int) -> None:
    person = db.session.get(Person, person_id)
    if person is None or not person.active:
        raise Refused(N_("Choose a colleague or a department from the list."), "receiver_text")


def _tell(it: Task, people: list[int], notice: Notice, by: Viewer) -> None:
    for person_id in dict.fromkeys(people):
        key = f"task:{it.id}:{it.version}:{notice.key}"
        notify(person_id, notice, path=f"/tasks/{it.id}", effect_key=key, by=by, title=it.title)
