"""Forms about people."""

from functools import lru_cache
from typing import Any
from zoneinfo import available_timezones

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField
from wtforms.validators import Length, ValidationError

from portal.access.permissions import ROLES
from portal.identity.queries import places
from portal.identity.rules import is_address
from portal.web.fields import DayField, Form, Needed, TextField, VersionedForm
from portal.web.formats import lang

PLACES = ("Africa", "America", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


@lru_cache(maxsize=1)
def zones() -> list[str]:
    """The time zones to choose from: places, without the old names that the data still carries."""
    return sorted(name for name in available_timezones() if name == "UTC" or name.split("/")[0] in PLACES)


def an_address(_form: Any, field: Any) -> None:
    """The field is empty or holds an address that mail can be sent to."""
    if field.data and not is_address(field.data):
        raise ValidationError(_("Write an address such as li.na@example.com."))


def a_zone(_form: Any, field: Any) -> None:
    """The field is empty or names a time zone."""
    if field.data and field.data not in zones():
        raise ValidationError(_("Write a time zone such as Asia/Shanghai or Europe/Berlin."))


def languages() -> list[tuple[str, str]]:
    """The languages by their own names, and none: what the browser asks for."""
    return [("", _("as the browser")), ("en", "English"), ("zh", "中文")]


def number(typed: Any) -> int | None:
    """The id behind a choice; none for the empty one."""
    return int(typed) if typed not in (None, "") else None


class SettingsForm(Form):
    """How one reads the portal, and where one's mail goes."""

    email = TextField(
        _l("E-mail"), [an_address, Length(max=200)], render_kw={"type": "email", "autocomplete": "email"}
    )
    lang = RadioField(_l("Language"), choices=languages, default="")
    zone = TextField(_l("Time zone"), [a_zone], render_kw={"list": "zones"})
    theme = RadioField(_l("Light or dark"), default="")
    density = RadioField(_l("Density"), default="")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.theme.choices = [("", _("as the system")), ("light", _("light")), ("dark", _("dark"))]
        self.density.choices = [("", _("roomy")), ("compact", _("compact"))]

    def values(self) -> dict[str, str]:
        """What the commands want to know."""
        return {name: self[name].data or "" for name in ("email", "lang", "zone", "theme", "density")}


class LanguageForm(Form):
    """The language to read in, and the page to come back to."""

    lang = RadioField(_l("Language"), choices={"en": "English", "zh": "中文"})
    next = HiddenField()


class PersonForm(VersionedForm):
    """Who a person is."""

    name = TextField(_l("Full name"), [Needed(_l("Write the name.")), Length(max=120)])
    name_zh = TextField(_l("Name in Chinese"), [Length(max=60)])
    username = TextField(
        _l("User name"),
        [Needed(_l("Write a user name.")), Length(max=80)],
        render_kw={"autocapitalize": "none", "spellcheck": "false"},
    )
    email = TextField(_l("E-mail"), [an_address, Length(max=200)], render_kw={"type": "email"})
    lang = RadioField(_l("Language"), choices=languages, default="")
    zone = TextField(_l("Time zone"), [a_zone], render_kw={"list": "zones"})

    def values(self) -> dict[str, str]:
        """What the commands want to know."""
        return {
            name: self[name].data or "" for name in ("name", "name_zh", "username", "email", "lang", "zone")
        }


class MembershipForm(Form):
    """The new home of a person, and from when."""

    team = SelectField(_l("Team"), [Needed(_l("Choose a team."))], coerce=number)
    since = DayField(_l("From"), [Needed(_l("Say from which day."))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.team.choices = team_choices(_("Choose"))


class RoleForm(Form):
    """A role, and from when."""

    role = RadioField(_l("Role"), [Needed(_l("Choose a role."))])
    since = DayField(_l("From"), [Needed(_l("Say from which day."))])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = [(role, _(says)) for role, says in ROLES.items()]


def team_choices(none: str) -> list[tuple[Any, str]]:
    """All teams in the order of their tree, after a choice of none."""
    return _indented(none, places.in_line(places.teams()))


def region_choices(none: str) -> list[tuple[Any, str]]:
    """All regions in the order of their tree, after a choice of none."""
    return _indented(none, places.in_line(places.regions()))


def _indented(none: str, rows: list[tuple[int, Any]]) -> list[tuple[Any, str]]:
    # A select shows no tree; two em spaces a level survive in every browser.
    return [("", none), *((it.id, "\u2003" * depth + it.shown(lang())) for depth, it in rows)]
