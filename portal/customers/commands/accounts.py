"""Create an account and keep its card."""

from dataclasses import asdict, dataclass

from sqlalchemy import select

from portal.access import scopes
from portal.access.viewer import Viewer
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound, Refused
from portal.core.events import record
from portal.core.search import sort_key
from portal.core.series import next_number
from portal.core.versions import grow
from portal.core.words import N_
from portal.customers import flow, queries, rules
from portal.customers.commands.members import join
from portal.customers.models import Account
from portal.customers.queries.findable import index
from portal.tasks.commands import relabel

SERIES = "account"


@dataclass(frozen=True)
class Card:
    """What people write on the card of an account; only the name is needed."""

    name: str
    name_zh: str = ""
    customer_class: str = ""
    sector: str = ""
    place: str = ""
    address: str = ""
    phone: str = ""
    website: str = ""
    year_established: int | None = None
    employees: int | None = None
    revenue_minor: int | None = None
    currency: str = ""
    parent_id: int | None = None


def create_account(card: Card, *, by: Viewer, another: bool = False) -> Account:
    """Add a customer; who adds him is answerable for him.

    Refused if the name is taken, or if a company of the same name but for the legal form is known; `another` says that
    this is another company all the same.
    """
    _check_name(card)
    if not another:
        _check_alike(card)
    _check_parent(card.parent_id, by)
    now = clock.now()
    it = Account(
        number=free_number(),
        source="",
        created_at=now,
        changed_at=now,
        version=1,
        **asdict(card),
        **keys(card.name, card.name_zh),
    )
    db.session.add(it)
    db.session.flush()
    record(flow.CREATED, it, by=by, account_id=it.id)
    if by.id is not None:
        join(it, by.id, "owner", clock.today(by.zone), by)
    index([it.id])
    return it


def edit_account(it: Account, card: Card, *, version: int, by: Viewer) -> bool:
    """Change the card; whether anything was changed. Stale if somebody else has changed it since."""
    changed = {name: value for name, value in asdict(card).items() if getattr(it, name) != value}
    if "name" in changed:
        _check_name(card, it)
    if "parent_id" in changed:
        _check_parent(card.parent_id, by)
        _check_circle(it, card.parent_id)
    grow(it, version)
    for name, value in (changed | keys(card.name, card.name_zh)).items():
        setattr(it, name, value)
    if not changed:
        return False
    it.changed_at = clock.now()
    db.session.flush()
    record(flow.CHANGED, it, by=by, account_id=it.id)
    relabel("account", it.id, it.name, it.name_zh)
    index([it.id, *(one.id for one in queries.daughters(it))])
    return True


def keys(name: str, name_zh: str) -> dict[str, str]:
    """The columns that follow from the names."""
    return {
        "name_key": rules.name_key(name), "core_key": rules.core_key(name), "core_key_zh": rules.core_key(name_zh),
        "sort_key": sort_key(name),
    }  # fmt: skip


def free_number() -> str:
    """The next number that no account bears."""
    while True:
        number = rules.number_of(next_number(db.session(), SERIES))
        if queries.by_number(number) is None:
            return number


def _check_name(card: Card, but: Account | None = None) -> None:
    key = rules.name_key(card.name)
    if not key:
        raise Refused(N_("A customer needs a name."), "name")
    taken = db.session.execute(select(Account).where(Account.name_key == key)).scalar_one_or_none()
    if taken is not None and taken is not but:
        raise Refused(
            N_("%(name)s is a customer already, number %(number)s."),
            "name",
            name=taken.name,
            number=taken.number,
        )


def _check_alike(card: Card) -> None:
    alike = queries.similar(card.name, card.name_zh)
    if alike:
        names = " · ".join(f"{one.name} ({one.number})" for one in alike)
        raise Refused(
            N_("Likely known already: %(names)s. Tick the box if yours is another company."),
            "name",
            names=names,
        )


def _check_parent(parent_id: int | None, by: Viewer) -> None:
    if parent_id is None:
        return
    try:
        scopes.find(Account, parent_id, by, "customers.see")
    except NotFound:
        raise Refused(N_("Choose one from the list."), "parent_text") from None


def _check_circle(it: Account, parent_id: int | None) -> None:
    place = select(Account.id, Account.parent_id)
    above = place.where(Account.id == parent_id).cte("above", recursive=True)
    above = above.union(place.join(above, Account.id == above.c.parent_id))
    parents = {row.id: row.parent_id for row in db.session.execute(select(above.c.id, above.c.parent_id))}
    if rules.makes_circle(it.id, parent_id, parents):
        raise Refused(N_("A customer cannot stand above itself."), "parent_text")
