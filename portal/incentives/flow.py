"""States of a rule's version, and the events and notices of rules and the ledger."""

from portal.access.permissions import SIGNED_IN
from portal.core.flow import Flow, Kind, Move, Notice, Thing
from portal.core.words import N_

Thing("incentive_rule", N_("rule"), "/incentives/rules/{}", SIGNED_IN)
Thing("entry", N_("booking of points"), "/incentives/entries/{}", "incentives.edit")

DRAFT, PUBLISHED = "draft", "published"

# fmt: off
FLOW = Flow(
    "rule_version", DRAFT,
    {
        DRAFT:     N_("draft"),
        PUBLISHED: N_("published"),
    },
    Move("publish", (DRAFT,), PUBLISHED, "incentives.edit", N_("Publish")),
)

EARNED, REVERSAL = "earned", "reversal"
ENTRIES = {
    EARNED:   N_("earned"),
    REVERSAL: N_("reversal"),
}

CREATED = Kind("incentive.created", N_("%(actor)s began the rule “%(rule)s”."), rule="text")
CHANGED = Kind("incentive.changed", N_("%(actor)s changed the draft of the rule “%(rule)s”."), rule="text", timeline=False)
RULE_PUBLISHED = Kind("incentive.published", N_("%(actor)s published the rule “%(rule)s”, version %(number)s; it holds from %(day)s on."), rule="text", number="int", day="day")
ACKNOWLEDGED = Kind("incentive.acknowledged", N_("%(actor)s noted that the rule “%(rule)s” was read."), rule="text", beside=True)
POSTED = Kind("incentive.posted", N_("%(points)s points for %(person)s by the rule “%(rule)s”."), person="person", points="int", rule="text")
REVERSED = Kind("incentive.reversed", N_("%(points)s points of %(person)s were reversed."), person="person", points="int", rule="text")

TOLD_PUBLISHED = Notice("incentive.published", N_("A new rule concerns you from %(day)s on: “%(rule)s”."), rule="text", day="day")
TOLD_POSTED = Notice("incentive.posted", N_("You got %(points)s points: “%(rule)s”."), points="int", rule="text")
TOLD_REVERSED = Notice("incentive.reversed", N_("%(points)s points were reversed: “%(rule)s”. The reason stands beside it."), points="int", rule="text")
# fmt: on
