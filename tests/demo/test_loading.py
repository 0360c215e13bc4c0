"""The demo company: the same every time, through the same commands as the pages, never on top of real data."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.core import clock
from portal.core.db import Base, db
from portal.core.errors import Refused
from portal.core.events import first_broken
from portal.demo import house, load, names, work
from portal.demo.house import PEOPLE, SELLING, colleagues
from portal.incentives.models import Entry
from portal.incentives.queries import unbalanced
from portal.measures.queries import figures
from portal.measures.rules.hiding import WHOLE
from portal.prices.models import PriceRequest
from tests.conftest import make_app

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)


def test_every_team_that_sells_is_large_enough_to_be_shown() -> None:
    teams = [team for *_rest, team in (*PEOPLE, *colleagues())]
    assert min(teams.count(team) for teams_of in SELLING.values() for team in teams_of) >= 5
    assert {team for *_rest, team in colleagues()} <= {name for name, *_more in house.TEAMS}


def test_names_are_once_each_and_always_the_same() -> None:
    made = names.companies("East", 400)
    assert made == names.companies("East", 400)
    assert len({one.name for one in made}) == len({one.zh for one in made}) == 400
    people = [one.zh for one in names.people("x", {"王伟"})]
    assert len(set(people)) == len(people)
    assert "王伟" not in people


def test_the_pilot_teams_take_it_up_and_one_of_them_was_hurt() -> None:
    today = NOON.date()

    def on(team: str, weeks: int) -> float:
        return work.eagerness(team, "rep", 0.0, work.go_live(today) + timedelta(weeks=weeks), today)

    assert on("Suzhou", 7) > on("Suzhou", 0) + 0.3
    assert on("Hangzhou", 7) < on("Hangzhou", 0) + 0.1
    assert on("Chengdu", 4) < on("Suzhou", 4) - 0.3
    assert on("Chengdu", 7) == pytest.approx(on("Suzhou", 7))


def test_it_is_refused_where_people_are(app: Flask) -> None:
    assert app
    with pytest.raises(Refused):
        load()
    assert load(if_empty=True) == "there are data already: the demo was not loaded"


def loaded(folder: Path) -> dict[str, Any]:
    """The demo as of one moment in a database of its own: the rows of each table, and what some of them add up to."""
    app = make_app(folder)
    with app.app_context(), clock.at(NOON):
        load()
        every = Base.metadata.sorted_tables
        counts: dict[str, Any] = {
            table.name: db.session.execute(select(func.count()).select_from(table)).scalar_one()
            for table in every
        }
        ran_out = (PriceRequest.state == "expired") & (
            func.date(PriceRequest.changed_at) <= func.date(PriceRequest.valid_until, "+1 day")
        )
        newest = figures.one(db.session(), "weekly_use", WHOLE)
        counts |= {
            "asked": db.session.execute(select(func.sum(PriceRequest.asked_minor))).scalar_one(),
            "points": db.session.execute(select(func.sum(Entry.points))).scalar_one(),
            "weekly use": (newest.numerator, newest.denominator),
            "ran out on their day": db.session.execute(select(func.count()).where(ran_out)).scalar_one(),
            "broken": first_broken(db.session()),
            "unbalanced": unbalanced(),
        }
        db.session.remove()
        db.engine.dispose()
        return counts


@pytest.mark.slow
def test_the_same_seed_makes_the_same_company(tmp_path: Path) -> None:
    one, other = loaded(tmp_path / "one"), loaded(tmp_path / "other")
    assert one == other
    assert (one["broken"], one["unbalanced"]) == (None, [])
    assert (one["account"], one["price_request"], one["course"]) == (2_000, 300, 3)
    assert one["person"] == len(PEOPLE) + len(colleagues())
    assert one["points"] > 0
    assert one["ran out on their day"] > 0
