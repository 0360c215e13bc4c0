"""Effects outside the database (mail, chat) leave through rows written in the transaction of the act.

A row's `effect_key` is unique, so that the same reminder cannot be sent twice. A worker claims a row by a conditional
UPDATE with a lease; one that is killed between claim and delivery loses the lease and another takes over. Between «the
mail server took it» and «marked as sent» a second delivery is possible; the mail then bears the same Message-ID.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import JSON, CursorResult, String, func, select, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core import clock
from portal.core.db import Base, after_commit, db, insert_new, unit_of_work
from portal.core.jobs import SWEEPS
from portal.core.types import UtcInstant

LEASE = timedelta(minutes=2)
ATTEMPTS = 8
STALE = timedelta(days=3)
"""What could not leave for so long, or was written as history, would only puzzle its reader."""
WAITING, SENT, FAILED, EXPIRED = "waiting", "sent", "failed", "expired"


class Outbox(Base):
    """One effect that has to leave: by which carrier, to whom, with which typed values."""

    __tablename__ = "outbox"

    id: Mapped[int] = mapped_column(primary_key=True)
    effect_key: Mapped[str] = mapped_column(String(200), unique=True)
    carrier: Mapped[str] = mapped_column(String(20))
    person_id: Mapped[int]
    template: Mapped[str] = mapped_column(String(80))
    values: Mapped[dict[str, Any]] = mapped_column(JSON)
    state: Mapped[str] = mapped_column(String(10), default=WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime] = mapped_column(UtcInstant)
    due_at: Mapped[datetime] = mapped_column(UtcInstant, index=True)
    sent_at: Mapped[datetime | None] = mapped_column(UtcInstant)
    error: Mapped[str] = mapped_column(String(300), default="")


@dataclass(frozen=True)
class Parcel:
    """What a carrier gets: enough to write and address the message, and a key that stays the same at every try."""

    effect_key: str
    person_id: int
    template: str
    values: dict[str, Any]


CARRIERS: dict[str, Callable[[Parcel], None]] = {}
WAKE: list[Callable[[], None]] = []


def send(carrier: str, effect_keys: Mapping[int, str], template: str, **values: Any) -> int:
    """Put an effect for each person (id -> key) into the outbox of the open unit of work; how many keys were not there yet.

    `values` are the template's; an `address` among them is where it goes instead of to the person's own, and is forgotten
    once it has gone or is given up.
    """
    now = clock.now()
    told = {"carrier": carrier, "template": template, "values": values, "state": WAITING, "attempts": 0, "created_at": now,
            "due_at": now, "error": ""}  # fmt: skip
    rows = [{"person_id": one, "effect_key": key, **told} for one, key in effect_keys.items()]
    added = insert_new(db.session(), Outbox, rows, Outbox.id)
    if added:
        for wake in WAKE:
            after_commit(wake)
    return len(added)


def deliver(at: datetime, most: int = 200) -> int:
    """Hand every effect that is due to its carrier; the count of those delivered. Opens its own units of work."""
    done = 0
    _expire(at)
    due = select(Outbox.id).where(Outbox.state == WAITING, Outbox.due_at <= at).order_by(Outbox.id).limit(most)
    for number in list(db.session.execute(due).scalars()):
        parcel = _claim(number, at)
        if parcel is not None:
            done += _hand_over(number, *parcel)
    return done


def _expire(at: datetime) -> None:
    stale = (Outbox.state == WAITING) & (Outbox.created_at < at - STALE)
    if db.session.execute(select(Outbox.id).where(stale).limit(1)).first() is not None:
        with unit_of_work() as session:
            for row in session.execute(select(Outbox).where(stale).with_for_update()).scalars():
                row.state = EXPIRED
                _forget_address(row)


def _claim(number: int, at: datetime) -> tuple[str, Parcel] | None:
    with unit_of_work() as session:
        free = (Outbox.id == number) & (Outbox.state == WAITING) & (Outbox.due_at <= at)
        lease = {"due_at": at + LEASE, "attempts": Outbox.attempts + 1}
        result: CursorResult[Any] = session.execute(update(Outbox).where(free).values(lease))  # type: ignore[assignment]
        if result.rowcount != 1:
            return None
        row = session.get_one(Outbox, number)
        return row.carrier, Parcel(row.effect_key, row.person_id, row.template, row.values)


def _hand_over(number: int, carrier: str, parcel: Parcel) -> int:
    try:
        CARRIERS[carrier](parcel)
    except Exception as error:  # noqa: BLE001  (whatever a carrier raises is kept, shown on the health page and tried again)
        with unit_of_work() as session:
            row = session.get_one(Outbox, number)
            row.error = f"{type(error).__name__}: {error}"[:300]
            row.state = FAILED if row.attempts >= ATTEMPTS else WAITING
            row.due_at = clock.now() + timedelta(minutes=2**row.attempts)
            if row.state == FAILED:
                _forget_address(row)
        return 0
    with unit_of_work() as session:
        row = session.get_one(Outbox, number)
        row.state, row.sent_at, row.error = SENT, clock.now(), ""
        _forget_address(row)
    return 1


def _forget_address(row: Outbox) -> None:
    """What a carrier says when it fails may name the address too."""
    address = row.values.get("address")
    if address:
        row.values = {name: value for name, value in row.values.items() if name != "address"}
        row.error = row.error.replace(address, "…")


def backlog(session: Session, at: datetime) -> tuple[int, int]:
    """How many effects wait for longer than a minute, and how many were given up."""
    late = (Outbox.state == WAITING) & (Outbox.due_at < at - timedelta(minutes=1))
    waiting = session.execute(select(func.count()).select_from(Outbox).where(late)).scalar_one()
    failed = session.execute(select(func.count()).select_from(Outbox).where(Outbox.state == FAILED)).scalar_one()
    return waiting, failed


SWEEPS.append(("mails that wait", deliver))
