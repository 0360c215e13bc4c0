"""States and moves of a task, and the events and notices that it leaves."""

from portal.core.flow import Flow, Kind, Move, Notice, Thing
from portal.core.words import N_

Thing("task", N_("task"), "/tasks/{}", "tasks.see")

OPEN, DONE, DROPPED = "open", "done", "dropped"

# fmt: off
FLOW = Flow(
    "task", OPEN,
    {
        OPEN:    N_("open"),
        DONE:    N_("done"),
        DROPPED: N_("withdrawn"),
    },
    #    verb      from              to       may           label
    Move("finish", (OPEN,),          DONE,    "tasks.edit", N_("Done")),
    Move("drop",   (OPEN,),          DROPPED, "tasks.edit", N_("Withdraw")),
    Move("reopen", (DONE, DROPPED),  OPEN,    "tasks.edit", N_("Open again")),
)

GIVEN = Kind("task.given", N_("%(actor)s gave %(person)s a task."), person="person")
OFFERED = Kind("task.offered", N_("%(actor)s gave the department %(team)s a task."), team="text")
TAKEN = Kind("task.taken", N_("%(actor)s took over a task of the department."))
FINISHED = Kind("task.done", N_("%(actor)s finished a task."))
WITHDRAWN = Kind("task.dropped", N_("%(actor)s withdrew a task."))
REOPENED = Kind("task.reopened", N_("%(actor)s opened a task again."))

TOLD_GIVEN = Notice("task.given", N_("%(actor)s gave you a task: %(title)s"), title="text")
TOLD_OFFERED = Notice("task.offered", N_("%(actor)s gave your department a task: %(title)s"), title="text")
TOLD_TAKEN = Notice("task.taken", N_("%(actor)s takes care of your task: %(title)s"), title="text")
TOLD_DONE = Notice("task.done", N_("%(actor)s finished your task: %(title)s"), title="text")
TOLD_REOPENED = Notice("task.reopened", N_("%(actor)s opened a task again: %(title)s"), title="text")
# fmt: on
