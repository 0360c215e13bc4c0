"""A slot: a list that a lower room opens and rooms above it fill, so that imports still go down only.

There are seven in the whole house (docs/architecture.md); another needs a decision.
"""

from collections.abc import Iterator
from typing import Generic, TypeVar

Thing = TypeVar("Thing")


class Slot(Generic[Thing]):
    """Things by key, in the order in which they were put in."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._things: dict[str, Thing] = {}

    def put(self, key: str, thing: Thing) -> Thing:
        """Fill in one thing; the same key again replaces it (a second application in the same process)."""
        self._things[key] = thing
        return thing

    def __getitem__(self, key: str) -> Thing:
        return self._things[key]

    def __iter__(self) -> Iterator[Thing]:
        return iter(self._things.values())

    def __contains__(self, key: object) -> bool:
        return key in self._things
