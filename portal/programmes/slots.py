"""What rooms above tell a programme's page: the pilots that belong to it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from portal.core.slots import Slot


@dataclass(frozen=True)
class PilotLine:
    """A pilot as one line: where it is seen, what it is called, from when to when, how it stands (an N_ text)."""

    path: str
    title: str
    starts_on: date
    ends_on: date
    kind: str
    says: str


PILOTS: Slot[Callable[[int, str], Sequence[PilotLine]]] = Slot("pilots of a programme")
"""Functions of a programme's id and the reader's language."""
