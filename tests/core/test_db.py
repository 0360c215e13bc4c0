"""The transaction rules: nothing is lost between read and write, writers are served in order, no half unit stays behind."""

import threading
import time
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, event, insert, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from portal.core.db import (
    BUSY_MILLISECONDS,
    WriteQueue,
    abandon,
    after_commit,
    assert_durable,
    checkpoint,
    db,
    is_writing,
    unit_of_work,
)
from portal.core.series import Series, next_number
from portal.server.running import sole_process, work
from portal.settings import Settings
from tests.making import at_once

THREADS, TURNS = 6, 50


def log_of(app: Flask) -> int:
    """The size of SQLite's write-ahead log in bytes."""
    with app.app_context():
        return Path(f"{db.engine.url.database}-wal").stat().st_size


@pytest.fixture
def counter(both_apps: Flask) -> Flask:
    """A row that everybody counts in."""
    with unit_of_work() as session:
        session.add(Series(key="counter", last=0))
    return both_apps


def stands() -> int:
    """The counter as it stands in the database."""
    db.session.rollback()
    return db.session.execute(select(Series.last).where(Series.key == "counter")).scalar_one()


def test_no_update_is_lost_between_reading_and_writing(counter: Flask) -> None:
    """On SQLite the unit holds the only write lock from its first statement; on PostgreSQL the read takes the row's."""

    def count() -> None:
        for _turn in range(TURNS):
            with unit_of_work() as session:
                row = session.get_one(Series, "counter", with_for_update=True)
                row.last = row.last + 1

    assert at_once(counter, *[count] * THREADS) == [None] * THREADS
    assert stands() == THREADS * TURNS


def test_numbers_are_given_out_once_and_without_a_gap(both_apps: Flask) -> None:
    def take() -> list[int]:
        taken = []
        for _turn in range(TURNS):
            with unit_of_work() as session:
                taken.append(next_number(session, "race"))
        return taken

    taken = [number for answer in at_once(both_apps, *[take] * THREADS) for number in answer]
    assert sorted(taken) == list(range(1, THREADS * TURNS + 1))


def test_a_unit_sees_what_was_committed_while_it_waited(counter: Flask) -> None:
    """What was read before the unit, even in the same session, is read again."""
    before = db.session.get_one(Series, "counter")
    assert before.last == 0

    def count() -> None:
        with unit_of_work() as session:
            session.get_one(Series, "counter").last = 7

    assert at_once(counter, count) == [None]
    with unit_of_work() as session:
        assert session.get_one(Series, "counter").last == 7


def test_an_exception_leaves_nothing(counter: Flask) -> None:
    told: list[str] = []

    def fail() -> None:
        with unit_of_work() as session:
            session.get_one(Series, "counter").last = 9
            after_commit(lambda: told.append("committed"))
            session.flush()
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert (stands(), told, is_writing()) == (0, [], False)


def test_what_waits_for_the_commit_runs_after_it(counter: Flask) -> None:
    told: list[bool] = []
    with unit_of_work() as session:
        session.get_one(Series, "counter").last = 9
        after_commit(lambda: told.append(is_writing()))
        assert told == []
    assert (stands(), told) == (9, [False])


def test_an_error_of_the_database_does_not_quote_what_was_to_be_written(both_apps: Flask) -> None:
    with pytest.raises(IntegrityError) as problem, unit_of_work() as session:
        session.execute(insert(Series), [{"key": "canary-in-a-log", "last": 1}] * 2)
    session.rollback()
    told = str(problem.value).replace(str(problem.value.orig), "")
    assert "canary" not in told
    assert "INSERT INTO" in told


def test_units_are_not_nested(both_apps: Flask) -> None:
    with unit_of_work(), pytest.raises(RuntimeError, match="already open"), unit_of_work():
        pass
    assert not is_writing()


def test_a_change_outside_a_unit_is_found_out(both_apps: Flask) -> None:
    db.session.add(Series(key="stray", last=1))
    with pytest.raises(RuntimeError, match="outside a unit of work"), unit_of_work():
        pass


def test_abandon_gives_the_write_lock_back_at_once(counter: Flask) -> None:
    """A form that is shown again is rendered after it: another can write meanwhile."""

    def count() -> None:
        with unit_of_work() as session:
            session.get_one(Series, "counter", with_for_update=True).last += 1

    with unit_of_work() as session:
        session.get_one(Series, "counter", with_for_update=True).last = 100
        session.flush()
        abandon()
        assert not is_writing()
        assert at_once(counter, count) == [None]
    assert stands() == 1


def test_a_reader_is_not_kept_waiting_by_a_writer(app: Flask) -> None:
    with unit_of_work() as session:
        session.add(Series(key="counter", last=5))
    with unit_of_work() as session:
        session.get_one(Series, "counter").last = 6
        session.flush()
        assert at_once(app, stands) == [5]


