"""The path of a project manager: plan, charter, signatures, use, look, decision; what the pages tell and keep back."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.measures.models import FigureRow
from portal.pilots import commands, queries
from portal.pilots.models import Pilot
from portal.pilots.views import _said
from tests import making
from tests.counting import sent

START = date(2026, 9, 28)
WORKS = {"pilot": (2.0, 4.0), "comparison": (2.0, 2.1)}


def at(weeks: int) -> Any:
    day = START + timedelta(weeks=weeks)
    return clock.at(datetime(day.year, day.month, day.day, 4, tzinfo=UTC))


def running() -> int:
    """A signed pilot with figures of all its weeks."""
    with at(-2), unit_of_work():
        it = making.signed(making.plan())
        making.weeks_of(it, WORKS)
        return it.id



def version(number: int) -> int:
    found = db.session.get_one(Pilot, number).version
    db.session.rollback()
    return found


def test_a_pilot_from_the_form_to_both_signatures(client_for: Any) -> None:
    with unit_of_work():
        of = making.programme()
        plan = making.plan(of)
        pilot_teams, others = plan.team_ids("pilot"), plan.team_ids("comparison")
        programme = of.id
    pm = client_for("pm")
    monday = clock.today("Asia/Shanghai") + timedelta(days=14 - clock.today("Asia/Shanghai").weekday())
    form = {
        "name": "Quick answers", "name_zh": "快速答复", "programme_id": programme, "problem": "People wait.",
        "area": "The East", "chosen": "By lot.",
        "pilot_teams": [str(one) for one in pilot_teams], "comparison_teams": [str(one) for one in others],
        "starts_on": (monday + timedelta(days=1)).isoformat(), "baseline_weeks": "6", "weeks": "8", "ramp_in": "0",
        "extension_weeks": "4", "primary": "talks_per_person", "primary_size": "0.5", "guardrail": "answer_time",
        "guardrail_size": "30", "use_percent": "60", "contamination_percent": "10", "owner_text": "Qian Bo",
        "sponsor_text": "Gao Jian",
    }  # fmt: skip
    refused = pm.submit("/pilots", form)
    assert refused.status_code == 422
    assert "A pilot starts on a Monday" in refused.text
    assert "People wait." in refused.text
    both = pm.submit("/pilots", form | {"starts_on": monday.isoformat(), "comparison_teams": form["pilot_teams"]})
    assert "A team stands on one side only." in both.text
    with unit_of_work():
        newer = making.programme()
        newer.starts_on = newer.starts_on + timedelta(days=30)
    at_once = pm.submit("/pilots", form | {"starts_on": "2026-01-05", "weeks": "2", "ramp_in": "2", "primary_size": "0"}).text
    for reason in ("choose a later Monday", "At least two weeks", "larger than nothing"):
        assert reason in at_once
    assert pm.get("/pilots/new", query_string={"programme": "9" * 5_000}).status_code == 200
    path = pm.submit("/pilots", form | {"starts_on": monday.isoformat()}).headers["Location"]
    assert "What this plan could show" in pm.get(path).text
    assert "30" in pm.get(f"{path}/charter").text
    edit = pm.get(f"{path}/edit").text
    assert 'value="0.50"' in edit
    assert 'value="30"' in edit
    number = int(path.rsplit("/", 1)[1])
    assert pm.submit(f"{path}/signatures", {"version": str(version(number))}).status_code == 303
    assert "Qian Bo has signed. Gao Jian has to sign before" in pm.get(path).text
    executive = client_for("executive")
    assert "waits for your signature" in executive.get("/notifications").text
    assert executive.submit(f"{path}/signatures", {"version": str(version(number))}).status_code == 303
    assert "Signed and frozen" in executive.get(f"{path}/charter").text
    assert "waits for your signature" not in executive.get("/").text
    assert pm.submit(f"{path}/edit", form | {"version": str(version(number))}).status_code == 422
    assert client_for("rep").get(path).status_code == 403


def test_between_looks_no_outcome_is_told_and_after_one_all_of_it(client_for: Any) -> None:
    number = running()
    with at(-8):
        assert "signed, not begun yet" in client_for("pm").get("/pilots").text
    with at(1):
        page = client_for("pm").get(f"/pilots/{number}").text
    assert "The comparison is not shown between looks." in page
    assert "Team by team" not in page
    with at(2):
        pm = client_for("pm")
        assert "Look 1 is due" in pm.get(f"/pilots/{number}").text
        assert pm.submit(f"/pilots/{number}/looks", {"version": str(version(number))}).status_code == 303
        page = pm.get(f"/pilots/{number}").text
        assert "Team by team: Talks per person" in page
        assert "≥ +1" in page
        assert "per person per person" not in " ".join(re.sub("<[^>]+>", " ", page).split())
        assert "≤ +60" in page
        assert "The rule says" in page
        again = pm.submit(f"/pilots/{number}/looks", {"version": str(version(number))})
        assert again.status_code == 422
    with at(2):
        chinese = client_for("executive").get(f"/pilots/{number}?lang=zh").text
    assert "规则的结论" in chinese


def test_between_looks_the_measures_keep_what_is_compared(client_for: Any) -> None:
    number = running()
    it = db.session.get_one(Pilot, number)
    teams = it.team_ids()
    before, first, third = ((START + timedelta(days=days)).isoformat() for days in (-1, 6, 20))
    db.session.rollback()

    def told(key: str, team: int, day: str) -> tuple[str, str]:
        pm, state = client_for("pm"), {"group": f"team-{team}", "as_of": day}
        file = pm.submit(f"/measures/{key}/export", {"state": f"group=team-{team}&as_of={day}", "format": "csv"}).text
        return pm.get(f"/measures/{key}", query_string=state).text, file

    kept = "kept for the next look of a pilot"
    with at(1):
        for page in (text for team in (teams[0], teams[-1]) for text in told("talks_per_person", team, first)):
            assert page.count(kept) >= 1
        assert f"{first},,{kept},,,20," in told("talks_per_person", teams[0], first)[1]
        for open_page in (*told("talks_per_person", teams[0], before), *told("weekly_use", teams[0], first)):
            assert kept not in open_page
        assert kept in told("answer_time", teams[0], first)[0]
    with at(3), unit_of_work():
        it = db.session.get_one(Pilot, number)
        commands.take_look(it, version=it.version, by=making.viewer("pm"))
    with at(3):
        assert kept not in told("talks_per_person", teams[0], first)[1]
        assert kept in told("talks_per_person", teams[0], third)[1]
    with unit_of_work():
        db.session.get_one(Pilot, number).state = "stopped"
    with at(3):
        assert kept not in told("talks_per_person", teams[0], third)[1]


def test_between_looks_it_is_stopped_by_both_and_no_outcome_is_told(client_for: Any) -> None:
    number = running()
    with at(1):
        pm, executive = client_for("pm"), client_for("executive")
        assert "Stop it between looks" in pm.get(f"/pilots/{number}").text
        told = {"outcome": "stop", "reasons": ""}
        refused = pm.submit(f"/pilots/{number}/decision", told | {"version": str(version(number))})
        assert refused.status_code == 422
        assert '<details class="part" open' in refused.text
        told["reasons"] = "Two of the teams are merged."
        assert pm.submit(f"/pilots/{number}/decision", told | {"version": str(version(number))}).status_code == 303
        assert "Propose to stop it" not in executive.get(f"/pilots/{number}").text
        agreed = executive.submit(f"/pilots/{number}/decision/confirmation", {"version": str(version(number))})
        assert agreed.status_code == 303
        for page in (pm.get(f"/pilots/{number}").text, executive.get("/adoption").text):
            assert "between looks, without a comparison" in page
            assert "Two of the teams are merged." in page
        assert "Team by team" not in pm.get(f"/pilots/{number}").text
        assert "Stop it between looks" not in pm.get(f"/pilots/{number}").text


def test_no_look_is_taken_while_a_stop_between_looks_waits_for_its_answer(client_for: Any) -> None:
    """Otherwise both could see the comparison first, and stop it as if they had not."""
    number = running()
    with at(1):
        told = {"outcome": "stop", "reasons": "Two of the teams are merged.", "version": str(version(number))}
        assert client_for("pm").submit(f"/pilots/{number}/decision", told).status_code == 303
    with at(2):
        pm, executive = client_for("pm"), client_for("executive")
        refused = pm.submit(f"/pilots/{number}/looks", {"version": str(version(number))})
        assert refused.status_code == 422
        assert "the look comes after the answer" in refused.text
        assert "Team by team" not in pm.get(f"/pilots/{number}").text
        assert "A proposal to stop it waits for the answer of Gao Jian." in pm.get(f"/pilots/{number}").text
        assert "a decision waits for the other signer" in pm.get("/pilots").text
        no = executive.submit(f"/pilots/{number}/decision/refusal", {"version": str(version(number))})
        assert no.status_code == 303
        assert "Gao Jian does not agree to the decision against the rule" in pm.get("/notifications").text
        assert "Look 1 is due" in pm.get(f"/pilots/{number}").text
        assert pm.submit(f"/pilots/{number}/looks", {"version": str(version(number))}).status_code == 303


def looked_at_with_small_teams(client_for: Any, count: int, people: int = 3) -> str:
    """The page after the first look, where so many pilot teams have so few people."""
    number = running()
    with unit_of_work():
        teams = db.session.get_one(Pilot, number).team_ids("pilot")[:count]
        rows = db.session.query(FigureRow).filter(FigureRow.group_id.in_(teams), FigureRow.grain == "team")
        rows.update({"people": people, "state": "small"})
    with at(2), unit_of_work():
        it = db.session.get_one(Pilot, number)
        commands.take_look(it, version=it.version, by=making.viewer("pm"))
    with at(2):
        return str(client_for("executive").get(f"/pilots/{number}").text)


def test_small_teams_hide_the_table_but_not_the_comparison(client_for: Any) -> None:
    page = looked_at_with_small_teams(client_for, 2)
    assert "a team of fewer than five people could be told" in page
    assert "The rule says" in page
    assert "the pilot teams went from" in page
    assert "Leaving out one team" not in page


@pytest.mark.parametrize(("count", "people"), [(1, 3), (3, 1)])
def test_what_others_could_be_subtracted_from_is_not_told(client_for: Any, count: int, people: int) -> None:
    """The weeks of the teams that are shown stand on the measures' pages: a mean less these is that of the small one."""
    page = looked_at_with_small_teams(client_for, count, people)
    assert "The rule says" in page
    assert "Only the verdict is told." in page
    for told in ("the pilot teams went from", "How sure is that?", "use in the pilot teams 80", "Every person counting alike"):
        assert told not in page
    assert re.findall(r'≥ \+1</td><td class="n nb"[^>]*>([^<]*)', page) == ["–"]


