"""Pilots: the plan and who signed it, use by week, the looks and what they showed, the decision."""

from datetime import timedelta
from fractions import Fraction
from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from portal.core import clock
from portal.core.errors import Refused
from portal.core.search.pinyin import sort_key
from portal.core.words import N_
from portal.identity.queries.people import named_in
from portal.identity.queries.viewers import names
from portal.measures.rules import registry
from portal.measures.slots import HUNDREDTHS, MINUTES, PERCENT
from portal.pilots import commands, queries
from portal.pilots.flow import (
    COMPARISON,
    DRAFT,
    FLOW,
    OUTCOMES,
    PILOT,
    REASONS,
    RUNNING,
    SIDES,
    STAGES,
    TASKS,
    VERBS,
    VERDICTS,
)
from portal.pilots.forms import DecisionForm, PlanForm, kept, typed
from portal.pilots.models import Pilot
from portal.pilots.rules import feasibility, plan, verdict
from portal.programmes.queries import barriers
from portal.programmes.queries import every as programmes
from portal.web import charts, formats
from portal.web.answers import done, page
from portal.web.fields import Form, VersionedForm
from portal.web.pages import Pages, viewer

pages = Pages("pilots", __name__)

DATA = ("roster_changed", "roster_unknown", "weeks_missing", "weeks_unknown", "contaminated", "contamination_unknown")


@pages.get("/pilots", may="pilots.see")
def index() -> ResponseReturnValue:
    """All pilots, with where each stands."""
    today = clock.today(viewer().zone)
    found = queries.every()
    mine = {it.id: what for it, what in queries.waiting_for(viewer().id or 0, today)}
    return page(
        "pilots/index.html", pilots=found, states=FLOW.names, mine=mine, tasks=TASKS, stages=STAGES,
        standing={one.id: queries.standing(one, today) for one in found}, has_programme=bool(programmes()),
    )  # fmt: skip


@pages.get("/pilots/<int:id>", may="pilots.see", on=Pilot)
def show(it: Pilot, form: Form | None = None, status: int = 200) -> ResponseReturnValue:
    """Where a pilot stands: what the newest look showed, use by week, barriers, who signed, what was decided."""
    who = viewer()
    today = clock.today(who.zone)
    at = queries.standing(it, today)
    taken = [one for one in queries.reserved_looks(it) if one.seen]
    told = [_look(it, one) for one in reversed(taken)]
    decision = form if isinstance(form, DecisionForm) else _decision_form(it, at)
    people = {*it.signers, it.created_by_id, *(one.by_id for one in it.decisions), *(one.second_id for one in it.decisions)}
    found = barriers(it.programme_id, it.team_ids())
    names_of = names(people | {one.owner_id for one in found}, who.lang)
    looks = queries.reserved_looks(it)
    return page(
        "pilots/show.html", status, it=it, form=form, decision=decision, at=at, told=told, people=names_of, today=today,
        states=FLOW.names, outcomes=OUTCOMES, sides=SIDES, barriers=found, signs=_may_sign(it),
        runs=who.may("pilots.edit"), use=_use_chart(it, today) if today > it.begins_on else None,
        seconds=at.proposed is not None and who.id in it.signers and who.id != at.proposed.by_id,
        ended=it.state not in (DRAFT, RUNNING), is_draft=it.state == DRAFT, looks=looks,
        counted_to=looks[at.due - 1].day - timedelta(days=1) if at.due else None,
        able=_able(it) if it.state == DRAFT else None,
    )  # fmt: skip


def _may_sign(it: Pilot) -> bool:
    who = viewer()
    signed = {one.person_id for one in it.signatures}
    return it.state == DRAFT and who.may("pilots.sign") and who.id in it.signers and who.id not in signed


@pages.get("/pilots/<int:id>/charter", may="pilots.see", on=Pilot)
def charter(it: Pilot) -> ResponseReturnValue:
    """The charter as it is signed, or as it would be."""
    who = viewer()
    able = it.charter["feasibility"] if it.charter else queries.assess(it)[verdict.PRIMARY].verdict
    return page(
        "pilots/charter.html", it=it, people=names(it.signers, who.lang), document=it.charter or commands.document(it, able),
        criteria=[_criterion(one.role, one.measure, one.size) for one in it.criteria],
        days=plan.look_days(it.starts_on, it.weeks, it.ramp_in, it.extension_weeks), outcomes=OUTCOMES, reasons=REASONS,
        sound=not it.charter or plan.mark(it.charter) == it.charter_hash, is_draft=it.state == DRAFT,
    )  # fmt: skip


