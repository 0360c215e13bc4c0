"""Reads: pilots and their figures. The comparison is counted here, but only a look that is due may ask for it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from fractions import Fraction
from statistics import fmean
from typing import Any

from sqlalchemy import Select, false, select
from sqlalchemy.orm import joinedload, selectinload

from portal.access.scopes import scope
from portal.access.viewer import Viewer
from portal.core.db import db
from portal.core.search.pinyin import sort_key
from portal.identity.models import Team
from portal.measures.queries import figures
from portal.measures.rules import registry
from portal.measures.rules.hiding import BESIDE, LEAST, SMALL
from portal.measures.rules.hiding import team as group_of
from portal.measures.slots import HUNDREDTHS, PERCENT, WEEK, Kept, Measure
from portal.pilots.flow import AHEAD, COMPARISON, DRAFT, OVER, PILOT, RUNNING, UNDER_WAY
from portal.pilots.models import Criterion, GateDecision, Look, Pilot, PilotTeam
from portal.pilots.rules import comparison, feasibility, looks, plan, verdict

USE = registry.WEEKLY_USE
"""Whether somebody works the new way: real work in the portal on three working days of the week."""
USE_WEEKS = 4
"""Over so many of the newest weeks use is told at a gate."""


@scope(Pilot)
def visible(viewer: Viewer, permission: str) -> Select[Pilot]:
    """All pilots, for whoever may see, run or decide on them."""
    rows = select(Pilot).options(
        joinedload(Pilot.programme), joinedload(Pilot.owner), joinedload(Pilot.sponsor),
        selectinload(Pilot.teams).joinedload(PilotTeam.team), selectinload(Pilot.criteria), selectinload(Pilot.looks),
        selectinload(Pilot.signatures), selectinload(Pilot.decisions),
    )  # fmt: skip
    return rows if viewer.may(permission) else rows.where(false())


def every() -> Sequence[Pilot]:
    """All pilots, running ones first, then the newest."""
    rows = select(Pilot).options(joinedload(Pilot.programme), selectinload(Pilot.looks), selectinload(Pilot.decisions),
                                 selectinload(Pilot.teams), joinedload(Pilot.owner), joinedload(Pilot.sponsor))  # fmt: skip
    found = db.session.execute(rows).scalars().all()
    return sorted(found, key=lambda one: (one.state not in (RUNNING, DRAFT), -one.starts_on.toordinal(), -one.id))


def of_programme(programme_id: int) -> Sequence[Pilot]:
    """The pilots of a programme, by start."""
    return sorted((one for one in every() if one.programme_id == programme_id), key=lambda one: one.starts_on)


def team_choices(lang: str) -> list[tuple[int, str]]:
    """The selling teams by name, but for those that only hold other teams: people work in the lowest ones."""
    holding = select(Team.parent_id).where(Team.parent_id.is_not(None))
    found = db.session.execute(select(Team).where(Team.kind == "sales", Team.id.not_in(holding))).scalars()
    return sorted(((one.id, one.shown(lang)) for one in found), key=lambda one: sort_key(one[1]))


def names(states: Collection[str] | None = None, *, but: int | None = None) -> set[str]:
    """The names of pilots in both languages, as they are compared; of those in some states, if given, without one."""
    rows = select(Pilot.name, Pilot.name_zh).where(Pilot.id.is_distinct_from(but))
    if states is not None:
        rows = rows.where(Pilot.state.in_(states))
    return {plan.plain(name) for row in db.session.execute(rows) for name in row if name}


def askable() -> dict[str, Measure]:
    """The measures that can be a criterion: told week by week, with a direction, and not use itself.

    Windows that overlap would count a week several times; use is shown every week, and a criterion must not be.
    """
    return {
        key: it
        for key, it in registry.measures().items()
        if it.window == WEEK and it.direction and key != USE
    }


def kept_back(keys: Collection[str]) -> list[Kept]:
    """What the charters of running pilots keep for a look: of each of their teams the criteria, from the first week not yet seen.

    A figure of these is that of the last whole week, so the first of them comes on that week's Sunday.
    """
    asked = askable().keys() & set(keys)
    if not asked:
        return []
    rows = select(Pilot).options(selectinload(Pilot.teams), selectinload(Pilot.criteria), selectinload(Pilot.looks))
    running = rows.where(Pilot.state == RUNNING, Pilot.criteria.any(Criterion.measure.in_(asked)))
    kept: dict[tuple[str, int], date] = {}
    for it in db.session.execute(running).scalars():
        reserved = reserved_looks(it)
        if all(one.taken_at is not None for one in reserved):
            continue
        begin = max([it.starts_on, *(one.day for one in reserved if one.taken_at is not None)])
        for criterion in it.criteria:
            for number in it.team_ids():
                at = criterion.measure, number
                kept[at] = min(kept.get(at, date.max), begin + timedelta(days=6))
    return [Kept(key, number, since) for (key, number), since in kept.items()]


@dataclass(frozen=True)
class Standing:
    """Where a pilot is: its week of how many, the look that may be taken now, the next one, what waits to be decided.

    `stage` is a key of `STAGES`.
    """

    stage: str
    week: int
    weeks: int
    due: int | None
    next_day: date | None
    open_look: Look | None
    proposed: GateDecision | None

    @property
    def waits(self) -> bool:
        """Whether somebody has something to do at the gate."""
        return self.due is not None or self.open_look is not None or self.proposed is not None


def standing(it: Pilot, today: date) -> Standing:
    """Where a pilot stands on a day."""
    reserved = reserved_looks(it)
    taken = [one for one in reserved if one.taken_at is not None]
    proposed = next((one for one in it.decisions if one.proposed), None)
    decided = {one.look_id for one in it.decisions if one.taken}
    last = taken[-1] if taken else None
    running = it.state == RUNNING
    undecided = last is not None and last.id not in decided and asks_for_decision(last.seen)
    open_look = last if running and undecided else None
    # Whoever proposed to stop outside of the comparison must not see it before the answer.
    free = running and open_look is None and proposed is None
    due = looks.due([one.day for one in reserved], len(taken), today) if free else None
    ahead = [one.day for one in reserved if one.taken_at is None and one.day > today]
    week = min(max((today - it.starts_on).days // 7 + 1, 0), it.length)
    stage = AHEAD if today < it.starts_on else OVER if today > it.ends_on else UNDER_WAY
    return Standing(stage, week, it.length, due, ahead[0] if ahead and running else None,
                    open_look, proposed if running else None)  # fmt: skip


def asks_for_decision(of: Mapping[str, Any] | None) -> bool:
    """Whether what a look showed has to be decided; before the last one the pilot runs on if nothing can be said."""
    if of is None:
        return False
    early = not of["facts"]["last_look"]
    return of["gate"]["outcome"] not in ((verdict.ON, verdict.NOT_JUDGEABLE) if early else (verdict.ON,))


def reserved_looks(it: Pilot) -> list[Look]:
    """The looks that the charter reserved and that still count: that of the extension only once it was taken."""
    usual = looks.needed(extension=False)
    return [one for one in it.looks if one.number <= usual or it.extended]


def in_brief(today: date) -> list[tuple[Pilot, Standing]]:
    """The signed pilots for a page of another room, running ones first, the newest first: in one statement."""
    loaded = (joinedload(one) for one in (Pilot.looks, Pilot.decisions, Pilot.owner))
    found = db.session.execute(select(Pilot).options(*loaded).where(Pilot.state != DRAFT)).unique().scalars().all()
    ordered = sorted(found, key=lambda one: (one.state != RUNNING, -one.starts_on.toordinal(), -one.id))
    return [(one, standing(one, today)) for one in ordered]


def under_way(signed_by: int | None = None) -> Sequence[Pilot]:
    """The planned and running pilots, the newest first; of one who signs them, if named."""
    # One statement: a pilot has few looks, signatures and decisions.
    loaded = (joinedload(one) for one in (Pilot.looks, Pilot.decisions, Pilot.signatures, Pilot.owner))
    rows = select(Pilot).options(*loaded).where(Pilot.state.in_([DRAFT, RUNNING]))
    if signed_by is not None:
        rows = rows.where((Pilot.owner_id == signed_by) | (Pilot.sponsor_id == signed_by))
    return db.session.execute(rows.order_by(Pilot.starts_on.desc(), Pilot.id.desc())).unique().scalars().all()


def waiting_for(person_id: int, today: date, among: Sequence[Pilot] | None = None) -> list[tuple[Pilot, str]]:
    """The pilots in which a person has something to do, each with what (a key): sign, look, decide, second.

    `among`: what `under_way` has found for somebody who may see all of them.
    """
    found = under_way(person_id) if among is None else among
    return [(it, what) for it in reversed(found) if (what := _task_of(person_id, it, today))]


def _task_of(person_id: int, it: Pilot, today: date) -> str:
    """What one of the two who sign a pilot has to do in it: sign, look, decide, second; nothing for anybody else."""
    if person_id not in (it.owner_id, it.sponsor_id):
        return ""
    at = standing(it, today)
    signed = {one.person_id for one in it.signatures}
    if it.state == DRAFT and signed and person_id not in signed:
        return "sign"
    if at.proposed is not None and at.proposed.by_id != person_id:
        return "second"
    if at.proposed is None and at.open_look is not None:
        return "decide"
    return "look" if at.due is not None and it.owner_id == person_id else ""


# Figures


@dataclass(frozen=True)
class Use:
    """Weekly use of both groups: Sundays, and for each the share in percent, None where nothing may be told."""

    weeks: Sequence[date]
    pilot: Sequence[Fraction | None]
    comparison: Sequence[Fraction | None]


def use(it: Pilot, today: date) -> Use:
    """Use of both groups by week, from the baseline to the newest Sunday; what would give a small group away is hidden."""
    last = min(it.ends_on, today - timedelta(days=1))
    weeks = [day for day in plan.sundays(it.begins_on, it.baseline_weeks + it.length) if day <= last]
    if not weeks:
        return Use((), (), ())
    told = {}
    for side in (PILOT, COMPARISON):
        course = figures.cohort_series(db.session(), USE, it.team_ids(side), weeks[0], weeks[-1])
        told[side] = {one.as_of: one.share * 100 if one.share is not None else None for one in course}
    return Use(weeks, [told[PILOT].get(day) for day in weeks], [told[COMPARISON].get(day) for day in weeks])


Exact = Mapping[int, Sequence[figures.Exact]]
"""The exact weeks of teams, by their ids: to count with, never to show."""


def weeks_of(it: Pilot, key: str, until: date) -> Exact:
    """The exact weeks of the pilot's teams, from the baseline on: never for showing before a look."""
    last = min(until, plan.sundays(it.starts_on, it.length)[-1])
    return figures.weekly(db.session(), key, it.team_ids(), it.begins_on, last)


