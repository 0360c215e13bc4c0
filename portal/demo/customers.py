"""Customers of the demo with their people, talks, orders and credit."""

from datetime import date, timedelta
from itertools import cycle
from typing import Any

from sqlalchemy import select

from portal.access.viewer import SYSTEM, Viewer
from portal.core import clock
from portal.core.db import db
from portal.core.flow import Channel
from portal.customers.commands.accounts import Card, create_account
from portal.customers.commands.contacts import PersonCard, create_contact, link_contact
from portal.customers.commands.imports import AccountRow, put_accounts
from portal.customers.commands.interactions import record_interaction
from portal.customers.commands.members import add_member
from portal.customers.commands.mirrors import (
    OrderedPieces,
    put_credit,
    put_delivery,
    put_invoice,
    put_order,
    put_return,
)
from portal.customers.flow import REASONS
from portal.customers.models import Account, Contact
from portal.demo.house import HISTORY, SELLING, colleagues
from portal.demo.house import PEOPLE as STAFF
from portal.demo.names import chance, companies, people
from portal.identity.models import Person
from portal.identity.queries.viewers import viewer_of
from portal.products.models import Product

# name, Chinese name, class, sector, place, phone, who is answerable
CUSTOMERS = (
    ("Suzhou Jinhe Chemical", "苏州金禾化工", "large", "Chemicals", "Suzhou", "0512-6655 8821", "rep"),
    ("Jinhe New Materials", "金禾新材料", "small_medium", "Chemicals", "Nantong", "0513-8821 4470", "rep"),
    ("Haichang Petrochemical", "海昌石化", "national", "Petrochemicals", "Ningbo", "0574-8733 1206", "rep"),
    ("Lüyuan Environmental", "绿源环保", "small_medium", "Water treatment", "Wuxi", "0510-8276 3318", "rep"),
    ("Ruida Dyeing", "瑞达印染", "small_medium", "Textiles", "Shaoxing", "0575-8513 9042", "rep"),
    ("Beigang Power", "北港电力", "national", "Power", "Shanghai", "021-5868 7731", "rep"),
    ("Taihu Pharma", "太湖制药", "large", "Pharmaceuticals", "Wuxi", "0510-6688 2205", "rep"),
    ("Dongwu Foods", "东吴食品", "small_medium", "Food", "Suzhou", "0512-6721 5598", "rep2"),
    ("Hengtong Paper", "恒通纸业", "large", "Paper", "Jiaxing", "0573-8391 6640", "rep2"),
    (
        "Kunshan Precision Plating",
        "昆山精密电镀",
        "small_medium",
        "Electronics",
        "Kunshan",
        "0512-5733 8014",
        "rep2",
    ),
    ("Yangtze Glass", "长江玻璃", "large", "Glass", "Zhenjiang", "0511-8442 7193", "rep2"),
    ("Minhang Water", "闵行水务", "national", "Water supply", "Shanghai", "021-6498 2077", "rep2"),
    ("Yuehai Chemical", "粤海化工", "large", "Chemicals", "Guangzhou", "020-8235 6614", "rep.south"),
    (
        "Shenzhen Bay Semiconductors",
        "深湾半导体",
        "national",
        "Electronics",
        "Shenzhen",
        "0755-8670 3391",
        "rep.south",
    ),
    ("Pearl Delta Printing", "珠江印刷", "small_medium", "Printing", "Foshan", "0757-8321 7745", "rep.south"),
    (
        "Xiamen Harbour Services",
        "厦门港务服务",
        "large",
        "Logistics",
        "Xiamen",
        "0592-5621 8830",
        "rep2.south",
    ),
    ("Minnan Ceramics", "闽南陶瓷", "small_medium", "Ceramics", "Quanzhou", "0595-2278 4416", "rep2.south"),
    ("Hainan Rubber", "海南橡胶", "large", "Rubber", "Haikou", "0898-6856 1129", "rep2.south"),
    ("Tianjin Soda", "天津制碱", "national", "Chemicals", "Tianjin", "022-2538 7702", "rep.north"),
    ("Hebei Steelworks", "河北钢铁", "national", "Steel", "Tangshan", "0315-2853 6647", "rep.north"),
    ("Jinan Brewery", "济南啤酒", "large", "Food", "Jinan", "0531-8697 4458", "rep.north"),
    (
        "Qingdao Marine Paint",
        "青岛船舶涂料",
        "small_medium",
        "Coatings",
        "Qingdao",
        "0532-8587 2231",
        "rep.north",
    ),
    ("Dalian Refining", "大连炼化", "national", "Petrochemicals", "Dalian", "0411-8279 9063", "rep.north"),
    ("Chengdu Biologics", "成都生物制品", "large", "Pharmaceuticals", "Chengdu", "028-8443 7716", "rep.west"),
    ("Chongqing Motors", "重庆动力", "national", "Machinery", "Chongqing", "023-6288 5542", "rep.west"),
    ("Xi'an Titanium", "西安钛业", "small_medium", "Metals", "Xi'an", "029-8652 3390", "rep.west"),
    ("Kunming Phosphate", "昆明磷化工", "large", "Chemicals", "Kunming", "0871-6833 2175", "rep.west"),
    ("Guiyang Spirits", "贵阳酒业", "small_medium", "Food", "Guiyang", "0851-8592 6608", "rep.west"),
    (
        "Urumqi Irrigation",
        "乌鲁木齐灌溉",
        "small_medium",
        "Agriculture",
        "Urumqi",
        "0991-4536 1187",
        "rep.west",
    ),
    ("Lanzhou Catalysts", "兰州催化剂", "small_medium", "Chemicals", "Lanzhou", "0931-7932 8845", "rep.west"),
)

