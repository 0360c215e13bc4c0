"""The form of a policy version: up to four steps in a row, each one line."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField, SelectField
from wtforms import Form as PlainForm
from wtforms.validators import Optional

from portal.approvals import rules
from portal.approvals.models import ApprovalPolicy
from portal.approvals.slots import SUBJECTS
from portal.web.fields import Form, NumberField, TextField

STEPS = 4


class PercentField(NumberField):
    """A share as people type it (`25`, `17.5 %`), kept as basis points."""

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else f"{self.data / 100:g}"

    def process_formdata(self, valuelist: Any) -> None:
        self.data = None
        text = (valuelist[0] if valuelist else "").replace("%", "").replace("％", "").strip()
        if not text:
            return
        whole, _dot, part = text.partition(".")
        if not (whole.lstrip("-").isdigit() and (part or "0").isdigit() and len(part) <= 2):
            raise ValueError(_("Write a percentage, such as 25 or 17.5."))
        sign = -1 if whole.startswith("-") else 1
        self.data = int(whole) * 100 + sign * int((part or "0").ljust(2, "0"))


class StepForm(PlainForm):
    """One step; without a seat it is left out."""

    seat = SelectField(_l("Who decides"), [Optional()])
    minutes = NumberField(_l("Promise, working minutes"), [Optional()], least=1, most=10_000)
    operator = SelectField(_l("When"), [Optional()])
    field = SelectField(_l("What is looked at"), [Optional()])
    value = PercentField(_l("Limit, %"), [Optional()])


class PolicyForm(Form):
    """The next version of the policy of one kind of subject."""

    kind = TextField(default="price_request")
    steps = FieldList(FormField(StepForm), min_entries=STEPS, max_entries=STEPS)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields = SUBJECTS[self.kind.data].fields if self.kind.data in SUBJECTS else {}
        for step in self.steps:
            step.seat.choices = [
                ("", _("no further step")),
                *((key, _(label)) for key, label in rules.SEATS.items()),
            ]
            step.operator.choices = [(key, _(label)) for key, label in rules.OPERATORS.items()]
            step.field.choices = [("", "–"), *((key, _(label)) for key, label in fields.items())]

    @classmethod
    def of(cls, kind: str, policy: ApprovalPolicy | None) -> "PolicyForm":
        """The form filled with the version in force."""
        steps = [
            {
                "seat": s.seat,
                "minutes": s.minutes,
                "operator": s.operator,
                "field": s.field,
                "value": s.value if s.field else None,
            }
            for s in (policy.steps if policy else [])
        ]
        return cls(data={"kind": kind, "steps": steps + [{}] * (STEPS - len(steps))})

    def steps_given(self) -> list[rules.Step]:
        """The steps that name a seat, numbered in order."""
        given = [step for step in self.steps if step.seat.data]
        return [
            rules.Step(
                position=number, seat=step.seat.data, minutes=step.minutes.data or 0, operator=step.operator.data,
                field=step.field.data if step.operator.data != rules.ALWAYS else "",
                value=(step.value.data or 0) if step.operator.data != rules.ALWAYS else 0,
            )
            for number, step in enumerate(given, 1)
        ]  # fmt: skip
