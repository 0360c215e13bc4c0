"""Price requests of the demo: decided ones of the last weeks, and some that wait now."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from portal.access.viewer import Viewer
from portal.approvals.queries import open_approval, open_seat
from portal.calendars.queries import calendar_of
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.workclock import add_working_minutes
from portal.customers.models import Account, AccountMember
from portal.demo.house import HISTORY, colleagues
from portal.demo.house import PEOPLE as STAFF
from portal.demo.names import chance
from portal.demo.work import PILOT_TEAMS, PILOT_WEEKS
from portal.identity.models import Person
from portal.identity.queries.viewers import HOUSE_ZONE, viewer_of
from portal.notifications.commands import mark_read
from portal.prices import commands
from portal.prices.flow import APPROVED
from portal.prices.models import PriceRequest
from portal.prices.queries import KIND, Named
from portal.products.models import Product

SWEPT = time(0, 10)
Case = tuple[int, str, str, str, int, int, str, tuple[str, ...], tuple[int, ...]]

# days ago, who asks, customer, product, pieces, percent below list, reason, answers (seat by seat), working minutes to each
CASES = (
    (
        34,
        "rep",
        "Haichang Petrochemical",
        "CQB 65-50-160",
        30,
        14,
        "competitor",
        ("approve", "approve"),
        (46, 80),
    ),
    (31, "rep2", "Hengtong Paper", "ISG 100-200", 12, 9, "volume", ("approve",), (25,)),
    (
        29,
        "rep.south",
        "Yuehai Chemical",
        "IHF 80-65-160",
        8,
        11,
        "competitor",
        ("approve", "approve"),
        (70, 95),
    ),
    (27, "rep", "Beigang Power", "CQB 65-50-160", 18, 16, "volume", ("approve", "approve"), (38, 140)),
    (24, "rep.north", "Tianjin Soda", "DL 50-15", 6, 12, "new", ("approve", "approve"), (95, 60)),
    (22, "rep2", "Yangtze Glass", "IHF 100-80-160", 4, 18, "competitor", ("reject",), (52,)),
    (20, "rep", "Lüyuan Environmental", "CQB 65-50-160", 26, 11, "volume", ("approve",), (33,)),
    (17, "rep.west", "Chengdu Biologics", "QBY 40", 40, 8, "volume", ("approve",), (61,)),
    (15, "rep", "Ruida Dyeing", "CQB 50-32-125", 12, 22, "competitor", ("approve", "reject"), (44, 180)),
    (12, "rep2.south", "Hainan Rubber", "WQ 65-25", 20, 6, "complaint", ("approve",), (28,)),
    (9, "rep", "Taihu Pharma", "IHF 80-65-160", 10, 12, "new", ("approve", "approve"), (57, 75)),
    (6, "rep.north", "Dalian Refining", "IHF 100-80-160", 9, 13, "competitor", ("return",), (66,)),
    (3, "rep", "Suzhou Jinhe Chemical", "QBY 40", 15, 6, "volume", ("approve",), (22,)),
    (1, "rep", "Jinhe New Materials", "ISG 80-160", 8, 10, "", ("return",), (40,)),
    (0, "rep", "Suzhou Jinhe Chemical", "CQB 65-50-160", 24, 15, "competitor", (), ()),
    (0, "rep2", "Minhang Water", "ISG 100-200", 30, 8, "volume", (), ()),
    (0, "rep.south", "Shenzhen Bay Semiconductors", "IHF 80-65-160", 5, 12, "new", ("approve",), (30,)),
)
NOTES = {
    "approve": "",
    "return": "请补充对手的报价和要求的交期。",
    "reject": "低于这款泵的售后成本，不能批。",
}
MADE = 283
"""So many more are made from chance, spread over the half year."""
UNREAD = 5
"""What is older, in days, everybody has read."""
SOME = 400
"""Cases in one unit of work."""
QUICKER = 0.4
"""Where the pilot runs, an answer takes this part of the time."""


def build() -> int:
    """Ask and decide, each act at its own time; how many were asked for."""
    known = _known()
    cases = [*_made(), *CASES]
    old = [case for case in cases if case[0] > UNREAD]
    for start in range(0, len(old), SOME):
        with unit_of_work():
            for case in old[start : start + SOME]:
                _case(case, known)
    with clock.at(clock.now() - timedelta(days=UNREAD)), unit_of_work():
        for one in known.staff.values():
            mark_read(by=one)
    with unit_of_work():
        for case in cases:
            if case[0] <= UNREAD:
                _case(case, known)
    _run_out()
    return len(cases)


@dataclass(frozen=True)
class Known:
    """Who and what the cases name: people by user name and id, customers by name, products with their list price by code."""

    staff: dict[str, Viewer]
    by_id: dict[int | None, Viewer]
    accounts: dict[str, int]
    products: dict[str, tuple[int, int]]


def _known() -> Known:
    session = db.session
    staff = {it.username: viewer_of(it) for it in session.execute(select(Person)).scalars()}
    accounts = {row.name: row.id for row in session.execute(select(Account.name, Account.id))}
    products = session.execute(select(Product.code, Product.id, Product.list_price_minor))
    return Known(staff, {one.id: one for one in staff.values()}, accounts, {row[0]: (row[1], row[2]) for row in products})


def _run_out() -> None:
    """End the approved prices on the morning after their last day, as the sweep would have done."""
    over = select(PriceRequest).where(PriceRequest.state == APPROVED, PriceRequest.valid_until < clock.today(HOUSE_ZONE))
    with unit_of_work():
        for it in db.session.execute(over.order_by(PriceRequest.valid_until, PriceRequest.id)).scalars().all():
            with clock.at(datetime.combine(it.valid_until + timedelta(days=1), SWEPT, ZoneInfo(HOUSE_ZONE))):
                commands.expire(it)


def _made() -> list[Case]:
    """Requests of all reps over the half year, oldest first."""
    random = chance("requests")
    reps = [(username, team) for username, _n, _zh, role, team in (*STAFF, *colleagues()) if role == "rep"]
    with_customers = _customers_of()
    products = list(db.session.execute(select(Product.code).order_by(Product.id)).scalars())
    found: list[Case] = []
    for days in sorted((random.randint(2, HISTORY.days - 4) for _ in range(MADE)), reverse=True):
        asker, team = random.choice(reps)
        percent = random.choices((4, 6, 8, 10, 12, 14, 17, 21), (8, 16, 20, 18, 14, 12, 8, 4))[0]
        verdict = random.choices(("approve", "reject", "return"), (84, 8, 8))[0]
        pace = QUICKER if team in PILOT_TEAMS and days < PILOT_WEEKS * 7 else 1.0
        minutes = tuple(max(9, int(random.lognormvariate(4.9, 0.7) * pace)) for _ in range(2))
        found.append((days, asker, random.choice(with_customers[asker]), random.choice(products), random.randint(2, 40), percent,
                      random.choice(("competitor", "volume", "new", "complaint")), (verdict,) * 2, minutes))  # fmt: skip
    return found


def _customers_of() -> dict[str, list[str]]:
    """The names of the customers of each rep."""
    rows = (
        select(Person.username, Account.name)
        .join(AccountMember, AccountMember.person_id == Person.id)
        .join(Account, Account.id == AccountMember.account_id)
        .where(AccountMember.role == "owner")
        .order_by(Account.id)
    )
    found: dict[str, list[str]] = {}
    for username, name in db.session.execute(rows):
        found.setdefault(username, []).append(name)
    return found


def _case(case: Case, known: Known) -> None:
    days, asker, customer, product, pieces, percent, reason, answers, minutes = case
    at = _working(days, len(customer))
    with clock.at(at):
        by = known.staff[asker]
        product_id, price = known.products[product]
        terms = commands.Terms(
            account=Named(known.accounts[customer]), product=Named(product_id), asked_minor=price * (100 - percent) // 100,
            pieces=pieces, reason=reason, competitor="Kaiwei" if reason == "competitor" else "",
            competitor_minor=price * (98 - percent) // 100 if reason == "competitor" else None,
        )  # fmt: skip
        it = commands.draft(terms, by=by)
        commands.submit(it, version=it.version, by=by)
    for verdict, waited in zip(answers, minutes, strict=True):
        approval = open_approval(KIND, it.id)
        seat = open_seat(approval) if approval else None
        if approval is None or seat is None:
            return
        at = min(add_working_minutes(at, waited, calendar_of(seat.calendar_id)).at, clock.now())
        decider = known.by_id[seat.holders[0].person_id]
        with clock.at(at):
            commands.decide(it, verdict=verdict, note=NOTES[verdict], version=approval.version, by=decider)


def _working(days: int, spread: int) -> datetime:
    """A moment in the morning so many days ago; for today, a working quarter of an hour or so before now."""
    now = clock.now()
    if days == 0:
        return now - timedelta(minutes=15 + spread)
    return (now - timedelta(days=days)).replace(hour=1, minute=10 + spread % 40, second=0, microsecond=0)
