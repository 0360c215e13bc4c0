"""States of an approval and of its seats, and the events and notices that they leave."""

from portal.core.flow import Kind, Notice, Thing
from portal.core.words import N_

Thing("approval", N_("approval"))
Thing("approval_policy", N_("approval policy"))

OPEN, APPROVED, REJECTED, RETURNED, RECALLED, CANCELLED = (
    "open",
    "approved",
    "rejected",
    "returned",
    "recalled",
    "cancelled",
)
VERDICTS = {"approve": APPROVED, "reject": REJECTED, "return": RETURNED}
STATES = {
    OPEN: N_("waits"),
    APPROVED: N_("approved"),
    REJECTED: N_("declined"),
    RETURNED: N_("sent back"),
    RECALLED: N_("taken back"),
    CANCELLED: N_("no answer needed"),
}

OPENED = Kind(
    "approval.seat_opened",
    N_("It went to %(holder)s, to be answered by %(due)s."),
    timeline=False,
    holder="person",
    due="instant",
)
DECIDED = {
    APPROVED: Kind(
        "approval.seat_approved",
        N_("%(actor)s approved after %(waited)s."),
        waited="minutes",
        holder="person",
    ),
    REJECTED: Kind(
        "approval.seat_rejected",
        N_("%(actor)s declined after %(waited)s."),
        waited="minutes",
        holder="person",
    ),
    RETURNED: Kind(
        "approval.seat_returned",
        N_("%(actor)s sent it back after %(waited)s."),
        waited="minutes",
        holder="person",
    ),
}
HANDED_OVER = Kind(
    "approval.handed_over", N_("%(actor)s handed it over to %(to)s."), timeline=False, to="person"
)
REMINDED = Kind("approval.reminded", N_("A reminder went to %(holder)s."), timeline=False, holder="person")
CHASED = Kind("approval.chased", N_("%(actor)s asked %(holder)s to hurry."), timeline=False, holder="person")
OVERDUE = Kind(
    "approval.overdue", N_("The promised time of %(holder)s was used up."), timeline=False, holder="person"
)
ESCALATED = Kind(
    "approval.escalated",
    N_("It went to %(holder)s as well: whoever is first decides."),
    timeline=False,
    holder="person",
)
RECOUNTED = Kind(
    "approval.recounted",
    N_("The working calendar changed: an answer is promised by %(due)s instead of %(before)s."),
    timeline=False,
    due="instant",
    before="instant",
)
CERTAINTY = {
    False: Kind(
        "approval.promise_certain",
        N_(
            "The promised time, %(due)s, lies within the confirmed days of the working calendar: it is certain."
        ),
        timeline=False,
        due="instant",
    ),
    True: Kind(
        "approval.promise_provisional",
        N_(
            "The promised time, %(due)s, lies after the confirmed days of the working calendar: it is provisional."
        ),
        timeline=False,
        due="instant",
    ),
}
"""By whether the promise is provisional now."""
RECALL = Kind("approval.recalled", N_("%(actor)s took it back."), timeline=False)
PUBLISHED = Kind(
    "approval_policy.published",
    N_("%(actor)s published version %(number)s of the policy."),
    timeline=False,
    number="int",
)

WAITS = Notice(
    "approval.waits", N_("%(title)s waits for your decision until %(due)s."), title="text", due="instant"
)
REMINDER = Notice(
    "approval.reminder",
    N_("%(title)s still waits for your decision, promised by %(due)s."),
    title="text",
    due="instant",
)
STILL_WITH = Notice(
    "approval.still_with",
    N_("%(title)s is with %(holder)s; a reminder has gone out. Promised by %(due)s."),
    title="text",
    holder="person",
    due="instant",
)
LATE = Notice(
    "approval.late",
    N_("%(title)s is overdue with %(holder)s since %(due)s."),
    title="text",
    holder="person",
    due="instant",
)
ALSO_YOURS = Notice(
    "approval.also_yours",
    N_("%(title)s has waited too long with %(holder)s: you may decide it now."),
    title="text",
    holder="person",
)
PROMISE_MOVED = Notice(
    "approval.promise_moved",
    N_("%(title)s: the working calendar changed, %(holder)s answers by %(due)s instead of %(before)s."),
    title="text",
    holder="person",
    due="instant",
    before="instant",
)
NO_LONGER = Notice("approval.no_longer", N_("%(title)s needs no answer from you any more."), title="text")

WHILE_OPEN = (WAITS, REMINDER, STILL_WITH, LATE, ALSO_YOURS, PROMISE_MOVED)
"""Notices that are true only as long as the seat is open."""