def panel(it: Pilot, exact: Exact, until: date) -> list[comparison.Team]:
    """The teams with their weeks of both windows. Weeks after `until` are not planned yet."""
    before = plan.sundays(it.begins_on, it.baseline_weeks)
    after = [day for day in plan.sundays(it.starts_on, it.length)[it.ramp_in :] if day <= until]
    sides = {one.team_id: one.side for one in it.teams}
    return [_team(number, sides[number], rows, before, after) for number, rows in exact.items()]


def gives_away(exact: Exact, team_ids: Collection[int]) -> set[int]:
    """Of the teams on one side those that their mean would give away; none if it may be told.

    Whoever knows the weeks that are shown on the pages of the measures can subtract them from the mean: what is left are
    the weeks that are hidden there, and behind these stand five people together, or nothing of the side is told.
    """
    hidden = {number: [one for one in exact[number] if one.state in (SMALL, BESIDE)] for number in team_ids}
    lone = {number: max((one.people for one in rows if one.state == SMALL), default=0) for number, rows in hidden.items() if rows}
    return set() if sum(lone.values()) >= LEAST else set(lone)


def _team(
    number: int, side: str, rows: Sequence[figures.Exact], before: Sequence[date], after: Sequence[date]
) -> comparison.Team:
    told = {
        row.as_of: comparison.Week(float(row.value), row.people)
        for row in rows
        if row.value is not None and row.people
    }
    return comparison.Team(number, side == PILOT, tuple(map(told.get, before)), tuple(map(told.get, after)))


