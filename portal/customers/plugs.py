"""What customers tell the measures: talks noted, customers kept."""

from portal.core.words import N_
from portal.customers import flow
from portal.customers.queries import talking
from portal.measures.slots import FEATURES, HUNDREDTHS, MEAN, SOURCES, WEEK, Feature, Measure, Source

TALKING = frozenset({"rep", "manager", "service"})
KEEPING = (
    flow.CREATED, flow.CHANGED, flow.JOINED, flow.HANDED_OVER, flow.CONTACT_ADDED, flow.CONTACT_CHANGED,
    flow.CONTACT_LINKED, flow.CONTACT_ENDED,
)  # fmt: skip

FEATURES.put(
    "talks",
    Feature("talks", N_("Talks noted"), frozenset(kind.key for kind in flow.SPOKEN.values()), TALKING),
)
FEATURES.put(
    "customers",
    Feature(
        "customers",
        N_("Customers kept"),
        frozenset(kind.key for kind in KEEPING),
        frozenset({"rep", "service"}),
    ),
)

SOURCES.put(
    "talks_per_person",
    Source(
        Measure(
            "talks_per_person", N_("Talks per person"),
            N_("How many of the week's talks with customers fall to one eligible person whose role notes talks."),
            HUNDREDTHS, WEEK, N_("talks of the week that were noted"), N_("eligible people whose role notes talks"),
            N_("the talks on the pages of customers"),
        ),
        MEAN, talking.talks, TALKING,
    ),
)  # fmt: skip
