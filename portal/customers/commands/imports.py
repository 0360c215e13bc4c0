"""Take in many accounts, and who serves them, at once: fit for 100,000 rows in one transaction.

Rows are compared by name key. The same rows a second time change nothing, and write nothing.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import RowMapping, insert, select, update

from portal.access.viewer import Viewer
from portal.core import clock, search
from portal.core.db import db
from portal.core.errors import Refused
from portal.core.events import Ref, record
from portal.core.series import next_number
from portal.core.types import Outcome
from portal.core.undo import Plan
from portal.core.words import N_
from portal.customers import flow, queries, rules
from portal.customers.commands.accounts import SERIES, keys
from portal.customers.commands.members import hand_over, tell_taker
from portal.customers.models import Account, AccountMember
from portal.customers.queries.findable import index
from portal.customers.queries.people import owner_of
from portal.identity.queries.viewers import place_of

SOME = 1_000
TOLD = (
    "name", "name_zh", "number", "customer_class", "sector", "place", "address", "phone", "website", "year_established",
    "employees", "revenue_minor", "currency", "source",
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class AccountRow:
    """One account as another system tells it. What is None was not told and stays as it is; `parent` is a name."""

    name: str
    name_zh: str | None = None
    number: str | None = None
    customer_class: str | None = None
    sector: str | None = None
    place: str | None = None
    address: str | None = None
    phone: str | None = None
    website: str | None = None
    year_established: int | None = None
    employees: int | None = None
    revenue_minor: int | None = None
    currency: str | None = None
    source: str | None = None
    parent: str | None = None
    owner_id: int | None = None

    def told(self) -> dict[str, Any]:
        """The columns that the row speaks of."""
        return {name: getattr(self, name) for name in TOLD if getattr(self, name) is not None}


@dataclass(frozen=True, kw_only=True)
class MemberRow:
    """Somebody who serves an account, as another system tells it."""

    account_id: int
    person_id: int
    since: date
    role: str = "serves"


@dataclass(frozen=True)
class Taken:
    """The account that a row has become, and what was done for it."""

    account_id: int
    outcome: Outcome


def _ref(account_id: int) -> Ref:
    return Ref(Account.__tablename__, account_id)


def put_account(row: AccountRow, *, by: Viewer) -> tuple[Account, Outcome]:
    """Create one account or bring it up to date; as `put_accounts`."""
    taken = put_accounts([row], by=by)[0]
    return queries.one(taken.account_id), taken.outcome


def put_accounts(rows: Iterable[AccountRow], *, by: Viewer) -> list[Taken]:
    """Create the accounts that are new by their name, bring the others up to date; answers in the order of the rows.

    Refused if two rows have the same name, a parent is known neither here nor among the rows, or parents go in a circle.
    """
    listed = list(rows)
    told = {rules.name_key(row.name): row for row in listed}
    if len(told) != len(listed) or "" in told:
        raise Refused(N_("Two rows have the same name, or one has none."))
    _check_numbers(told)
    known = _known(list(told))
    fresh = [key for key in told if key not in known]
    ids = {key: row.id for key, row in known.items()} | _create([told[key] for key in fresh], by)
    parents = _parents(told, ids)
    changes = [_change(known[key], row, parents.get(key)) for key, row in told.items() if key in known]
    _update([change for change in changes if len(change) > 1], by)
    _place_below([{"id": ids[key], "parent_id": parents[key]} for key in fresh if key in parents])
    owners = {ids[key]: row.owner_id for key, row in told.items() if row.owner_id is not None}
    owned = _give_owners(owners, by)
    new = {ids[key] for key in fresh}
    changed = owned | {change["id"] for change in changes if len(change) > 1}
    index((new | changed) - owned)
    return [Taken(ids[key], _outcome(ids[key], new, changed)) for key in told]


def put_members(rows: Iterable[MemberRow], *, by: Viewer) -> int:
    """Let people serve accounts; who serves or owns one already is left as he is. How many were added."""
    wanted = {(row.account_id, row.person_id): row for row in rows}
    serving, owners = _serving({account_id for account_id, _person in wanted})
    new = []
    for key, row in wanted.items():
        if key in serving or (row.role == "owner" and owners.setdefault(*key) != row.person_id):
            continue
        new.append(row)
    places = {
        person_id: place_of(person_id, clock.today(by.zone)) for person_id in {row.person_id for row in new}
    }
    values = [
        {
            "account_id": row.account_id, "person_id": row.person_id, "role": row.role, "since": row.since,
            "team_id": places[row.person_id][0], "region_id": places[row.person_id][1],
        }
        for row in new
    ]  # fmt: skip
    for some in _parts(values):
        db.session.execute(insert(AccountMember), some)
    for row in new:
        about, role = _ref(row.account_id), rules.ROLES[row.role]
        record(
            flow.JOINED, about, by=by, account_id=about.id, person=row.person_id, since=row.since, role=role
        )
    index(row.account_id for row in new)
    return len(new)


def accounts_undone(it: Plan, *, by: Viewer) -> None:
    """Follow the undo of an import: accounts that went are found no more, what others were before is told and found again."""
    gone, back = it.gone["account"], set(it.back["account"])
    search.forget_many(db.session(), "account", gone)
    handed = {row["account_id"]: row["person_id"] for row in _gone_members(it) if row["role"] == "owner"}
    for account_id in sorted(back):
        giver, owner = handed.get(account_id), owner_of(account_id)
        if giver is None:
            record(flow.CHANGED, _ref(account_id), by=by, account_id=account_id)
            continue
        taker = owner.person_id if owner else None
        record(flow.HANDED_OVER, _ref(account_id), by=by, account_id=account_id, giver=giver, taker=taker)
        if taker is not None:
            tell_taker(queries.one(account_id), taker, by)
    members_undone(it, by=by, told=set(handed))
    index(back)


def members_undone(it: Plan, *, by: Viewer, told: Collection[int] = ()) -> None:
    """Tell who no longer serves which account, since the import that let him is undone; but of those `told` already."""
    left = [row for row in _gone_members(it) if row["account_id"] not in it.gone["account"]]
    for row in left:
        account_id = row["account_id"]
        if account_id not in told:
            record(flow.LEFT, _ref(account_id), by=by, account_id=account_id, person=row["person_id"])
    index(row["account_id"] for row in left)


def _gone_members(it: Plan) -> list[RowMapping]:
    return [it.rows["account_member"][number] for number in sorted(it.gone["account_member"])]


def _outcome(account_id: int, new: set[int], changed: set[int]) -> Outcome:
    if account_id in new:
        return Outcome.CREATED
    return Outcome.CHANGED if account_id in changed else Outcome.UNCHANGED


def _known(names: Sequence[str]) -> dict[str, Any]:
    """The accounts of these name keys, as rows."""
    found = {}
    columns = [
        Account.id,
        Account.name_key,
        Account.version,
        Account.parent_id,
        *(getattr(Account, name) for name in TOLD),
    ]
    for some in _parts(names):
        for row in db.session.execute(select(*columns).where(Account.name_key.in_(some))):
            found[row.name_key] = row
    return found


def _create(rows: Sequence[AccountRow], by: Viewer) -> dict[str, int]:
    """Insert new accounts without parents and owners; their ids by name key."""
    if not rows:
        return {}
    now, numbered = clock.now(), {row.number for row in rows if row.number is not None}
    numbers = _numbers(sum(row.number is None for row in rows), numbered)
    blank = {
        "name_zh": "", "customer_class": "", "sector": "", "place": "", "address": "", "phone": "", "website": "", "currency": "",
        "source": "", "year_established": None, "employees": None, "revenue_minor": None, "created_at": now, "changed_at": now,
        "version": 1,
    }  # fmt: skip
    ids: dict[str, int] = {}
    for some in _parts(rows):
        values = [
            {
                "number": row.number or next(numbers),
                **blank,
                **row.told(),
                **keys(row.name, row.name_zh or ""),
            }
            for row in some
        ]
        db.session.execute(insert(Account), values)
        # By their keys, not by RETURNING: to keep the order, that would send row after row on SQLite.
        made = select(Account.name_key, Account.id).where(
            Account.name_key.in_([value["name_key"] for value in values])
        )
        ids |= {row.name_key: row.id for row in db.session.execute(made)}
    for account_id in ids.values():
        record(flow.CREATED, _ref(account_id), by=by, account_id=account_id)
    return ids


def _numbers(count: int, told: set[str]) -> Iterator[str]:
    """So many numbers that no account bears and no row tells."""
    while count:
        first = next_number(db.session(), SERIES, count)
        offered = [rules.number_of(first + place) for place in range(count)]
        taken = {*told, *_bearers(offered)}
        free = [number for number in offered if number not in taken]
        yield from free
        count -= len(free)


def _bearers(numbers: Sequence[str]) -> dict[str, str]:
    """The name keys of the accounts that bear these numbers, by number."""
    found = {}
    for some in _parts(numbers):
        for row in db.session.execute(
            select(Account.number, Account.name_key).where(Account.number.in_(some))
        ):
            found[row.number] = row.name_key
    return found


def _check_numbers(told: dict[str, AccountRow]) -> None:
    numbered = [(row.number, key) for key, row in told.items() if row.number is not None]
    bearers = _bearers([number for number, _key in numbered])
    for number, key in numbered:
        if bearers.setdefault(number, key) != key:
            raise Refused(N_("The number %(number)s belongs to another customer."), "number", number=number)


def _parents(told: dict[str, AccountRow], ids: dict[str, int]) -> dict[str, int]:
    """The id of the parent of each row that names one, by name key."""
    wanted = {key: rules.name_key(row.parent) for key, row in told.items() if row.parent}
    elsewhere = _known([key for key in set(wanted.values()) if key not in ids])
    everything = {key: row.id for key, row in elsewhere.items()} | ids
    for key, parent in wanted.items():
        if parent not in everything:
            row = told[key]
            unknown = N_("%(parent)s, the parent of %(name)s, is not known.")
            raise Refused(unknown, "parent", parent=row.parent, name=row.name)
    found = {key: everything[parent] for key, parent in wanted.items()}
    _check_circles(
        {ids[key]: parent_id for key, parent_id in found.items()}, {ids[key]: told[key].name for key in found}
    )
    return found


def _check_circles(changed: dict[int, int], names: dict[int, str]) -> None:
    if not changed:
        return
    rows = select(Account.id, Account.parent_id).where(Account.parent_id.is_not(None))
    parents = {row.id: row.parent_id for row in db.session.execute(rows)} | changed
    for account_id, parent_id in changed.items():
        if rules.makes_circle(account_id, parent_id, parents):
            raise Refused(N_("%(name)s would stand above itself."), "parent", name=names[account_id])


def _change(known: Any, row: AccountRow, parent_id: int | None) -> dict[str, Any]:
    """The columns of a known account that the row changes, with its id; only the id if nothing changes."""
    told = row.told() | ({"parent_id": parent_id} if parent_id is not None else {})
    changed = {name: value for name, value in told.items() if getattr(known, name) != value}
    if "name" in changed or "name_zh" in changed:
        changed |= keys(row.name, changed.get("name_zh", known.name_zh))
    if changed:
        changed |= {"version": known.version + 1, "changed_at": clock.now()}
    return {"id": known.id, **changed}


def _update(changes: Sequence[dict[str, Any]], by: Viewer) -> None:
    if changes:
        db.session.execute(update(Account), changes)
    for change in changes:
        record(flow.CHANGED, _ref(change["id"]), by=by, account_id=change["id"])


def _place_below(values: Sequence[dict[str, Any]]) -> None:
    if values:
        db.session.execute(update(Account), values)


def _give_owners(owners: dict[int, int], by: Viewer) -> set[int]:
    """Make people answerable for accounts that have nobody, hand over those that somebody else has; which changed."""
    _pairs, present = _serving(set(owners))
    today = clock.today(by.zone)
    missing = {account_id: person_id for account_id, person_id in owners.items() if account_id not in present}
    new = [MemberRow(account_id=a, person_id=p, since=today, role="owner") for a, p in missing.items()]
    put_members(new, by=by)
    other = {
        account_id
        for account_id, person_id in owners.items()
        if present.get(account_id, person_id) != person_id
    }
    for account_id in sorted(other):
        hand_over(queries.one(account_id), to_id=owners[account_id], by=by)
    return set(missing) | other


def _serving(account_ids: set[int]) -> tuple[set[tuple[int, int]], dict[int, int]]:
    """Who serves these accounts now, as pairs, and who owns each."""
    pairs, owners = set(), {}
    columns = (AccountMember.account_id, AccountMember.person_id, AccountMember.role)
    for some in _parts(sorted(account_ids)):
        here = select(*columns).where(AccountMember.account_id.in_(some), AccountMember.until.is_(None))
        for row in db.session.execute(here):
            pairs.add((row.account_id, row.person_id))
            if row.role == "owner":
                owners[row.account_id] = row.person_id
    return pairs, owners


def _parts(rows: Sequence[Any]) -> list[Sequence[Any]]:
    return [rows[start : start + SOME] for start in range(0, len(rows), SOME)]