def size_of(it: Measure, size: int) -> float:
    """A size as it is kept, in the unit in which exact figures are counted: shares from 0 to 1, the rest as they are read."""
    return size / {PERCENT: 10_000, HUNDREDTHS: 100}.get(it.unit, 1)


def spread(team_ids: Sequence[int], pilot_ids: Sequence[int], key: str, until: date, baseline: int, weeks: int) -> float | None:
    """How much teams changed by themselves between two windows like those of the plan, before it starts; None if unknown.

    Whoever plans chooses the teams as often as he likes, so one that they would give away is left out.
    """
    since = until - timedelta(weeks=baseline + weeks) + timedelta(days=1)
    before, after = plan.sundays(since, baseline), plan.sundays(since + timedelta(weeks=baseline), weeks)
    exact = figures.weekly(db.session(), key, team_ids, before[0], after[-1])
    sides = {number: PILOT if number in pilot_ids else COMPARISON for number in team_ids}
    lone = set[int]().union(*(gives_away(exact, [one for one in team_ids if sides[one] == side]) for side in (PILOT, COMPARISON)))
    teams = [_team(number, sides[number], rows, before, after) for number, rows in exact.items() if number not in lone]
    changes = [one for one in map(comparison.change_of, teams) if one is not None]
    return comparison.spread_within(changes)


