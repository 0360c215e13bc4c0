"""What the forms of a price request hold; only shape, no rule."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField
from wtforms.validators import Length, Optional

from portal.prices.commands import Terms
from portal.prices.models import PriceRequest
from portal.prices.queries import Named
from portal.prices.rules import REASONS
from portal.web.fields import (
    AmountField,
    DayField,
    Form,
    Needed,
    NumberField,
    ParagraphField,
    TextField,
    VersionedForm,
)


class RequestForm(VersionedForm):
    """A special price: three answers are needed, everything else is filled in."""

    account = NumberField(_l("Customer"), [Optional()])
    account_text = TextField(_l("Customer"), [Needed(_l("Which customer is it for?")), Length(max=200)])
    product = NumberField(_l("Product"), [Optional()])
    product_text = TextField(_l("Product"), [Needed(_l("Which product is it?")), Length(max=200)])
    pieces = NumberField(_l("Pieces"), [Optional()], least=1, most=1_000_000, default=1)
    asked = AmountField(
        _l("Price you ask for, each, before tax"), [Needed(_l("Say which price the customer needs."))]
    )
    reason = RadioField(_l("Why? One tap"), [Optional()], default="")
    competitor = TextField(_l("Competitor"), [Length(max=120)])
    competitor_price = AmountField(_l("Their offer"), [Optional()])
    deliver_by = DayField(_l("Deliver by"), [Optional()])
    valid_until = DayField(_l("Price holds until"), [Optional()])
    remark = ParagraphField(_l("Remark"), [Length(max=2_000)])
    sure = BooleanField(_l("Yes, this is the price of one piece"))
    act = TextField(default="submit")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reason.choices = [(key, _l(label)) for key, label in REASONS.items()]

    def terms(self) -> Terms:
        """What the form asks for, as the command reads it."""
        return Terms(
            account=Named(self.account.data, self.account_text.data or ""),
            product=Named(self.product.data, self.product_text.data or ""), asked_minor=self.asked.data or 0,
            pieces=self.pieces.data or 1, reason=self.reason.data or "", remark=self.remark.data or "",
            competitor=self.competitor.data or "", competitor_minor=self.competitor_price.data,
            deliver_by=self.deliver_by.data, valid_until=self.valid_until.data, sure=bool(self.sure.data),
        )  # fmt: skip

    @classmethod
    def of(cls, it: PriceRequest, lang: str) -> "RequestForm":
        """The form filled with the terms of a request. The tick is not: it was about the price of that time."""
        return cls(data={
            "account": it.account_id, "account_text": it.account.shown(lang), "product": it.product_id,
            "product_text": it.product.shown(lang), "asked": it.asked_minor, "pieces": it.pieces,
            "reason": it.reason, "remark": it.remark, "competitor": it.competitor, "competitor_price": it.competitor_minor,
            "deliver_by": it.deliver_by, "valid_until": it.valid_until, "version": it.version,
        })  # fmt: skip


class DecisionForm(VersionedForm):
    """Approve, send back or decline, with a remark where one is needed."""

    verdict = RadioField(_l("Your decision"), [Needed(_l("Say what you decide."))])
    note = ParagraphField(_l("Remark"), [Length(max=2_000)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.verdict.choices = [
            ("approve", _l("Approve")),
            ("return", _l("Send back")),
            ("reject", _l("Decline")),
        ]


class HandOverForm(VersionedForm):
    """Give the decision to somebody else."""

    to = SelectField(_l("To whom"), [Needed(_l("Choose a person."))], coerce=int)
    note = TextField(_l("Remark"), [Length(max=500)])


class VersionForm(VersionedForm):
    """An act that needs nothing but the version that was seen."""


class ActForm(Form):
    """An act that needs nothing at all."""
