"""Customers from files."""

from sqlalchemy import select

from portal.access.viewer import Viewer
from portal.core.db import db
from portal.core.intake import (
    NONE_OF,
    NOT_KNOWN,
    PERHAPS,
    SEVERAL,
    Column,
    Intake,
    Row,
    by_name,
    is_ambiguous,
    number_in,
    reject_doubles,
    text_in,
)
from portal.core.types import Outcome
from portal.core.undo import Part
from portal.core.words import N_
from portal.customers import rules
from portal.customers.commands.imports import AccountRow, accounts_undone, put_accounts
from portal.customers.models import Account
from portal.identity.queries.people import called

NAME = Column(
    "account", N_("Customer"), ("name", "customer", "company", "客户", "客户名称", "公司"), required=True
)
NAME_ZH = Column("name_zh", N_("Chinese name"), ("中文名",))
CLASS = Column("customer_class", N_("Class"), ("class", "客户分类"))
SECTOR = Column("sector", N_("Sector"), ("industry", "行业"))
FOUNDED = Column("year_established", N_("Founded"), ("founded", "成立年份"))
REVENUE = Column("revenue", N_("Yearly revenue, millions"), ("annual_revenue", "年收入（百万）"))
EMPLOYEES = Column("employees", N_("Employees"), ("staff", "员工数"))
PLACE = Column("office_location", N_("Location"), ("place", "city", "location", "地点", "城市"))
PHONE = Column("phone", N_("Phone"), ("telephone", "电话"))
PARENT = Column("subsidiary_of", N_("Belongs to"), ("parent", "parent_account", "上级公司", "母公司"))
OWNER = Column("owner", N_("Owner"), ("sales_agent", "负责人"))
MILLION = 1_000_000


def check(rows: list[Row], accept_suggestions: bool) -> None:  # noqa: FBT001
    """Fill the values of each row, or say what is wrong with it; parents may stand in the same file, in any order."""
    known = db.session.execute(select(Account.name_key, Account.name, Account.name_zh)).all()
    either = by_name((it.name, it.name, it.name_zh) for it in known)
    meant = {written: name for written, name in either.items() if name is not SEVERAL}
    names_given = [meant.get(written, written) for written in (row.cells.get("account", "").strip() for row in rows)]
    keys = dict(zip((row.line for row in rows), (rules.name_key(name) for name in names_given), strict=True))
    reject_doubles(rows, lambda row: keys[row.line])
    names = {it.name_key: it.name for it in known} | {rules.name_key(name): name for name in names_given}
    people = called()
    for row in rows:
        name = text_in(row, NAME, 160)
        if not rules.name_key(name):
            row.reject(N_("%(column)s is missing."), column=NAME.label)
        revenue = number_in(row, REVENUE, 2)
        row.values = {
            "name": meant.get(name, name), "name_zh": text_in(row, NAME_ZH, 80) or None, "customer_class": _class(row),
            "sector": text_in(row, SECTOR, 60) or None, "place": text_in(row, PLACE, 80) or None,
            "phone": text_in(row, PHONE, 60) or None, "year_established": number_in(row, FOUNDED),
            "employees": number_in(row, EMPLOYEES), "revenue_minor": None if revenue is None else revenue * MILLION,
            "parent": _parent(row, names, meant, accept=accept_suggestions), "owner_id": _owner(row, people),
        }  # fmt: skip


def _class(row: Row) -> str | None:
    written = text_in(row, CLASS, 20)
    meant = rules.class_of(written)
    if written and meant is None:
        row.reject(NONE_OF, column=CLASS.label, written=written, known=", ".join(rules.CLASSES))
    return meant


def _parent(row: Row, names: dict[str, str], meant: dict[str, str], *, accept: bool) -> str | None:
    written = text_in(row, PARENT, 160)
    written = meant.get(written, written)
    if not written:
        return None
    known = names.get(rules.name_key(written))
    if known is None:
        row.reject(NOT_KNOWN, column=PARENT.label, written=written)
        return None
    if known != written:
        row.suggested.append((PARENT.key, written, known))
        if not accept:
            row.reject(PERHAPS, column=PARENT.label, written=written, known=known)
    own = row.cells.get("account", "").strip()
    if rules.name_key(written) == rules.name_key(meant.get(own, own)):
        row.reject(N_("A customer cannot belong to itself."))
    return known


def _owner(row: Row, people: dict[str, int]) -> int | None:
    written = text_in(row, OWNER, 120)
    if is_ambiguous(row, OWNER, people):
        return None
    if written and written not in people:
        row.reject(NOT_KNOWN, column=OWNER.label, written=written)
    return people.get(written)


def write(rows: list[Row], *, by: Viewer, currency: str) -> list[Outcome]:
    """Write the accepted rows, revenues in the currency of the house."""
    told = [
        AccountRow(
            **row.values,
            currency=currency if row.values["revenue_minor"] is not None else None,
            source="file",
        )
        for row in rows
    ]
    return [taken.outcome for taken in put_accounts(told, by=by)]


INTAKE = Intake(
    "accounts", N_("Customers"),
    (NAME, NAME_ZH, CLASS, SECTOR, FOUNDED, REVENUE, EMPLOYEES, PLACE, PHONE, PARENT, OWNER), check, write,
    accounts_undone, (Part("account_member", "account", (("account_id", "id"),)),),
)  # fmt: skip
