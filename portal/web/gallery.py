"""What the gallery of components shows: a form, the same form after it was refused, a chart of each kind. Development only."""

from typing import Any

from wtforms import BooleanField, FileField, RadioField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice

from portal.web import charts
from portal.web.fields import AmountField, DayField, Form, Needed, NumberField, TextField


def samples(lang: str) -> dict[str, Any]:
    """The context of `gallery/index.html` in the language of the reader."""
    form = _form(lang)(formdata=None, data=_ASKED)
    form.customer.data = _in(lang, "Suzhou Jinhe Chemical", "苏州锦禾化工")
    return {"form": form, "failed": _failed(lang), "charts": _charts(lang)}


_ASKED = {"customer_id": "17", "pieces": 24, "price": 731_000, "reason": "competitor"}


def _in(lang: str, english: str, chinese: str) -> str:
    return chinese if lang == "zh" else english


def _form(lang: str) -> type[Form]:
    def t(english: str, chinese: str) -> str:
        return _in(lang, english, chinese)

    class Sample(Form):
        customer = TextField(t("Customer", "客户"), [Needed()])
        customer_id = TextField()
        pieces = NumberField(t("Quantity", "数量"))
        price = AmountField(t("Price you ask for, each, before tax", "申请单价（未税）"))
        reason = RadioField(
            t("Why? One tap", "原因，点一下"),
            choices=[
                SelectChoice("competitor", t("Competitor offers less", "对手报价更低")),
                SelectChoice("volume", t("Volume", "量大")),
                SelectChoice("new", t("New customer", "新客户")),
                SelectChoice("complaint", t("Repair of a complaint", "投诉补偿")),
            ],
        )
        channel = SelectField(
            t("Channel", "渠道"), choices=[SelectChoice("visit", t("Visit", "拜访")), SelectChoice("phone", t("Phone", "电话"))]
        )
        due = DayField(t("Deliver by", "交货期"))
        remark = TextAreaField(t("Remark", "备注"))
        told = BooleanField(t("Tell the service department", "通知服务部"))
        file = FileField(t("Photo or offer", "照片或报价单"))

    return Sample


def _failed(lang: str) -> Form:
    form = _form(lang)(formdata=None, data={"reason": "volume"}, prefix="failed-")
    form.pieces.raw_data = [_in(lang, "two dozen", "两打")]
    form.price.raw_data = ["¥73,10"]
    form.pieces.errors = [
        _in(lang, "Write a whole number of pieces, for example 24", "请填整数台数，例如 24")
    ]
    form.price.errors = [
        _in(lang, "Write the price with a point: 7310 or 7,310.00", "价格请写成 7310 或 7,310.00")
    ]
    form.reason.errors = [_in(lang, "Choose one", "请选一项")]
    form.told.errors = [_in(lang, "Tick this", "请勾选")]
    return form


def _charts(lang: str) -> dict[str, Any]:
    def t(english: str, chinese: str) -> str:
        return _in(lang, english, chinese)

    weeks = [t(f"week {n}", f"{n} 周") for n in range(40, 48)]
    hidden = charts.Hidden(t("not shown: fewer than five people", "不显示：不足五人"))
    return {
        "line": charts.line(
            weeks,
            charts.Series(t("East", "华东"), [62, 58, 55, 49, 51, 44, 41, 38]),
            other=charts.Series(t("South", "华南"), [60, 61, 59, 60, 58, 57, 58, 57]),
            band=[None, None, None, (44, 58), (42, 56), (40, 54), (38, 52), (36, 50)],
            band_name=t("expected", "预期"),
            level=charts.Level(40, t("target 40", "目标 40")),
            marks=[charts.Mark(3, t("pilot starts", "试点开始"))],
        ),
        "bars": charts.bars(
            [
                charts.Bar(t("Suzhou", "苏州"), 83, 80),
                charts.Bar(t("Hangzhou", "杭州"), 61, 80),
                charts.Bar(t("Tianjin", "天津"), hidden),
            ]
        ),
        "funnel": charts.funnel(
            [
                charts.Stage(t("Asked", "提交"), 240),
                charts.Stage(t("Approved", "同意"), 180),
                charts.Stage(t("Ordered", "成交"), 117),
            ],
            rate=lambda points: f"{points / 100:.0f} %" if lang == "en" else f"{points / 100:.0f}%",
        ),
        "heat": charts.heat(
            weeks[-4:],
            [
                charts.Group(t("Suzhou", "苏州"), "12", [41, 52, 68, 83]),
                charts.Group(t("Hangzhou", "杭州"), "9", [30, 38, None, 61]),
                charts.Group(t("Tianjin", "天津"), "4", hidden),
            ],
        ),
        "spark": charts.spark([62, 58, 55, 49, 51, 44, 41, 38]),
        "bullet": charts.bullet(61, 100, target=80, bench=55),
        "ladder": charts.ladder(
            [
                charts.Rung(860_000, "8,600", t("list", "目录价")),
                charts.Rung(817_000, "8,170", t("contract, −5 %", "年度合同价 −5%")),
                charts.Rung(
                    731_000,
                    "7,310",
                    t("asked, −15.0 %, margin 21.8 %", "申请价 −15.0%，毛利率 21.8%"),
                    asked=True,
                ),
                charts.Rung(697_600, "6,976", t("floor, margin 18 %", "底价，毛利率 18%")),
            ],
            floor=697_600,
            target=762_700,
        ),
        "strip": charts.strip(
            218, 180, 250, floor_words=t("floor 18 %", "底线 18%"), target_words=t("target 25 %", "目标 25%")
        ),
    }
