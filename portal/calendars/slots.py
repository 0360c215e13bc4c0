"""Who hears that a calendar has changed: the rooms above that keep deadlines counted with it."""

from collections.abc import Callable

from portal.core.slots import Slot

CHANGED: Slot[Callable[[int], None]] = Slot("calendar changes")
"""Called with the calendar's id in the transaction of the change, after its rows are written."""
