"""Column types and value objects that rooms share."""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import DateTime
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in the minor unit of its currency (cents, fen). Never a float."""

    minor: int
    currency: str

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise ValueError("amounts of two currencies cannot be added")
        return Money(self.minor + other.minor, self.currency)

    def times(self, count: int) -> "Money":
        """The amount for `count` pieces."""
        return Money(self.minor * count, self.currency)


class Outcome(StrEnum):
    """What taking in a row from another system did; a second run of the same file leaves everything unchanged."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"


class UtcInstant(TypeDecorator[datetime]):
    """An aware instant; kept as UTC without a zone on SQLite and as timestamptz on PostgreSQL."""

    impl = DateTime
    cache_ok = True

    @property
    def python_type(self) -> type[datetime]:
        return datetime

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("an instant needs a zone")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def in_both(name: str, name_zh: str) -> dict[str, str]:
    """A name in both languages, as values of events and notices keep it: the reader's own is told."""
    return {"en": name, "zh": name_zh or name}
