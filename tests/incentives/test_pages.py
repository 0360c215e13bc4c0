"""A rule is written, published, read; points are explained; nobody sees the points of another."""

from datetime import date, datetime, timedelta
from typing import Any

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.incentives import commands, queries
from portal.incentives.models import Entry, IncentiveRule
from tests import making
from tests.cast import person
from tests.client import PortalClient
from tests.counting import statements

ClientFor = Any
STARTS = date(2026, 11, 9)
WEEKS = frozenset(date(2026, 11, 16) + timedelta(weeks=number) for number in range(4))


def rewarded() -> int:
    """The booking of a case that the rep has earned."""
    with clock.at(making.MONDAY), unit_of_work():
        edition = making.rule(STARTS)
        case = queries.Case(person("rep").id, STARTS, date(2026, 11, 11), WEEKS)
        commands.evaluate(edition, case, datetime(2026, 12, 28, 1, tzinfo=making.MONDAY.tzinfo))
        return db.session.query(Entry).one().id


def test_a_rule_from_draft_to_the_one_who_reads_it(client_for: ClientFor) -> None:
    with unit_of_work():
        course = making.course("Credit light").id
    pm: PortalClient = client_for("pm")
    rule = {
        "name": "Learn and use", "name_zh": "学了就用", "course_id": course, "days": "14", "weeks": "9", "among": "8",
        "points": "100", "roles": ["rep", "service"], "starts_on": (clock.today("Asia/Shanghai") + timedelta(days=7)).isoformat(),
        "text": "So that it pays.", "text_zh": "让学习见效。",
    }  # fmt: skip
    refused = pm.submit("/incentives/rules", rule)
    assert refused.status_code == 422
    assert "At least as many as have to be active." in refused.text
    assert "So that it pays." in refused.text
    path = pm.submit("/incentives/rules", rule | {"weeks": "4"}).headers["Location"]
    rep: PortalClient = client_for("rep")
    assert rep.get(path).status_code == 404
    assert pm.submit(f"{path}/publication", {"version": "1"}).status_code == 303
    page = rep.get(path).text
    assert "in at least 4 of the 8 weeks that follow, gets 100 points." in page
    assert "学了就用" in rep.get(f"{path}?lang=zh").text
    assert rep.submit(f"{path}/acknowledgement", {"version": "2"}).status_code == 303
    assert "Note that I have read it" not in rep.get(path).text
    assert "1 of 4 have noted it." in pm.get(path).text
    assert client_for("finance").get(path).status_code == 404


def test_points_are_explained_to_their_owner_alone(client_for: ClientFor) -> None:
    number = rewarded()
    rep = client_for("rep")
    assert "100 points" in rep.get("/incentives/points").text
    page = rep.get(f"/incentives/points/{number}").text
    assert "≥ 4" in page
    assert "Credit" in page or "Course" in page
    assert client_for("colleague").get(f"/incentives/points/{number}").status_code == 404
    assert client_for("manager").get(f"/incentives/points/{number}").status_code == 404


def test_a_reversal_needs_a_reason_and_is_told(client_for: ClientFor) -> None:
    number = rewarded()
    pm: PortalClient = client_for("pm")
    path = f"/incentives/entries/{number}/reversal"
    assert "Say why." in pm.submit(path, {"reason": ""}).text
    assert pm.submit(path, {"reason": "Booked for a test account"}).status_code == 303
    assert pm.submit(path, {"reason": "Once more"}).status_code == 422
    page = client_for("rep").get("/incentives/points").text
    assert "Booked for a test account · decided by Qian Bo" in page
    assert 'class="is-void"' in page
    assert "−100" in page
    assert "0 points" in page
    assert "Booked" not in client_for("colleague").get("/incentives/points").text
    assert client_for("rep").submit(path, {"reason": "x"}).status_code == 403


def test_what_is_on_the_way_says_how_far_it_is(client_for: ClientFor) -> None:
    with clock.at(making.MONDAY), unit_of_work():
        edition = making.rule(STARTS)
        case = queries.Case(person("rep").id, STARTS, date(2026, 11, 11), frozenset(list(WEEKS)[:1]))
        commands.evaluate(edition, case, datetime(2026, 12, 28, 1, tzinfo=making.MONDAY.tzinfo))
    rep = client_for("rep")
    for path in ("/incentives", "/incentives/points", f"/incentives/rules/{edition.incentive_rule_id}"):
        page = rep.get(path).text
        assert '<progress class="prog' in page, path
        assert 'value="1"' in page, path
    assert "1 of 4 active weeks" in rep.get("/incentives/points").text
    assert "settled on Mon 18 Jan 2027 at the latest" in rep.get("/incentives/points").text
    colleague = client_for("colleague").get("/incentives").text
    assert "It begins when you pass" in colleague
    assert "<progress" not in colleague
    assert "<progress" not in client_for("pm").get(f"/incentives/rules/{edition.incentive_rule_id}").text


def test_a_list_of_rules_asks_as_many_questions_for_one_as_for_six(client_for: ClientFor) -> None:
    rep = client_for("rep")
    with clock.at(making.MONDAY), unit_of_work():
        making.rule(STARTS)
    few = _asked(rep)
    with clock.at(making.MONDAY), unit_of_work():
        for _ in range(5):
            making.rule(STARTS)
    assert _asked(rep) == few
    assert few <= 12
    assert db.session.query(IncentiveRule).count() == 6


def _asked(client: Any) -> int:
    client.get("/incentives")
    return statements(lambda: client.get("/incentives"))
