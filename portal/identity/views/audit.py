"""The audit view."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Response, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from portal.core import clock
from portal.core.errors import Refused
from portal.core.flow import Channel
from portal.core.sheets import Export
from portal.core.words import N_
from portal.identity.commands.audit import ask_check
from portal.identity.forms.audit import AuditFilter, called
from portal.identity.queries import audit as found
from portal.identity.queries.viewers import names
from portal.identity.views import pages
from portal.web import lists
from portal.web.answers import done, page
from portal.web.fields import Form
from portal.web.formats import lang, say
from portal.web.pages import viewer

TITLE = N_("Audit")
CHANNELS = {
    Channel.UI: N_("page"),
    Channel.API: N_("interface"),
    Channel.IMPORT: N_("import"),
    Channel.SYSTEM: N_("by itself"),
    Channel.MAIL: N_("mail"),
}
FILTERS = ("kind", "who", "who_text", "since", "until", "about")
NOTHING = found.Page([], None, None)


@pages.get("/audit", may="audit.see")
def audit(form: Form | None = None, status: int = 200) -> Response:  # noqa: ARG001  (an export that was refused)
    """What happened, newest first, and whether the chain of events is whole."""
    asked = AuditFilter(request.args)
    wanted = asked.wanted(viewer().zone)
    before, after = (_mark(request.args.get(name, "")) for name in ("before", "after"))
    shown = NOTHING if wanted is None else found.page(wanted, before=before, after=after)
    people = names({one for entry in shown.entries for one in entry.line.people}, lang())
    state = {name: request.args[name] for name in FILTERS if request.args.get(name)}
    return page(
        "identity/audit.html", status, form=asked, entries=shown.entries, people=people, channels=CHANNELS, state=state,
        called=called, paths=found.paths(shown.entries, viewer()),
        newer=_url(state, after=shown.newer), older=_url(state, before=shown.older),
        chain=found.chain(), checking=found.checking(),
    )  # fmt: skip


@pages.post("/audit/export", may="audit.see", form=lists.ExportForm, unit=False)
def export_audit(form: lists.ExportForm) -> ResponseReturnValue:
    """Take the events away as a file."""
    state = dict(parse_qsl(form.state.data or ""))
    asked = AuditFilter(MultiDict(state))
    wanted = asked.wanted(viewer().zone)
    if wanted is None:
        raise Refused(N_("Mend the filter to see events."))
    entries = list(found.every(wanted))
    people = names({one for entry in entries for one in entry.line.people}, lang())
    made = Export(
        title=_(TITLE), columns=_columns(), rows=[_row(entry, people) for entry in entries], who=viewer().name,
        when=clock.now(), zone=viewer().zone, filters=asked.told(), say=_,
    )  # fmt: skip
    return lists.taken_away(made, form.format.data, key="event", title=TITLE, count=len(entries))


@pages.post("/audit/check", may="audit.see")
def check_chain() -> Response:
    """Have the chain of events checked now."""
    ask_check(by=viewer())
    return done(".audit", say=_("The chain is being checked. The result will stand here."))


def _columns() -> list[tuple[str, str]]:
    return [
        (_("Number"), "number"), (_("Time"), "instant"), (_("What"), "text"), (_("Kind"), "text"), (_("About"), "text"),
        (_("By which way"), "text"), (_("Request"), "text"), (_("Hash"), "text"),
    ]  # fmt: skip


def _row(entry: found.Entry, people: dict[int, str]) -> list[Any]:
    line = entry.line
    about = called(line.subject_kind, line.subject_id)
    told = say(line, people) + (f" – {line.note}" if line.note else "")
    return [line.id, line.at, told, line.kind.key, about, line.channel, entry.request_id, entry.hash]


def _mark(token: str) -> tuple[datetime, int] | None:
    """The event after or before which a page goes on; None for anything that is no such mark."""
    at, _tilde, number = token.partition("~")
    try:
        instant = datetime.fromisoformat(at)
        instant.astimezone(UTC)  # at both ends of the calendar there is none
    except (ValueError, OverflowError):
        return None
    return (
        (instant, int(number))
        if instant.tzinfo is not None and number.isdecimal() and len(number) < 19
        else None
    )


def _url(state: Mapping[str, str], **mark: tuple[datetime, int] | None) -> str:
    """The address of a neighbouring page; empty where there is none."""
    (name, where), *_none = mark.items()
    return (
        ""
        if where is None
        else f"{url_for('.audit')}?{urlencode({**state, name: f'{where[0].isoformat()}~{where[1]}'})}"
    )