def assess(it: Pilot) -> dict[str, feasibility.Feasibility]:
    """What the plan could show at all, by role of its criteria."""
    newest = figures.latest(db.session())
    until = min(it.starts_on, (newest or it.starts_on) + timedelta(days=1)) - timedelta(days=1)
    until -= timedelta(days=until.isoweekday() % 7)
    alpha = looks.reserve(looks.needed(extension=bool(it.extension_weeks)))[-1].nominal_p
    known = registry.measures()
    told = {}
    for one in it.criteria:
        past = spread(it.team_ids(), it.team_ids(PILOT), one.measure, until, it.baseline_weeks, it.weeks - it.ramp_in)
        told[one.role] = feasibility.assess(
            len(it.team_ids(PILOT)), len(it.team_ids(COMPARISON)), spread=past,
            worthwhile=size_of(known[one.measure], one.size), alpha=alpha,
        )  # fmt: skip
    return told


def share_at_work(it: Pilot, side: str, until: date) -> tuple[float | None, bool]:
    """The share of people of a side who work the new way, mean of the newest weeks, and whether it may be told.

    None without figures.
    """
    weeks = [until - timedelta(weeks=number) for number in range(USE_WEEKS)]
    weeks = [day for day in weeks if day > it.starts_on]
    rows = figures.weekly(db.session(), USE, it.team_ids(side), min(weeks, default=until), until)
    tellable = not gives_away(rows, it.team_ids(side))
    told = [(float(one.value), one.people) for found in rows.values() for one in found if one.value is not None]
    people = sum(count for _value, count in told)
    return (sum(value * count for value, count in told) / people if people else None), tellable


