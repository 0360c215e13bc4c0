"""The adoption page tells what the snapshots say, hides small groups, and gives the same as a file."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from flask import Flask
from openpyxl import load_workbook
from sqlalchemy import update

from portal.access.viewer import SYSTEM
from portal.adoption.rules import BENCHMARKS, CHAIN, RESULT, WEEKS
from portal.bench.rollout import Made, Size, build
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.customers.commands.interactions import record_interaction
from portal.measures.commands.licences import give_to_all_without
from portal.measures.jobs import rebuild
from portal.measures.models import FigureRow
from portal.measures.rules.registry import HABIT, WEEKLY_USE
from portal.pilots import commands as pilots
from portal.pilots.models import Pilot
from portal.pilots.queries import standing
from tests import making
from tests.counting import statements

ClientFor = Any
SINCE = date(2026, 8, 31)
SUNDAY = date(2026, 11, 1)
BUDGET = 15
"""Statements of the page, whoever opens it."""


@pytest.fixture
def company(app: Flask) -> Iterator[Made]:
    """Beside the cast two regions with two teams of 25 people each, at work for fourteen weeks up to a Sunday."""
    with clock.at(making.MONDAY):
        made = build(Size(events=6_000, people=100, teams=4, regions=2, days=98), SUNDAY)
        rebuild(made.first, by=SYSTEM)
        yield made


def exported(client: Any, **state: str) -> list[dict[str, str]]:
    told = "&".join(f"{key}={value}" for key, value in state.items())
    answer = client.submit("/adoption/export", {"format": "csv", "state": told})
    assert answer.status_code == 200
    found = csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig")))
    return [row for row in found if row["Measure"] and row["As of"]]


def links(page: str) -> list[str]:
    return [unescape(one) for one in re.findall(r'href="(/measures/[^"]+)"', page) if "mine" not in one]


def worked() -> None:
    """Everybody holds a licence; the rep works on every day of four weeks."""
    with clock.at(making.MONDAY - timedelta(weeks=9)), unit_of_work():
        give_to_all_without(since=SINCE, by=making.viewer("admin"))
        of = making.account("rep")
    for day in range(28):
        at = making.MONDAY - timedelta(days=day + 1)
        with clock.at(at), unit_of_work():
            record_interaction(of, way="call", text="They ask for a date.", by=making.viewer("rep"))
    with clock.at(making.MONDAY):
        rebuild(SINCE, by=SYSTEM)


def test_without_figures_the_page_says_what_is_missing(client_for: ClientFor) -> None:
    page = client_for("executive").get("/adoption")
    assert page.status_code == 200
    assert "No figures yet" in page.text


def test_the_page_shows_the_company_and_hides_small_teams(client_for: ClientFor) -> None:
    worked()
    page = client_for("executive").get("/adoption").text
    assert "hidden: fewer than five people" in page
    assert "/measures/active" in page
    assert "Aberdeen" in page
    assert "使用情况" in client_for("executive").get("/adoption?lang=zh").text


def test_pilots_stand_on_it_before_and_after_a_decision(client_for: ClientFor) -> None:
    worked()
    start = date(2026, 9, 28)
    with clock.at(making.MONDAY - timedelta(weeks=7)), unit_of_work():
        it = making.signed(making.plan(starts_on=start))
        making.weeks_of(it, {"pilot": (2.0, 4.0), "comparison": (2.0, 2.1)})
        number = it.id
    page = client_for("executive").get("/adoption").text
    assert "look 1 is due" in page
    assert "decided" not in page
    with clock.at(making.MONDAY), unit_of_work():
        it = db.session.get_one(Pilot, number)
        while standing(it, clock.today("Asia/Shanghai")).due:
            pilots.take_look(it, version=it.version, by=making.viewer("pm"))
        pilots.decide(it, outcome="go", reasons="As it was agreed", version=it.version, by=making.viewer("pm"))
    page = client_for("director").get("/adoption").text
    assert "As it was agreed" in page
    assert "go: to be rolled out" in page


def test_the_file_holds_pilots_decisions_barriers_and_weeks(client_for: ClientFor) -> None:
    worked()
    with clock.at(making.MONDAY - timedelta(weeks=7)), unit_of_work():
        it = making.signed(making.plan(starts_on=date(2026, 9, 28)))
        making.weeks_of(it, {"pilot": (2.0, 4.0), "comparison": (2.0, 2.1)})
        making.barrier(it.programme)
        name = it.shown("en")
    with clock.at(making.MONDAY + timedelta(weeks=20)), unit_of_work():
        it = db.session.query(Pilot).one()
        while standing(it, clock.today("Asia/Shanghai")).due:
            pilots.take_look(it, version=it.version, by=making.viewer("pm"))
        pilots.decide(it, outcome="go", reasons="As it was agreed", version=it.version, by=making.viewer("pm"))
    with clock.at(making.MONDAY + timedelta(weeks=20)):
        executive = client_for("executive")
        page = executive.get("/adoption").text
        assert "1 barrier is overdue." in page
        assert "Typing takes longer · Li Na" in page
        book = load_workbook(io.BytesIO(executive.submit("/adoption/export", {"format": "xlsx"}).data))
        rows = exported(executive)
        chinese = client_for("executive", lang="zh").submit("/adoption/export", {"format": "csv"})
    assert chinese.get_data(as_text=True).split(",")[2] == "数值"
    told = {sheet.title: [list(row) for row in sheet.values] for sheet in book}
    assert len(told["Weekly use"][0]) == 1 + WEEKS
    (pilot,) = told["Pilots and open decisions"][1:]
    assert [pilot[0], pilot[4], *pilot[6:]] == [name, "go: to be rolled out", "Go", "Go", "As it was agreed"]
    assert told["Overdue barriers"][1][:2] == ["Typing takes longer", "Li Na"]
    (line,) = [row["State"] for row in rows if row["Measure"] == "Pilots and open decisions"]
    assert "What is decided: Go" in line
    assert "Why?: As it was agreed" in line
    assert [row["Group"] for row in rows if row["Measure"] == "Overdue barriers"] == ["Typing takes longer"]


def test_a_rep_does_not_see_it(client_for: ClientFor) -> None:
    assert client_for("rep").get("/adoption").status_code == 403


def test_the_file_says_what_the_page_says(client_for: ClientFor) -> None:
    worked()
    executive = client_for("executive")
    answer = executive.submit("/adoption/export", {"format": "csv"})
    rows = list(csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    active = next(
        row for row in rows if row["Measure"] == "Active people" and row["Group"] == "Whole company"
    )
    hidden = [row for row in rows if "hidden" in (row["State"] or "")]
    assert active["As of"] == "2026-11-01"
    assert hidden
    assert all(row["Figure"] == row["Numerator"] == row["People"] == "" for row in hidden)


def test_a_manager_sees_no_team_of_another_region(client_for: ClientFor) -> None:
    worked()
    page = client_for("manager").get("/adoption").text
    assert "Sales East" in page
    assert "Sales South" not in page


@pytest.mark.parametrize("who", ["executive", "manager"])
def test_the_page_asks_few_questions(client_for: ClientFor, who: str) -> None:
    worked()
    client = client_for(who)
    client.get("/adoption")
    assert min(statements(lambda: client.get("/adoption")) for _turn in range(3)) <= BUDGET


def test_an_executive_reads_of_the_company(company: Made, client_for: ClientFor) -> None:
    page = client_for(company.executive).get("/adoption").text
    assert "Whole company / 100 people" in page
    assert "Region 1" in page
    assert "Region 2" in page


def test_the_start_page_says_the_same_to_those_who_answer_for_all(company: Made, client_for: ClientFor) -> None:
    executive, manager = client_for(company.executive), client_for(company.managers[0])
    told = re.search(r"<h1>(.*?)</h1>", executive.get("/adoption").text)
    assert told is not None
    assert f'<a href="/adoption">{told[1]}</a>' in executive.get("/").text
    assert 'id="works"' not in manager.get("/").text


def test_a_manager_reads_of_his_region_and_not_of_the_company(company: Made, client_for: ClientFor) -> None:
    manager = client_for(company.managers[0])
    page = manager.get("/adoption").text
    assert "Region 1 / 50 people" in page
    assert re.search(r"<h1>Region 1: Use ", page)
    assert "Whole company" not in page
    assert "Region 2" not in page
    assert all("group=region-" in one or "group=team-" in one for one in links(page))
    rows = exported(manager)
    assert {row["Group"] for row in rows} == {"Region 1", "Team 01", "Team 03"}
    assert manager.get("/adoption?group=company").status_code == 404
    assert manager.get(f"/adoption?group=region-{company.regions[1]}").status_code == 404
    state = f"group=region-{company.regions[1]}"
    assert manager.submit("/adoption/export", {"format": "csv", "state": state}).status_code == 404


def test_a_manager_of_a_small_region_reads_that_it_is_hidden(client_for: ClientFor) -> None:
    worked()
    page = client_for("manager").get("/adoption").text
    assert "East: Too few people to say whether use grows" in page
    assert "hidden: fewer than five people" in page


def test_links_and_file_keep_the_day_of_the_page(company: Made, client_for: ClientFor) -> None:
    executive = client_for(company.executive)
    page = executive.get("/adoption").text
    assert links(page)
    assert all("as_of=2026-11-01" in one for one in links(page))
    assert 'name="state" value="as_of=2026-11-01&amp;group=company"' in page
    before = executive.get("/adoption?as_of=2026-10-25").text
    assert "figures of Sun 25 Oct" in before
    assert all("as_of=2026-10-25" in one for one in links(before))
    opened = executive.get(links(before)[0])
    assert opened.status_code == 200
    assert "as of Sun 25 Oct" in opened.text


def test_the_file_is_of_the_day_of_the_page_though_newer_figures_came(
    company: Made, client_for: ClientFor
) -> None:
    with clock.at(making.MONDAY + timedelta(days=2)):
        rebuild(SUNDAY, by=SYSTEM)
        executive = client_for(company.executive)
        assert "figures of Tue 3 Nov" in executive.get("/adoption").text
        days = {row["As of"] for row in exported(executive, as_of="2026-11-01", group="company")}
    assert max(days) == "2026-11-01"


def test_a_day_that_was_dropped_leads_to_the_newest_and_an_unknown_one_nowhere(
    company: Made, client_for: ClientFor
) -> None:
    executive = client_for(company.executive)
    for path in ("/adoption", "/measures/habit"):
        answer = executive.get(f"{path}?as_of=2026-10-28")
        assert (answer.status_code, answer.headers["Location"]) == (303, path)
        assert "no longer kept" in executive.get(path).text
        for day in ("2027-01-03", "2020-01-05", "soon"):
            assert executive.get(f"{path}?as_of={day}").status_code == 404
    answer = executive.submit("/adoption/export", {"format": "csv", "state": "as_of=2026-10-28"})
    assert answer.status_code == 303


def test_the_file_holds_the_weeks_of_the_heat_map(company: Made, client_for: ClientFor) -> None:
    executive = client_for(company.executive)
    weeks = [(SUNDAY - timedelta(weeks=n)).isoformat() for n in range(WEEKS)]
    rows = [row for row in exported(executive) if row["Measure"] == "Weekly use"]
    for group in ("Whole company", "Region 2", "Team 01"):
        own = {row["As of"]: row["Figure"] for row in rows if row["Group"] == group}
        assert sorted(own) == sorted(weeks)
        assert all(own.values())
    answer = executive.submit("/adoption/export", {"format": "xlsx"})
    sheet = load_workbook(io.BytesIO(answer.data)).worksheets[0]
    told = [row for row in sheet.iter_rows(values_only=True) if row[:2] == ("Team 01", "Weekly use")]
    assert len(told) == WEEKS


def test_what_is_hidden_today_is_hidden_in_all_weeks_of_the_file(client_for: ClientFor) -> None:
    worked()
    rows = [row for row in exported(client_for("executive")) if row["Measure"] == "Weekly use"]
    now = {row["Group"] for row in rows if row["As of"] == "2026-11-01" and "hidden" in row["State"]}
    assert now
    own = [row for row in rows if row["Group"] in now]
    assert len(own) == WEEKS * len(now)
    assert all(row["Figure"] == row["Numerator"] == row["People"] == "" for row in own)


def test_what_others_report_stands_beside_its_step_with_its_source(
    company: Made, client_for: ClientFor
) -> None:
    page = client_for(company.executive).get("/adoption").text
    chain = re.search(r'<ol class="chain">(.*?)</ol>', page, re.DOTALL)
    assert chain
    steps = dict(zip(CHAIN, chain[1].split("</li>"), strict=False))
    for one in BENCHMARKS:
        beside = steps.get(one.step, page[chain.end() :])
        shares = "\u00a0/\u00a0".join(
            f"{n}\u00a0%" if n is not None else "–" for n in (one.ordinary, one.better)
        )
        assert re.search(f"{one.what} {shares}[¹²]", beside), one.what
        assert one.step == RESULT or one.what not in page[chain.end() :]
        bar = re.search(r'<svg class="bullet".*?</svg>', beside, re.DOTALL) if one.step != RESULT else None
        assert bar is None or f'class="bench" d="M{one.better}.0 0V14"' in bar[0]
    assert "¹ Aberdeen" in page
    assert "² Alexander" in page


def test_a_figure_says_in_words_which_way_it_went(company: Made, client_for: ClientFor) -> None:
    old = update(FigureRow).where(FigureRow.measure == HABIT, FigureRow.people >= 25, FigureRow.as_of < SUNDAY)
    executive = client_for(company.executive)
    for before, says in ((99, "down from 99\u00a0%"), (1, "up from 1\u00a0%")):
        with unit_of_work():
            db.session.execute(old.values(numerator=before, denominator=100, value=before * 100))
        assert says in executive.get("/adoption").text
    db.session.rollback()


def test_headline_and_heat_map_round_alike(company: Made, client_for: ClientFor) -> None:
    with unit_of_work():
        weekly = update(FigureRow).where(FigureRow.measure == WEEKLY_USE, FigureRow.people >= 25)
        db.session.execute(weekly.values(value=59_50, numerator=119, denominator=200))
    page = client_for(company.executive).get("/adoption").text
    assert "Use has stopped growing: 60\u00a0%" in page
    assert re.search(r'class="h\d">60<', page)
    assert not re.search(r'class="h\d">59<', page)
