"""How urgent a task is, and who opens it again. Pure."""

from datetime import date, datetime, timedelta

SLIP = timedelta(days=1)
"""So long who finished a task can take that back himself."""
SOON = 1
"""From so many days before it is due on, a task asks to be done."""


def urgency(due: date | None, today: date) -> str:
    """`late` when the day has passed, `now` when it is today or tomorrow, `later` otherwise, `""` without a day."""
    if due is None:
        return ""
    if due < today:
        return "late"
    return "now" if (due - today).days <= SOON else "later"


def can_reopen(state: str, *, given: bool, closed: datetime, now: datetime) -> bool:
    """Whether a closed task can be opened again: by who gave it always, by others only if it was done just now.

    What was withdrawn is over for them: it may have been their only way to a customer's page.
    """
    return given or (state == "done" and now - closed <= SLIP)