def _plan_form(_it: object = None, **filled: Any) -> PlanForm:
    form = PlanForm(**filled)
    lang = viewer().lang
    form.programme_id.choices = [SelectChoice(one.id, one.shown(lang)) for one in programmes()]
    for field in (form.pilot_teams, form.comparison_teams):
        field.choices = [SelectChoice(number, name) for number, name in queries.team_choices(lang)]
    asked = [
        SelectChoice(key, f"{_(one.name)} ({unit})" if (unit := _unit(key)) else str(_(one.name)))
        for key, one in queries.askable().items()
    ]
    form.primary.choices = asked
    form.guardrail.choices = [SelectChoice("", _("nothing")), *asked]
    return form


@pages.get("/pilots/new", may="pilots.edit")
def new(form: PlanForm | None = None, status: int = 200) -> ResponseReturnValue:
    """A pilot to be planned."""
    today = clock.today(viewer().zone)
    given = {
        "starts_on": today + timedelta(days=14 - today.weekday()), "baseline_weeks": 6, "weeks": 8, "ramp_in": 0,
        "extension_weeks": 4, "use_percent": 60, "contamination_percent": 10, "owner": viewer().id, "owner_text": viewer().name,
        "programme_id": request.args.get("programme", type=int),
    }  # fmt: skip
    return page("pilots/edit.html", status, it=None, form=form or _plan_form(data=given))


@pages.post("/pilots", may="pilots.edit", form=_plan_form, back=new)
def create(form: PlanForm) -> ResponseReturnValue:
    """Plan a pilot."""
    given = _planned(form)
    chosen = given.pop("programme_id")
    programme = next((one for one in programmes() if one.id == chosen), None)
    if programme is None:
        raise Refused(N_("Open a programme first; a pilot belongs to one."), "programme_id")
    it = commands.create_pilot(programme, by=viewer(), **given)
    return done("pilots.show", id=it.id, say=_("Planned. Read what these teams could show at all, then sign the charter."))


@pages.get("/pilots/<int:id>/edit", may="pilots.edit", on=Pilot)
def edit(it: Pilot, form: PlanForm | None = None, status: int = 200) -> ResponseReturnValue:
    """The plan of a pilot."""
    form = form or _plan_form(obj=it, data=_written(it))
    form.meets(it.version)
    return page("pilots/edit.html", status, it=it, form=form)


@pages.post("/pilots/<int:id>/edit", may="pilots.edit", on=Pilot, form=_plan_form, back=edit)
def save(it: Pilot, form: PlanForm) -> ResponseReturnValue:
    """Change the plan."""
    commands.change_plan(it, version=form.version.data or 0, by=viewer(), **_planned(form))
    return done("pilots.show", id=it.id, say=_("Saved; it has to be signed as it stands now."))


@pages.post("/pilots/<int:id>/signatures", may="pilots.sign", on=Pilot, form=VersionedForm, back=show)
def sign(it: Pilot, form: VersionedForm) -> ResponseReturnValue:
    """Sign the charter."""
    frozen = commands.sign(it, version=form.version.data or 0, by=viewer())
    say = _("Signed and frozen: the pilot runs as it was agreed.") if frozen else _("Signed; the other one is asked to sign.")
    return done("pilots.show", id=it.id, say=say)


@pages.post("/pilots/<int:id>/looks", may="pilots.edit", on=Pilot, form=VersionedForm, back=show)
def look(it: Pilot, form: VersionedForm) -> ResponseReturnValue:
    """Take the look that is due."""
    taken = commands.take_look(it, version=form.version.data or 0, by=viewer())
    return done("pilots.show", id=it.id, say=_("Look %(number)s is taken; what it shows is frozen.", number=taken.number))


@pages.post("/pilots/<int:id>/decision", may="pilots.decide", on=Pilot, form=DecisionForm, back=show)
def decide(it: Pilot, form: DecisionForm) -> ResponseReturnValue:
    """Decide at the gate."""
    made = commands.decide(
        it, outcome=form.outcome.data, reasons=form.reasons.data or "", version=form.version.data or 0, by=viewer()
    )
    if made.proposed:
        return done("pilots.show", id=it.id, say=_("Against the rule: it counts once the other signer has said yes."))
    return done("pilots.show", id=it.id, say=_("Decided; all concerned are told."))


