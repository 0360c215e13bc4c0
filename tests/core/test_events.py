"""The chain of events: dense, in order of commit, and any change of what was written is found."""

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import pairwise

import pytest
from flask import Flask
from sqlalchemy import delete, func, insert, select, update

from portal.access.viewer import SYSTEM
from portal.core import clock, events
from portal.core.db import db, unit_of_work
from portal.core.errors import Refused
from portal.core.events import Event, EventHead, EventNote, first_broken, lines, record
from portal.core.flow import Channel
from portal.core.kinds import EXPORTED
from portal.core.series import Series
from portal.core.types import Money
from portal.prices import flow
from tests import making
from tests.cast import person

MANY = 60
MUTATIONS = 200


class Thing:
    """A subject of events."""

    def __init__(self, number: int, kind: str = "price_request") -> None:
        self.id, self.__tablename__ = number, kind


def tell(number: int, at: datetime | None = None, **more: object) -> None:
    record(EXPORTED, Thing(number), by=SYSTEM, at=at, list="Customers", format="csv", rows=number, **more)


@pytest.fixture
def told(both_apps: Flask) -> Iterator[Flask]:
    """Sixty events in units of several sizes."""
    with clock.at(making.MONDAY):
        left = MANY
        while left:
            with unit_of_work():
                for _each in range(min(left, 7)):
                    tell(left)
                    left -= 1
        yield both_apps


def ids() -> list[int]:
    return list(db.session.execute(select(Event.id).order_by(Event.id)).scalars())


def test_the_chain_stands_and_is_dense(told: Flask) -> None:
    assert ids() == list(range(1, MANY + 1))
    assert first_broken(db.session()) is None
    rows = db.session.execute(select(Event).order_by(Event.id)).scalars().all()
    assert rows[0].prev_hash == events.GENESIS
    assert all(one.hash == two.prev_hash for one, two in pairwise(rows))


def test_an_empty_chain_stands(both_apps: Flask) -> None:
    assert first_broken(db.session()) is None


def test_a_unit_that_fails_takes_no_number(told: Flask) -> None:
    def fail() -> None:
        with unit_of_work():
            tell(1)
            raise Refused("no")

    with pytest.raises(Refused):
        fail()
    with unit_of_work():
        tell(2)
    assert ids() == list(range(1, MANY + 2))
    assert first_broken(db.session()) is None


def test_events_of_many_at_once_are_numbered_without_a_gap(both_apps: Flask) -> None:
    def write(number: int) -> None:
        for turn in range(10):
            with unit_of_work() as session:
                session.add(Series(key=f"{number}-{turn}", last=0))
                tell(number)
                tell(number)

    answers = making.at_once(both_apps, *[partial(write, number) for number in range(6)])
    assert answers == [None] * 6
    assert ids() == list(range(1, 121))
    assert first_broken(db.session()) is None


# How somebody with the database in his hands may try to change what happened. Each gets an event that exists.
Change = Callable[[int, random.Random], None]


def _set(**values: object) -> Change:
    return lambda number, _dice: (
        db.session.execute(update(Event).where(Event.id == number).values(values)) and None
    )


def _remove(number: int, _dice: random.Random) -> None:
    db.session.execute(delete(Event).where(Event.id == number))


def _cut_off(number: int, _dice: random.Random) -> None:
    db.session.execute(delete(Event).where(Event.id >= number))


def _cut_off_with_its_head(number: int, _dice: random.Random) -> None:
    """The head is set back too, but to a hash that is not the last one's."""
    _cut_off(number, _dice)
    db.session.execute(update(EventHead).values(last_event_id=number - 1, hash=events.GENESIS[:-1] + "1"))


def _swap(number: int, dice: random.Random) -> None:
    other = dice.choice([one for one in range(1, MANY + 1) if one != number])
    moves = ((number, 10_000), (other, number), (10_000, other))
    for source, target in moves:
        db.session.execute(update(Event).where(Event.id == source).values(id=target))


def _slip_in(number: int, _dice: random.Random) -> None:
    columns = Event.__table__.columns
    row = db.session.execute(select(*columns).where(Event.id == number)).one()._asdict()
    row |= {"id": MANY + 1, "prev_hash": row["hash"]}
    db.session.execute(insert(Event), [row])


def _write_anew(number: int, _dice: random.Random) -> None:
    """Changed and hashed again, as one who knows the program would; the next one still names the old hash."""
    columns = Event.__table__.columns
    row = db.session.execute(select(*columns).where(Event.id == number)).one()._asdict()
    row["actor_id"] = 4_711
    values = {"actor_id": 4_711, "hash": events._digest(row)}
    db.session.execute(update(Event).where(Event.id == number).values(values))


