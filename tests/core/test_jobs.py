"""Jobs are done once, sweeps are told on, and nothing that was asked for gets lost."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core import clock, jobs
from portal.core.db import db, is_writing, unit_of_work
from portal.core.errors import Refused
from portal.core.jobs import (
    DONE,
    FAILED,
    LEASE,
    QUEUED,
    RUNNING,
    Job,
    Progress,
    Sweep,
    enqueue,
    run,
    run_waiting,
    tick,
)
from tests import making

NOW = making.MONDAY


@pytest.fixture
def done(both_apps: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[Counter[str]]:
    """What the jobs of the test have done, by name; the clock stands still."""
    counted: Counter[str] = Counter()

    def count(progress: Progress, what: str) -> dict[str, str]:
        assert not is_writing()
        progress.say(1, 2)
        counted.update([what])
        return {"what": what}

    def fail(_progress: Progress) -> dict[str, str]:
        raise ValueError("out of paper")

    monkeypatch.setattr(jobs, "JOBS", {"count": count, "fail": fail})
    monkeypatch.setattr(jobs, "CARRY", [])
    with clock.at(NOW):
        yield counted


def put(name: str = "count", **args: str) -> int:
    with unit_of_work():
        return enqueue(name, person_id=None, **args).id


def job(number: int) -> Job:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Job, number)


def test_a_job_is_done_once_and_tells_what_came_out(done: Counter[str]) -> None:
    number = put(what="a")
    assert [run(number), run(number)] == [True, False]
    it = job(number)
    assert (it.state, it.result, it.done, it.total) == (DONE, {"what": "a"}, 1, 2)
    assert (it.started_at, it.ended_at) == (NOW, NOW)
    assert done == {"a": 1}


def test_of_many_workers_one_does_it(done: Counter[str], both_apps: Flask) -> None:
    numbers = [put(what="a") for _each in range(5)]
    acts = [partial(run, number) for number in numbers for _worker in range(4)]
    assert making.at_once(both_apps, *acts).count(True) == 5
    assert done == {"a": 5}


def test_a_job_that_fails_keeps_its_reason(done: Counter[str]) -> None:
    number = put("fail")
    assert run(number)
    assert (job(number).state, job(number).error) == (FAILED, "ValueError: out of paper")
    assert not run(number)


def test_a_job_of_which_nobody_knows_fails_in_words(done: Counter[str]) -> None:
    number = put("gone")
    assert run(number)
    assert job(number).error == "KeyError: 'gone'"


def test_a_job_of_a_failed_act_is_never_done(done: Counter[str]) -> None:
    def fail() -> None:
        with unit_of_work():
            enqueue("count", person_id=None, what="a")
            raise Refused("no")

    with pytest.raises(Refused):
        fail()
    assert run_waiting(NOW + timedelta(days=1)) == 0
    assert done == {}


def test_the_queue_gets_the_number_after_the_commit(
    done: Counter[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    carried: list[tuple[int, bool]] = []
    monkeypatch.setattr(jobs, "CARRY", [lambda number: carried.append((number, is_writing()))])
    number = put(what="a")
    assert carried == [(number, False)]


def test_a_job_that_the_queue_has_lost_is_done_by_the_sweep(done: Counter[str]) -> None:
    put(what="a")
    assert run_waiting(NOW + timedelta(seconds=9)) == 0
    assert run_waiting(NOW + timedelta(seconds=61)) == 1
    assert run_waiting(NOW + timedelta(seconds=61)) == 0


def test_a_job_whose_worker_died_is_taken_over_when_its_lease_is_over(done: Counter[str]) -> None:
    number = put(what="a")
    with unit_of_work():
        it = db.session.get_one(Job, number)
        it.state, it.seen_at = RUNNING, NOW
    at_work = NOW + LEASE - timedelta(seconds=1)
    with clock.at(at_work):
        assert (run(number), run_waiting(at_work)) == (False, 0)
    dead = NOW + LEASE + timedelta(seconds=1)
    with clock.at(dead):
        assert run_waiting(dead) == 1
    assert job(number).state == DONE


def test_progress_renews_the_lease(done: Counter[str]) -> None:
    number = put(what="a")
    with clock.at(NOW + timedelta(minutes=4)):
        Progress(number).say(10, 100)
    assert (job(number).done, job(number).total, job(number).state) == (10, 100, QUEUED)
    assert job(number).seen_at == NOW + timedelta(minutes=4)


def test_a_tick_runs_every_sweep_and_says_what_each_did(
    both_apps: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    swept: list[datetime] = []

    def sweep(at: datetime) -> int:
        swept.append(at)
        return 3

    def fail(at: datetime) -> int:
        raise ValueError("broken")

    monkeypatch.setattr(jobs, "SWEEPS", [("broken", fail), ("well", sweep)])
    assert tick(NOW) == {"broken": 0, "well": 3}
    assert swept == [NOW]
    kept = {
        it.name: (it.last_at, it.last_count, it.error) for it in db.session.execute(select(Sweep)).scalars()
    }
    assert kept == {"broken": (NOW, 0, "ValueError: broken"), "well": (NOW, 3, "")}


def test_the_sweeps_of_the_house_find_nothing_to_do_the_second_time(both_apps: Flask) -> None:
    tick(NOW)
    assert set(tick(NOW).values()) == {0}
    assert not [it.error for it in db.session.execute(select(Sweep)).scalars() if it.error]
