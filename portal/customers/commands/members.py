"""Who serves an account: join, leave, hand over. Days are past or today: who serves it is always a fact."""

from datetime import date

from sqlalchemy import Select, select

from portal.access.viewer import Viewer
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Refused
from portal.core.events import record
from portal.core.types import in_both
from portal.core.versions import grow
from portal.core.words import N_
from portal.customers import flow, rules
from portal.customers.models import Account, AccountMember
from portal.customers.queries.findable import index
from portal.customers.queries.people import may_hand_over, owner_of
from portal.identity.models import Person
from portal.identity.queries.viewers import place_of
from portal.notifications.commands import notify


def add_member(
    it: Account, *, person_id: int, by: Viewer, role: str = "serves", since: date | None = None
) -> AccountMember:
    """Let somebody serve an account from today or an earlier day on. Refused if he does, or if there is an owner already."""
    day = _day(since, by, "since")
    if db.session.execute(_open(it.id).where(AccountMember.person_id == person_id)).first():
        raise Refused(N_("This colleague serves the customer already."), "person")
    if role == "owner" and owner_of(it.id) is not None:
        raise Refused(N_("Somebody is answerable for the customer. Hand it over instead."), "role")
    member = join(it, person_id, role, day, by)
    index([it.id])
    return member


def end_member(it: AccountMember, *, by: Viewer) -> None:
    """From today on somebody no longer serves an account. The owner cannot go without handing over."""
    if it.role == "owner":
        raise Refused(N_("Hand the customer over first: somebody has to be answerable."))
    it.until = clock.today(by.zone)
    account = db.session.get_one(Account, it.account_id)
    record(flow.LEFT, account, by=by, account_id=account.id, person=it.person_id)
    index([account.id])


def hand_over(
    it: Account, *, to_id: int, by: Viewer, since: date | None = None, note: str = ""
) -> AccountMember:
    """Make somebody else answerable for an account from a day on; the taker is told. History and credit stay as they are."""
    grow(it)
    day = _day(since, by, "since")
    giver = owner_of(it.id)
    if not may_hand_over(giver, by):
        raise Refused(N_("Only who is answerable for the customer, or his manager, hands it over."))
    if giver is not None and giver.person_id == to_id:
        raise Refused(N_("This colleague is answerable for the customer already."), "person_text")
    if giver is not None and day < giver.since:
        raise Refused(N_("%(day)s is before the present owner began."), "since", day=day.isoformat())
    for ending in db.session.execute(_open(it.id)).scalars():
        if ending is giver or ending.person_id == to_id:
            ending.until = max(day, ending.since)
    db.session.flush()
    member = join(it, to_id, "owner", day, by, told=False)
    record(
        flow.HANDED_OVER,
        it,
        by=by,
        account_id=it.id,
        giver=giver.person_id if giver else None,
        taker=to_id,
        note=note,
    )
    tell_taker(it, to_id, by)
    index([it.id])
    return member


def tell_taker(it: Account, person_id: int, by: Viewer) -> None:
    """Tell somebody that he is answerable for an account from now on."""
    notify(person_id, flow.TOLD_HANDED_OVER, path=f"/customers/{it.id}", effect_key=f"account:{it.id}:{it.version}:handover",
           by=by, customer=in_both(it.name, it.name_zh))  # fmt: skip


def join(
    it: Account, person_id: int, role: str, since: date, by: Viewer, *, told: bool = True
) -> AccountMember:
    """Write the row, stamped with the place of the person on that day, and its event unless another tells it."""
    person = db.session.get(Person, person_id)
    if person is None or not person.active:
        raise Refused(N_("Choose a colleague from the list."), "person_text")
    team_id, region_id = place_of(person_id, clock.today(by.zone))
    member = AccountMember(
        account_id=it.id, person_id=person_id, role=role, team_id=team_id, region_id=region_id, since=since
    )
    db.session.add(member)
    db.session.flush()
    if told:
        record(
            flow.JOINED, it, by=by, account_id=it.id, person=person_id, since=since, role=rules.ROLES[role]
        )
    return member


def _open(account_id: int) -> Select[AccountMember]:
    return select(AccountMember).where(AccountMember.account_id == account_id, AccountMember.until.is_(None))


def _day(given: date | None, by: Viewer, field: str) -> date:
    today = clock.today(by.zone)
    if given is not None and given > today:
        raise Refused(N_("This day is still to come."), field)
    return given or today
