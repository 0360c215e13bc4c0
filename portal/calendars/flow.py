"""What can happen to a calendar."""

from portal.core.flow import Kind, Thing
from portal.core.words import N_

Thing("calendar", N_("working calendar"), "/calendars/{}", "calendars.see")

CREATED = Kind("calendar.created", N_("%(actor)s created the calendar"))
EDITED = Kind("calendar.edited", N_("%(actor)s changed the hours of the week"))
DAY_SET = Kind("calendar.day_set", N_("%(actor)s set %(day)s: %(what)s"), day="day", what="word")
DAYS_SET = Kind(
    "calendar.days_set",
    N_("%(actor)s set %(day)s to %(until)s: %(what)s"),
    day="day",
    until="day",
    what="word",
)
DAY_CLEARED = Kind(
    "calendar.day_cleared", N_("%(actor)s gave %(day)s back to the hours of the week"), day="day"
)
CONFIRMED = Kind(
    "calendar.confirmed", N_("%(actor)s confirmed the days up to and including %(until)s"), until="day"
)
SEEDED = Kind(
    "calendar.seeded",
    N_(
        "%(actor)s loaded the holidays of %(year)s: %(added)s added, %(changed)s changed, %(removed)s removed"
    ),
    year="text",
    added="int",
    changed="int",
    removed="int",
)
