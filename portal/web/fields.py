"""The base of all forms and the fields that WTForms lacks.

Every form carries the idempotency key of its instance (`once`) beside the CSRF token. Errors of commands land at the
field that they name; nothing typed is lost.
"""

import re
import unicodedata
import uuid
from collections.abc import Sequence
from datetime import date
from typing import Any, ClassVar, NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from wtforms import Field, FieldList, FormField, HiddenField, IntegerField, StringField, TextAreaField
from wtforms.form import BaseForm
from wtforms.validators import ValidationError
from wtforms.widgets import TextInput

from portal.core.clock import YEARS
from portal.core.errors import Refused, Stale
from portal.core.words import tidy

MOST = 10**15
"""From so many minor units on nobody can mean it; a column holds nine thousand times as much."""


def new_once() -> str:
    """A fresh idempotency key for one instance of a form."""
    return uuid.uuid4().hex


class Form(FlaskForm):
    """A form of the house."""

    once = HiddenField(default=new_once)
    stale: Stale | None = None

    def refuse(self, refused: Refused) -> None:
        """Put the reason of a refused act at its field, or on top of the form."""
        reason = _(refused.reason, **refused.values)
        if refused.field and refused.field in self._fields:
            field = self._fields[refused.field]
            field.errors = [*field.errors, reason]
        else:
            self.form_errors.append(reason)

    def all_errors(self) -> list[str]:
        """Every sentence that tells what is wrong, in the order of the fields."""
        return [*self.form_errors, *(fault.reason for fault in faults(self))]

    def given(self) -> dict[str, Any]:
        """The values of the declared fields, without the keys that only guard the post."""
        return {name: value for name, value in self.data.items() if name not in ("once", "csrf_token", "version")}


class Fault(NamedTuple):
    """One thing that is wrong with a field; `place` is the number of its part in a list of parts, else 0."""

    field: Field
    reason: str
    place: int


def faults(form: BaseForm) -> list[Fault]:
    """What is wrong with each field, in their order; a list of parts tells that of the fields of its parts."""
    return [fault for field in form for fault in _faults(field)]


def _faults(field: Field, place: int = 0) -> list[Fault]:
    if isinstance(field, FormField):
        return [fault for part in field.form for fault in _faults(part, place)]
    parts = enumerate(field.entries, 1) if isinstance(field, FieldList) else ()
    own = [Fault(field, str(error), place) for error in field.errors if not isinstance(error, dict)]
    return own + [fault for number, part in parts for fault in _faults(part, number)]


class VersionField(IntegerField):
    """The version that the reader saw. What is missing or unreadable becomes 0, which no object ever had."""

    widget = TextInput()

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        typed = valuelist[0] if valuelist else ""
        self.data = int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 10 else 0


class VersionedForm(Form):
    """A form on an object that others may change meanwhile: it knows the version that the reader saw."""

    version = VersionField(render_kw={"type": "hidden"})

    def saw(self, version: int) -> None:
        """The reader is shown the object as it is at `version`, and sending is meant for that."""
        self.version.process_data(version)
        self.version.raw_data = None

    def meets(self, version: int) -> None:
        """A page shows the form beside the object: a fresh form and one that came too late are meant for it as it is now.

        A refused one stays meant for what its reader saw.
        """
        if self.stale or self.version.raw_data is None:
            self.saw(version)


class TextField(StringField):
    """One line of text, tidied; a form that leaves it out means an empty one."""

    def process_data(self, value: Any) -> None:
        self.data = value or ""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        if valuelist:
            self.data = " ".join(tidy(valuelist[0]).split())


class ParagraphField(TextAreaField):
    """Text of several lines, tidied; a form that leaves it out means an empty one."""

    def process_data(self, value: Any) -> None:
        self.data = value or ""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        if valuelist:
            self.data = tidy(valuelist[0])


