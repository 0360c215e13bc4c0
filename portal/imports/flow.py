"""States of an import and the events that it leaves."""

from portal.core.flow import Flow, Kind, Move, Thing
from portal.core.words import N_

Thing("batch", N_("import"), "/imports/{}", "imports.run")

STAGED, WRITTEN, DROPPED, UNDONE = "staged", "written", "dropped", "undone"

# fmt: off
FLOW = Flow(
    "import", STAGED,
    {
        STAGED:  N_("looked at, not written"),
        WRITTEN: N_("written"),
        DROPPED: N_("dropped"),
        UNDONE:  N_("undone"),
    },
    #    verb     from        to       may            label
    Move("write", (STAGED,),  WRITTEN, "imports.run", N_("Write")),
    Move("drop",  (STAGED,),  DROPPED, "imports.run", N_("Drop")),
    Move("undo",  (WRITTEN,), UNDONE,  "imports.run", N_("Undo")),
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
UNDONE_FILE = Kind(
    "import.undone",
    N_("%(actor)s undid the import of %(what)s: %(removed)s removed, %(restored)s set back, %(stayed)s stayed."),
    timeline=False,
    what="word",
    removed="int",
    restored="int",
    stayed="int",
)
TOOK_BACK = Kind("import.took_back", N_("%(actor)s took back what an import had brought: %(what)s."), what="word")

STAYS = {
    "changed": N_("changed since"),
    "history": N_("something has happened with it since"),
    "used": N_("needed since by: %(what)s"),
    "taken": N_("what it had before belongs to another now"),
    "lost": N_("what it belonged to before is no more"),
    "with": N_("belongs to one that stays"),
    "circle": N_("would stand above itself"),
}
"""Why an undo leaves something as it is."""
OTHERS = N_("other entries")
