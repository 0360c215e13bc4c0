"""Opportunities from files."""

from sqlalchemy import select

from portal.access.viewer import Viewer
from portal.core.db import db
from portal.core.intake import (
    NONE_OF,
    Column,
    Intake,
    Names,
    Row,
    by_name,
    day_in,
    number_in,
    reject_doubles,
    resolve,
    text_in,
)
from portal.core.types import Outcome, in_both
from portal.core.undo import Part
from portal.core.words import N_
from portal.customers.models import Account
from portal.identity.queries.people import called
from portal.pipeline import commands, rules
from portal.products.models import Product

CODE = Column("opportunity_id", N_("Opportunity"), ("code", "id", "商机编号", "商机"), required=True)
OWNER = Column("sales_agent", N_("Sales rep"), ("owner", "rep", "销售", "负责人"), required=True)
PRODUCT = Column("product", N_("Product"), ("产品",), required=True)
ACCOUNT = Column("account", N_("Customer"), ("customer", "客户"), required=True)
STAGE = Column("deal_stage", N_("Stage"), ("stage", "阶段"), required=True)
ENGAGED = Column("engage_date", N_("Opened on"), ("opened", "建立日期"))
CLOSED = Column("close_date", N_("Closed on"), ("closed", "关闭日期"))
VALUE = Column("close_value", N_("Value"), ("value", "amount", "金额"))
CURRENCY = Column("currency", N_("Currency"), ("币种",))


def check(rows: list[Row], accept_suggestions: bool) -> None:  # noqa: FBT001
    """Fill the values of each row, or say what is wrong with it."""
    people, products, accounts = called(), *(_called(model) for model in (Product, Account))
    product_names = {
        row.id: in_both(row.name, row.name_zh)
        for row in db.session.execute(select(Product.id, Product.name, Product.name_zh))
    }
    near = [Names(known) for known in (people, products, accounts)]
    reject_doubles(rows, lambda row: row.cells.get("opportunity_id", "").strip())
    for row in rows:
        code = text_in(row, CODE, 40)
        if not code:
            row.reject(N_("%(column)s is missing."), column=CODE.label)
        account = resolve(row, ACCOUNT, accounts, near[2], accept=accept_suggestions)
        owner = resolve(row, OWNER, people, near[0], accept=accept_suggestions)
        product = resolve(row, PRODUCT, products, near[1], accept=accept_suggestions)
        stage = rules.stage_of(row.cells.get("deal_stage", ""))
        engaged, closed, value = day_in(row, ENGAGED), day_in(row, CLOSED), number_in(row, VALUE, 2)
        if stage is None:
            row.reject(NONE_OF, column=STAGE.label, written=row.cells.get("deal_stage", ""), known=", ".join(rules.STAGES))
        elif (fault := rules.fault(stage, engaged, closed, value)) is not None:
            row.reject(fault)
        row.values = {
            "code": code, "account_id": account, "owner_id": owner, "product_id": product, "stage": stage,
            "engaged_on": engaged, "closed_on": closed, "value_minor": value,
            "currency": text_in(row, CURRENCY, 3).upper(), "product_name": product_names.get(product or 0, {}), "source": "file",
        }  # fmt: skip


def _called(model: type[Product | Account]) -> dict[str, int]:
    return by_name(db.session.execute(select(model.id, model.name, model.name_zh)))


def write(rows: list[Row], *, by: Viewer, currency: str) -> list[Outcome]:
    """Write the accepted rows; a row without a currency is in that of the house."""
    told = [commands.Told(**row.values | {"currency": row.values["currency"] or currency}) for row in rows]
    return commands.put_opportunities(told, by=by)


INTAKE = Intake(
    "opportunities",
    N_("Opportunities"),
    (CODE, OWNER, PRODUCT, ACCOUNT, STAGE, ENGAGED, CLOSED, VALUE, CURRENCY),
    check,
    write,
    commands.opportunities_undone,
    (
        Part("stage_change", "opportunity", (("opportunity_id", "id"),)),
        Part("account_member", "opportunity", (("account_id", "account_id"), ("person_id", "owner_id")), anybody=True),
        Part("account_member", "account", (("account_id", "id"),)),
    ),
)