PEOPLE = (
    ("Shen Yi", "沈怡", "Purchasing", ["compares"]),
    ("Gu Feng", "顾峰", "Head of plant", ["decides"]),
    ("Tao Lan", "陶兰", "Maintenance", ["uses", "recommends"]),
    ("Jiang Hao", "蒋浩", "Purchasing", ["compares", "decides"]),
    ("Pan Yue", "潘悦", "Accounting", ["pays"]),
    ("Wei Dong", "魏东", "Chief engineer", ["recommends"]),
)

TALKS = (
    ("call", "Asked for two more sets of seals before the end of the month."),
    ("visit", "Walked the pump house with maintenance; pump 3 leaks at the shaft."),
    ("mail", "Sent the curve of the CQB 65-50-160 with the new impeller."),
    ("meeting", "They compare us with Kaiwei; delivery time matters more than price."),
    ("call", "Wants the invoice split by plant."),
)


MADE = 1_970
"""So many more customers are made from names."""
KNOWN = 11
"""Of so many of his customers a rep knows the people."""
PARTS = ("decides", "compares", "recommends", "uses", "pays", "opens")
TITLES = ("Purchasing", "Head of plant", "Maintenance", "Chief engineer", "Accounting", "Project lead")


def build() -> int:
    """Make the customers, in the open unit of work; how many."""
    staff = {it.username: it for it in db.session.execute(select(Person)).scalars()}
    viewers = {username: viewer_of(it) for username, it in staff.items()}
    products = list(db.session.execute(select(Product).order_by(Product.id)).scalars())
    contacts = cycle(PEOPLE)
    former: Contact | None = None
    for number, (name, zh, size, sector, place, phone, owner) in enumerate(CUSTOMERS):
        by = viewers[owner].by(Channel.IMPORT)
        with clock.at(clock.now() - timedelta(days=200 - number)):
            card = Card(name=name, name_zh=zh, customer_class=size, sector=sector, place=place, phone=phone)
            it = create_account(card, by=by, another=True)
            known = [create_contact(it, PersonCard(*_person(next(contacts), number)), by=by, roles=roles)
                     for roles in (["decides"], ["compares"])[: 1 + number % 2]]  # fmt: skip
        _talks(it, known[0].id, number, viewers, owner)
        _papers(it, number, products)
        if former is not None and number % 9 == 1:
            link_contact(it, former, by=by, roles=["recommends"])
        former = known[0]
        if number % 6 == 0 and owner == "rep":
            add_member(it, person_id=staff["rep2"].id, by=viewers["manager"].by(Channel.IMPORT))
    _made(viewers, products)
    return len(CUSTOMERS) + MADE


