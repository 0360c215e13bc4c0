"""The adoption page, and the same figures as a file."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

from flask import Response
from flask_babel import gettext as _

from portal.adoption import queries, rules
from portal.adoption.queries import BY_GROUP, EVERY, Board
from portal.core import clock, sheets
from portal.core.errors import NotFound
from portal.core.words import N_
from portal.measures.rules.figure import STATES, Figure
from portal.measures.rules.hiding import WHOLE, Group
from portal.measures.rules.registry import ELIGIBLE, UNITS, WEEKLY_USE
from portal.measures.slots import HUNDREDTHS, PERCENT
from portal.web import charts, formats, lists
from portal.web.answers import page
from portal.web.pages import Pages, viewer

pages = Pages("adoption", __name__)


@pages.get("/adoption", may="adoption.see")
def index() -> Response:
    """Whether the rollout works: from training to the process, by region and team, with what others report."""
    board = queries.board(viewer(), formats.lang())
    if board is None:
        return page("adoption/index.html", board=None)
    shares = {group: board.shares(group) for group in board.teams}
    return page(
        "adoption/index.html", board=board, whole=WHOLE, finding=rules.finding(board.shares(WHOLE)),
        movers=rules.movers(shares), heat=_heat(board), sparks={one: _spark(board, one) for one in board.regions},
        bullets={key: _bullet(board.now[key, WHOLE]) for key in queries.CHAIN}, chain=queries.CHAIN, by_group=BY_GROUP,
        benchmarks=rules.BENCHMARKS,
    )  # fmt: skip


def _heat(board: Board) -> charts.HeatMap:
    rows = [charts.Group(board.names[one], _people(board, one), _cells(board, one)) for one in board.teams]
    return charts.heat([str(_("W%(week)s", week=day.isocalendar().week)) for day in board.weeks], rows)


def _people(board: Board, group: Group) -> str:
    people = board.now[ELIGIBLE, group].people
    return "" if people is None else formats.number(people)


def _cells(board: Board, group: Group) -> list[int | None] | charts.Hidden:
    """Whole percent by week; a group that is hidden today is hidden in all its weeks."""
    newest = board.now[WEEKLY_USE, group]
    if newest.people is None:
        return charts.Hidden(str(_(newest.says)))
    return [None if value is None else round(value / 100) for value in board.shares(group)]


def _spark(board: Board, group: Group) -> charts.Spark:
    return charts.spark([_percent(value) for value in board.shares(group)], low=0, high=100)


def _percent(value: int | None) -> Fraction | None:
    return None if value is None else Fraction(value, 100)


def _bullet(figure: Figure) -> charts.Bullet | None:
    if figure.measure.unit != PERCENT or figure.value is None:
        return None
    return charts.bullet(Fraction(figure.value, 100), 100)


@pages.post("/adoption/export", may="adoption.see", form=lists.ExportForm, unit=False)
def export(form: lists.ExportForm) -> Response:
    """The figures of the page as a file, from the same snapshot: what it shows, no more."""
    board = queries.board(viewer(), formats.lang())
    if board is None:
        raise NotFound
    who = viewer()
    columns = [
        (_("Group"), "text"), (_("Measure"), "text"), (_("Value"), "number"), (_("Unit"), "text"), (_("Numerator"), "number"),
        (_("Denominator"), "number"), (_("People"), "number"), (_("State"), "text"), (_("As of"), "day"),
        (_("Version"), "number"),
    ]  # fmt: skip
    rows = [_row(board, board.now[key, group]) for group in board.groups for key in EVERY]
    made = sheets.Export(
        title=_("Adoption"),
        columns=columns,
        rows=rows,
        who=who.name,
        when=clock.now(),
        zone=who.zone,
        filters=[],
        say=_,
    )
    return lists.taken_away(made, form.format.data, key="adoption", title=N_("Adoption"), count=len(rows))


def _row(board: Board, one: Figure) -> list[Any]:
    name = _("Whole company") if one.group == WHOLE else board.names[one.group]
    in_hundredths = one.measure.unit in (PERCENT, HUNDREDTHS)
    value = Decimal(one.value) / 100 if one.value is not None and in_hundredths else one.value
    return [
        name, _(one.measure.name), value, _(UNITS[one.measure.unit]), one.numerator, one.denominator, one.people,
        _(STATES[one.state]), one.as_of, one.version,
    ]  # fmt: skip
