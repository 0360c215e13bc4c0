"""What can happen to an opportunity."""

from portal.core.flow import Kind, Thing
from portal.core.words import N_

Thing("opportunity", N_("opportunity"), "/pipeline/{}", "pipeline.see")

OPENED = Kind(
    "opportunity.opened",
    N_("An opportunity for %(product)s was opened with %(owner)s."),
    product="text",
    owner="person",
)
MOVED = Kind(
    "opportunity.moved",
    N_("The opportunity for %(product)s moved to: %(stage)s."),
    product="text",
    stage="word",
)
CHANGED = Kind(
    "opportunity.changed",
    N_("The opportunity for %(product)s was corrected."),
    timeline=False,
    product="text",
)
CLOSED = {
    "won": Kind(
        "opportunity.won",
        N_("The opportunity for %(product)s was won: %(value)s."),
        product="text",
        value="money",
    ),
    "lost": Kind("opportunity.lost", N_("The opportunity for %(product)s was lost."), product="text"),
}
