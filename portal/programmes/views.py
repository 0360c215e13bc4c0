"""Programmes: how the rollout stands, its goals, phases and barriers."""

from typing import Any

from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from portal.access.permissions import ALL
from portal.core import clock
from portal.identity.queries.people import named_in
from portal.identity.queries.viewers import names
from portal.programmes import commands, queries, rules
from portal.programmes.flow import FLOW, GOALS, OBSTACLES, PHASES
from portal.programmes.forms import BarrierForm, GoalForm, PhasesForm, ProgrammeForm
from portal.programmes.models import Barrier, Goal, Programme
from portal.programmes.slots import PILOTS
from portal.web import formats
from portal.web.answers import done, page
from portal.web.fields import Form, VersionedForm
from portal.web.pages import Pages, viewer

pages = Pages("programmes", __name__)


@pages.get("/programmes", may="programmes.see")
def index() -> ResponseReturnValue:
    """All programmes, each with the phase that it is in."""
    found = queries.every()
    phases = queries.phases_of([one.id for one in found])
    current = {number: queries.current_phase(seven) for number, seven in phases.items()}
    return page("programmes/index.html", programmes=found, current=current, phases=PHASES)


@pages.get("/programmes/<int:id>", may="programmes.see", on=Programme)
def show(it: Programme, form: Form | None = None, status: int = 200) -> ResponseReturnValue:
    """How a programme stands: phases, pilots, goals, barriers."""
    who = viewer()
    today = clock.today(who.zone)
    goals, barriers, phases = queries.goals(it.id), queries.barriers(it.id), queries.phases(it.id)
    standing = {
        one.id: rules.standing(
            one.baseline, one.target, one.actual, since=it.starts_on, due_on=one.due_on, today=today
        )
        for one in goals
    }
    figures = {one.id: [_figure(value) for value in (one.baseline, one.target, one.actual)] for one in goals}
    way = {one.id: rules.way_made(one.baseline, one.target, one.actual) for one in goals}
    owners = {it.owner_id, *(one.owner_id for one in goals), *(one.owner_id for one in barriers)}
    return page(
        "programmes/show.html", status, it=it, form=form, goals=goals, figures=figures, standing=standing, way=way,
        barriers=barriers,
        obstacles=queries.by_obstacle(barriers), phases=phases, current=queries.current_phase(phases), states=FLOW.names,
        kinds=GOALS, obstacle_names=OBSTACLES, phase_names=PHASES, people=names(owners, who.lang), today=today,
        pilots=[line for told in PILOTS for line in told(it.id, who.lang)],
    )  # fmt: skip


@pages.get("/programmes/new", may="programmes.edit")
def new(form: ProgrammeForm | None = None, status: int = 200) -> ResponseReturnValue:
    """A programme to be opened."""
    given = {"owner": viewer().id, "owner_text": viewer().name, "starts_on": clock.today(viewer().zone)}
    return page("programmes/edit.html", status, it=None, form=form or ProgrammeForm(data=given))


@pages.post("/programmes", may="programmes.edit", form=ProgrammeForm, back=new)
def create(form: ProgrammeForm) -> ResponseReturnValue:
    """Open a programme."""
    it = commands.create_programme(**named_in(form.given(), "owner"), by=viewer())
    say = _("Opened. Its days are split evenly over the seven phases; set them as you plan.")
    return done("programmes.show", id=it.id, say=say)


@pages.get("/programmes/<int:id>/edit", may="programmes.edit", on=Programme)
def edit(it: Programme, form: ProgrammeForm | None = None, status: int = 200) -> ResponseReturnValue:
    """What a programme is called and for."""
    form = form or ProgrammeForm(obj=it, data=_owner(it.owner_id))
    form.meets(it.version)
    return page("programmes/edit.html", status, it=it, form=form)


@pages.post("/programmes/<int:id>/edit", may="programmes.edit", on=Programme, form=ProgrammeForm, back=edit)
def save(it: Programme, form: ProgrammeForm) -> ResponseReturnValue:
    """Change it."""
    commands.change_programme(it, version=form.version.data or 0, by=viewer(), **named_in(form.given(), "owner"))
    return done("programmes.show", id=it.id, say=_("Saved."))


@pages.get("/programmes/<int:id>/phases", may="programmes.edit", on=Programme)
def phases(it: Programme, form: PhasesForm | None = None, status: int = 200) -> ResponseReturnValue:
    """The days of the seven phases."""
    if form is None:
        given = [{"starts_on": one.starts_on, "ends_on": one.ends_on} for one in queries.phases(it.id)]
        form = PhasesForm(data={"spans": given})
    form.meets(it.version)
    return page("programmes/phases.html", status, it=it, form=form, phase_names=list(PHASES.values()))


@pages.post("/programmes/<int:id>/phases", may="programmes.edit", on=Programme, form=PhasesForm, back=phases)
def set_phases(it: Programme, form: PhasesForm) -> ResponseReturnValue:
    """Set them."""
    commands.set_phases(it, form.days(), version=form.version.data or 0, by=viewer())
    return done("programmes.show", id=it.id, say=_("Saved."))


@pages.post("/programmes/<int:id>/phases/closing", may="programmes.edit", on=Programme, form=VersionedForm, back=show)
def close_phase(it: Programme, form: VersionedForm) -> ResponseReturnValue:
    """Close the phase that the programme is in."""
    key = commands.close_phase(it, version=form.version.data or 0, by=viewer())
    return done("programmes.show", id=it.id, say=_("Closed: %(phase)s.", phase=_(PHASES[key])))


