"""States and moves of a special-price request, and the events and notices that it leaves."""

from portal.core.flow import CLOCK, Flow, Kind, Move, Notice, Thing
from portal.core.words import N_
from portal.prices.rules import missing

Thing("price_request", N_("price request"), "/price-requests/{}", "prices.see")

DRAFT, WAITING, APPROVED, REJECTED, RETURNED, EXPIRED, DISCARDED = (
    "draft", "waiting", "approved", "rejected", "returned", "expired", "discarded",
)  # fmt: skip

# fmt: off
FLOW = Flow(
    "price_request", DRAFT,
    {
        DRAFT:     N_("draft"),
        WAITING:   N_("waits for a decision"),
        APPROVED:  N_("approved"),
        REJECTED:  N_("declined"),
        RETURNED:  N_("sent back"),
        EXPIRED:   N_("expired"),
        DISCARDED: N_("discarded"),
    },
    #    verb       from                 to         may              label                    needs
    Move("submit",  (DRAFT, RETURNED),   WAITING,   "prices.ask",    N_("Send request"),      missing),
    Move("approve", (WAITING,),          APPROVED,  "prices.decide", N_("Approve")),
    Move("return",  (WAITING,),          RETURNED,  "prices.decide", N_("Send back")),
    Move("reject",  (WAITING,),          REJECTED,  "prices.decide", N_("Decline")),
    Move("recall",  (WAITING,),          DRAFT,     "prices.ask",    N_("Take back")),
    Move("discard", (DRAFT, RETURNED),   DISCARDED, "prices.ask",    N_("Discard")),
    Move("expire",  (APPROVED,),         EXPIRED,   CLOCK,           N_("Expire")),
)
# fmt: on
UNTOLD = (DRAFT, DISCARDED)
"""States in which a request is seen by nobody but those who wrote it."""
CLOSED_BY = {"approved": "approve", "rejected": "reject", "returned": "return"}

DRAFTED = Kind(
    "price_request.drafted",
    N_("%(actor)s began %(number)s: %(product)s at %(asked)s."),
    timeline=False,
    number="text",
    product="text",
    asked="money",
)
CHANGED = Kind(
    "price_request.changed",
    N_("%(actor)s changed the terms: %(pieces)s pieces at %(asked)s."),
    pieces="int",
    asked="money",
)
SUBMITTED = Kind(
    "price_request.submitted",
    N_("%(actor)s asked for %(asked)s each for %(pieces)s × %(product)s."),
    product="text",
    pieces="int",
    asked="money",
)
DECIDED = {
    "approved": Kind("price_request.approved", N_("The price of %(asked)s was approved."), asked="money"),
    "rejected": Kind("price_request.rejected", N_("The price of %(asked)s was declined."), asked="money"),
    "returned": Kind("price_request.returned", N_("The request for %(asked)s was sent back."), asked="money"),
}
RECALLED = Kind("price_request.recalled", N_("%(actor)s took the request back."), timeline=False)
DISCARDED_EVENT = Kind("price_request.discarded", N_("%(actor)s discarded the request."), timeline=False)
EXPIRED_EVENT = Kind("price_request.expired", N_("The approved price of %(asked)s ran out."), asked="money")

TOLD = {
    "approved": Notice(
        "price_request.approved",
        N_("%(actor)s approved %(title)s. The price holds until %(until)s."),
        title="text",
        until="day",
    ),
    "rejected": Notice("price_request.rejected", N_("%(actor)s declined %(title)s."), title="text"),
    "returned": Notice("price_request.returned", N_("%(actor)s sent %(title)s back to you."), title="text"),
}
