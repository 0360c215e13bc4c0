"""What is asked of the audit view."""

import re
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Form, HiddenField, SelectField
from wtforms.validators import Length, Optional

from portal.core.errors import Refused
from portal.core.flow import KINDS, THINGS, Kind
from portal.core.words import N_
from portal.identity.queries.audit import Wanted
from portal.identity.queries.people import meant
from portal.web.fields import DayField, TextField


class AuditFilter(Form):
    """Kind, person, days and object: all optional, all in the address."""

    kind = SelectField(_l("What"), [Optional()])
    who_text = TextField(_l("Who"), [Length(max=120)])
    who = HiddenField()
    since = DayField(_l("From"), [Optional()])
    until = DayField(_l("Until"), [Optional()])
    about = TextField(_l("About"), [Length(max=80)])

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [("", _("everything")), *((key, _sentence(KINDS[key])) for key in sorted(KINDS))]

    def wanted(self, zone: str) -> Wanted | None:
        """The events that are meant; None, with the errors at their fields, for what cannot be understood."""
        if not self.validate():
            return None
        try:
            actor_id = meant(self.who.data or "", self.who_text.data or "", field="who_text")
            about = _subject(self.about.data or "")
        except Refused as refused:
            self[refused.field].errors = [_(refused.reason)]
            return None
        if about is not None and about[1]:
            self.about.data = called(*about)
        return Wanted(self.kind.data or "", actor_id, self.since.data, self.until.data, about, zone)

    def told(self) -> list[str]:
        """What is asked for, in the reader's words."""
        kinds = dict(self.kind.choices)
        named = {
            self.kind: kinds.get(self.kind.data, "") if self.kind.data else "",
            self.who_text: self.who_text.data,
        }
        named |= {field: field.data.isoformat() if field.data else "" for field in (self.since, self.until)}
        named[self.about] = self.about.data
        return [f"{field.label.text}: {value}" for field, value in named.items() if value]


def called(table: str, number: int) -> str:
    """What an event is about, in the reader's words: `price request 12`. A whole list has no number."""
    if not number:
        return _("list")
    return f"{_(THINGS[table].name) if table in THINGS else table} {number}"


class _Gaps(dict[str, str]):
    """Every place of a sentence as a gap."""

    def __missing__(self, _key: str) -> str:
        return "…"


def _sentence(kind: Kind) -> str:
    return _(kind.says) % _Gaps()


def _subject(typed: str) -> tuple[str, int] | None:
    if not typed:
        return None
    typed = _with_table(typed)
    found = re.fullmatch(r"([a-z_]{1,40})\s*[ :#]\s*([0-9]{1,9})", typed)
    if found is None:
        raise Refused(N_("Write the object as in the list, such as person 17."), "about")
    return found[1], int(found[2])


def _with_table(typed: str) -> str:
    """`人员 17` as `person 17`: links name tables, since they must work in every language."""
    name = typed.rstrip("0123456789").rstrip(" :#")
    meant = {word.casefold(): it.table for it in THINGS.values() for word in (it.name, _(it.name))}
    table = meant.get(name.casefold(), "") if name not in THINGS else ""
    return f"{table} {typed[len(name) :].lstrip(' :#')}" if table else typed