@pages.post("/pilots/<int:id>/decision/confirmation", may="pilots.decide", on=Pilot, form=VersionedForm, back=show)
def confirm(it: Pilot, form: VersionedForm) -> ResponseReturnValue:
    """Say yes to a decision against the rule."""
    commands.second(it, agree=True, version=form.version.data or 0, by=viewer())
    return done("pilots.show", id=it.id, say=_("Decided; all concerned are told."))


@pages.post("/pilots/<int:id>/decision/refusal", may="pilots.decide", on=Pilot, form=VersionedForm, back=show)
def refuse(it: Pilot, form: VersionedForm) -> ResponseReturnValue:
    """Say no to it."""
    commands.second(it, agree=False, version=form.version.data or 0, by=viewer())
    return done("pilots.show", id=it.id, say=_("Not agreed; the gate is open again."))


@pages.post("/pilots/<int:id>/restart", may="pilots.edit", on=Pilot, form=VersionedForm, back=show)
def restart(it: Pilot, form: VersionedForm) -> ResponseReturnValue:
    """Plan an ended pilot anew."""
    made = commands.restart(it, version=form.version.data or 0, by=viewer())
    return done("pilots.edit", id=made.id, say=_("A new draft with the plan of the old one; change what was learned."))


def _decision_form(it: Pilot, at: queries.Standing) -> DecisionForm | None:
    if it.state != RUNNING or at.proposed is not None or viewer().id not in it.signers:
        return None
    recommended = at.open_look.seen["gate"]["outcome"] if at.open_look and at.open_look.seen else verdict.STOP
    form = DecisionForm(data={"outcome": recommended if recommended in VERBS else verdict.INCONCLUSIVE})
    form.saw(it.version)
    return form


def _planned(form: PlanForm) -> dict[str, Any]:
    """What was typed, as the commands take it."""
    given = named_in(form.given(), "owner", "sponsor")
    known = queries.askable()
    for role in ("primary", "guardrail"):
        key, size = given[role], given.pop(f"{role}_size")
        given[role] = (key, kept(known[key], size)) if key else None
    return given


def _written(it: Pilot) -> dict[str, Any]:
    """The plan as the form shows it."""
    known = names(it.signers, viewer().lang)
    given: dict[str, Any] = {
        "pilot_teams": it.team_ids(PILOT), "comparison_teams": it.team_ids(COMPARISON),
        "owner": it.owner_id, "owner_text": known[it.owner_id], "sponsor": it.sponsor_id, "sponsor_text": known[it.sponsor_id],
    }  # fmt: skip
    for one in it.criteria:
        given |= {one.role: one.measure, f"{one.role}_size": typed(registry.measures()[one.measure], one.size)}
    return given


# What a look shows, in words


def _unit(key: str) -> str:
    """In what a measure is told; nothing where its name says "per person" already."""
    return "" if registry.measures()[key].unit == HUNDREDTHS else str(_(registry.UNITS[registry.measures()[key].unit]))


def _said(key: str, value: float | None, *, signed: bool = False, even: bool = False) -> str:
    """A value in the unit of exact figures as it is read; a change bears its sign, and shares change by points.

    `even`: what was measured, with as many places as those beside it; what was agreed stands as it was typed.
    """
    if value is None:
        return "–"
    unit = registry.measures()[key].unit
    number = value * 100 if unit == PERCENT else value
    text = formats.decimal(number, 0 if unit == MINUTES else 1, even=even)
    if signed and number > 0 and text.strip("0."):
        text = f"+{text}"
    return str(_("%(value)s points", value=text)) if unit == PERCENT and signed else text


def _criterion(role: str, key: str, size: int) -> dict[str, Any]:
    measure = registry.measures()[key]
    return {
        "role": role, "key": key, "name": measure.name, "unit": _unit(key), "direction": measure.direction,
        "size": _said(key, queries.size_of(measure, size)), "limit": _limit(role, key, size),
    }  # fmt: skip


def _limit(role: str, key: str, size: int) -> str:
    """What the pilot's doing is held against: `≥ +1`, or `≤ −60` where less is better; harm the other way round."""
    measure = registry.measures()[key]
    up = measure.direction == verdict.UP
    good = up if role == verdict.PRIMARY else not up
    bound = queries.size_of(measure, size) * (1 if good else -1)
    return f"{'≥' if up else '≤'} {_said(key, bound, signed=True)}"


