"""States of a barrier, the catalogues of goals, phases and obstacles, and the events of programmes."""

from portal.core.flow import Flow, Kind, Move, Notice, Thing
from portal.core.words import N_

Thing("programme", N_("programme"), "/programmes/{}", "programmes.see")
Thing("goal", N_("goal"), "/programmes/goals/{}/edit", "programmes.edit")
Thing("barrier", N_("barrier"), "/programmes/barriers/{}", "barriers.see")

OPEN, MENDED, ACCEPTED = "open", "mended", "accepted"

# fmt: off
FLOW = Flow(
    "barrier", OPEN,
    {
        OPEN:     N_("open"),
        MENDED:   N_("mended"),
        ACCEPTED: N_("accepted for now"),
    },
    Move("mend",   (OPEN, ACCEPTED), MENDED,   "barriers.clear",  N_("It is mended")),
    Move("accept", (OPEN,),          ACCEPTED, "programmes.edit", N_("Accept it for now")),
    Move("reopen", (MENDED, ACCEPTED), OPEN,   "programmes.edit", N_("Open it again")),
)

GOALS = {
    "revenue":    N_("Revenue"),
    "efficiency": N_("Efficiency"),
    "loyalty":    N_("Customer loyalty"),
    "own":        N_("A goal of our own"),
}
"""The catalogue of goals."""

PHASES = {
    "survey":     N_("Survey"),
    "planning":   N_("Planning"),
    "selection":  N_("Selection"),
    "design":     N_("Design"),
    "pilot":      N_("Pilot"),
    "rollout":    N_("Rollout"),
    "monitoring": N_("Monitoring"),
}
"""The seven phases in their order."""

OBSTACLES = {
    "resistance": N_("Resistance to change"),
    "process":    N_("Process and role redesign"),
    "needs":      N_("Defining business needs"),
    "evaluation": N_("Evaluating results"),
}
"""The four obstacles that most rollouts meet."""

CREATED = Kind("programme.created", N_("%(actor)s opened the programme “%(programme)s”."), programme="text")
CHANGED = Kind("programme.changed", N_("%(actor)s changed the programme “%(programme)s”."), programme="text", timeline=False)
PHASES_SET = Kind("programme.phases", N_("%(actor)s set the days of the phases of “%(programme)s”."), programme="text", timeline=False)
PHASE_DONE = Kind("programme.phase_done", N_("%(actor)s closed the phase %(phase)s of “%(programme)s”."), programme="text", phase="word")
GOAL_SET = Kind("goal.set", N_("%(actor)s set the goal “%(goal)s”."), goal="text")
GOAL_CHANGED = Kind("goal.changed", N_("%(actor)s changed the goal “%(goal)s”."), goal="text")
BARRIER_NOTED = Kind("barrier.noted", N_("%(actor)s noted the barrier “%(barrier)s”."), barrier="text")
BARRIER_CHANGED = Kind("barrier.changed", N_("%(actor)s changed the barrier “%(barrier)s”."), barrier="text", timeline=False)
BARRIER_MOVED = Kind("barrier.moved", N_("%(actor)s set the barrier “%(barrier)s” to: %(state)s."), barrier="text", state="word")

TOLD_BARRIER = Notice("barrier.yours", N_("A barrier is yours to clear by %(day)s: “%(barrier)s”."), barrier="text", day="day")
# fmt: on
