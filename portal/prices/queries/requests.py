"""Who may see which requests, the list, titles and what the search should know."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased, joinedload
from sqlalchemy.sql.base import ExecutableOption

from portal.access.scopes import scope, within
from portal.access.viewer import Viewer
from portal.approvals import queries as approvals
from portal.approvals.models import Approval, ApprovalHolder, ApprovalSeat
from portal.approvals.slots import Brief
from portal.core import clock, search
from portal.core.db import BEFORE_COMMIT, db
from portal.core.events import Event
from portal.core.lists import Choice, Column, Listing
from portal.core.words import N_
from portal.customers.models import Account
from portal.identity.models import Person
from portal.identity.queries import viewers
from portal.prices import flow, rules
from portal.prices.models import PriceRequest
from portal.products.models import Product

KIND = "price_request"
WAITING = "requests to index"


@scope(PriceRequest)
def visible(viewer: Viewer, permission: str) -> Select[PriceRequest]:
    """Own requests, those of the teams led, and those that the viewer has to decide or has decided.

    Drafts, and what was thrown away, are seen by nobody but those who wrote them.
    """
    return select(PriceRequest).options(*_loaded()).where(_reached(viewer, permission))


def writers(it: PriceRequest) -> set[int]:
    """Everybody who has typed terms of a request in, in whatever round: nobody decides what he typed in."""
    typed = (flow.DRAFTED.key, flow.CHANGED.key)
    wrote = select(Event.actor_id).where(
        Event.subject_kind == KIND, Event.subject_id == it.id, Event.kind.in_(typed), Event.actor_id.is_not(None)
    )
    return {it.entered_by_id, *db.session.execute(wrote).scalars()}


def _loaded() -> tuple[ExecutableOption, ...]:
    """With its customer, product and owner."""
    return joinedload(PriceRequest.account), joinedload(PriceRequest.product), joinedload(PriceRequest.asked_by)


def _reached(viewer: Viewer, permission: str) -> ColumnElement[bool]:
    mine = or_(PriceRequest.asked_by_id == viewer.id, PriceRequest.entered_by_id == viewer.id)
    told = PriceRequest.state.not_in(flow.UNTOLD)
    seated = PriceRequest.id.in_(approvals.seen_by(viewer, KIND, open_only=False))
    if permission == "prices.decide":
        return and_(told, seated)
    reached = within(
        viewer,
        permission,
        owner=PriceRequest.asked_by_id,
        team=PriceRequest.team_id,
        region=PriceRequest.region_id,
    )
    if permission == "prices.ask":
        return or_(mine, and_(told, reached))
    return or_(mine, and_(told, or_(reached, seated)))


LOOKS = {flow.WAITING: "wait", flow.APPROVED: "good", flow.REJECTED: "stop", flow.RETURNED: "watch"}


HOLDER = aliased(Person)


# fmt: off
LISTING = Listing("price_requests", N_("Special-price requests"), PriceRequest.id, (
    Column("number",   N_("Number"),    PriceRequest.number,      "code", sort=PriceRequest.number),
    Column("account",  N_("Customer"),  Account.name,             sort=Account.sort_key, zh=Account.name_zh),
    Column("product",  N_("Product"),   Product.name,             sort=Product.sort_key, zh=Product.name_zh),
    Column("pieces",   N_("Pieces"),    PriceRequest.pieces,      "number", sort=PriceRequest.pieces, on_phone=False),
    Column("asked",    N_("Asked"),     PriceRequest.asked_minor, "money", sort=PriceRequest.asked_minor, currency=PriceRequest.currency),  # noqa: E501
    Column("state",    N_("State"),     PriceRequest.state,       "mark", sort=PriceRequest.state, words=flow.FLOW.names, looks=LOOKS),  # noqa: E501
    Column("holder",   N_("Who has it"), HOLDER.name,             zh=HOLDER.name_zh),
    Column("due",      N_("Answer by"), ApprovalSeat.due_at,      "when"),
    Column("asked_by", N_("Asked by"),  Person.name,              sort=Person.sort_key, zh=Person.name_zh),
    Column("changed",  N_("Last change"), PriceRequest.changed_at, "when", sort=PriceRequest.changed_at),
    Column("until",    N_("Holds until"), PriceRequest.valid_until, "day", sort=PriceRequest.valid_until, extra=True, on_phone=False),  # noqa: E501
), "/price-requests/{}", "-changed", (
    Choice("state", N_("State"), PriceRequest.state, flow.FLOW.names),
    Choice("reason", N_("Reason"), PriceRequest.reason, rules.REASONS),
), kind=KIND)
# fmt: on


def listed(viewer: Viewer) -> Select[int]:
    """The rows of the list: ids of the requests within reach, joined with what the columns show and with who has it."""
    first = (
        select(func.min(ApprovalHolder.id))
        .where(ApprovalHolder.seat_id == ApprovalSeat.id, ApprovalHolder.until.is_(None))
        .correlate(ApprovalSeat)
        .scalar_subquery()
    )
    here = (
        (Approval.subject_kind == KIND)
        & (Approval.subject_id == PriceRequest.id)
        & (Approval.state == "open")
    )
    seat = (ApprovalSeat.approval_id == Approval.id) & (ApprovalSeat.state == "open")
    return (
        select(PriceRequest.id)
        .join(Account, Account.id == PriceRequest.account_id)
        .join(Product, Product.id == PriceRequest.product_id)
        .join(Person, Person.id == PriceRequest.asked_by_id)
        .outerjoin(Approval, here)
        .outerjoin(ApprovalSeat, seat)
        .outerjoin(ApprovalHolder, ApprovalHolder.id == first)
        .outerjoin(HOLDER, HOLDER.id == ApprovalHolder.person_id)
        .where(_reached(viewer, "prices.see"))
    )


def one(request_id: int) -> PriceRequest:
    """A request with its customer, product and owner, whoever asks: for acts of the engine and of the clock."""
    found = select(PriceRequest).where(PriceRequest.id == request_id).options(*_loaded())
    return db.session.execute(found).scalar_one()


def path(request_id: int) -> str:
    """Where a request is seen."""
    return f"/price-requests/{request_id}"


def titles(ids: Iterable[int]) -> dict[int, dict[str, str]]:
    """Each request by its number and customer, in both languages: `PR-2611-0418 · Jinhe Chemical`."""
    found = (
        select(PriceRequest.id, PriceRequest.number, Account.name, Account.name_zh)
        .join(Account, Account.id == PriceRequest.account_id)
        .where(PriceRequest.id.in_(list(ids)))
    )
    return {
        row.id: {"en": f"{row.number} · {row.name}", "zh": f"{row.number} · {row.name_zh or row.name}"}
        for row in db.session.execute(found)
    }


def briefs(ids: Iterable[int], lang: str) -> dict[int, Brief]:
    """What each request asks for, for the desk of those who decide."""
    found = select(PriceRequest).where(PriceRequest.id.in_(list(ids))).options(*_loaded())
    return {
        it.id: Brief(
            f"{it.number} · {it.account.shown(lang)}", it.pieces, it.product.shown(lang), it.asked_minor, it.currency,
            rules.shown(rules.discount(it.list_minor, it.asked_minor)),
        )
        for it in db.session.execute(found).scalars()
    }  # fmt: skip


def index(it: PriceRequest) -> None:
    """Bring the search up to date with a request, once for all acts of the unit of work."""
    db.session.info.setdefault(WAITING, set()).add(it.id)


def _index_waiting(session: Session) -> None:
    ids = session.info.pop(WAITING, ())
    if ids:
        loaded = select(PriceRequest).where(PriceRequest.id.in_(sorted(ids))).options(*_loaded())
        search.index_many(session, [_document(it) for it in session.execute(loaded).scalars()])


BEFORE_COMMIT.append(_index_waiting)


def _document(it: PriceRequest) -> search.Doc:
    return search.Doc(
        KIND, it.id, name=f"{it.number} {it.account.name} {it.account.name_zh}",
        text=f"{it.product.name} {it.product.name_zh} {it.remark} {it.competitor}", codes=[it.number, it.product.code],
        scope=_tokens(it), everyone=it.state not in flow.UNTOLD, title=f"{it.number} · {it.account.name}",
        subtitle=it.product.name,
    )  # fmt: skip


def _tokens(it: PriceRequest) -> list[str]:
    own = [f"o{it.asked_by_id}", f"o{it.entered_by_id}"]
    if it.state in flow.UNTOLD:
        return own
    return own + [f"{letter}{one}" for letter, one in (("t", it.team_id), ("r", it.region_id)) if one is not None]


def last_price(account_id: int, product_id: int) -> PriceRequest | None:
    """The last approved price of this customer for this product."""
    found = (
        select(PriceRequest)
        .where(
            PriceRequest.account_id == account_id, PriceRequest.product_id == product_id,
            PriceRequest.state.in_((flow.APPROVED, flow.EXPIRED)),
        )
        .order_by(PriceRequest.decided_at.desc())
        .limit(1)
    )  # fmt: skip
    return db.session.execute(found).scalars().first()


def mine_open(viewer: Viewer, limit: int = 20) -> list[tuple[PriceRequest, ApprovalSeat | None]]:
    """The viewer's own requests that are not closed, each with the seat that has it."""
    found = (
        select(PriceRequest)
        .where(
            PriceRequest.asked_by_id == viewer.id,
            PriceRequest.state.in_((flow.DRAFT, flow.WAITING, flow.RETURNED)),
        )
        .options(joinedload(PriceRequest.account), joinedload(PriceRequest.product))
        .order_by(PriceRequest.changed_at.desc())
        .limit(limit)
    )
    requests = list(db.session.execute(found).scalars())
    seats = approvals.open_seats(KIND, [it.id for it in requests])
    return [(it, seats.get(it.id)) for it in requests]