def _able(it: Pilot) -> list[dict[str, Any]]:
    """What the plan could show, by criterion."""
    told = []
    for role, able in queries.assess(it).items():
        one = next(criterion for criterion in it.criteria if criterion.role == role)
        told.append(_criterion(role, one.measure, one.size) | {
            "verdict": able.verdict, "detectable": _said(one.measure, able.detectable), "enough": able.enough,
            "notices": able.notices_worthwhile, "never": able.verdict == feasibility.NEVER,
        })  # fmt: skip
    return told


def _look(it: Pilot, one: Any) -> dict[str, Any]:
    """A look that was taken, as the page shows it."""
    seen = one.seen
    hidden = queries.hidden_teams(seen["criteria"][verdict.PRIMARY], one.day - timedelta(days=1))
    team_names = {team.team_id: team.team.shown(viewer().lang) for team in it.teams}
    return {
        "look": one, "until": one.day - timedelta(days=1), "seen": seen,
        "outcome": seen["gate"]["outcome"], "why": REASONS[seen["gate"]["row"]],
        "data": seen["gate"]["row"] in DATA,
        "criteria": [_compared(role, told, hidden, team_names) for role, told in seen["criteria"].items()],
        **{key: _share(None if key in seen.get("kept_back", ()) else seen["facts"][key]) for key in ("use", "contaminated")},
    }  # fmt: skip


def _share(value: float | None) -> str:
    return "–" if value is None else _percent(value * 100)


def _percent(value: Any) -> str:
    return f"{round(value)}{'' if formats.lang() == 'zh' else formats.NO_BREAK}%"


def _compared(role: str, of: dict[str, Any], hidden: set[int], team_names: dict[int, str]) -> dict[str, Any]:
    key = of["measure"]
    difference, before_after = of["difference"], queries.means(of)
    kept_back = bool(hidden) or of["few"]
    rows = [] if kept_back else [
        {"name": team_names.get(row["team"], "–"), "pilot": row["pilot"], "before": _said(key, row["before"], even=True),
         "after": _said(key, row["after"], even=True),
         "change": _said(key, row["after"] - row["before"], signed=True, even=True)}
        for row in sorted(of["changes"], key=lambda row: (not row["pilot"], sort_key(team_names.get(row["team"], ""))))
    ]  # fmt: skip
    thin = of["thin"]

    def change(value: float | None) -> str:
        return _said(key, None if thin else value, signed=True, even=True)

    return _criterion(role, key, of["size"]) | {
        "verdict": of["verdict"], "says": VERDICTS[of["verdict"]], "thin": thin,
        "estimate": change(difference["estimate"]), "low": change(difference["low"]), "high": change(difference["high"]),
        "level": formats.percent(round(difference["level"] * 10_000)), "p": difference["p"],
        "means": {} if thin else {side: [_said(key, value, even=True) for value in pair] for side, pair in before_after.items()},
        "rows": rows, "hidden": kept_back, "permutation": of["permutation"],
        "placebo": change(of["placebo"]["estimate"]),
        "placebo_low": change(of["placebo"]["low"]), "placebo_high": change(of["placebo"]["high"]),
        # With one team left out the others' changes could be worked out.
        "without": [] if kept_back else [change(one) for one in of["without"]],
        "by_rows": change(of["by_rows"]), "present": _share(of["present"]),
        "depends_on": [] if thin else [team_names.get(number, "–") for number in of["depends_on"]],
    }  # fmt: skip


def _use_chart(it: Pilot, today: Any) -> charts.LineChart | None:
    told = queries.use(it, today)
    if not told.weeks:
        return None
    steps = [str(_("W%(week)s", week=day.isocalendar().week)) for day in told.weeks]
    marks = [charts.Mark(Fraction(2 * it.baseline_weeks - 1, 2), str(_("start")))] if len(steps) > it.baseline_weeks else []
    return charts.line(
        steps, charts.Series(str(_("pilot teams")), told.pilot), other=charts.Series(str(_("comparison teams")), told.comparison),
        level=charts.Level(it.use_percent, str(_("agreed use %(percent)s", percent=_percent(it.use_percent)))),
        marks=marks, show=_percent,
    )  # fmt: skip