@pages.get("/programmes/<int:id>/goals/new", may="programmes.edit", on=Programme)
def new_goal(it: Programme, form: GoalForm | None = None, status: int = 200) -> ResponseReturnValue:
    """A goal to be set."""
    given = {"owner": viewer().id, "owner_text": viewer().name, "due_on": it.ends_on}
    return page("programmes/goal.html", status, programme=it, it=None, form=form or GoalForm(data=given))


@pages.post("/programmes/<int:id>/goals", may="programmes.edit", on=Programme, form=GoalForm, back=new_goal)
def create_goal(it: Programme, form: GoalForm) -> ResponseReturnValue:
    """Set a goal."""
    commands.set_goal(it, by=viewer(), **named_in(form.given(), "owner"))
    return done("programmes.show", id=it.id, say=_("Saved."))


@pages.get("/programmes/goals/<int:id>/edit", may="programmes.edit", on=Goal)
def edit_goal(it: Goal, form: GoalForm | None = None, status: int = 200) -> ResponseReturnValue:
    """A goal, and where it stands now."""
    form = form or GoalForm(obj=it, data=_owner(it.owner_id))
    form.meets(it.version)
    return page("programmes/goal.html", status, programme=it.programme, it=it, form=form)


@pages.post("/programmes/goals/<int:id>/edit", may="programmes.edit", on=Goal, form=GoalForm, back=edit_goal)
def save_goal(it: Goal, form: GoalForm) -> ResponseReturnValue:
    """Change it."""
    commands.change_goal(it, version=form.version.data or 0, by=viewer(), **named_in(form.given(), "owner"))
    return done("programmes.show", id=it.programme_id, say=_("Saved."))


def _barrier_form(_it: object = None, **filled: Any) -> BarrierForm:
    form = BarrierForm(**filled)
    teams = [SelectChoice(number, name) for number, name in queries.team_choices(viewer().lang)]
    form.team_id.choices = [SelectChoice(0, _("Everywhere")), *teams]
    return form


@pages.get("/programmes/<int:id>/barriers/new", may="programmes.edit", on=Programme)
def new_barrier(it: Programme, form: BarrierForm | None = None, status: int = 200) -> ResponseReturnValue:
    """A barrier to be noted."""
    return page("programmes/barrier_edit.html", status, programme=it, it=None, form=form or _barrier_form())


@pages.post(
    "/programmes/<int:id>/barriers", may="programmes.edit", on=Programme, form=_barrier_form, back=new_barrier
)
def create_barrier(it: Programme, form: BarrierForm) -> ResponseReturnValue:
    """Note a barrier."""
    noted = commands.note_barrier(it, by=viewer(), **_placed(form))
    return done("programmes.barrier", id=noted.id, say=_("Noted; whoever is to clear it is told."))


@pages.get("/programmes/barriers/<int:id>", may="barriers.see", on=Barrier)
def barrier(it: Barrier, form: Form | None = None, status: int = 200) -> ResponseReturnValue:
    """One barrier: where, since when, who clears it, what is done about it."""
    who = viewer()
    clears = who.reach("barriers.clear") == ALL or who.id == it.owner_id
    moves = [one for one in FLOW.open_to(it.state, who.may) if clears or one.may != "barriers.clear"]
    return page(
        "programmes/barrier.html", status, it=it, form=form, people=names({it.owner_id, it.created_by_id}, who.lang),
        states=FLOW.names, obstacles=OBSTACLES, moves=moves, today=clock.today(who.zone),
    )  # fmt: skip


@pages.get("/programmes/barriers/<int:id>/edit", may="programmes.edit", on=Barrier)
def edit_barrier(it: Barrier, form: BarrierForm | None = None, status: int = 200) -> ResponseReturnValue:
    """A barrier to be changed."""
    form = form or _barrier_form(obj=it, data=_owner(it.owner_id) | {"team_id": it.team_id or 0})
    form.meets(it.version)
    return page("programmes/barrier_edit.html", status, programme=it.programme, it=it, form=form)


@pages.post(
    "/programmes/barriers/<int:id>/edit", may="programmes.edit", on=Barrier, form=_barrier_form, back=edit_barrier
)
def save_barrier(it: Barrier, form: BarrierForm) -> ResponseReturnValue:
    """Change it."""
    commands.change_barrier(it, version=form.version.data or 0, by=viewer(), **_placed(form))
    return done("programmes.barrier", id=it.id, say=_("Saved."))


@pages.post("/programmes/barriers/<int:id>/mending", may="barriers.clear", on=Barrier, form=VersionedForm, back=barrier)
def mend(it: Barrier, form: VersionedForm) -> ResponseReturnValue:
    """It is mended."""
    return _moved(it, "mend", form)


@pages.post("/programmes/barriers/<int:id>/acceptance", may="programmes.edit", on=Barrier, form=VersionedForm, back=barrier)
def accept(it: Barrier, form: VersionedForm) -> ResponseReturnValue:
    """It is accepted for now."""
    return _moved(it, "accept", form)


@pages.post("/programmes/barriers/<int:id>/reopening", may="programmes.edit", on=Barrier, form=VersionedForm, back=barrier)
def reopen(it: Barrier, form: VersionedForm) -> ResponseReturnValue:
    """It is open again."""
    return _moved(it, "reopen", form)


def _moved(it: Barrier, verb: str, form: VersionedForm) -> ResponseReturnValue:
    commands.move_barrier(it, verb, version=form.version.data or 0, by=viewer())
    return done("programmes.barrier", id=it.id, say=_("Saved."))


def _figure(hundredths: int | None) -> str:
    return "–" if hundredths is None else formats.decimal(hundredths / 100)


def _placed(form: Any) -> dict[str, Any]:
    given = named_in(form.given(), "owner")
    return given | {"team_id": given["team_id"] or None}


def _owner(person_id: int) -> dict[str, Any]:
    return {"owner": person_id, "owner_text": names({person_id}, viewer().lang).get(person_id, "")}
