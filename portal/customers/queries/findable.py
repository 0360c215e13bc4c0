"""What accounts and contacts are found by, and by whom."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from portal.core import search
from portal.core.db import BEFORE_COMMIT, db
from portal.core.search import Doc
from portal.customers.models import Account, AccountContact, AccountMember, Contact, Interaction

SOME = 400
WAITING = "accounts to index"
TALKS = 20
"""So many of the last talks can be found by what was said."""


PARENT = aliased(Account)
FOUND_BY = select(
    Account.id, Account.number, Account.name, Account.name_zh, Account.sector, Account.place, Account.address,
    Account.phone, Account.website, PARENT.name.label("parent"), PARENT.name_zh.label("parent_zh"),
).outerjoin(PARENT, PARENT.id == Account.parent_id)  # fmt: skip
"""What of an account itself is searched."""


def index(account_ids: Iterable[int]) -> None:
    """Bring the search up to date with these accounts and their people, once for all acts of the unit of work."""
    db.session.info.setdefault(WAITING, set()).update(account_ids)


def _index_waiting(session: Session) -> None:
    ids = sorted(session.info.pop(WAITING, ()))
    session.flush()
    for start in range(0, len(ids), SOME):
        part = ids[start : start + SOME]
        search.index_many(session, [*_accounts(part), *_contacts(part)])


BEFORE_COMMIT.append(_index_waiting)


def _accounts(ids: Sequence[int]) -> Iterator[Doc]:
    rows = FOUND_BY.where(Account.id.in_(ids))
    serving, people, said = _serving(ids), _grouped(_people(ids)), _grouped(_said(ids))
    for row in db.session.execute(rows):
        known = people[row.id]
        texts = [row.parent, row.parent_zh, row.sector, row.place, row.address, row.website]
        texts += [word for one in known for word in (one.name, one.name_zh, one.title, one.email)]
        texts += [one.text for one in said[row.id]]
        yield Doc(
            "account", row.id, name=f"{row.name} {row.name_zh}".strip(), scope=serving[row.id], title=row.name,
            text=" · ".join(filter(None, texts)), codes=[row.number, *filter(None, [row.phone, *(one.phone for one in known)])],
            subtitle=" · ".join(filter(None, (row.number, row.place))),
        )  # fmt: skip


def _contacts(account_ids: Sequence[int]) -> Iterator[Doc]:
    """The people of these accounts; who serves any account of theirs may find them.

    Of the accounts, only those are named that everybody who finds the person may see.
    """
    ids = select(AccountContact.contact_id).where(AccountContact.account_id.in_(account_ids)).distinct()
    links = db.session.execute(
        select(AccountContact.contact_id, Account.id, Account.name, Account.name_zh)
        .join(Account, Account.id == AccountContact.account_id)
        .where(AccountContact.contact_id.in_(ids))
        .order_by(AccountContact.until.is_not(None), AccountContact.since.desc(), AccountContact.id)
    ).all()
    if not links:
        return
    places = defaultdict(list)
    for link in links:
        places[link.contact_id].append(link)
    serving = _serving([link.id for link in links])
    for it in db.session.execute(select(Contact).where(Contact.id.in_(places))).scalars():
        scope = set().union(*(serving[one.id] for one in places[it.id]))
        here = [one for one in places[it.id] if serving[one.id] == scope]
        yield Doc(
            "contact", it.id, name=f"{it.name} {it.name_zh}".strip(), title=it.name, codes=[it.phone] if it.phone else [],
            text=" · ".join(filter(None, [it.title, it.email, *(word for one in here for word in (one.name, one.name_zh))])),
            scope=scope, subtitle=here[0].name if here else it.title,
        )  # fmt: skip


def _serving(ids: Sequence[int]) -> dict[int, set[str]]:
    """The tokens of those who serve these accounts now."""
    columns = (
        AccountMember.account_id,
        AccountMember.person_id,
        AccountMember.team_id,
        AccountMember.region_id,
    )
    found: dict[int, set[str]] = defaultdict(set)
    here = select(*columns).where(AccountMember.account_id.in_(ids), AccountMember.until.is_(None))
    for row in db.session.execute(here):
        tokens = (("o", row.person_id), ("t", row.team_id), ("r", row.region_id))
        found[row.account_id] |= {f"{letter}{number}" for letter, number in tokens if number is not None}
    return found


def _people(ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    columns = (
        AccountContact.account_id,
        Contact.name,
        Contact.name_zh,
        Contact.title,
        Contact.phone,
        Contact.email,
    )
    joined = select(*columns).join(Contact, Contact.id == AccountContact.contact_id)
    return joined.where(AccountContact.account_id.in_(ids), AccountContact.until.is_(None)).order_by(
        AccountContact.id
    )


def _said(ids: Sequence[int]) -> Select[*tuple[Any, ...]]:
    place = func.row_number().over(
        partition_by=Interaction.account_id, order_by=(Interaction.at.desc(), Interaction.id.desc())
    )
    newest = select(Interaction.account_id, Interaction.text, place.label("place"))
    ranked = newest.where(Interaction.account_id.in_(ids)).subquery()
    return select(ranked.c.account_id, ranked.c.text).where(ranked.c.place <= TALKS).order_by(ranked.c.place)


def _grouped(rows: Select[*tuple[Any, ...]]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in db.session.execute(rows):
        found[row.account_id].append(row)
    return found
