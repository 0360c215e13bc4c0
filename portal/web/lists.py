"""Lists on a page and as files: a declared `Listing`, the viewer's rows, and what the address asks for.

    LISTING = Listing("customers", N_("Customers"), Account.id, (Column(...), ...), "/customers/{}", "name")
    page("customers/index.html", listing=lists.shown(queries.LISTING, queries.listed(viewer()), request.args))

Values are written here, in Python, so that the loop over rows in the template only prints.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from flask import Response, abort, current_app, g, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from markupsafe import Markup
from sqlalchemy import Select, or_, select
from wtforms import SelectField
from wtforms.validators import Length

from portal.access import scopes
from portal.core import clock, kinds, lists, sheets
from portal.core.db import db, unit_of_work
from portal.core.events import record
from portal.core.lists import Asked, Column, Listing
from portal.core.saved_views import SavedView
from portal.core.types import Money
from portal.web import formats
from portal.web.fields import Form, TextField
from portal.web.frame import current_viewer

FORMATS = {
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", sheets.write_xlsx),
    "csv": ("text/csv; charset=utf-8", sheets.write_csv),
    "docx": ("application/vnd.openxmlformats-officedocument.wordprocessingml.document", sheets.write_docx),
    "txt": ("text/plain; charset=utf-8", sheets.write_text),
}


class ExportForm(Form):
    """In which format; `state` is the query of the page that the list stands on."""

    format = SelectField(_l("Format"), choices={key: key for key in (*FORMATS, "clipboard")})
    state = TextField(validators=[Length(max=4_000)])


@dataclass(frozen=True)
class Head:
    """The head of a column: its words, the address that sorts by it, how it is sorted now."""

    label: str
    url: str
    sorted: str
    figure: bool


@dataclass(frozen=True)
class Cell:
    """A value as it is written; what is `whole` stays on one line."""

    text: str | Markup
    label: str
    figure: bool
    hidden: bool
    whole: bool


@dataclass(frozen=True)
class Row:
    """A row: where it leads, the words of its first column, the other cells."""

    id: int
    url: str
    name: str
    is_code: bool
    cells: list[Cell]


@dataclass(frozen=True)
class Chip:
    """A filter that is chosen or can be: its words, and the address without or with it."""

    label: str
    url: str
    on: bool


@dataclass(frozen=True)
class Shown:
    """A list as the template prints it."""

    key: str
    title: str
    heads: list[Head]
    rows: list[Row]
    count: str
    chips: list[Chip]
    choices: list[tuple[str, str, list[Chip]]]
    columns: list[tuple[str, str, bool]]
    views: list[tuple[SavedView, str, bool]]
    q: str
    state: str
    newer: str
    older: str
    span: str
    ignored: tuple[str, ...]
    plain: bool
    path: str
    kept: list[tuple[str, str]]


def shown(listing: Listing, rows: Select[Any], args: Mapping[str, str]) -> Shown:
    """One page of a list as the address asks for it."""
    asked = lists.read(listing, args)
    found = lists.find(db.session(), listing, rows, asked, _tokens())
    state = {key: value for key, value in args.items() if key in _known(listing) and value}
    if "col" in args:
        state["cols"] = ",".join(column.key for column in asked.columns)
    query = urlencode(sorted(state.items()))
    views = [(view, f"{request.path}?{view.query}", view.query == query) for view in _views(listing)]
    count = f"{lists.CAP:,}+" if found.capped else f"{found.total:,}"
    return Shown(
        key=listing.key, title=_(listing.title), heads=[_head(asked, column, state) for column in asked.columns],
        rows=_rows(listing, asked, found.rows), count=count,
        chips=_chips(listing, asked, state), choices=_choices(listing, asked, state),
        columns=[(column.key, _(column.label), column in asked.columns) for column in listing.columns],
        views=views, q=asked.q, state=query, newer=_url(state, before=found.newer) if found.newer else "",
        older=_url(state, after=found.older) if found.older else "",
        span=_("%(shown)s of %(count)s", shown=f"{len(found.rows):,}", count=count),
        ignored=asked.ignored, plain=not state, path=request.path,
        kept=list(state.items()),
    )  # fmt: skip


def export(listing: Listing, rows: Select[Any], form: ExportForm) -> Response:
    """All rows of a list as a file."""
    from urllib.parse import parse_qsl

    who = current_viewer()
    if not who.may("lists.export"):
        abort(403)
    args = dict(parse_qsl(form.state.data or ""))
    asked = lists.read(listing, args)
    found = list(lists.every(db.session(), listing, rows, asked, _tokens()))
    told = [chip.label for chip in _chips(listing, asked, args)]
    if len(found) == lists.MOST:
        told.append(_("only the first %(most)s rows", most=f"{lists.MOST:,}"))
    made = sheets.Export(
        title=_(listing.title), columns=[(_(column.label), _file_kind(column)) for column in asked.columns],
        rows=[[_value(column, row) for column in asked.columns] for row in found], who=who.name, when=clock.now(),
        zone=who.zone, filters=told, say=_,
    )  # fmt: skip
    return taken_away(made, form.format.data, key=listing.key, title=listing.title, count=len(found))


def taken_away(made: sheets.Export, file_format: str, *, key: str, title: str, count: int) -> Response:
    """A table as a file in the reader's language; an event says who took what away. `title` is an N_ text.

    The file is written before the unit of work: one for Word of 20,000 rows takes 4 s, and others wait to write.
    """
    answer = _file(made, file_format)
    with unit_of_work():
        record(kinds.EXPORTED, _Subject(key), by=current_viewer(), list=title, format=file_format, rows=count)
    return answer


def _file(made: sheets.Export, file_format: str) -> Response:
    if file_format == "clipboard":
        return Response(sheets.clipboard(made)[1], mimetype="text/html")
    mimetype, write = FORMATS[file_format]
    out = BytesIO()
    write(made, out)
    answer = Response(out.getvalue(), mimetype=mimetype)
    answer.headers["Content-Disposition"] = sheets.content_disposition(sheets.file_name(made, file_format))
    return answer


@dataclass
class _Subject:
    """A list as the subject of an event: none of its rows, so no number."""

    __tablename__: str
    id: int = 0


def _views(listing: Listing) -> list[SavedView]:
    mine_or_shared = or_(SavedView.person_id == current_viewer().id, SavedView.shared)
    found = (
        select(SavedView)
        .where(SavedView.list_key == listing.key, SavedView.path == request.path, mine_or_shared)
        .order_by(SavedView.name, SavedView.id)
    )
    return list(db.session.execute(found).scalars())


def _known(listing: Listing) -> set[str]:
    return {"sort", "cols", "q", "rows", *(one.key for one in listing.filters)}


def _tokens() -> list[str]:
    return scopes.tokens(current_viewer(), g.permission)


def _url(state: Mapping[str, str], /, **changed: str) -> str:
    kept = {key: value for key, value in {**state, **changed}.items() if value}
    return request.path + ("?" + urlencode(sorted(kept.items())) if kept else "")


def _head(asked: Asked, column: Column, state: Mapping[str, str]) -> Head:
    here = asked.sorted_by == column.key
    turned = column.key if here and asked.descending else f"-{column.key}" if here else column.key
    direction = ("descending" if asked.descending else "ascending") if here else ""
    return Head(
        _(column.label),
        _url(state, sort=turned) if column.sort is not None else "",
        direction,
        _is_figure(column),
    )


def _chips(listing: Listing, asked: Asked, state: Mapping[str, str]) -> list[Chip]:
    chips = []
    for one in listing.filters:
        if one.key in asked.chosen:
            label = next(says for value, says in one.options.items() if str(value) == asked.chosen[one.key])
            chips.append(
                Chip(
                    f"{_(one.label)}: {_(label)}",
                    _url({k: v for k, v in state.items() if k != one.key}),
                    on=True,
                )
            )
    if asked.q:
        chips.append(
            Chip(
                _("Search: %(text)s", text=asked.q),
                _url({k: v for k, v in state.items() if k != "q"}),
                on=True,
            )
        )
    return chips


def _choices(listing: Listing, asked: Asked, state: Mapping[str, str]) -> list[tuple[str, str, list[Chip]]]:
    return [
        (
            one.key,
            _(one.label),
            [
                Chip(_(says), _url(state, **{one.key: str(value)}), asked.chosen.get(one.key) == str(value))
                for value, says in one.options.items()
            ],
        )
        for one in listing.filters
    ]


def _is_figure(column: Column) -> bool:
    return column.kind in ("number", "money", "percent")


def _rows(listing: Listing, asked: Asked, found: Sequence[Any]) -> list[Row]:
    first, *others = asked.columns
    heads = [(column, _(column.label), _is_figure(column), not column.on_phone) for column in others]
    return [
        Row(
            row.row_id, listing.path.format(row.row_id), str(_text(first, row)), first.kind == "code",
            [_cell(column, row, label, figure=figure, hidden=hidden) for column, label, figure, hidden in heads],
        )
        for row in found
    ]  # fmt: skip


def _cell(column: Column, row: Any, label: str, *, figure: bool, hidden: bool) -> Cell:
    text = _text(column, row)
    if column.kind == "when":  # a time may stand under its day, where a table has many columns
        day, _space, time = text.rpartition(" ")
        return Cell(f"{day.replace(' ', NO_BREAK)} {time}".strip(), label, figure, hidden, whole=False)
    whole = len(text) < SHORT
    return Cell(formats.unbroken(text) if column.kind == "text" else text, label, figure, hidden, whole)


def _text(column: Column, row: Any) -> str | Markup:
    value = _value(column, row)
    if value is None:
        return "–"
    if column.kind == "mark":
        if not value:
            return ""  # what is normal bears no mark
        look = (column.looks or {}).get(getattr(row, f"v_{column.key}"), "quiet")
        if not look:
            return str(value)
        icon = current_app.jinja_env.globals["icon_url"](MARKS[look])  # type: ignore[operator]
        return MARK.format("" if look == "wait" else f" st--{look}", icon, value)
    return WRITE.get(column.kind, str)(value)


MARKS = {"good": "circle-check", "watch": "triangle-alert", "stop": "octagon-x", "wait": "clock", "quiet": "circle-dashed"}
MARK = Markup(
    '<span class="st{}"><svg class="icon" aria-hidden="true"><use href="{}"/></svg><span>{}</span></span>'
)
"""A status as `ui.marks.st` draws it: icon and word; no macro is called for a row."""


SHORT = 18
"""A value of fewer characters is never broken over two lines."""
NO_BREAK = "\N{NO-BREAK SPACE}"


def _value(column: Column, row: Any) -> Any:
    """The value of a cell: as files take it, and as `_text` writes it."""
    value = getattr(row, f"v_{column.key}")
    if column.zh is not None and formats.lang() == "zh":
        value = getattr(row, f"z_{column.key}") or value
    if column.kind == "money":
        return None if value is None else Money(value, getattr(row, f"c_{column.key}"))
    if column.kind in ("word", "mark"):
        says = (column.words or {}).get(value, "")
        return _(says) if says else ""
    return value


def _file_kind(column: Column) -> str:
    return {"word": "text", "mark": "text", "code": "text", "when": "instant"}.get(column.kind, column.kind)


WRITE: dict[str, Callable[..., str]] = {
    "number": formats.number, "money": formats.money, "percent": formats.percent, "day": formats.day, "when": formats.when,
}  # fmt: skip
