"""Measures: all of them with their figures, one of them opened, and the same as a file."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

from flask import Response, request
from flask_babel import gettext as _

from portal.core import clock, sheets
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.words import N_
from portal.measures.queries import figures, groups
from portal.measures.rules import registry
from portal.measures.rules.counting import GRACE, REASONS
from portal.measures.rules.figure import STATES
from portal.measures.rules.formulas import last_sunday
from portal.measures.rules.hiding import FINE, LEAST, REGION, TEAM, WHOLE, Group
from portal.measures.slots import FEATURES, PERCENT, Measure
from portal.measures.views import pages
from portal.measures.views.words import drawn, value, written
from portal.web import charts, formats, lists
from portal.web.answers import done, page
from portal.web.pages import viewer

EARLIER = timedelta(weeks=4)


@pages.get("/measures", may="measures.see")
def index() -> Response:
    """All measures with their definitions and newest figures."""
    session, as_of = db.session(), figures.latest(db.session())
    if as_of is None:
        return page("measures/index.html", as_of=None, known=registry.measures(), **_rules())
    open_groups = groups.open_to(viewer(), as_of)
    group = groups.asked(request.args.get("group", ""), open_groups)
    known = registry.measures()
    now = figures.of_measures(session, known, [group], as_of)
    before = figures.of_measures(session, known, [group], last_sunday(as_of - EARLIER))
    rows = [(it, written(now[key, group]), written(before[key, group])) for key, it in known.items()]
    return page(
        "measures/index.html", as_of=as_of, before=last_sunday(as_of - EARLIER), rows=rows, group=group,
        named=_named([group]), lineage=figures.lineage(session, as_of), known=known, **_rules(),
    )  # fmt: skip


def _rules() -> dict[str, Any]:
    return {"features": list(FEATURES), "reasons": REASONS, "grace": GRACE, "least": LEAST, "fine": FINE}


@pages.get("/measures/<key>", may="measures.see")
def show(key: str) -> Response:
    """One figure opened: definition, numerator and denominator, history, the groups under it."""
    session, it = db.session(), figures.measure(key)
    try:
        as_of = figures.asked_day(session, request.args.get("as_of", ""))
    except figures.NoLongerKept:
        say = _("The figures of that day are no longer kept; these are the newest.")
        return done(".show", key=key, group=request.args.get("group"), say=say)
    if as_of is None:
        return page("measures/show.html", it=it, figure=None, **_words(it))
    open_groups = groups.open_to(viewer(), as_of)
    group = groups.asked(request.args.get("group", ""), open_groups)
    history = figures.series(session, key, group, until=as_of)
    under = _under(group, open_groups)
    names = _named([group, *under])
    found = figures.of_groups(session, key, under, as_of)
    chart = charts.line(
        [formats.day(one.as_of) for one in history], charts.Series(names[group], [drawn(one) for one in history]),
        show=lambda number: value(it.unit, int(number * 100) if it.unit in (PERCENT, "hundredths") else int(number)),
    )  # fmt: skip
    return page(
        "measures/show.html", it=it, figure=figures.one(session, key, group, as_of), group=group, names=names,
        rows=[(one, found[one], written(found[one])) for one in under], chart=chart, days=figures.days(session),
        written=written, as_of=as_of, **_words(it),
    )  # fmt: skip


def _under(group: Group, open_groups: list[Group]) -> list[Group]:
    if group == WHOLE:
        return [one for one in open_groups if one != WHOLE]
    if group.grain == REGION:
        inside = groups.teams_of(group.id)
        return [one for one in open_groups if one.grain == TEAM and one.id in inside]
    return []


def _named(those: list[Group]) -> dict[Group, str]:
    return groups.names(those, formats.lang()) | {WHOLE: str(_("Whole company"))}


def _words(it: Measure) -> dict[str, Any]:
    return {
        "unit": _(registry.UNITS[it.unit]),
        "window": _(registry.WINDOWS[it.window]),
        "direction": _(registry.DIRECTIONS[it.direction]),
    }


@pages.post("/measures/<key>/export", may="measures.see", form=lists.ExportForm, unit=False)
def export(form: lists.ExportForm, key: str) -> Response:
    """The figures of the page as Excel, CSV, Word, text or for the clipboard: what it shows, no more."""
    it = figures.measure(key)
    state = dict(parse_qsl(form.state.data or ""))
    as_of = figures.asked_day(db.session(), state.get("as_of", ""))
    if as_of is None:
        raise NotFound
    open_groups = groups.open_to(viewer(), as_of)
    group = groups.asked(state.get("group", ""), open_groups)
    those = [group, *_under(group, open_groups)]
    names = _named(those)
    found = figures.series_of(db.session(), key, those, until=as_of)
    rows = [
        (
            names[one], row.as_of, _plain(row.value, it.unit), _(STATES[row.state]) if not row.about else _("in steps of 5 %"),
            row.numerator, row.denominator, row.people, row.version,
        )
        for one in those
        for row in found[one]
    ]  # fmt: skip
    columns = [
        (_("Group"), "text"), (_("As of"), "day"), (_(it.name), "percent" if it.unit == PERCENT else "number"),
        (_("State"), "text"), (_("Numerator"), "number"), (_("Denominator"), "number"), (_("People behind it"), "number"),
        (_("Version"), "number"),
    ]  # fmt: skip
    made = sheets.Export(
        title=_(it.name), columns=columns, rows=rows, who=viewer().name, when=clock.now(), zone=viewer().zone,
        filters=[names[group]], say=_,
    )  # fmt: skip
    return lists.taken_away(made, form.format.data, key="measures", title=N_("Measures"), count=len(rows))


def _plain(number: int | None, unit: str) -> object:
    if number is None or unit != "hundredths":
        return number
    return f"{number // 100}.{number % 100:02d}"
