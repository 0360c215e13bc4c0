"""`portal bench adoption`: roll-up, a year of figures and the executive's page, each beside a baseline of the same run."""

import statistics
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from time import perf_counter

from flask import Flask
from sqlalchemy import ColumnElement, func, select

from portal.access.viewer import SYSTEM
from portal.app import create_app
from portal.bench.asking import Ask, measure, sign_in
from portal.bench.rollout import SATURDAY, Made, Size, build
from portal.bench.serving import BARE, served
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.events import Event
from portal.identity.commands import links
from portal.identity.queries.viewers import HOUSE_ZONE
from portal.measures.jobs import rebuild, roll_up
from portal.measures.queries import usage
from portal.measures.rules.hiding import region
from portal.migrations.run import upgrade
from portal.settings import Settings

EVENTS = 1_000_000
LESS = 10
"""The page is measured with all events, and with one of so many of them."""
TIMES = 21
ROUNDS = 6
"""Both pages and both bare answers are asked in turns, so that a noisy minute falls on all of them."""
YEAR = timedelta(days=364)


@dataclass(frozen=True)
class Took:
    """Milliseconds at the middle and at 95 of 100."""

    p50: float
    p95: float


def run(size: Size | None = None, *, times: int = TIMES, seconds: float = 4.0) -> Iterator[str]:
    """Measure and tell it line by line."""
    size = size or Size(EVENTS)
    last = clock.today(HOUSE_ZONE) - timedelta(days=1)
    with ExitStack() as stack:
        folders = [Path(stack.enter_context(tempfile.TemporaryDirectory())) for _n in range(2)]
        yield f"{size.events:,} events in {size.days} days, {size.people} people, {size.teams} teams, {size.regions} regions"
        yield f"{'what':<44}{'p50 ms':>9}{'p95 ms':>9}{'to baseline':>13}"
        less = replace(size, events=size.events // LESS)
        cookies = []
        for folder, one in zip(folders, (less, size), strict=True):
            app = _app(folder)
            with app.app_context():
                upgrade()
                made = build(one, last)
                began = perf_counter()
                days = rebuild(made.first, by=SYSTEM)
                took = perf_counter() - began
                if one is size:
                    yield from _counted(made, times)
                    yield f"all {days} days rolled up, with the snapshots of all Sundays: {took:.0f} s"
                with unit_of_work():
                    cookies.append(links.issue_link(made.executive))
                db.session.remove()
                db.engine.dispose()
        ports = [stack.enter_context(served(folder)) for folder in folders]
        jars = [sign_in(port, token)[0] for port, token in zip(ports, cookies, strict=True)]
        yield from _page(ports, jars, seconds, (less.events, size.events))


def _app(folder: Path) -> Flask:
    return create_app(Settings(instance=str(folder), assets="local", log_level="ERROR"))


def _counted(made: Made, times: int) -> Iterator[str]:
    """The roll-up of a day, and a year of one region: each beside a plain count of the same events in SQL."""
    day = max(one for one in (made.last - timedelta(days=n) for n in range(7)) if one.weekday() < SATURDAY)
    on_day = _between(day, day)
    of_day = f"roll-up of a day of {_count(*on_day):,} events"
    yield from _beside(of_day, lambda: roll_up(day), lambda: _count(*on_day), times)
    since, one = made.last - YEAR, made.regions[0]
    of_region = (Event.region_id == one, *_between(since, made.last))
    yield from _beside(
        "a year of WAU and MAU of one region",
        lambda: usage.daily(db.session(), region(one), since=since, until=made.last),
        lambda: _count(*of_region),
        times,
        f"count of its {_count(*of_region):,} events in SQL",
    )


def _between(since: date, until: date) -> tuple[ColumnElement[bool], ...]:
    """The events of some days: they all happened within office hours in Shanghai, which lie within a day of UTC."""
    first, last = (datetime.combine(day, time.min, UTC) for day in (since, until + timedelta(days=1)))
    return Event.at >= first, Event.at < last


def _beside(
    name: str, act: Callable[[], object], plain: Callable[[], object], times: int, plainly: str = ""
) -> Iterator[str]:
    base, took = _timed(plain, times), _timed(act, times)
    yield _line(plainly or "count of the same events in SQL", base, None)
    yield _line(name, took, base)


def _timed(act: Callable[[], object], times: int) -> Took:
    """The first turn fills the caches and is not counted."""
    found = []
    for _turn in range(times + 1):
        began = perf_counter()
        act()
        found.append((perf_counter() - began) * 1000)
        db.session.rollback()
    return _took(found[1:])


def _took(found: list[float]) -> Took:
    ordered = sorted(found)
    return Took(statistics.median(ordered), ordered[len(ordered) * 95 // 100])


def _count(*which: ColumnElement[bool]) -> int:
    return db.session.execute(select(func.count()).select_from(Event).where(*which)).scalar_one()


def _page(ports: list[int], jars: list[str], seconds: float, events: tuple[int, int]) -> Iterator[str]:
    """The executive's page of both databases, and the bare answer of both servers."""
    bare: list[list[Took]] = [[], []]
    page: list[list[Took]] = [[], []]
    for _round in range(ROUNDS):
        for place, port in enumerate(ports):
            for path, kept in ((BARE, bare), ("/adoption", page)):
                found = measure(port, _get(path), jars[place], seconds)
                if found.refused:
                    raise RuntimeError(f"{path} was refused {found.refused} times")
                kept[place].append(Took(found.p50, found.p95))
    for place, count in enumerate(events):
        base, took = _middle(bare[place]), _middle(page[place])
        yield _line(f"bare answer of the server with {count:,} events", base, None)
        yield _line(f"/adoption of the executive, {count:,} events", took, base)
    ratio = _middle(page[1]).p95 / _middle(page[0]).p95
    yield f"{LESS} times the events: p95 of the page times {ratio:.2f}"


def _get(path: str) -> Ask:
    return lambda _number: ("GET", path, None)


def _middle(rounds: list[Took]) -> Took:
    return Took(statistics.median(one.p50 for one in rounds), statistics.median(one.p95 for one in rounds))


def _line(name: str, took: Took, base: Took | None) -> str:
    told = f"{took.p50 / base.p50:>13.2f}" if base is not None else ""
    return f"{name:<44}{took.p50:>9.2f}{took.p95:>9.2f}{told}"
