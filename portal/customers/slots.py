"""What rooms above put on the page of an account."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from portal.core.slots import Slot


@dataclass(frozen=True)
class Act:
    """A button in the head of the page: an N_ word, where it leads, its icon."""

    label: str
    path: str
    icon: str


def no_acts(_viewer: Any, _account: Any) -> Sequence[Act]:
    """A panel without a button."""
    return ()


@dataclass(frozen=True)
class Panel:
    """A section of the account page for one kind of thing.

    `key` is the table of the things: entries of the timeline about them get `icon` and lead to `path` (`/pipeline/{}`).
    `template` is rendered with what `context(viewer, account)` answers. Only those with the permission `may` see it.
    """

    key: str
    title: str
    may: str
    template: str
    context: Callable[[Any, Any], dict[str, Any]]
    icon: str = "activity"
    path: str = ""
    acts: Callable[[Any, Any], Sequence[Act]] = no_acts


ACCOUNT_PANELS: Slot[Panel] = Slot("account panels")