def names_of(ids: Iterable[int], lang: str) -> list[str]:
    """The names of people in the order of their ids given."""
    found = viewers.names(ids, lang)
    return [found[one] for one in ids if one in found]


def named(ids: Sequence[int], lang: str) -> list[tuple[int, str]]:
    """People to choose from, each with his team: two may have the same name."""
    found, teams = viewers.names(ids, lang), viewers.teams(ids, lang)
    return [(one, " · ".join(filter(None, (found[one], teams.get(one))))) for one in ids if one in found]


def of_account(account_id: int, viewer: Viewer, limit: int = 6) -> list[PriceRequest]:
    """The requests for a customer that the viewer may see, the latest first."""
    found = visible(viewer, "prices.see").where(PriceRequest.account_id == account_id, PriceRequest.state != flow.DISCARDED)
    return list(db.session.execute(found.order_by(PriceRequest.changed_at.desc()).limit(limit)).scalars())


def run_out(at: datetime, most: int = 500) -> list[int]:
    """The approved prices whose last day is over."""
    day = clock.local_day(at, viewers.HOUSE_ZONE)
    over = (
        select(PriceRequest.id)
        .where(PriceRequest.state == flow.APPROVED, PriceRequest.valid_until < day)
        .limit(most)
    )
    return list(db.session.execute(over).scalars())
