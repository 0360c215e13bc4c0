"""A database to measure: so many customers of one rep, made through the commands of the rooms."""

from sqlalchemy import select

from portal.access.viewer import SYSTEM
from portal.core.db import db, unit_of_work
from portal.customers.commands.imports import AccountRow, put_accounts
from portal.demo import load
from portal.identity.models import Person

TRADES = ("化工", "制药", "水务", "食品", "电力", "环保", "纸业", "印染", "机械", "半导体")
PLACES = ("苏州", "上海", "宁波", "无锡", "南通", "嘉兴", "绍兴", "常州", "杭州", "昆山")
FIRST = "金海长江东南华新远大恒瑞康泰丰盛宏达永昌国顺"
PART = 5_000


def fill(customers: int) -> None:
    """The demo company, and beside it so many customers with Chinese and English names, places and phones."""
    load()
    owner = db.session.execute(select(Person.id).where(Person.username == "rep")).scalar_one()
    for start in range(0, customers, PART):
        with unit_of_work():
            put_accounts(
                [_row(number, owner) for number in range(start, min(start + PART, customers))], by=SYSTEM
            )
        db.session.expunge_all()


def _row(number: int, owner: int) -> AccountRow:
    place, trade = PLACES[number % 10], TRADES[number // 10 % 10]
    name = f"{place}{FIRST[number // 100 % 22]}{FIRST[number // 2200 % 22]}{trade}"
    return AccountRow(
        name=f"Works {number:06d} {name}", name_zh=f"{name}{number:06d}", sector=trade, place=place, owner_id=owner,
        phone=f"0512-{number:04d} {7919 * number % 10000:04d}", source="bench",
    )  # fmt: skip
