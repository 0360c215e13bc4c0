"""The events that licences, leaves, rebuilds and looks leave."""

from portal.core.flow import Kind, Thing
from portal.core.words import N_

Thing("licence", N_("licence"))
Thing("leave", N_("long leave"))
Thing("rollup_day", N_("day of the measures"))

# fmt: off
LICENSED = Kind("licence.given", N_("%(actor)s gave %(person)s a licence from %(since)s."), person="person", since="day")
LICENCE_ENDED = Kind("licence.ended", N_("%(actor)s ended the licence of %(person)s; %(until)s is the first day without."), person="person", until="day")
ON_LEAVE = Kind("leave.noted", N_("%(actor)s noted a long leave of %(person)s from %(since)s."), person="person", since="day", until="day")
LEAVE_ENDED = Kind("leave.ended", N_("%(actor)s noted that %(person)s is back from %(until)s."), person="person", until="day")
REBUILT = Kind("measures.rebuilt", N_("%(actor)s had the measures counted anew from %(since)s: %(days)s days."), since="day", days="int")
LOOKED_AT = Kind("figures.looked_at", N_("%(actor)s looked at the figures of %(person)s."), person="person", beside=True)
# fmt: on
