"""Events of the house itself, which belong to no room."""

from portal.core.flow import Kind, Thing
from portal.core.words import N_

Thing("job", N_("background job"))

EXPORTED = Kind(
    "list.exported",
    N_("%(actor)s took away “%(list)s” as %(format)s: %(rows)s rows."),
    timeline=False,
    list="word",
    format="text",
    rows="int",
)
