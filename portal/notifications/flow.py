"""What can happen to notices."""

from portal.core.flow import Kind
from portal.core.words import N_

READ = Kind("notification.read", N_("%(actor)s marked %(count)s notices as read."), timeline=False, count="int")
