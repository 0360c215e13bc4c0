"""States and moves of an assignment and of a course version, and the events and notices that they leave."""

from portal.core.flow import Flow, Kind, Move, Notice, Thing
from portal.core.words import N_

Thing("course", N_("course"), "/training/courses/{}", "training.manage")
Thing("assignment", N_("course to take"), "/training/results/{}", "training.see")

ASSIGNED, STARTED, COMPLETED, PASSED, FAILED, WAIVED = (
    "assigned", "started", "completed", "passed", "failed", "waived",
)  # fmt: skip
OPEN = (ASSIGNED, STARTED, COMPLETED)
"""There is something left to do for the one who has it."""

# fmt: off
FLOW = Flow(
    "assignment", ASSIGNED,
    {
        ASSIGNED:  N_("not begun"),
        STARTED:   N_("begun"),
        COMPLETED: N_("completed, not passed yet"),
        PASSED:    N_("passed"),
        FAILED:    N_("not passed, no try left"),
        WAIVED:    N_("waived"),
    },
    #    verb        from                          to         may                label
    Move("start",    (ASSIGNED,),                  STARTED,   "training.learn",  N_("Begin")),
    Move("complete", (STARTED,),                   COMPLETED, "training.learn",  N_("Complete")),
    Move("pass",     (STARTED, COMPLETED),         PASSED,    "training.learn",  N_("Pass")),
    Move("fail",     (STARTED, COMPLETED),         FAILED,    "training.learn",  N_("Not pass")),
    Move("waive",    (ASSIGNED, STARTED, COMPLETED, FAILED), WAIVED, "training.manage", N_("Waive")),
    Move("reopen",   (FAILED, WAIVED),             STARTED,   "training.manage", N_("Give another try")),
)

DRAFT, PUBLISHED = "draft", "published"
VERSIONS = Flow(
    "course_version", DRAFT,
    {
        DRAFT:     N_("draft"),
        PUBLISHED: N_("published"),
    },
    Move("publish", (DRAFT,), PUBLISHED, "training.manage", N_("Publish")),
)

CREATED = Kind("course.created", N_("%(actor)s began the course “%(course)s”."), course="text")
CHANGED = Kind("course.changed", N_("%(actor)s changed the draft of “%(course)s”."), course="text", timeline=False)
COURSE_PUBLISHED = Kind("course.published", N_("%(actor)s published “%(course)s”, version %(number)s."), course="text", number="int")
GIVEN = Kind("training.assigned", N_("%(actor)s gave %(person)s the course “%(course)s”."), person="person", course="text", due="day")
READ = Kind("training.lesson_read", N_("%(actor)s read lesson %(number)s of “%(course)s”."), course="text", number="int", timeline=False)
OPENED = Kind("training.try_opened", N_("%(actor)s opened try %(number)s of “%(course)s”."), course="text", number="int", timeline=False)
HANDED_IN = Kind("training.try_handed_in", N_("%(actor)s answered %(right)s of %(asked)s questions of “%(course)s” right."), course="text", right="int", asked="int", timeline=False)
RAN_OUT = Kind("training.try_ran_out", N_("The time for a try of “%(course)s” ran out."), course="text", timeline=False)
DONE = Kind("training.completed", N_("%(actor)s completed “%(course)s”."), course="text")
HAS_PASSED = Kind("training.passed", N_("%(actor)s passed “%(course)s”."), course="text")
HAS_FAILED = Kind("training.failed", N_("%(actor)s has no try left for “%(course)s”."), course="text")
CERTIFIED = Kind("training.certified", N_("Certificate %(number)s was issued for “%(course)s”."), course="text", number="text")
LET_OFF = Kind("training.waived", N_("%(actor)s waived “%(course)s” for %(person)s."), person="person", course="text")
REOPENED = Kind("training.reopened", N_("%(actor)s gave %(person)s another try for “%(course)s”."), person="person", course="text")

TOLD_GIVEN = Notice("training.assigned", N_("%(actor)s asks you to take the course “%(course)s”."), course="text")
TOLD_FAILED = Notice("training.failed", N_("%(actor)s has no try left for “%(course)s”."), course="text")
TOLD_REOPENED = Notice("training.reopened", N_("%(actor)s gave you another try for “%(course)s”."), course="text")
TOLD_WAIVED = Notice("training.waived", N_("%(actor)s waived “%(course)s” for you."), course="text")
TOLD_DUE = Notice("training.due", N_("The course “%(course)s” is due on %(day)s."), course="text", day="day")
# fmt: on
