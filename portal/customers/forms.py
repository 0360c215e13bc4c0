"""What the forms of customers hold; only shape, no rule."""

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, RadioField, SelectField, SelectMultipleField
from wtforms.validators import Email, Length, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from portal.customers.commands import Card, PersonCard
from portal.customers.models import Account, Contact
from portal.customers.rules import CLASSES, PARTS, WAYS
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


class PartsField(SelectMultipleField):
    """Several of few, as checkboxes."""

    widget = ListWidget(prefix_label=False)
    option_widget = CheckboxInput()


class AccountForm(VersionedForm):
    """The card of a customer: one answer is needed."""

    name = TextField(_l("Name"), [Needed(_l("What is the customer called?")), Length(max=160)])
    name_zh = TextField(_l("Chinese name"), [Length(max=80)])
    customer_class = RadioField(_l("Class"), [Optional()], default="")
    sector = TextField(_l("Sector"), [Length(max=60)])
    place = TextField(_l("Location"), [Length(max=80)])
    address = TextField(_l("Address"), [Length(max=200)])
    phone = TextField(_l("Phone"), [Length(max=60)])
    website = TextField(_l("Website"), [Length(max=200)])
    parent = NumberField(_l("Belongs to"), [Optional()])
    parent_text = TextField(_l("Belongs to"), [Length(max=200)])
    year_established = NumberField(_l("Founded"), [Optional()], least=1000, most=2100)
    employees = NumberField(_l("Employees"), [Optional()], least=0)
    revenue = AmountField(_l("Yearly revenue"), [Optional()])
    currency = TextField(
        _l("Currency"), [Optional(), Regexp("^[A-Za-z]{3}$", message=_l("Three letters, such as CNY."))]
    )
    another = BooleanField(_l("It is another company of that name"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.customer_class.choices = [(key, _l(label)) for key, label in CLASSES.items()]

    def card(self, parent_id: int | None, currency: str) -> Card:
        """What was written, as the command reads it; a revenue without a currency is in that of the house."""
        return Card(
            name=self.name.data, name_zh=self.name_zh.data, customer_class=self.customer_class.data or "",
            sector=self.sector.data, place=self.place.data, address=self.address.data, phone=self.phone.data,
            website=self.website.data,
            year_established=self.year_established.data, employees=self.employees.data, revenue_minor=self.revenue.data,
            currency=(self.currency.data or currency).upper() if self.revenue.data is not None else "", parent_id=parent_id,
        )  # fmt: skip

    @classmethod
    def of(cls, it: Account, parent: str) -> "AccountForm":
        """The form filled with the card of a customer; `parent` is the name of the account above."""
        same = (
            "name",
            "name_zh",
            "customer_class",
            "sector",
            "place",
            "address",
            "phone",
            "website",
            "year_established",
        )
        known = {name: getattr(it, name) for name in (*same, "employees", "currency", "version")}
        return cls(data=known | {"revenue": it.revenue_minor, "parent": it.parent_id, "parent_text": parent})


class TalkForm(Form):
    """A call or visit: two answers."""

    way = RadioField(
        _l("What was it?"), [Needed(_l("Was it a call, a visit, a mail, a meeting?"))], default="call"
    )
    text = ParagraphField(
        _l("What was said?"), [Needed(_l("Write what was said, in a word or two.")), Length(max=4_000)]
    )
    contact = SelectField(_l("With whom"), [Optional()], default="")
    day = DayField(_l("On which day"), [Optional()])

    def __init__(self, contacts: list[tuple[str, str]], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.way.choices = [(key, _l(label)) for key, label in WAYS.items()]
        self.contact.choices = [("", _l("nobody in particular")), *contacts]


class TaskForm(Form):
    """A task on a customer, in one line."""

    title = TextField(
        _l("What is to be done?"), [Needed(_l("Say in one line what is to be done.")), Length(max=200)]
    )
    receiver = TextField(validators=[Length(max=20)])
    receiver_text = TextField(
        _l("By whom"), [Needed(_l("Choose a colleague or a department from the list.")), Length(max=120)]
    )
    due_day = DayField(_l("Until when"), [Optional()])


class ContactForm(VersionedForm):
    """The card of a person at a customer, and the part he plays there."""

    name = TextField(_l("Full name"), [Needed(_l("What is the person called?")), Length(max=120)])
    name_zh = TextField(_l("Chinese name"), [Length(max=60)])
    title = TextField(_l("Position"), [Length(max=120)])
    phone = TextField(_l("Phone"), [Length(max=60)])
    email = TextField(
        _l("E-mail"), [Optional(), Email(_l("This does not look like an e-mail address.")), Length(max=200)]
    )
    roles = PartsField(_l("Part in the purchase"), [Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.roles.choices = [(key, _l(label)) for key, label in PARTS.items()]

    def card(self) -> PersonCard:
        """What was written, as the command reads it."""
        return PersonCard(
            self.name.data, self.name_zh.data, self.title.data, self.phone.data, self.email.data
        )

    @classmethod
    def of(cls, it: Contact) -> "ContactForm":
        """The form filled with the card of a person."""
        return cls(obj=it)


class LinkForm(Form):
    """A person who is known already, and the part he plays at this customer."""

    contact = NumberField(_l("Person"), [Optional()])
    contact_text = TextField(_l("Person"), [Needed(_l("Who is it?")), Length(max=120)])
    roles = PartsField(_l("Part in the purchase"), [Optional()])
    since = DayField(_l("Since"), [Optional()])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.roles.choices = [(key, _l(label)) for key, label in PARTS.items()]


class MemberForm(Form):
    """A colleague who serves the customer from a day on."""

    person = NumberField(_l("Colleague"), [Optional()])
    person_text = TextField(_l("Colleague"), [Needed(_l("Which colleague?")), Length(max=120)])
    since = DayField(_l("From which day"), [Optional()])
    note = TextField(_l("Remark"), [Length(max=500)])


class VersionForm(VersionedForm):
    """An act that needs nothing but the version that was seen."""


class ActForm(Form):
    """An act that needs nothing at all."""