@pytest.fixture
def queue() -> WriteQueue:
    """A queue whose lock is taken."""
    made = WriteQueue()
    made.acquire(1)
    return made


def waiting(queue: WriteQueue) -> int:
    return len(queue._waiting)


def test_writers_are_served_in_order_of_arrival(queue: WriteQueue) -> None:
    served: list[int] = []

    def write(number: int) -> None:
        queue.acquire(10)
        served.append(number)
        queue.release()

    threads = []
    for number in range(20):
        threads.append(threading.Thread(target=write, args=(number,)))
        threads[-1].start()
        while waiting(queue) <= number:
            time.sleep(0.0005)
    queue.release()
    for thread in threads:
        thread.join()
    assert served == list(range(20))


def test_who_has_waited_too_long_is_told_and_leaves_the_queue(queue: WriteQueue) -> None:
    began = time.monotonic()
    with pytest.raises(TimeoutError, match="busy"):
        queue.acquire(0.05)
    assert 0.05 <= time.monotonic() - began < 1
    assert waiting(queue) == 0
    queue.release()
    queue.acquire(0.05)


def test_a_lock_handed_over_at_the_very_time_out_is_not_lost(queue: WriteQueue) -> None:
    """Whoever times out while the lock is handed to him has it; a lock that nobody holds would block all writing."""
    for _round in range(50):
        got: list[bool] = []

        def wait(got: list[bool] = got) -> None:
            try:
                queue.acquire(0.002)
            except TimeoutError:
                got.append(False)
            else:
                got.append(True)

        thread = threading.Thread(target=wait)
        thread.start()
        time.sleep(0.002)
        queue.release()
        thread.join()
        if not got[0]:
            queue.acquire(0.5)


def test_unsafe_settings_stop_the_start(app: Flask) -> None:
    session = db.session()
    assert_durable(session)
    session.rollback()
    with app.app_context(), db.engine.connect() as connection:
        connection.connection.driver_connection.execute("PRAGMA synchronous=NORMAL")
        with Session(connection) as lax, pytest.raises(RuntimeError, match="synchronous"):
            assert_durable(lax)


@pytest.mark.postgres
def test_a_database_that_garbles_text_stops_the_start(empty_postgres: str) -> None:
    engine = create_engine(empty_postgres)
    with Session(engine) as session:
        assert_durable(session)
    event.listen(engine, "before_cursor_execute", _latin, retval=True)
    with Session(engine) as session, pytest.raises(RuntimeError, match="server_encoding"):
        assert_durable(session)
    engine.dispose()


def _latin(
    _connection: object, _cursor: object, statement: str, parameters: object, *_rest: object
) -> tuple[str, object]:
    """A server that says it keeps text as LATIN1."""
    return ("SELECT 'LATIN1'" if "server_encoding" in statement else statement), parameters


def test_foreign_keys_are_enforced(app: Flask) -> None:
    assert db.session.execute(text("PRAGMA foreign_keys")).scalar_one() == 1


def test_a_second_process_on_the_same_instance_is_refused(tmp_path: Path) -> None:
    settings = Settings(instance=str(tmp_path))
    with sole_process(settings):
        with pytest.raises(RuntimeError, match="another process"), sole_process(settings):
            pass
        assert (tmp_path / "portal.lock").read_text().isdigit()
    with sole_process(settings):
        pass


def test_a_worker_beside_the_server_is_refused_on_sqlite(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="inside `portal serve`"):
        work(Settings(instance=str(tmp_path)))


def test_a_checkpoint_does_not_stumble_over_a_snapshot_of_its_own_thread(app: Flask) -> None:
    with unit_of_work() as session:
        session.add(Series(key="log", last=0))
    assert stands_of("log") == 0
    assert log_of(app) > 0
    checkpoint()
    assert log_of(app) == 0


def test_a_checkpoint_leaves_for_the_next_time_what_somebody_reads(app: Flask) -> None:
    """It does not wait for him: writers would wait with it."""
    with unit_of_work() as session:
        session.add(Series(key="log", last=0))
    with db.engine.connect() as reader:
        reader.execute(select(Series.last)).all()
        with unit_of_work() as session:
            session.add(Series(key="more", last=0))
        waits = []
        event.listen(db.engine, "checkout", lambda raw, *_rest: waits.append(raw))
        checkpoint()
        assert waits[-1].execute("PRAGMA busy_timeout").fetchone()[0] == BUSY_MILLISECONDS
        assert log_of(app) > 0
    checkpoint()
    assert log_of(app) == 0


def stands_of(key: str) -> int:
    """A counter, with the snapshot left open."""
    return db.session.execute(select(Series.last).where(Series.key == key)).scalar_one()
