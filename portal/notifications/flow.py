"""What can happen to notices."""

from portal.core.flow import Kind, Thing
from portal.core.words import N_

Thing("notification", N_("notice"))

READ = Kind("notification.read", N_("%(actor)s marked %(count)s notices as read."), timeline=False, count="int")