CHANGES: dict[str, Change] = {
    "kind": _set(kind="price_request.approved"),
    "actor": _set(actor_id=99),
    "on behalf": _set(on_behalf_of_id=3),
    "instant": _set(at=making.MONDAY - timedelta(days=1)),
    "recorded": _set(recorded_at=making.MONDAY + timedelta(microseconds=1)),
    "day": _set(local_day=date(2026, 1, 1)),
    "subject": _set(subject_id=7_777),
    "table": _set(subject_kind="account"),
    "account": _set(account_id=5),
    "team": _set(team_id=1),
    "region": _set(region_id=1),
    "channel": _set(channel="ui"),
    "request": _set(request_id="abc"),
    "payload": _set(payload={"rows": 0}),
    "previous": _set(prev_hash="f" * 64),
    "hash": _set(hash="f" * 64),
    "remove": _remove,
    "cut off": _cut_off,
    "cut off with head": _cut_off_with_its_head,
    "swap": _swap,
    "slip in": _slip_in,
    "write anew": _write_anew,
}


def test_every_change_of_what_was_written_is_found(told: Flask) -> None:
    """200 changes of all kinds, each on the whole chain, each undone again."""
    dice = random.Random(4)
    ways = list(CHANGES) * (MUTATIONS // len(CHANGES) + 1)
    for way in ways[:MUTATIONS]:
        number = dice.randint(1, MANY)
        CHANGES[way](number, dice)
        db.session.flush()
        broken = first_broken(db.session())
        db.session.rollback()
        assert broken is not None, (way, number)
        assert broken <= (MANY + 1 if way == "slip in" else number + 1), (way, number, broken)
    assert first_broken(db.session()) is None


def test_notes_can_be_erased_without_breaking_the_chain(both_apps: Flask) -> None:
    with unit_of_work():
        tell(1, note="He has changed his phone.")
    with unit_of_work() as session:
        session.execute(delete(EventNote))
    assert first_broken(db.session()) is None


def test_values_come_back_as_they_were_told(both_apps: Flask) -> None:
    rep = replace(making.viewer("rep"), channel=Channel.API, request_id="r-1")
    with clock.at(making.MONDAY), unit_of_work():
        record(
            flow.SUBMITTED,
            Thing(1),
            by=rep,
            account_id=None,
            product="磁力泵 “CQB”",
            pieces=2,
            asked=Money(7_310_00, "CNY"),
        )
    line = lines(db.session(), subjects=[("price_request", 1)])[0]
    assert line.values == {
        "product": "磁力泵 “CQB”",
        "pieces": 2,
        "asked": {"minor": 7_310_00, "currency": "CNY"},
    }
    assert (line.at, line.actor_id, line.channel) == (making.MONDAY, person("rep").id, "api")
    event = db.session.get_one(Event, line.id)
    assert (event.team_id, event.region_id, event.request_id) == (rep.team_id, rep.region_id, "r-1")
    assert event.local_day == date(2026, 11, 2)
    assert first_broken(db.session()) is None


def test_the_day_is_that_of_the_one_who_acts(both_apps: Flask) -> None:
    with clock.at(datetime(2026, 11, 2, 16, 30, tzinfo=UTC)), unit_of_work():
        record(flow.RECALLED, Thing(1), by=making.viewer("rep"))
    assert db.session.execute(select(Event.local_day)).scalar_one() == date(2026, 11, 3)


def test_history_bears_the_instant_at_which_it_happened(told: Flask) -> None:
    long_ago = datetime(2024, 2, 29, 4, tzinfo=UTC)
    with unit_of_work():
        tell(1, at=long_ago)
    event = db.session.get_one(Event, MANY + 1)
    assert (event.at, event.recorded_at, event.local_day) == (long_ago, clock.now(), date(2024, 2, 29))
    assert (
        lines(db.session(), subjects=[("price_request", 1)])[-1].at == long_ago
    )  # told in the order of happening


def test_a_value_that_the_kind_does_not_know_is_a_fault_of_the_program(app: Flask) -> None:
    with unit_of_work(), pytest.raises(TypeError, match="recalled does not know"):
        record(flow.RECALLED, Thing(1), by=SYSTEM, colour="red")


def test_lines_are_told_newest_first_as_many_as_asked_for(told: Flask) -> None:
    subjects = [("price_request", number) for number in range(1, MANY + 1)]
    assert [line.id for line in lines(db.session(), subjects=subjects, limit=7)] == list(range(MANY, MANY - 7, -1))


def test_no_subjects_have_no_lines(told: Flask) -> None:
    assert lines(db.session(), subjects=[]) == []


def test_there_is_one_head(told: Flask) -> None:
    assert db.session.execute(select(func.count()).select_from(EventHead)).scalar_one() == 1
