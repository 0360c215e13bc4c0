"""Who may see which accounts; one account, its family, those of a like name, those to choose from."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import aliased

from portal.access import scopes
from portal.access.permissions import Reach
from portal.access.scopes import Column, scope, within
from portal.access.viewer import Viewer
from portal.core import search
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.words import N_
from portal.customers.models import Account, AccountMember
from portal.customers.rules import core_key, name_key
from portal.tasks import queries as tasks

KIND = "account"
SERVING = aliased(AccountMember)
"""Who serves an account, in a condition that is asked of one account after the other."""
WIDE = 5_000
"""Whoever serves more accounts than this meets them often enough for a list to walk all accounts in order."""


def reaches(viewer: Viewer, permission: str, account_id: Column = Account.id) -> ColumnElement[bool]:
    """The condition on the id of an account: one that the viewer serves, that his teams or regions serve, or any.

    Whoever was given a task on an account may read its card until the task is done.
    """
    served = within(
        viewer,
        permission,
        owner=AccountMember.person_id,
        team=AccountMember.team_id,
        region=AccountMember.region_id,
    )
    if viewer.reach(permission) in (None, Reach.ALL):
        return served
    ids = select(AccountMember.account_id).where(AccountMember.until.is_(None), served)
    if permission != "customers.see":
        return account_id.in_(ids)
    return or_(account_id.in_(ids), account_id.in_(tasks.accounts_of(viewer.id)))


def is_wide(viewer: Viewer, permission: str) -> bool:
    """Whether a sorted list within this scope is quickest walked in the order of its index, only as far as a page goes.

    A scope of few accounts is read and sorted; sorting 100,000 accounts for a page of 50 takes a quarter of a second.
    """
    if viewer.reach(permission) in (None, Reach.ALL):
        return False
    served = within(
        viewer,
        permission,
        owner=AccountMember.person_id,
        team=AccountMember.team_id,
        region=AccountMember.region_id,
    )
    some = select(AccountMember.id).where(AccountMember.until.is_(None), served).limit(WIDE + 1)
    return db.session.execute(select(func.count()).select_from(some.subquery())).scalar_one() > WIDE


def walked(viewer: Viewer, permission: str, account_id: Column = Account.id) -> ColumnElement[bool]:
    """What `reaches` says, asked of one account after the other: for a wide scope."""
    serving = within(viewer, permission, owner=SERVING.person_id, team=SERVING.team_id, region=SERVING.region_id)
    here = (
        select(SERVING.id)
        .where(SERVING.account_id == account_id, SERVING.until.is_(None), serving)
        .correlate_except(SERVING)
        .exists()
    )
    if permission != "customers.see":
        return here
    return or_(here, account_id.in_(tasks.accounts_of(viewer.id)))


@scope(Account)
def visible(viewer: Viewer, permission: str) -> Select[Account]:
    """The accounts that the viewer may touch with this permission."""
    return select(Account).where(reaches(viewer, permission))


def one(account_id: int) -> Account:
    """An account, whoever asks: for commands and sweeps. NotFound if there is none."""
    it = db.session.get(Account, account_id)
    if it is None:
        raise NotFound
    return it


def by_number(number: str) -> Account | None:
    """The account with this number, whoever asks."""
    return db.session.execute(select(Account).where(Account.number == number)).scalar_one_or_none()


def named(names: Sequence[str]) -> dict[str, int]:
    """The ids of accounts by name key (`rules.name_key`), whoever asks: imports compare their rows with it."""
    keys = {name_key(name) for name in names}
    found: dict[str, int] = {}
    for some in _parts(sorted(keys), 500):
        rows = db.session.execute(select(Account.name_key, Account.id).where(Account.name_key.in_(some)))
        found |= {row.name_key: row.id for row in rows}
    return found


def similar(name: str, name_zh: str = "") -> Sequence[Account]:
    """Accounts, whoever serves them, whose name is the same but for the legal form: likely the same company."""
    keys = {core_key(word) for word in (name, name_zh) if core_key(word)}
    if not keys:
        return []
    like = or_(Account.core_key.in_(keys), Account.core_key_zh.in_(keys))
    return db.session.execute(select(Account).where(like).order_by(Account.id).limit(5)).scalars().all()


def daughters(it: Account) -> Sequence[Account]:
    """The accounts that stand directly below an account, whoever serves them."""
    below = select(Account).where(Account.parent_id == it.id).order_by(Account.sort_key, Account.id)
    return db.session.execute(below).scalars().all()


def choices(typed: str, viewer: Viewer, limit: int = 12) -> Sequence[Account]:
    """The accounts to choose from for what was typed, best first; without it those last spoken with."""
    wanted = visible(viewer, "customers.see")
    if not typed.strip():
        recent = wanted.order_by(Account.last_contact_at.desc().nulls_last(), Account.id.desc())
        return db.session.execute(recent.limit(limit)).scalars().all()
    tokens = scopes.tokens(viewer, "customers.see")
    found = search.find(db.session(), typed, scope={KIND: tokens}, limit=limit)
    ids = [hit.object_id for hit in found.hits]
    rows = {it.id: it for it in db.session.execute(wanted.where(Account.id.in_(ids))).scalars()}
    return [rows[number] for number in ids if number in rows]


def meant(number: int | None, text: str, viewer: Viewer, *, field: str) -> Account | None:
    """The account that a search field names: by its id if the text is still the name, else by the text alone.

    None for an empty text. Refused, at `field`, if none or several are meant.
    """
    if not text:
        return None
    mine = visible(viewer, "customers.see").where(Account.id == number)
    chosen: Account | None = db.session.execute(mine).scalar_one_or_none()
    if chosen is not None and search.is_called(chosen, text):
        return chosen
    return search.the_one(
        choices(text, viewer, limit=6), text, field=field, called=lambda it, text: text in (it.name, it.name_zh, it.number),
        nobody=N_("No customer of yours is called that. Choose one from the list."),
        several=N_("Several have that name: %(near)s. Write the whole name of one."), told=lambda it: it.shown(viewer.lang),
    )  # fmt: skip


def _parts(keys: Sequence[str], size: int) -> list[Sequence[str]]:
    return [keys[start : start + size] for start in range(0, len(keys), size)]