class AmountField(Field):
    """An amount of money as people type and paste it (`7,310`, `¥ 7310.50`, `７３１０`, `7.31万`): minor units."""

    widget = TextInput()

    def __init__(self, label: Any = None, validators: Any = None, places: int = 2, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.places = places

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else plain_amount(self.data, self.places)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        if valuelist:
            self.data = None
            self.data = read_amount(valuelist[0], self.places) if tidy(valuelist[0]) else None


def plain_amount(minor: int, places: int = 2) -> str:
    """Minor units as one types them: `7310`, `7310.50`."""
    whole, part = divmod(abs(minor), 10**places)
    sign = "-" if minor < 0 else ""
    return f"{sign}{whole}.{part:0{places}d}" if part else f"{sign}{whole}"


def read_amount(typed: str, places: int = 2) -> int:
    """Minor units of an amount as typed; ValidationError, in the reader's language, for anything unclear."""
    text = unicodedata.normalize("NFKC", tidy(typed)).replace(" ", "").replace("\u00a0", "")
    text = re.sub(r"^(?:[¥￥$€£]|CNY|RMB|USD|EUR)|元$", "", text, flags=re.IGNORECASE)
    shift = 4 if text.endswith("万") else 0
    text = text.removesuffix("万")
    found = re.fullmatch(r"(\d{1,3}(?:,\d{3})+|\d{1,13})(?:\.(\d+))?", text)
    if not found:
        raise ValidationError(_("Write it as a number, such as 7310 or 7,310.50."))
    digits = found[1].replace(",", "")
    decimals = (found[2] or "").rstrip("0")
    if len(decimals) > places + shift:
        raise ValidationError(_("At most %(places)s decimal places.", places=places))
    minor = int(digits + decimals.ljust(places + shift, "0"))
    if minor >= MOST:
        raise ValidationError(_("This amount is too large."))
    return minor


class DayField(Field):
    """A date as people type it: the browser's own field, or `2026-12-10`, `10.12.2026`, `2026/12/10`, `12月10日`."""

    widget = TextInput()

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return self.data.isoformat() if self.data else ""

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        if valuelist:
            self.data = None
            self.data = read_day(valuelist[0]) if tidy(valuelist[0]) else None


def read_day(typed: str) -> date:
    """The date meant; ValidationError, in the reader's language, for anything unclear."""
    text = unicodedata.normalize("NFKC", tidy(typed))
    found = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", text)
    parts = found.groups() if found else None
    if parts is None and (other := re.fullmatch(r"(\d{1,2})\.(\d{1,2})\.(\d{4})", text)):
        parts = (other[3], other[2], other[1])
    try:
        if parts is None or int(parts[0]) not in YEARS:
            raise ValueError
        return date(int(parts[0]), int(parts[1]), int(parts[2]))
    except ValueError:
        raise ValidationError(_("Write the date as year-month-day, such as 2026-12-10.")) from None


class NumberField(Field):
    """A whole number as typed or pasted, with or without separators."""

    widget = TextInput()

    def __init__(self, label: Any = None, validators: Any = None, least: int = 1, most: int = 10**9, **kwargs: Any) -> None:
        super().__init__(label, validators, **kwargs)
        self.least, self.most = least, most

    def _value(self) -> str:
        if self.raw_data:
            return str(self.raw_data[0])
        return "" if self.data is None else str(self.data)

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        if not valuelist:
            return
        self.data = None
        if not tidy(valuelist[0]):
            return
        text = unicodedata.normalize("NFKC", tidy(valuelist[0])).replace(",", "").replace(" ", "")
        if not re.fullmatch(r"-?\d{1,15}", text):
            raise ValidationError(_("Write a whole number."))
        self.data = int(text)
        if not self.least <= self.data <= self.most:
            raise ValidationError(_("Write a number from %(least)s to %(most)s.", least=self.least, most=self.most))


class Needed:
    """The field must be filled; the sentence says what is missing rather than that something is."""

    field_flags: ClassVar = {"required": True}

    def __init__(self, says: Any = None) -> None:
        self.says = says or _l("This is needed.")

    def __call__(self, form: Any, field: Any) -> None:  # noqa: ARG002
        if field.errors:
            return
        if field.data is None or field.data in ("", []):
            raise ValidationError(str(self.says))
