"""All that the page of one account shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal.access.viewer import Viewer
from portal.core import clock
from portal.core.db import db
from portal.customers import rules
from portal.customers.models import Account, AccountMember
from portal.customers.queries.accounts import reaches
from portal.customers.queries.mirrors import Figures, Usual, figures, usual
from portal.customers.queries.people import AtAccount, contacts_of, members
from portal.customers.queries.timeline import Mark, Timeline, timeline
from portal.identity.queries import viewers
from portal.tasks import queries as tasks
from portal.tasks.models import Task


@dataclass(frozen=True)
class Relative:
    """The parent of an account, or one of its daughters; `open` if the viewer may see its page."""

    account: Account
    open: bool


@dataclass(frozen=True)
class Shown:
    """One account, with the names of everybody whom its page mentions."""

    finding: str
    thin: AtAccount | None
    figures: Figures
    usual: list[Usual]
    contacts: list[AtAccount]
    parent: Relative | None
    daughters: list[Relative]
    members: Sequence[AccountMember]
    tasks: Sequence[Task]
    timeline: Timeline
    people: Mapping[int, str]
    now: datetime


def shown(it: Account, viewer: Viewer, *, side: str = "", before: Mark | None = None) -> Shown:
    """The page of an account. The number of selects is fixed, however much has happened with it."""
    now = clock.now()
    money = figures(it.id, clock.today(viewer.zone))
    contacts, line = contacts_of(it.id, now), timeline(it.id, side=side, before=before)
    serving, open_tasks = members(it.id), tasks.on_account(it.id)
    parent, daughters = _family(it, viewer)
    thin = rules.thin([one.as_known for one in contacts if one.is_open])
    people: set[int | None] = {*line.people, *(row.person_id for row in serving)}
    people |= {one for row in contacts for one in (*row.known_by, row.last_by)}
    people |= {one for task in open_tasks for one in (task.person_id, task.given_by_id)}
    return Shown(
        finding=rules.finding(_state(it, money, thin), now),
        thin=next((one for one in contacts if thin is not None and one.contact.id == thin.contact_id), None),
        figures=money, usual=usual(it.id), contacts=contacts, parent=parent, daughters=daughters, members=serving,
        tasks=open_tasks, timeline=line, people=viewers.names(people, viewer.lang), now=now,
    )  # fmt: skip


def _state(it: Account, money: Figures, thin: rules.Known | None) -> rules.State:
    return rules.State(
        on_hold=it.credit is not None and it.credit.hold, overdue_since=money.overdue_since, last_contact=it.last_contact_at,
        last_order=money.last_order, thin=thin is not None,
    )  # fmt: skip


def _family(it: Account, viewer: Viewer) -> tuple[Relative | None, list[Relative]]:
    """Parent and daughters: one select, each side by its own index."""
    related = Account.parent_id == it.id
    if it.parent_id is not None:
        related |= Account.id == it.parent_id
    rows = db.session.execute(select(Account, reaches(viewer, "customers.see").label("open")).where(related))
    found = sorted((Relative(row[0], bool(row[1])) for row in rows), key=lambda one: one.account.sort_key)
    parent = next((one for one in found if one.account.id == it.parent_id), None)
    return parent, [one for one in found if one is not parent]
