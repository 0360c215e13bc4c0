"""Effects leave once, survive a crash between claim and delivery, and are tried again with growing pauses."""

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal.core import clock, outbox
from portal.core.db import db, unit_of_work
from portal.core.errors import Refused
from portal.core.outbox import (
    ATTEMPTS,
    CARRIERS,
    FAILED,
    LEASE,
    SENT,
    WAITING,
    Outbox,
    Parcel,
    backlog,
    deliver,
    send,
)
from tests import making

NOW = making.MONDAY


@pytest.fixture
def carried(both_apps: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """What a carrier of the test was handed, by effect key; the clock stands still."""
    handed: Counter[str] = Counter()
    monkeypatch.setitem(CARRIERS, "test", lambda parcel: handed.update([parcel.effect_key]))
    with clock.at(NOW):
        yield handed


def put(key: str, **values: object) -> bool:
    with unit_of_work():
        return send("test", {1: key}, "template", **values) == 1


def row(key: str) -> Outbox:
    db.session.rollback()
    db.session.expire_all()
    return db.session.execute(select(Outbox).where(Outbox.effect_key == key)).scalar_one()


def test_an_effect_leaves_once(carried: Counter[str]) -> None:
    assert put("a")
    assert deliver(NOW) == 1
    assert deliver(NOW + timedelta(days=1)) == 0
    assert carried == {"a": 1}
    assert (row("a").state, row("a").sent_at) == (SENT, NOW)


def test_the_same_effect_is_put_in_once(carried: Counter[str]) -> None:
    assert [put("a"), put("a"), put("b")] == [True, False, True]
    assert deliver(NOW) == 2


def test_of_many_who_put_in_the_same_effect_one_does(carried: Counter[str], both_apps: Flask) -> None:
    answers = making.at_once(both_apps, *[lambda: put("a")] * 8)
    assert sorted(answers) == [False] * 7 + [True]


def test_an_effect_of_a_failed_act_never_leaves(carried: Counter[str]) -> None:
    def fail() -> None:
        with unit_of_work():
            send("test", {1: "a"}, "template")
            raise Refused("no")

    with pytest.raises(Refused):
        fail()
    assert deliver(NOW) == 0


def test_it_is_handed_over_with_what_was_put_in(both_apps: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    handed: list[Parcel] = []
    monkeypatch.setitem(CARRIERS, "test", handed.append)
    put("a", title="金禾化工", due=None)
    deliver(clock.now())
    assert handed == [Parcel("a", 1, "template", {"title": "金禾化工", "due": None})]


def test_of_many_workers_one_delivers(carried: Counter[str], both_apps: Flask) -> None:
    for number in range(10):
        put(str(number))
    assert sum(making.at_once(both_apps, *[lambda: deliver(NOW)] * 4)) == 10
    assert set(carried.values()) == {1}


def test_one_that_was_killed_between_claim_and_delivery_is_taken_over(carried: Counter[str]) -> None:
    put("a")
    claimed = outbox._claim(row("a").id, NOW)
    assert claimed is not None
    assert deliver(NOW + LEASE - timedelta(seconds=1)) == 0  # it may be at work still
    assert deliver(NOW + LEASE) == 1
    assert carried == {"a": 1}
    assert row("a").attempts == 2


def test_a_carrier_that_fails_is_tried_again_with_growing_pauses(
    carried: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_parcel: Parcel) -> None:
        raise OSError("no route to the mail server")

    monkeypatch.setitem(CARRIERS, "test", fail)
    put("a")
    pauses, at = [], NOW
    while row("a").state == WAITING:
        with clock.at(at):
            assert deliver(at) == 0
        pauses.append(row("a").due_at - at)
        at = row("a").due_at
    assert pauses == [timedelta(minutes=2**number) for number in range(1, ATTEMPTS + 1)]
    assert (row("a").state, row("a").error) == (FAILED, "OSError: no route to the mail server")
    assert deliver(at + timedelta(days=9)) == 0


def test_a_carrier_that_is_well_again_delivers(carried: Counter[str]) -> None:
    well = CARRIERS["test"]
    CARRIERS["test"] = lambda _parcel: 1 / 0
    put("a")
    deliver(NOW)
    assert "ZeroDivisionError" in row("a").error
    CARRIERS["test"] = well
    assert deliver(NOW + timedelta(minutes=2)) == 1
    assert (row("a").state, row("a").error) == (SENT, "")


def test_one_that_fails_holds_up_no_other(carried: Counter[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def choosy(parcel: Parcel) -> None:
        if parcel.effect_key == "bad":
            raise ValueError
        carried.update([parcel.effect_key])

    monkeypatch.setitem(CARRIERS, "test", choosy)
    for key in ("bad", "good"):
        put(key)
    assert deliver(NOW) == 1
    assert carried == {"good": 1}


def test_an_effect_for_a_carrier_that_does_not_exist_is_kept(carried: Counter[str]) -> None:
    with unit_of_work():
        send("pigeon", {1: "a"}, "template")
    assert deliver(NOW) == 0
    assert "KeyError" in row("a").error


def test_the_health_page_counts_what_is_late_and_what_was_given_up(carried: Counter[str]) -> None:
    for key in ("late", "given up", "new"):
        put(key)
    with unit_of_work() as session:
        session.execute(
            update(Outbox).where(Outbox.effect_key == "late").values(due_at=NOW - timedelta(minutes=2))
        )
        session.execute(update(Outbox).where(Outbox.effect_key == "given up").values(state=FAILED))
    assert backlog(db.session(), NOW) == (1, 1)


def test_the_worker_is_woken_once_the_act_is_committed(
    both_apps: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    woken: list[int] = []
    monkeypatch.setattr(outbox, "WAKE", [lambda: woken.append(1)])
    with unit_of_work():
        send("test", {1: "a"}, "template")
        assert woken == []
    assert woken == [1]


def test_what_is_older_than_three_days_leaves_no_more(carried: Counter[str]) -> None:
    put("old")
    later = NOW + outbox.STALE + timedelta(seconds=1)
    with clock.at(later):
        put("new")
    assert deliver(later) == 1
    assert carried == {"new": 1}
    assert row("old").state == outbox.EXPIRED


def test_an_address_is_forgotten_once_it_is_of_no_more_use(carried: Counter[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether it went, was given up, or was too old; what the carrier said of it is forgotten too."""

    def fail(parcel: Parcel) -> None:
        if parcel.effect_key == "refused":
            raise OSError({parcel.values["address"]: (550, b"no such box")})

    monkeypatch.setitem(CARRIERS, "test", fail)
    put("old", address="w@example.com", kind="k")
    at = NOW + outbox.STALE + timedelta(seconds=1)
    with clock.at(at):
        put("gone", address="w@example.com", kind="k")
        put("refused", address="w@example.com", kind="k")
        assert deliver(at) == 1
    assert row("refused").values == {"address": "w@example.com", "kind": "k"}, "it will be tried again"
    while row("refused").state == WAITING:
        at = row("refused").due_at
        with clock.at(at):
            deliver(at)
    assert [row(key).state for key in ("old", "gone", "refused")] == [outbox.EXPIRED, SENT, FAILED]
    assert [row(key).values for key in ("old", "gone", "refused")] == [{"kind": "k"}] * 3
    assert "550" in row("refused").error
    assert "w@example.com" not in row("refused").error
