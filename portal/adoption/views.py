"""The adoption page, and the same figures as a file."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any
from urllib.parse import parse_qsl, urlencode

from flask import Response, request
from flask_babel import gettext as _

from portal.adoption import queries, rules
from portal.adoption.queries import BY_GROUP, EVERY, Board
from portal.adoption.rules import Benchmark
from portal.core import clock, sheets
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.words import N_
from portal.identity.models import Person
from portal.measures.queries import figures
from portal.measures.rules.figure import STATES, Figure
from portal.measures.rules.hiding import WHOLE, Group
from portal.measures.rules.registry import ELIGIBLE, UNITS, WEEKLY_USE
from portal.measures.slots import HUNDREDTHS, PERCENT
from portal.pilots.flow import FLOW, OUTCOMES, RUNNING, STAGES, WENT
from portal.pilots.models import GateDecision, Pilot
from portal.pilots.queries import Standing, in_brief
from portal.programmes.models import Barrier
from portal.programmes.queries import overdue
from portal.web import charts, formats, lists
from portal.web.answers import done, page
from portal.web.pages import Pages, viewer

pages = Pages("adoption", __name__)
MOST_PILOTS = 4
MARKS = "¹²³⁴⁵⁶⁷⁸⁹"


@pages.get("/adoption", may="adoption.see")
def index() -> Response:
    """Whether the rollout works: from training to the process, by region and team, each step with what others report."""
    try:
        as_of = figures.asked_day(db.session(), request.args.get("as_of", ""))
    except figures.NoLongerKept:
        return _newest()
    board = queries.board(viewer(), formats.lang(), as_of, request.args.get("group", ""))
    if board is None:
        return page("adoption/index.html", board=None)
    teams = rules.ranked({group: board.shares(group) for group in board.teams})
    hidden = [one for one in teams if not board.now[WEEKLY_USE, one].shown]
    today = clock.today(viewer().zone)
    pilots, late = _pilots(today), _late(today)
    paper = rules.printed(teams, hidden, len(board.regions) + (min(len(pilots), MOST_PILOTS) + 2 if pilots else 0))
    return page(
        "adoption/index.html", board=board, names=_names(board), finding=rules.finding(board.shares(board.main)),
        movers=rules.movers({group: board.shares(group) for group in teams}),
        heat=_heat(board, teams), left_out=len(teams) - len(paper),
        paper=_heat(board, paper) if len(paper) < len(teams) else None,
        dense=len(paper) + len(board.regions) > rules.DENSE,
        sparks={one: _spark(board, one) for one in [*board.regions, board.main]},
        bullets={key: _bullet(key, board.now[key, board.main]) for key in rules.CHAIN}, chain=rules.CHAIN, by_group=BY_GROUP,
        others={step: [_others(one) for one in rules.BENCHMARKS if one.step == step] for step in (*rules.CHAIN, rules.RESULT)},
        sources=list(zip(MARKS, rules.SOURCES, strict=False)),
        pilots=pilots[:MOST_PILOTS], outcomes=OUTCOMES, late=late,
        state=urlencode({"as_of": board.as_of, "group": board.main}),
    )  # fmt: skip


@dataclass(frozen=True)
class PilotLine:
    """A pilot as the page and its file tell it: how it stands, with a mark; `decided` is what was decided last, if anything."""

    it: Pilot
    kind: str
    says: str

    @property
    def decided(self) -> GateDecision | None:
        return self.it.decided


def _pilots(today: date) -> list[PilotLine]:
    if not viewer().may("pilots.see"):
        return []
    return [PilotLine(it, *_standing(it, at)) for it, at in in_brief(today)]


def _late(today: date) -> Sequence[tuple[Barrier, Person]]:
    return overdue(today) if viewer().may("programmes.see") else []


def _standing(it: Pilot, at: Standing) -> tuple[str, str]:
    if at.open_look or at.proposed:
        return "watch", _("the gate waits for a decision")
    if at.due:
        return "watch", _("look %(number)s is due", number=at.due)
    if it.state == RUNNING:
        return "wait", _(STAGES[at.stage], week=at.week, weeks=at.weeks)
    return "good" if it.state == WENT else "quiet", _(FLOW.names[it.state])


def _newest() -> Response:
    """To the newest figures, where the address names a day of which there were some."""
    return done(".index", say=_("The figures of that day are no longer kept; these are the newest."))


def _names(board: Board) -> dict[Group, str]:
    return {board.main: ""} | dict(board.names) | {WHOLE: _("Whole company")}


@dataclass(frozen=True)
class Others:
    """What others report, as the page prints it; `mark` leads to the source."""

    what: str
    shares: str
    mark: str


def _others(one: Benchmark) -> Others:
    shares = (str(_whole(share)) if share is not None else "–" for share in (one.ordinary, one.better))
    return Others(
        _(one.what),
        f"{formats.NO_BREAK}/{formats.NO_BREAK}".join(shares),
        MARKS[rules.SOURCES.index(one.source)],
    )


def _whole(percent: int) -> str:
    return f"{percent}{'' if formats.lang() == 'zh' else formats.NO_BREAK}%"


def _heat(board: Board, teams: list[Group]) -> charts.HeatMap:
    rows = [charts.Group(board.names[one], _people(board, one), _cells(board, one)) for one in teams]
    return charts.heat([_("W%(week)s", week=day.isocalendar().week) for day in board.weeks], rows)


def _people(board: Board, group: Group) -> str:
    people = board.now[ELIGIBLE, group].people
    return "" if people is None else formats.number(people)


def _cells(board: Board, group: Group) -> list[int | None] | charts.Hidden:
    """Whole percent by week; a group that is hidden today is hidden in all its weeks."""
    newest = board.now[WEEKLY_USE, group]
    if newest.people is None:
        return charts.Hidden(_(newest.says))
    return [None if value is None else rules.whole_percent(value) for value in board.shares(group)]


def _spark(board: Board, group: Group) -> charts.Spark:
    return charts.spark([_percent(value) for value in board.shares(group)], low=0, high=100)


def _percent(value: int | None) -> Fraction | None:
    return None if value is None else Fraction(value, 100)


def _bullet(key: str, figure: Figure) -> charts.Bullet | None:
    if figure.measure.unit != PERCENT or figure.value is None:
        return None
    better = next((one.better for one in rules.BENCHMARKS if one.step == key), None)
    return charts.bullet(Fraction(figure.value, 100), 100, bench=better)


@pages.post("/adoption/export", may="adoption.see", form=lists.ExportForm, unit=False)
def export(form: lists.ExportForm) -> Response:
    """The figures of the page as a file, of the day of the page: what it shows, no more."""
    state = dict(parse_qsl(form.state.data or ""))
    try:
        as_of = figures.asked_day(db.session(), state.get("as_of", ""))
    except figures.NoLongerKept:
        return _newest()
    who = viewer()
    board = queries.board(who, formats.lang(), as_of, state.get("group", ""))
    if board is None:
        raise NotFound
    columns = [
        (_("Group"), "text"), (_("Measure"), "text"), (_("Figure"), "number"), (_("Unit"), "text"), (_("Numerator"), "number"),
        (_("Denominator"), "number"), (_("People"), "number"), (_("State"), "text"), (_("As of"), "day"),
        (_("Version"), "number"),
    ]  # fmt: skip
    names = _names(board)
    rows = [_row(names, one) for one in _told(board)]
    today = clock.today(who.zone)
    rollout = _rollout(today)
    if form.format.data != "xlsx":
        rows += [_in_a_row(one, row, today) for one in rollout for row in one.rows]
    made = sheets.Export(
        title=_("Adoption"),
        columns=columns,
        rows=rows,
        who=who.name,
        when=clock.now(),
        zone=who.zone,
        filters=[_("figures of %(day)s", day=formats.day(board.as_of))],
        say=_,
        beside=[_weekly(board, names), *rollout],
    )
    return lists.taken_away(made, form.format.data, key="adoption", title=N_("Adoption"), count=len(rows))


def _weekly(board: Board, names: dict[Group, str]) -> sheets.Beside:
    columns = [(_("Group"), "text"), *((day.isoformat(), "percent") for day in board.weeks)]
    return sheets.Beside(_("Weekly use"), columns, [[names[one], *board.shares(one)] for one in board.groups])


def _rollout(today: date) -> list[sheets.Beside]:
    """The pilots with what was decided, and the barriers that are overdue, as sheets of the file."""
    pilots = sheets.Beside(
        _("Pilots and open decisions"),
        [(_("The pilot"), "text"), (_("From"), "day"), (_("To"), "day"), (_("Who runs it"), "text"),
         (_("Where it stands"), "text"), (_("Decided on"), "day"), (_("What is decided"), "text"),
         (_("The rule said"), "text"), (_("Why?"), "text")],
        [_told_of(one) for one in _pilots(today)],
    )  # fmt: skip
    barriers = sheets.Beside(
        _("Overdue barriers"),
        [(_("What holds people back?"), "text"), (_("Who clears it"), "text"), (_("Clear it by"), "day"),
         (_("What is done about it"), "text")],
        [[it.text, who.shown(formats.lang()), it.due_on, it.mitigation] for it, who in _late(today)],
    )  # fmt: skip
    return [one for one in (pilots, barriers) if one.rows]


def _told_of(one: PilotLine) -> list[Any]:
    it, last, lang = one.it, one.decided, formats.lang()
    told = [it.shown(lang), it.starts_on, it.ends_on, it.owner.shown(lang), one.says]
    if last is None:
        return [*told, None, None, None, None]
    day = clock.local_day(last.at, viewer().zone)
    rule = _(OUTCOMES[last.recommended]) if last.look_id else _("between looks, without a comparison")
    return [*told, day, _(OUTCOMES[last.outcome]), rule, last.reasons]


def _in_a_row(sheet: sheets.Beside, row: Sequence[Any], today: date) -> list[Any]:
    """What a sheet tells, as a row among the figures, for files that have no sheets."""
    told = [
        f"{label}{_(': ')}{value if kind == 'text' else formats.day(value)}"
        for (label, kind), value in list(zip(sheet.columns, row, strict=True))[1:]
        if value
    ]
    return [row[0], sheet.title, None, "", None, None, None, "; ".join(told), today, None]


def _told(board: Board) -> list[Figure]:
    """Every figure of the page: those of the day, those of four weeks before, and the weeks of the heat map."""
    found = [board.now[key, group] for group in board.groups for key in EVERY]
    found += [one for one in board.earlier.values() if one.as_of != board.as_of]
    for group in board.groups:
        newest = board.now[WEEKLY_USE, group]
        for week, one in zip(board.weeks, board.course[group], strict=True):
            told = (
                one
                if one is not None and newest.people is not None
                else replace(newest, as_of=week, value=None)
            )
            if week != board.as_of and (one is not None or newest.people is None):
                found.append(told)
    return found


def _row(names: dict[Group, str], one: Figure) -> list[Any]:
    in_hundredths = one.measure.unit in (PERCENT, HUNDREDTHS)
    value = Decimal(one.value) / 100 if one.value is not None and in_hundredths else one.value
    return [
        names[one.group], _(one.measure.name), value, _(UNITS[one.measure.unit]), one.numerator, one.denominator, one.people,
        _(STATES[one.state]), one.as_of, one.version,
    ]  # fmt: skip
