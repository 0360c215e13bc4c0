"""The adoption page tells what the snapshots say, hides small groups, and gives the same as a file."""

import csv
import io
from datetime import date, timedelta
from typing import Any

from portal.access.viewer import SYSTEM
from portal.core import clock
from portal.core.db import unit_of_work
from portal.customers.commands.interactions import record_interaction
from portal.measures.commands.licences import give_to_all_without
from portal.measures.jobs import rebuild
from tests import making
from tests.counting import statements

ClientFor = Any
SINCE = date(2026, 8, 31)


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
    assert all(row["Value"] == row["Numerator"] == row["People"] == "" for row in hidden)


def test_a_manager_sees_no_team_of_another_region(client_for: ClientFor) -> None:
    worked()
    page = client_for("manager").get("/adoption").text
    assert "Sales East" in page
    assert "Sales South" not in page


def test_the_page_asks_few_questions(client_for: ClientFor) -> None:
    worked()
    executive = client_for("executive")
    executive.get("/adoption")
    assert statements(lambda: executive.get("/adoption")) <= 20