def seen(it: Pilot, number: int, day: date) -> dict[str, Any]:
    """All that a look shows, as a document: the comparison of each criterion, the facts of the gate, what the rule says.

    Only `commands.take_look` asks for it. Values of the comparison are in the unit of exact figures (`size_of`).
    """
    until = day - timedelta(days=1)
    charter: Mapping[str, Any] = it.charter or {}
    reserved = looks.reserve(looks.needed(extension=bool(it.extension_weeks)))
    look = reserved[number - 1]
    known = registry.measures()
    told: dict[str, Any] = {}
    verdicts: dict[str, list[str]] = {verdict.PRIMARY: [], verdict.GUARDRAIL: []}
    roster_kept, present = True, None
    for one in it.criteria:
        measure = known[one.measure]
        criterion = verdict.Criterion(one.measure, one.role, measure.direction, size_of(measure, one.size))
        level = look.level if one.role == verdict.PRIMARY else verdict.GUARDRAIL_LEVEL
        exact = weeks_of(it, one.measure, until)
        teams = panel(it, exact, until)
        compared = comparison.compare(teams, level)
        judged = verdict.judge(criterion, compared.difference)
        verdicts[one.role].append(judged)
        if one.role == verdict.PRIMARY:
            roster_kept = not compared.left_out
            present = compared.present
        told[one.role] = {
            "measure": one.measure, "definition": measure.version, "size": one.size, "verdict": judged,
            "few": any(one.state in (SMALL, BESIDE) for rows in exact.values() for one in rows),
            "thin": any(gives_away(exact, it.team_ids(side)) for side in (PILOT, COMPARISON)),
            "depends_on": list(verdict.depends_on(criterion, compared.difference, compared.without)),
            **_document(compared),
        }  # fmt: skip
    use_measure = known[USE]
    at_work, use_told = share_at_work(it, PILOT, until)
    beside, contamination_told = share_at_work(it, COMPARISON, until)
    facts: dict[str, verdict.Fact] = {
        "roster_kept": roster_kept,
        "present": present,
        "contaminated": beside,
        "use": at_work,
        "plan": charter["feasibility"],
        "primaries": tuple(verdicts[verdict.PRIMARY]),
        "guardrails": tuple(verdicts[verdict.GUARDRAIL]),
        "last_look": number >= looks.needed(extension=False) if not it.extended else look.last,
        "extension_left": bool(it.extension_weeks) and not it.extended,
    }
    gate = verdict.decide(verdict.rule_from(charter["rule"]), facts)
    return {
        "until": until.isoformat(), "level": look.level, "nominal_p": look.nominal_p, "criteria": told,
        "use_definition": use_measure.version, "kept_back": [] if use_told and contamination_told else ["use", "contaminated"],
        "facts": {key: list(value) if isinstance(value, tuple) else value for key, value in facts.items()},
        "gate": {"version": gate.version, "row": gate.row, "outcome": gate.outcome},
    }  # fmt: skip


def _document(it: comparison.Comparison) -> dict[str, Any]:
    left_out_range = [it.without_low, it.without_high]
    return {
        "changes": [asdict(one) for one in it.changes], "left_out": list(it.left_out), "present": it.present,
        "difference": asdict(it.difference), "permutation": asdict(it.permutation) if it.permutation else None,
        "placebo": asdict(it.placebo), "without": left_out_range, "by_rows": it.by_rows,
        "before_after": asdict(it.before_after),
    }  # fmt: skip


def means(of: Mapping[str, Any]) -> dict[str, tuple[float, float]]:
    """The mean before and after of both sides, from what a look froze; teams count alike."""
    told = {}
    for side, is_pilot in ((PILOT, True), (COMPARISON, False)):
        rows = [one for one in of["changes"] if one["pilot"] is is_pilot]
        if rows:
            told[side] = (fmean(one["before"] for one in rows), fmean(one["after"] for one in rows))
    return told


def hidden_teams(of: Mapping[str, Any], as_of: date) -> set[int]:
    """Of the teams in a comparison those whose own figures may not be shown today."""
    ids = [one["team"] for one in of["changes"]]
    told = figures.of_groups(db.session(), registry.ELIGIBLE, [group_of(number) for number in ids], as_of)
    return {group.id for group, one in told.items() if one.people is None or not one.shown}
