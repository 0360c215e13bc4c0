"""Goals, phases and barriers of a programme, from the form to the page; who is told; who may not."""

import re
from datetime import UTC, datetime
from typing import Any

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.programmes.models import Barrier, Goal, Programme
from tests import making
from tests.counting import sent


def made() -> int:
    """A programme with a goal and a barrier."""
    with unit_of_work():
        it = making.programme()
        making.goal(it)
        making.barrier(it)
        return it.id


def version(model: Any, number: int) -> str:
    found = db.session.get_one(model, number).version
    db.session.rollback()
    return str(found)


def test_a_programme_is_opened_with_seven_phases_that_close_in_order(client_for: Any) -> None:
    pm = client_for("pm")
    form = {"name": "Rollout", "name_zh": "推行", "starts_on": "2026-06-01", "ends_on": "2026-06-03", "owner_text": "Qian Bo"}
    refused = pm.submit("/programmes", form)
    assert refused.status_code == 422
    assert "needs at least a week" in refused.text
    path = pm.submit("/programmes", form | {"ends_on": "2028-05-31"}).headers["Location"]
    number = int(path.rsplit("/", 1)[1])
    page = pm.get(path).text
    assert page.count("planned") >= 6
    named = form | {"name": "", "name_zh": "只有中文", "ends_on": "2028-05-31"}
    assert "只有中文" in pm.get(pm.submit("/programmes", named).headers["Location"]).text
    for name in ("Survey", "Planning"):
        assert f"Close the phase {name}" in pm.get(path).text
        assert pm.submit(f"{path}/phases/closing", {"version": version(Programme, number)}).status_code == 303
    assert "Close the phase Selection" in pm.get(path).text
    assert "推行" in pm.get(f"{path}?lang=zh").text


def test_the_days_of_the_phases_are_checked_at_their_field(client_for: Any) -> None:
    number, pm = made(), client_for("pm")
    days = {f"spans-{n}-{end}": f"2026-0{n + 1}-{day}" for n in range(7) for end, day in (("starts_on", "01"), ("ends_on", "20"))}
    wrong = days | {"spans-3-ends_on": "2026-03-01", "version": version(Programme, number)}
    answer = pm.submit(f"/programmes/{number}/phases", wrong)
    assert answer.status_code == 422
    assert "A phase ends on or after its first day." in answer.text
    right = pm.submit(f"/programmes/{number}/phases", days | {"version": version(Programme, number)})
    assert right.status_code == 303


def test_a_goal_shows_its_way_and_keeps_what_was_typed(client_for: Any) -> None:
    number, pm = made(), client_for("pm")
    goal = db.session.query(Goal).filter_by(programme_id=number).one().id
    form = {"kind": "efficiency", "name": "Price answer", "unit": "hours", "baseline": "14.2", "target": "4", "actual": "9.1",
            "due_on": "2027-09-01", "owner_text": "Qian Bo"}  # fmt: skip
    wrong = pm.submit(f"/programmes/goals/{goal}/edit", form | {"target": "soon", "version": version(Goal, goal)})
    assert wrong.status_code == 422
    assert 'value="soon"' in wrong.text
    assert pm.submit(f"/programmes/goals/{goal}/edit", form | {"version": version(Goal, goal)}).status_code == 303
    page = pm.get(f"/programmes/{number}").text
    assert "50\u00a0%" in page
    stale = pm.submit(f"/programmes/goals/{goal}/edit", form | {"version": "1"})
    assert stale.status_code == 409
    assert "You were quicker yourself in another window, " in stale.text
    again = re.search(r'name="version"[^>]*value="(\d+)"', stale.text)
    assert again is not None
    assert pm.submit(f"/programmes/goals/{goal}/edit", form | {"version": again[1]}).status_code == 303


def test_a_barrier_is_told_to_its_owner_and_its_state_shows(client_for: Any) -> None:
    number, pm = made(), client_for("pm")
    told = {"text": "No signal", "obstacle": "process", "team_id": "0", "owner_text": "Li Na", "due_on": "2020-01-01"}
    refused = pm.submit(f"/programmes/{number}/barriers", told)
    assert refused.status_code == 422
    assert "That day is over" in refused.text
    manager = client_for("manager")
    assert "Typing takes longer" in manager.get("/").text
    assert "Typing takes longer" not in pm.get("/").text
    with clock.at(datetime(2026, 12, 8, 4, tzinfo=UTC)):
        assert "a barrier that Li Na has to clear" in client_for("pm").get("/").text
    barrier = db.session.query(Barrier).filter_by(programme_id=number).one().id
    path = f"/programmes/barriers/{barrier}"
    assert pm.submit(f"{path}/mending", {"version": version(Barrier, barrier)}).status_code == 303
    assert "mended" in pm.get(f"/programmes/{number}").text
    assert "Typing takes longer" not in manager.get("/").text.split("What changed")[0]
    assert pm.submit(f"{path}/mending", {"version": version(Barrier, barrier)}).status_code == 422
    assert pm.submit(f"{path}/reopening", {"version": version(Barrier, barrier)}).status_code == 303
    assert client_for("rep").get(path).status_code == 404
    assert manager.submit(f"{path}/acceptance", {"version": version(Barrier, barrier)}).status_code == 403
    assert manager.submit(f"{path}/mending", {"version": version(Barrier, barrier)}).status_code == 303


def test_whoever_has_to_clear_a_barrier_opens_and_mends_it_whatever_his_role(client_for: Any) -> None:
    with unit_of_work():
        barrier = making.barrier(owner="rep").id
    rep, path = client_for("rep"), f"/programmes/barriers/{barrier}"
    assert path in rep.get("/").text
    page = rep.get(path).text
    assert "It is mended" in page
    assert "Accept it for now" not in page
    assert 'href="/programmes"' not in page
    assert client_for("director").submit(f"{path}/mending", {"version": "1"}).status_code == 404
    assert "It is mended" not in client_for("director").get(path).text
    assert rep.submit(f"{path}/mending", {"version": "1"}).status_code == 303


def test_the_list_asks_no_more_for_more_programmes(client_for: Any) -> None:
    pm = client_for("pm")
    counts = []
    for _turn in range(2):
        with unit_of_work():
            making.programme()
        pm.get("/programmes")
        with sent() as asked:
            assert pm.get("/programmes").status_code == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]


def test_markup_in_a_barrier_is_text(client_for: Any) -> None:
    with unit_of_work():
        it = making.barrier()
        it.text = "<img src=x onerror=alert(1)>"
        number = it.programme_id
    assert "<img src=x" not in client_for("pm").get(f"/programmes/{number}").text


def test_statements_of_the_page(client_for: Any) -> None:
    number, pm = made(), client_for("pm")
    pm.get(f"/programmes/{number}")
    with sent() as asked:
        assert pm.get(f"/programmes/{number}").status_code == 200
    assert len(asked) <= 18, "\n".join(asked)
