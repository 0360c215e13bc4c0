"""Which one a text means that somebody typed into a field that searches: without script nobody fills in the number."""

from collections.abc import Callable, Sequence
from typing import Protocol, TypeVar

from portal.core.errors import Refused

NEAR = 5
"""So many names are told where several are meant."""


class Named(Protocol):
    """Whatever has a name in both languages."""

    name: str
    name_zh: str


It = TypeVar("It", bound=Named)


def is_called(it: Named, text: str) -> bool:
    """Whether the text is its name in either language."""
    return text in (it.name, it.name_zh)


def the_one(
    found: Sequence[It],
    text: str,
    *,
    field: str,
    nobody: str,
    several: str,
    called: Callable[[It, str], bool] = is_called,
    told: Callable[[It], str] = lambda it: it.name,
) -> It:
    """The only one of those found whose name the text is, else the only one found at all.

    Refused at `field` with `nobody` or `several`, which may name those meant as `%(near)s`, each as `told` has it.
    """
    meant = [it for it in found if called(it, text)] or found
    if len(meant) == 1:
        return meant[0]
    if not meant:
        raise Refused(nobody, field)
    raise Refused(several, field, near=" · ".join(told(it) for it in meant[:NEAR]))
