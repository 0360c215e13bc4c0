"""Who may see which tasks; those of a person, of a department, on an account; who can be given one."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from portal.access.scopes import scope, within
from portal.access.viewer import TODAY, WHO, Viewer
from portal.core import clock
from portal.core.db import db
from portal.core.events import Line, lines
from portal.core.search import is_called, the_one
from portal.core.words import N_
from portal.identity.models import Membership, Person, Team
from portal.identity.queries import viewers
from portal.identity.queries.people import matching
from portal.identity.queries.viewers import valid
from portal.tasks.flow import DONE, OPEN
from portal.tasks.models import Task

RECENT = 10
KEY = re.compile(r"[pt][0-9]{1,9}")
"""How a form names who is to do it: `p17` a person, `t3` a department."""


@scope(Task)
def visible(viewer: Viewer, permission: str) -> Select[Task]:
    """Tasks that the viewer has or gave, those of his own department, and those of the teams that he leads."""
    reached = within(viewer, permission, owner=Task.person_id, team=Task.team_id)
    if not viewer.may(permission):
        return select(Task).where(reached)
    return select(Task).where(or_(reached, Task.given_by_id == viewer.id, _of_department(viewer)))


def _of_department(viewer: Viewer) -> ColumnElement[bool]:
    """Tasks of the viewer's department that nobody has taken over yet."""
    return and_(Task.person_id.is_(None), Task.team_id.in_({viewer.team_id, *viewer.team_ids} - {None}))


def accounts_of(person_id: int | None) -> Select[int | None]:
    """The accounts on which a person has an open task of somebody else: nobody lets himself in by a task of his own."""
    return select(Task.account_id).where(
        Task.person_id == person_id, Task.given_by_id != person_id, Task.state == OPEN, Task.account_id.is_not(None)
    )


@dataclass(frozen=True)
class Board:
    """What the page of tasks shows to one person."""

    mine: Sequence[Task]
    department: Sequence[Task]
    given: Sequence[Task]
    done: Sequence[Task]

    @property
    def people(self) -> set[int | None]:
        """Everybody who is named on it."""
        rows = (*self.mine, *self.department, *self.given, *self.done)
        return {one for it in rows for one in (it.person_id, it.given_by_id, it.closed_by_id)}

    @property
    def teams(self) -> set[int | None]:
        """Every department that is named on it."""
        return {it.team_id for it in (*self.mine, *self.department, *self.given, *self.done)}


def board(viewer: Viewer, limit: int = 50) -> Board:
    """The tasks of a person, of his department, those that he gave to others, and what he finished last."""
    others = or_(Task.person_id.is_(None), Task.person_id != viewer.id)
    closed = select(Task).where(Task.closed_by_id == viewer.id, Task.state == DONE)
    done = (
        db.session.execute(closed.order_by(Task.changed_at.desc(), Task.id.desc()).limit(RECENT))
        .scalars()
        .all()
    )
    return Board(
        mine=mine(viewer, limit),
        department=_open(_of_department(viewer), limit),
        given=_open(and_(Task.given_by_id == viewer.id, others), limit),
        done=done,
    )


def mine(viewer: Viewer, limit: int) -> Sequence[Task]:
    """The open tasks of a person, the first due first."""
    return _open(Task.person_id == viewer.id, limit)


def on_account(account_id: int, limit: int = 20) -> Sequence[Task]:
    """The open tasks on an account, whoever has them."""
    wanted = (
        select(Task).where(Task.account_id == account_id, Task.state == OPEN).options(joinedload(Task.team))
    )
    return db.session.execute(_by_day(wanted).limit(limit)).scalars().all()


def _open(which: ColumnElement[bool], limit: int) -> Sequence[Task]:
    return (
        db.session.execute(_by_day(select(Task).where(which, Task.state == OPEN)).limit(limit))
        .scalars()
        .all()
    )


def _by_day(rows: Select[Task]) -> Select[Task]:
    return rows.order_by(Task.due_day.asc().nulls_last(), Task.id)


def waiting(_roles: frozenset[str]) -> Select[int, int]:
    """How many open tasks a viewer has, and how many of them are due."""
    counts = select(func.count(), func.count().filter(Task.due_day <= TODAY))
    return counts.where(Task.person_id == WHO, Task.state == OPEN)


def story(it: Task) -> list[Line]:
    """What has happened to a task, newest first."""
    return lines(db.session(), subjects=[("task", it.id)])


def team_names(ids: set[int | None], lang: str) -> dict[int, str]:
    """The names of departments, as readers of a language know them."""
    teams = db.session.execute(select(Team).where(Team.id.in_(ids - {None}))).scalars()
    return {it.id: it.shown(lang) for it in teams}


def members_of(team_id: int, viewer: Viewer) -> list[int]:
    """The active people of a department today."""
    here = (
        select(Person.id)
        .join(Membership, Membership.person_id == Person.id)
        .where(Membership.team_id == team_id, valid(Membership, clock.today(viewer.zone)), Person.active)
        .order_by(Person.id)
    )
    return list(db.session.execute(here).scalars())


@dataclass(frozen=True)
class Receiver:
    """Somebody who can be given a task: a colleague (`p17`) or a department (`t3`)."""

    key: str
    name: str
    team: str = ""
    """Where the colleague works; a department has none."""


def receivers(typed: str, lang: str, limit: int = 12) -> list[Receiver]:
    """Colleagues and departments whose name begins a word with what was typed, in either language or in pinyin."""
    like = "%" + typed.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    called = or_(Team.name.ilike(like, escape="\\"), Team.name_zh.like(like, escape="\\"))
    teams = db.session.execute(select(Team).where(called).order_by(Team.name).limit(limit)).scalars()
    people = matching(typed, limit)
    places = viewers.teams([it.id for it in people], lang)
    found = [Receiver(f"p{it.id}", it.shown(lang), places.get(it.id, "")) for it in people]
    return (found + [Receiver(f"t{it.id}", it.shown(lang)) for it in teams])[:limit]


def receiver(key: str, text: str) -> tuple[int | None, int | None]:
    """Who is meant, as (person, team): by the key if the text is still the name, else by the name alone.

    Refused, at the field `receiver`, if nobody or several are meant.
    """
    number = int(key[1:]) if KEY.fullmatch(key) else 0
    named: Person | Team | None = None
    if number:
        named = db.session.get(Person, number) if key[0] == "p" else db.session.get(Team, number)
    if named is not None and (not text or is_called(named, text)):
        return (named.id, None) if isinstance(named, Person) else (None, named.id)
    people = select(Person).where(Person.active, or_(Person.name == text, Person.name_zh == text))
    teams = select(Team).where(or_(Team.name == text, Team.name_zh == text))
    found = [*db.session.execute(people).scalars(), *db.session.execute(teams).scalars()] if text else []
    choose = N_("Choose a colleague or a department from the list.")
    it = the_one(found, text, field="receiver_text", nobody=choose, several=choose)
    return (it.id, None) if isinstance(it, Person) else (None, it.id)
