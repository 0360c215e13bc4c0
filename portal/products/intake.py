"""Products from files."""

from portal.access.viewer import Viewer
from portal.core.intake import Column, Intake, Row, number_in, reject_doubles, text_in
from portal.core.types import Outcome
from portal.core.words import N_
from portal.products import commands, rules

CODE = Column("code", N_("Product code"), ("product_code", "sku", "编号", "产品编号"))
NAME = Column("product", N_("Product"), ("name", "product_name", "产品", "产品名称"), required=True)
NAME_ZH = Column("name_zh", N_("Chinese name"), ("中文名",))
SERIES = Column("series", N_("Series"), ("系列",))
PRICE = Column("sales_price", N_("List price"), ("price", "list_price", "目录价", "单价"), required=True)
COST = Column("cost", N_("Cost"), ("unit_cost", "成本"))
CURRENCY = Column("currency", N_("Currency"), ("币种",))
LEAD = Column("lead_days", N_("Lead time in working days"), ("lead_time", "交期"))


def check(rows: list[Row], accept_suggestions: bool) -> None:  # noqa: ARG001, FBT001  (products stand for themselves)
    """Fill the values of each row, or say what is wrong with it."""
    reject_doubles(rows, lambda row: rules.code_of(row.cells.get("code") or row.cells.get("product", "")))
    for row in rows:
        price, cost, lead = number_in(row, PRICE, 2), number_in(row, COST, 2), number_in(row, LEAD)
        name = text_in(row, NAME, 160)
        if not name:
            row.reject(N_("%(column)s is missing."), column=NAME.label)
        if price is None or price < 0:
            row.reject(N_("A product needs a list price of 0 or more."))
        if cost is not None and cost < 0:
            row.reject(N_("A price cannot be negative."))
        row.values = {
            "code": text_in(row, CODE, 60), "name": name, "name_zh": text_in(row, NAME_ZH, 80) or None,
            "series": text_in(row, SERIES, 60) or None, "list_price_minor": price, "cost_minor": cost,
            "currency": text_in(row, CURRENCY, 3).upper(), "lead_days": lead,
        }  # fmt: skip


def write(rows: list[Row], *, by: Viewer, currency: str) -> list[Outcome]:
    """Write the accepted rows; a row without a currency is in that of the house."""
    return [
        commands.put_product(**row.values | {"currency": row.values["currency"] or currency}, by=by)[1]
        for row in rows
    ]


INTAKE = Intake(
    "products", N_("Products"), (CODE, NAME, NAME_ZH, SERIES, PRICE, COST, CURRENCY, LEAD), check, write,
    commands.products_undone,
)  # fmt: skip
