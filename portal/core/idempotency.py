"""The same post twice has one effect and the same answer.

Each form instance carries a random key. The key is claimed by an insert in the transaction of the act itself: a second
post waits for the first, finds the key taken and gets the first one's answer; a failed act gives the key back.
"""

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import CursorResult, String, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core import clock
from portal.core.db import Base, unit_of_work
from portal.core.jobs import SWEEPS
from portal.core.types import UtcInstant

KEPT = timedelta(days=7)
LONGEST = 2_000
"""Characters of an address that are kept."""


class IdempotencyKey(Base):
    """One form instance that was posted, with the answer it got."""

    __tablename__ = "idempotency_key"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcInstant, index=True)
    location: Mapped[str] = mapped_column(String(LONGEST), default="")
    say: Mapped[str] = mapped_column(String(500), default="")


@dataclass(frozen=True)
class Answer:
    """Where the first post was sent on to, and what it was told."""

    location: str
    say: str


def fingerprint(person_id: int | None, path: str, once: str, fields: list[tuple[str, str]]) -> str:
    """A key for this form instance with this content, files included: one that was changed and sent again is another act."""
    return sha256(json.dumps([person_id, path, once, sorted(fields)]).encode()).hexdigest()


def claim(session: Session, key: str) -> Answer | None:
    """Claim the key for the open unit of work; or the answer of the post that had it first."""
    dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
    new = dialect.insert(IdempotencyKey).values(key=key, at=clock.now(), location="", say="")
    if session.execute(new.on_conflict_do_nothing().returning(IdempotencyKey.key)).first() is not None:
        return None
    first = session.execute(select(IdempotencyKey).where(IdempotencyKey.key == key)).scalar_one()
    return Answer(first.location, first.say)


def remember(session: Session, key: str, answer: Answer) -> None:
    """Keep the answer with its key, in the same transaction as the act."""
    # An address too long for its column leads to the same page without what the page was asked for.
    location = (
        answer.location if len(answer.location) <= LONGEST else answer.location.partition("?")[0][:LONGEST]
    )
    values = {"location": location, "say": answer.say[:500]}
    session.execute(update(IdempotencyKey).where(IdempotencyKey.key == key).values(values))


def forget_old(at: datetime) -> int:
    """Drop keys that no browser tab can still hold: a sweep."""
    with unit_of_work() as session:
        dropped = delete(IdempotencyKey).where(IdempotencyKey.at < at - KEPT)
        result: CursorResult[Any] = session.execute(dropped)  # type: ignore[assignment]
        return result.rowcount


SWEEPS.append(("keys of old forms", forget_old))
