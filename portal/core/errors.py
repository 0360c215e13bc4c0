"""What commands raise. They travel to one place, `web/answers.py`, and become pages there."""

from datetime import datetime


class Refused(Exception):
    """The act is not allowed by a rule. `reason` is an `N_` text with named places for `values`.

    `field` names the form field that the reader has to change, if there is one.
    """

    def __init__(self, reason: str, field: str | None = None, **values: object) -> None:
        super().__init__(reason % values if values else reason)
        self.reason = reason
        self.field = field
        self.values = values


class Stale(Exception):
    """Somebody was quicker: the row is no longer in the state or version that the viewer saw."""

    def __init__(self, who: int | None = None, at: datetime | None = None) -> None:
        super().__init__("changed by somebody else in the meantime")
        self.who = who
        self.at = at


class NotFound(Exception):
    """Not there, or not the viewer's to see: the two are never told apart."""


class NotEnoughData(Exception):
    """A figure cannot be said yet; `have` and `need` tell how much is missing."""

    def __init__(self, have: int, need: int) -> None:
        super().__init__(f"{have} of {need}")
        self.have = have
        self.need = need
