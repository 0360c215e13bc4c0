"""What the forms of calendars hold; only shape, no rule."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from babel import Locale
from flask_babel import get_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, RadioField, SelectField
from wtforms.validators import Length, Optional, ValidationError
from wtforms.widgets import TextInput

from portal.calendars.rules import HOLIDAY, KINDS, countries, read_hours, write_hours
from portal.core.errors import Refused
from portal.core.search import sort_key
from portal.core.workclock import Hours
from portal.web.fields import DayField, Form, Needed, NumberField, TextField, VersionedForm

OFFICE: Hours = ((9 * 60, 12 * 60), (13 * 60, 18 * 60))
CONTINENTS = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")
WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class HoursField(Field):
    """The worked hours of a day, as people type them; blank is a day off."""

    widget = TextInput()
    data: Hours

    def _value(self) -> str:
        return str(self.raw_data[0]) if self.raw_data else write_hours(self.data or ())

    def process_formdata(self, valuelist: Sequence[Any]) -> None:
        self.data = ()
        try:
            self.data = read_hours(valuelist[0] if valuelist else "")
        except Refused as refused:
            raise ValidationError(_(refused.reason)) from None


@lru_cache(maxsize=1)
def zones() -> list[str]:
    """The time zones to choose from: places, without the old names that the data still carries."""
    return sorted(name for name in available_timezones() if name == "UTC" or name.split("/")[0] in CONTINENTS)


def a_zone(_form: Any, field: Any) -> None:
    """The field names a time zone."""
    if field.data not in zones():
        raise ValidationError(_("Write a time zone such as Asia/Shanghai or Europe/Berlin."))


def named_countries() -> list[tuple[str, str]]:
    """Countries with a holiday table, by their names in the reader's language; first of all: none."""
    locale = get_locale() or Locale("en")
    named = [(code, locale.territories[code]) for code in countries() if code in locale.territories]
    by_name = sorted(named, key=lambda one: sort_key(one[1]))
    return [("", _("None: only what is entered by hand")), *by_name]


class EditForm(VersionedForm):
    """Name, place and the hours of a week."""

    name = TextField(_l("Name"), [Needed(), Length(max=80)])
    name_zh = TextField(_l("Name in Chinese"), [Length(max=60)])
    country = SelectField(_l("Holidays of"), choices=named_countries, default="CN")
    zone = TextField(_l("Time zone"), [Needed(), a_zone], default="Asia/Shanghai")
    monday = HoursField(_l("Monday"), default=OFFICE)
    tuesday = HoursField(_l("Tuesday"), default=OFFICE)
    wednesday = HoursField(_l("Wednesday"), default=OFFICE)
    thursday = HoursField(_l("Thursday"), default=OFFICE)
    friday = HoursField(_l("Friday"), default=OFFICE)
    saturday = HoursField(_l("Saturday"), default=())
    sunday = HoursField(_l("Sunday"), default=())

    @property
    def week(self) -> list[HoursField]:
        """The fields of the seven days."""
        return [self[name] for name in WEEK]

    def calendar(self) -> dict[str, Any]:
        """What the commands want to know."""
        place = {name: self[name].data for name in ("name", "name_zh", "country", "zone")}
        return place | {"weekly": tuple(field.data for field in self.week)}


class DayForm(Form):
    """One day, or several in a row, on which the week does not count."""

    day = DayField(_l("Date"), [Needed(_l("Say which day."))])
    until = DayField(_l("Last day"), [Optional()])
    kind = RadioField(_l("Kind of day"), [Needed(_l("Say what it is."))], default=HOLIDAY)
    name = TextField(_l("Name of the day"), [Length(max=120)])
    hours = HoursField(_l("Working hours"), default=())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [(key, _(label)) for key, label in KINDS.items()]


class RemovalForm(Form):
    """Which day goes back to the hours of the week."""

    day = DayField(_l("Date"), [Needed(_l("Say which day."))])


class ConfirmForm(Form):
    """Up to which day the calendar is certain."""

    until = DayField(_l("Confirmed up to and including"), [Needed(_l("Say which day."))])


class LoadForm(Form):
    """Which year is loaded from the holiday table."""

    year = NumberField(_l("Year"), [Needed(_l("Say which year."))], least=2000, most=2100)
