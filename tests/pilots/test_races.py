"""Two at once at the same pilot: one signature more, one look, one decision, whoever comes first; on both databases."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Flask

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.errors import Refused, Stale
from portal.pilots import commands
from portal.pilots.flow import RUNNING
from portal.pilots.models import Pilot
from tests import making

START = date(2026, 9, 28)
WORKS = {"pilot": (2.0, 4.0), "comparison": (2.0, 2.1)}


def at(weeks: int) -> Any:
    day = START + timedelta(weeks=weeks)
    return clock.at(datetime(day.year, day.month, day.day, 4, tzinfo=UTC))


def attempt(number: int, version: int, who: str, act: Callable[..., Any], **told: Any) -> Callable[[], str]:
    """One person's act at the version that both saw; answers what became of it."""

    def run() -> str:
        try:
            with unit_of_work():
                act(db.session.get_one(Pilot, number), version=version, by=making.viewer(who), **told)
        except (Stale, Refused) as refused:
            return type(refused).__name__
        return "done"

    return run


def running() -> tuple[int, int]:
    """The id and version of a signed pilot with figures."""
    with at(-2), unit_of_work():
        it = making.signed(making.plan())
        making.weeks_of(it, WORKS)
        return it.id, it.version


def test_of_two_who_sign_the_same_version_one_has_to_look_again(both_apps: Flask) -> None:
    with at(-2):
        with unit_of_work():
            it = making.plan()
            number, version = it.id, it.version
        told = making.at_once(both_apps, *[attempt(number, version, who, commands.sign) for who in ("pm", "executive")])
        assert sorted(told) == ["Stale", "done"]
        db.session.expire_all()
        assert len(db.session.get_one(Pilot, number).signatures) == 1


def test_a_look_is_taken_once(both_apps: Flask) -> None:
    number, version = running()
    with at(2):
        told = making.at_once(both_apps, *[attempt(number, version, "pm", commands.take_look)] * 3)
        assert told.count("done") == 1
        db.session.expire_all()
        assert len([one for one in db.session.get_one(Pilot, number).looks if one.taken_at]) == 1


def test_the_gate_is_decided_once(both_apps: Flask) -> None:
    number, _version = running()
    with at(4):
        with unit_of_work():
            it = db.session.get_one(Pilot, number)
            commands.take_look(it, version=it.version, by=making.viewer("pm"))
            version = it.version
        decisions = [
            attempt(number, version, who, commands.decide, outcome=outcome, reasons="Because")
            for who, outcome in (("pm", "go"), ("executive", "stop"))
        ]
        told = making.at_once(both_apps, *decisions)
        assert told.count("done") == 1
        db.session.expire_all()
        it = db.session.get_one(Pilot, number)
        assert len(it.decisions) == 1
        assert (it.state == RUNNING) == (it.decisions[0].outcome == "stop")


def test_an_ended_pilot_starts_again_once(both_apps: Flask) -> None:
    number, _version = running()
    with at(4):
        with unit_of_work():
            it = db.session.get_one(Pilot, number)
            commands.take_look(it, version=it.version, by=making.viewer("pm"))
            commands.decide(it, outcome="go", reasons="As agreed", version=it.version, by=making.viewer("pm"))
            version = it.version
        told = making.at_once(both_apps, *[attempt(number, version, "pm", commands.restart)] * 2)
        assert sorted(told) == ["Stale", "done"]
        assert db.session.query(Pilot).filter_by(restarts_id=number).count() == 1