@pytest.mark.usefixtures("app")
def test_a_plan_does_not_tell_how_much_a_small_team_changed() -> None:
    with at(-2), unit_of_work():
        it = making.plan()
        making.weeks_of(it, WORKS)
        small = it.team_ids("pilot")[0]
        sides = it.team_ids(), it.team_ids("pilot")
        shown = queries.spread(*sides, "talks_per_person", START + timedelta(weeks=4, days=-1), 4, 4)
        rows = db.session.query(FigureRow).filter_by(group_id=small, measure="talks_per_person")
        rows.update({"people": 3, "state": "small"})
        before = queries.spread(*sides, "talks_per_person", START + timedelta(weeks=4, days=-1), 4, 4)
        late = rows.filter(FigureRow.as_of > START)
        late.update({"value": 900, "numerator": 180})
        after = queries.spread(*sides, "talks_per_person", START + timedelta(weeks=4, days=-1), 4, 4)
    assert before == after
    assert before != shown


def test_the_decision_stays_with_its_reasons_and_the_executive_reads_it(client_for: Any) -> None:
    number = running()
    with at(4):
        pm = client_for("pm")
        pm.submit(f"/pilots/{number}/looks", {"version": str(version(number))})
        empty = pm.submit(f"/pilots/{number}/decision", {"outcome": "go", "reasons": "", "version": str(version(number))})
        assert empty.status_code == 422
        assert "Say why; it stays with the decision." in empty.text
        told = {"outcome": "stop", "reasons": "The <b>cost</b> is too high", "version": str(version(number))}
        assert pm.submit(f"/pilots/{number}/decision", told).status_code == 303
        executive = client_for("executive")
        assert "Against the rule: Stop" in executive.get(f"/pilots/{number}").text
        assert "A decision against the rule waits for the answer of Gao Jian." in pm.get(f"/pilots/{number}").text
        assert pm.submit(f"/pilots/{number}/decision/confirmation", {"version": str(version(number))}).status_code == 422
        answer = executive.submit(f"/pilots/{number}/decision/confirmation", {"version": str(version(number))})
        assert answer.status_code == 303
        page = client_for("director").get(f"/pilots/{number}").text
    assert "The &lt;b&gt;cost&lt;/b&gt; is too high" in page
    assert "against the rule, which said: Go" in page
    assert re.search(r'<h2 id="verdict-\d">Decided: Stop</h2>', page), "the verdict is headed by what was decided"
    assert "The rule says: Go" not in page


@pytest.mark.parametrize(("path", "most"), [("/pilots", 14), ("/pilots/{}", 24), ("/pilots/{}/charter", 15)])
def test_statements_of_the_pages(client_for: Any, path: str, most: int) -> None:
    number = running()
    with at(2):
        pm = client_for("pm")
        pm.submit(f"/pilots/{number}/looks", {"version": str(version(number))})
        pm.get(path.format(number))
        with sent() as asked:
            assert pm.get(path.format(number)).status_code == 200
    assert len(asked) <= most, "\n".join(asked)


@pytest.mark.usefixtures("app")
def test_teams_that_only_hold_others_are_not_offered() -> None:
    with unit_of_work():
        it = making.plan()
        above, below = (one.team for one in it.teams[:2])
        below.parent_id = above.id
    names = [name for _number, name in queries.team_choices("en")]
    assert below.name in names
    assert above.name not in names


@pytest.mark.usefixtures("app")
@pytest.mark.parametrize(("change", "told"), [(0.04, "0.0"), (-0.04, "0.0"), (0.06, "+0.1"), (-0.06, "−0.1")])
def test_what_did_not_change_bears_no_sign(change: float, told: str) -> None:
    assert _said("talks_per_person", change, signed=True, even=True) == told
