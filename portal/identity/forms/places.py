"""Forms of teams and regions."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField
from wtforms.validators import Length

from portal.calendars import queries as calendars
from portal.identity.forms.people import number, region_choices, team_choices
from portal.identity.queries.people import meant
from portal.identity.rules import TEAM_KINDS
from portal.web.fields import Needed, TextField, VersionedForm
from portal.web.formats import lang


class TeamForm(VersionedForm):
    """A team: its names, kind, place in the tree, region and manager."""

    name = TextField(_l("Name"), [Needed(_l("Write the name.")), Length(max=80)])
    name_zh = TextField(_l("Name in Chinese"), [Length(max=60)])
    kind = RadioField(_l("Kind"), default="sales")
    parent_id = SelectField(_l("Below"), coerce=number)
    region_id = SelectField(_l("Region"), coerce=number)
    manager_text = TextField(_l("Manager"), [Length(max=120)])
    manager_id = HiddenField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [(kind, _(says)) for kind, says in TEAM_KINDS.items()]
        self.parent_id.choices = team_choices(_("no other team: at the top"))
        self.region_id.choices = region_choices(_("no region"))

    def values(self) -> dict[str, Any]:
        """What the commands want to know."""
        named = {name: self[name].data for name in ("name", "kind", "parent_id", "region_id")}
        manager = meant(self.manager_id.data or "", self.manager_text.data or "", field="manager_text")
        return named | {"name_zh": self.name_zh.data or "", "manager_id": manager}


class RegionForm(VersionedForm):
    """A region: its names, place in the tree and calendar."""

    name = TextField(_l("Name"), [Needed(_l("Write the name.")), Length(max=80)])
    name_zh = TextField(_l("Name in Chinese"), [Length(max=60)])
    parent_id = SelectField(_l("Below"), coerce=number)
    calendar_id = SelectField(_l("Calendar"), coerce=number)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parent_id.choices = region_choices(_("no other region: at the top"))
        named = [(one.id, one.shown(lang())) for one in calendars.listed()]
        self.calendar_id.choices = [("", _("that of the region above")), *named]

    def values(self) -> dict[str, Any]:
        """What the commands want to know."""
        named = {name: self[name].data for name in ("name", "parent_id", "calendar_id")}
        return named | {"name_zh": self.name_zh.data or ""}
