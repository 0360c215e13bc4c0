"""States of an import and the events that it leaves."""

from portal.core.flow import Flow, Kind, Move, Thing
from portal.core.words import N_

Thing("batch", N_("import"), "/imports/{}", "imports.run")

STAGED, WRITTEN, DROPPED = "staged", "written", "dropped"

# fmt: off
FLOW = Flow(
    "import", STAGED,
    {
        STAGED:  N_("looked at, not written"),
        WRITTEN: N_("written"),
        DROPPED: N_("dropped"),
    },
    #    verb     from        to       may            label
    Move("write", (STAGED,),  WRITTEN, "imports.run", N_("Write")),
    Move("drop",  (STAGED,),  DROPPED, "imports.run", N_("Drop")),
)
# fmt: on

STAGED_FILE = Kind(
    "import.staged",
    N_("%(actor)s sent a file of %(what)s: %(read)s rows, %(rejected)s rejected."),
    timeline=False,
    what="word",
    read="int",
    rejected="int",
)
WRITTEN_FILE = Kind(
    "import.written",
    N_(
        "%(actor)s imported %(what)s: %(created)s new, %(changed)s changed, %(unchanged)s unchanged, %(rejected)s rejected."
    ),
    timeline=False,
    what="word",
    created="int",
    changed="int",
    unchanged="int",
    rejected="int",
)
DROPPED_FILE = Kind(
    "import.dropped", N_("%(actor)s dropped a file of %(what)s."), timeline=False, what="word"
)