def _made(viewers: dict[str, Viewer], products: list[Product]) -> None:
    """The customers that the company brought along from its old system, spread over the reps of their region."""
    admin = viewers["admin"].by(Channel.IMPORT)
    rows, reps = [], []
    for turn, (region, teams) in enumerate(SELLING.items()):
        mine = [
            username
            for username, _n, _zh, role, team in (*STAFF, *colleagues())
            if team in teams and role == "rep"
        ]
        for number, one in enumerate(companies(region, MADE // 4 + (turn < MADE % 4))):
            owner = viewers[mine[number % len(mine)]]
            rows.append(AccountRow(name=one.name, name_zh=one.zh, customer_class=one.size, sector=one.sector,
                                   place=one.place.name, phone=one.phone, source="legacy", owner_id=owner.id))  # fmt: skip
            reps.append((owner, number // len(mine)))
    with clock.at(clock.now() - HISTORY - timedelta(days=20)):
        taken = put_accounts(rows, by=admin)
    wanted = {
        one.account_id: (owner, turn) for one, (owner, turn) in zip(taken, reps, strict=True) if turn < KNOWN
    }
    accounts = (
        db.session.execute(select(Account).where(Account.id.in_(wanted)).order_by(Account.id)).scalars().all()
    )
    names, random = people("contacts", set()), chance("contacts")
    former: Contact | None = None
    for number, it in enumerate(accounts):
        owner, turn = wanted[it.id]
        by = owner.by(Channel.IMPORT)
        name = next(names)
        phone = f"13{random.randint(0, 9)} {random.randint(1000, 9999)} {random.randint(1000, 9999)}"
        mail = f"{name.name.lower().replace(' ', '.')}@example.com"
        with clock.at(clock.now() - HISTORY + timedelta(days=random.randint(0, 120))):
            card = PersonCard(name.name, name.zh, random.choice(TITLES), phone, mail)
            known = create_contact(it, card, by=by, roles=[random.choice(PARTS)])
            if former is not None and number % 12 == 0:
                link_contact(it, former, by=by, roles=["recommends"])
            former = known
        if turn < 6:
            _papers(it, 40 + number, products)


def _person(one: tuple[str, str, str, list[str]], number: int) -> tuple[str, str, str, str, str]:
    name, zh, title, _parts = one
    return (
        name,
        zh,
        title,
        f"13{8 - number % 3} {6000 + number * 37:04d} {1200 + number * 91:04d}",
        f"{name.split()[0].lower()}{number}@example.com",
    )


def _talks(it: Account, contact_id: int, number: int, viewers: dict[str, Viewer], owner: str) -> None:
    for turn in range(1 + number % 3):
        way, text = TALKS[(number + turn) % len(TALKS)]
        by = viewers["service"] if turn == 2 else viewers[owner]
        at = clock.now() - timedelta(days=3 + 11 * turn + number % 7, hours=number % 5)
        with clock.at(at):
            record_interaction(it, way=way, text=text, by=by, contact_id=contact_id)


def _papers(it: Account, number: int, products: list[Product]) -> None:
    now = clock.now() - timedelta(hours=2)
    limit = (20 + number % 60 * 3) * 1_000_000
    hold = number in (4, 16) or number % 41 == 40
    put_credit(
        it, limit_minor=limit, used_minor=limit * (104 if hold else 30 + number % 60) // 100, currency="CNY", hold=hold,
        as_of=now, source="ERP", by=SYSTEM,
    )  # fmt: skip
    for order in range(number % 4):
        product = products[(number + order) % len(products)]
        day = clock.today("Asia/Shanghai") - timedelta(days=20 + 40 * order + number % 30)
        lines = [OrderedPieces(product.id, 4 + number % 9, product.list_price_minor * 92 // 100)]
        put_order(
            it,
            number=f"SO-{number:03d}-{order + 1}",
            day=day,
            lines=lines,
            currency="CNY",
            as_of=now,
            source="ERP",
            by=SYSTEM,
        )
        amount = lines[0].pieces * lines[0].price_minor
        put_invoice(
            it, number=f"INV-{number:03d}-{order + 1}", day=day + timedelta(days=9), due_day=day + timedelta(days=39),
            amount_minor=amount, open_minor=amount if hold or (order == 0 and number % 3) else 0, currency="CNY", as_of=now,
            source="ERP", by=SYSTEM,
        )  # fmt: skip
        _goods(it, number, order, day, lines[0])


def _goods(it: Account, number: int, order: int, day: date, line: OrderedPieces) -> None:
    """What was shipped for an order or is still to come, and now and then something that comes back."""
    now, today = clock.now() - timedelta(hours=2), clock.today("Asia/Shanghai")
    told: dict[str, Any] = {"product_id": line.product_id, "as_of": now, "source": "ERP", "by": SYSTEM}
    promised = day + timedelta(days=28)
    shipped = promised + timedelta(days=4 if number % 7 == 3 else -1)
    name = f"{number:03d}-{order + 1}"
    put_delivery(
        it, number=f"DL-{name}", pieces=line.pieces, promised_day=promised,
        shipped_day=shipped if shipped <= today else None, **told,
    )  # fmt: skip
    asked = shipped + timedelta(days=12)
    if (number + order) % 5 == 2 and asked <= today:
        settled = asked + timedelta(days=9)
        reason = list(REASONS)[number % len(REASONS)]
        put_return(
            it, number=f"RMA-{name}", pieces=1 + number % 2, reason=reason, asked_day=asked,
            settled_day=settled if settled <= today and number % 3 else None, **told,
        )  # fmt: skip
