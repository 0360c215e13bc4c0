"""A pilot from plan to decision: signed by two, looked at on reserved days only, decided by rule or by two against it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, func, select, text, update

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.errors import Refused, Stale
from portal.identity.models import Person
from portal.measures.models import FigureRow
from portal.measures.queries import figures
from portal.measures.rules import registry
from portal.notifications.models import Notification
from portal.pilots import commands, flow, queries
from portal.pilots.flow import DRAFT, OPEN_END, RUNNING, STOPPED, WENT
from portal.pilots.models import Pilot
from portal.pilots.rules import plan as planning
from portal.pilots.rules import verdict
from tests import making

START = date(2026, 9, 28)
WORKS = {"pilot": (2.0, 4.0), "comparison": (2.0, 2.1)}
NOTHING = {"pilot": (2.0, 2.1), "comparison": (2.0, 2.1)}


def at(weeks: int, days: int = 0) -> Any:
    """Monday noon of the pilot's n-th week, and so many days more."""
    day = START + timedelta(weeks=weeks, days=days)
    return clock.at(datetime(day.year, day.month, day.day, 4, tzinfo=UTC))


def running(values: dict[str, tuple[float, float]] = WORKS, **told: Any) -> Pilot:
    """A signed pilot with figures of all its weeks."""
    use = told.pop("use", 0.8)
    it = making.signed(making.plan(**told))
    making.weeks_of(it, values, use=use)
    return it


def look(it: Pilot) -> Any:
    return commands.take_look(it, version=it.version, by=making.viewer("pm"))


@pytest.mark.usefixtures("app")
class TestCharter:
    def test_two_signatures_freeze_it(self) -> None:
        with at(-2), unit_of_work():
            it = making.plan()
            assert not commands.sign(it, version=it.version, by=making.viewer("pm"))
            assert it.state == DRAFT
            assert commands.sign(it, version=it.version, by=making.viewer("executive"))
            assert (it.state, it.charter_hash) == (RUNNING, planning.mark(it.charter or {}))
            assert [one.day for one in it.looks] == [date(2026, 10, 12), date(2026, 10, 26), date(2026, 11, 9)]

    def test_nobody_signs_once_the_first_day_has_come(self) -> None:
        with at(-2), unit_of_work():
            it = making.plan()
            commands.sign(it, version=it.version, by=making.viewer("pm"))
        with at(0), unit_of_work(), pytest.raises(Refused):
            commands.sign(it, version=it.version, by=making.viewer("executive"))
        assert db.session.get_one(Pilot, it.id).state == DRAFT

    @pytest.mark.parametrize("who", ["director", "manager", "rep"])
    def test_nobody_else_signs(self, who: str) -> None:
        with at(-2), unit_of_work():
            it = making.plan()
            with pytest.raises(Refused):
                commands.sign(it, version=it.version, by=making.viewer(who))

    def test_nobody_signs_twice_or_what_he_has_not_seen(self) -> None:
        with at(-2), unit_of_work():
            it = making.plan()
            seen = it.version
            commands.sign(it, version=seen, by=making.viewer("pm"))
            with pytest.raises(Refused):
                commands.sign(it, version=it.version, by=making.viewer("pm"))
            with pytest.raises(Stale):
                commands.sign(it, version=seen, by=making.viewer("executive"))

    def test_a_changed_plan_has_to_be_signed_anew_and_a_frozen_one_stands(self) -> None:
        with at(-2), unit_of_work():
            it = making.plan()
            commands.sign(it, version=it.version, by=making.viewer("pm"))
            told = {
                "name": "Other", "name_zh": "", "problem": "x", "area": "z", "chosen": "y", "starts_on": START,
                "baseline_weeks": 4, "weeks": 4, "ramp_in": 0, "extension_weeks": 0, "use_percent": 50,
                "contamination_percent": 20,
                "owner_id": it.owner_id, "sponsor_id": it.sponsor_id, "pilot_teams": it.team_ids("pilot"),
                "comparison_teams": it.team_ids("comparison"), "primary": ("talks_per_person", 50), "guardrail": None,
            }  # fmt: skip
            commands.change_plan(it, version=it.version, by=making.viewer("pm"), **told)
            assert (it.signatures, it.name, it.weeks) == ([], "Other", 4)
            with pytest.raises(Stale):
                commands.change_plan(it, version=it.version - 1, by=making.viewer("pm"), **told)
            with pytest.raises(Refused) as refused:
                commands.change_plan(it, version=it.version, by=making.viewer("pm"), **told | {"weeks": 1})
            assert refused.value.field == "weeks"
            it.weeks = 4
            assert [(one.role, one.size) for one in it.criteria] == [("primary", 50)]
            making.signed(it)
            with pytest.raises(Refused):
                commands.change_plan(it, version=it.version, by=making.viewer("pm"), **told)
            with pytest.raises(Refused, match="The charter is signed"):
                commands.sign(it, version=it.version, by=making.viewer("pm"))

    @pytest.mark.parametrize(
        ("told", "field"),
        [
            ({"starts_on": START + timedelta(days=1)}, "starts_on"),
            ({"starts_on": START - timedelta(weeks=2)}, "starts_on"),
            ({"ramp_in": 3}, "weeks"),
            ({"comparison_teams": []}, "comparison_teams"),
            ({"owner_id": 3}, "owner_text"),
            ({"sponsor_id": 3}, "sponsor_text"),
        ],
    )
    def test_a_plan_that_cannot_be_judged_is_refused_at_its_field(self, told: dict[str, Any], field: str) -> None:
        with at(-2), unit_of_work(), pytest.raises(Refused) as refused:
            making.plan(**told)
        assert refused.value.field == field

    def test_a_team_stands_on_one_side_only(self) -> None:
        with at(-2), unit_of_work():
            it = making.plan()
            both = it.team_ids("pilot")
            with pytest.raises(Refused) as refused:
                making.plan(name="Other", pilot_teams=both, comparison_teams=both)
            assert refused.value.field == "comparison_teams"

    def test_the_other_signer_is_told_that_it_began_and_who_signed_last_is_not(self) -> None:
        with at(-2), unit_of_work():
            running()
            assert told(flow.TOLD_FROZEN) == ["pm"]

    def test_two_different_people_sign(self) -> None:
        pm = making.viewer("pm").id
        with at(-2), unit_of_work(), pytest.raises(Refused) as refused:
            making.plan(sponsor_id=pm)
        assert refused.value.field == "sponsor_text"


@pytest.mark.usefixtures("app")
class TestLooks:
    def test_no_look_before_its_day_and_each_only_once(self) -> None:
        with at(-2), unit_of_work():
            it = running()
        for weeks, days in ((-1, 0), (0, 3), (1, 6), (2, 1), (3, 0), (3, 6)):
            with at(weeks, days), unit_of_work():
                if (weeks, days) == (2, 1):
                    assert look(it).number == 1
                with pytest.raises(Refused):
                    look(it)

    def test_what_is_seen_between_looks_holds_no_outcome(self) -> None:
        with at(-2), unit_of_work():
            it = running()
        with at(1):
            assert queries.standing(it, START + timedelta(weeks=1)).due is None
            assert all(one.seen is None for one in it.looks)

    def test_a_look_freezes_what_it_showed(self) -> None:
        with at(-2), unit_of_work():
            it = running()
        with at(2), unit_of_work():
            seen = look(it).seen
        assert seen["until"] == "2026-10-11"
        assert len(seen["criteria"]["primary"]["changes"]) == 8
        with at(3), unit_of_work():
            db.session.execute(text("UPDATE figure SET value = 0, numerator = 0 WHERE measure = 'talks_per_person'"))
        assert db.session.get_one(Pilot, it.id).looks[0].seen == seen

    def test_each_look_asks_as_strictly_as_the_charter_reserved_and_a_guardrail_always_alike(self) -> None:
        with at(-2), unit_of_work():
            it = running(use=0.3)
            plain = running(use=0.3, extension_weeks=0)
        seen = []
        for weeks in (2, 4):
            with at(weeks), unit_of_work():
                seen.append((look(it).seen, look(plain).seen))
        assert not seen[1][1]["facts"]["extension_left"], "the charter allows none"
        levels = [[round(one["criteria"]["primary"]["difference"]["level"], 6) for one in pair] for pair in seen]
        assert levels == [[0.999482, 0.994834], [0.985889, 0.952007]]
        assert {one["criteria"]["guardrail"]["difference"]["level"] for pair in seen for one in pair} == {0.9}
        narrow, wide = (pair[1]["criteria"]["primary"]["difference"] for pair in reversed(seen))
        assert wide["high"] - wide["low"] > narrow["high"] - narrow["low"]

    def test_what_leads_the_rule_is_counted_from_the_figures(self) -> None:
        with at(-2), unit_of_work():
            it = running(ramp_in=1, weeks=5)
            for change in (
                "UPDATE figure SET value = 6000, numerator = 12 WHERE measure = 'weekly_use' AND value = 2000",
                "DELETE FROM figure WHERE measure = 'talks_per_person' AND as_of IN ('2026-09-06', '2026-09-13')",
            ):
                db.session.execute(text(change))
        with at(5), unit_of_work():
            look(it)
            seen = look(it).seen
        facts = seen["facts"]
        assert (facts["contaminated"], facts["use"]) == (pytest.approx(0.6), pytest.approx(0.8))
        assert facts["present"] == pytest.approx(6 / 8)
        assert (facts["last_look"], facts["extension_left"], facts["roster_kept"]) == (True, True, True)
        assert seen["gate"]["row"] == "weeks_missing"

    def test_a_verdict_that_hangs_on_one_team_names_it(self) -> None:
        with at(-2), unit_of_work():
            it = running(NOTHING)
            alone, *_others = it.team_ids("pilot")
            gone = FigureRow.group_id == alone, FigureRow.as_of > START, FigureRow.measure == "talks_per_person"
            db.session.execute(update(FigureRow).where(*gone).values(value=1_000, numerator=200))
        with at(4), unit_of_work():
            look(it)
            told = look(it).seen["criteria"]["primary"]
            assert (told["verdict"], told["depends_on"]) == ("unclear", [alone])

    def test_weeks_of_getting_used_to_it_do_not_count(self) -> None:
        with at(-2), unit_of_work():
            it = running(ramp_in=2)
            first = FigureRow.as_of.in_([START + timedelta(days=6), START + timedelta(days=13)])
            high = update(FigureRow).where(FigureRow.measure == "talks_per_person", first)
            db.session.execute(high.values(value=9_900, numerator=1_980))
        with at(4), unit_of_work():
            assert look(it).seen["criteria"]["primary"]["difference"]["estimate"] < 3

    def test_a_charter_that_was_changed_behind_the_portal_is_not_judged(self) -> None:
        with at(-2), unit_of_work():
            it = running()
            number = it.id
        with unit_of_work():
            db.session.execute(text("UPDATE pilot SET charter = REPLACE(charter, '\"use_percent\": 60', '\"use_percent\": 1')"))
        with at(2), unit_of_work(), pytest.raises(Refused):
            look(db.session.get_one(Pilot, number))

    def test_what_is_defined_otherwise_since_is_not_compared(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with at(-2), unit_of_work():
            it = running()
        known = registry.measures()
        newer = replace(known["answer_time"], version=known["answer_time"].version + 1)
        monkeypatch.setattr(registry, "measures", lambda: known | {newer.key: newer})
        with at(2), unit_of_work(), pytest.raises(Refused, match="defined otherwise"):
            look(it)

    def test_a_team_without_figures_in_a_window_is_not_left_out_in_silence(self) -> None:
        with at(-2), unit_of_work():
            it = running()
            gone = FigureRow.group_id == it.team_ids()[0], FigureRow.as_of > START
            db.session.execute(delete(FigureRow).where(FigureRow.measure == "talks_per_person", *gone))
        with at(4), unit_of_work():
            assert look(it).seen["gate"] == {"version": 1, "row": "roster_changed", "outcome": "not_judgeable"}

    def test_without_the_last_week_there_is_no_look(self) -> None:
        with at(-2), unit_of_work():
            it = making.signed(making.plan())
        with at(2), unit_of_work(), pytest.raises(Refused):
            look(it)

    def test_with_figures_of_older_weeks_alone_there_is_no_look(self) -> None:
        with at(-2), unit_of_work():
            it = running()
            db.session.execute(delete(FigureRow).where(FigureRow.as_of >= START + timedelta(weeks=1)))
        with at(2), unit_of_work(), pytest.raises(Refused, match="not there yet"):
            look(it)


def told(notice: Any) -> list[str]:
    """The user names of those who were told so, in order."""
    rows = select(Person.username).join(Notification, Notification.person_id == Person.id)
    return list(db.session.execute(rows.where(Notification.kind == notice.key).order_by(Notification.id)).scalars())


def unread(notice: Any) -> int:
    """How many of these notices were not read yet."""
    rows = select(func.count()).where(Notification.kind == notice.key, Notification.read_at.is_(None))
    return db.session.execute(rows).scalar_one()


def decided(it: Pilot, outcome: str, who: str = "pm") -> Any:
    return commands.decide(it, outcome=outcome, reasons="Because", version=it.version, by=making.viewer(who))


@pytest.mark.usefixtures("app")
class TestGate:
    def test_what_works_and_is_used_goes_on(self) -> None:
        with at(-2), unit_of_work():
            it = running()
        with at(2), unit_of_work():
            seen = look(it).seen
            assert seen["gate"] == {"version": 1, "row": "met", "outcome": "go"}
            assert 1.7 < seen["criteria"]["primary"]["difference"]["estimate"] < 2.1
            made = decided(it, verdict.GO)
            assert (made.state, it.state) == (flow.TAKEN, WENT)

    def test_what_nobody_uses_is_not_judged_by_its_effect(self) -> None:
        with at(-2), unit_of_work():
            it = running(use=0.3)
        with at(2), unit_of_work():
            assert look(it).seen["gate"]["row"] == "not_tried_yet"
        with at(4), unit_of_work():
            assert look(it).seen["gate"] == {"version": 1, "row": "not_tried", "outcome": "extend"}
            decided(it, verdict.EXTEND)
            assert (it.state, it.extended, it.ends_on) == (RUNNING, True, date(2026, 11, 8))
        with at(6), unit_of_work():
            last = look(it)
            assert last.number == 3
            assert (last.seen["facts"]["last_look"], last.seen["facts"]["extension_left"]) == (True, False)
            assert last.seen["gate"]["row"] == "never_tried"
            with pytest.raises(Refused) as refused:
                decided(it, verdict.EXTEND)
            assert refused.value.field == "outcome"

    def test_without_an_effect_it_does_not_go(self) -> None:
        with at(-2), unit_of_work():
            it = running(NOTHING)
        with at(4), unit_of_work():
            assert look(it).seen["gate"]["row"] == "too_early"
            assert look(it).seen["gate"] == {"version": 1, "row": "missed", "outcome": "stop"}

    def test_against_the_rule_two_have_to_agree(self) -> None:
        with at(-2), unit_of_work():
            it = running()
        with at(4), unit_of_work():
            look(it)
            made = decided(it, verdict.STOP)
            assert (made.state, it.state) == (flow.PROPOSAL, RUNNING)
            with pytest.raises(Refused):
                commands.second(it, agree=True, version=it.version, by=making.viewer("pm"))
            with pytest.raises(Refused):
                commands.second(it, agree=True, version=it.version, by=making.viewer("director"))
            with pytest.raises(Refused):
                decided(it, verdict.GO)
            commands.second(it, agree=False, version=it.version, by=making.viewer("executive"))
            assert (made.state, it.state) == (flow.REFUSED, RUNNING)
            again = decided(it, verdict.STOP, "executive")
            commands.second(it, agree=True, version=it.version, by=making.viewer("pm"))
            assert (again.state, it.state, again.second_id) == (flow.TAKEN, STOPPED, making.viewer("pm").id)

    def test_the_gate_can_be_decided_again_from_what_was_kept_and_comes_out_the_same(self) -> None:
        with at(-2), unit_of_work():
            it = running()
        with at(4), unit_of_work():
            seen = look(it).seen
        rule = verdict.rule_from((it.charter or {})["rule"])
        again = verdict.decide(rule, verdict.facts_from(seen["facts"]))
        assert {"version": again.version, "row": again.row, "outcome": again.outcome} == seen["gate"]

    def test_only_signers_decide_and_only_after_a_look(self) -> None:
        with at(-2), unit_of_work():
            it = running()
        with at(4), unit_of_work():
            with pytest.raises(Refused):
                decided(it, verdict.GO)
            look(it)
            with pytest.raises(Refused):
                decided(it, verdict.GO, "director")

    def test_between_looks_two_can_stop_it_and_do_nothing_else(self) -> None:
        with at(-2), unit_of_work():
            it = running()
            draft = making.plan()
            with pytest.raises(Refused):
                decided(draft, verdict.STOP)
        with at(1), unit_of_work():
            for outcome in (verdict.GO, verdict.EXTEND, verdict.INCONCLUSIVE):
                with pytest.raises(Refused) as refused:
                    decided(it, outcome)
                assert refused.value.field == "outcome"
            with pytest.raises(Refused):
                decided(it, verdict.STOP, "director")
            made = decided(it, verdict.STOP)
            assert (made.state, made.look_id, made.recommended) == (flow.PROPOSAL, None, verdict.ON)
            assert queries.waiting_for(making.viewer("executive").id or 0, START) == [(it, "second")]
            commands.second(it, agree=True, version=it.version, by=making.viewer("executive"))
            assert (it.state, [one.seen for one in it.looks]) == (STOPPED, [None, None, None])

    def test_each_act_counts_at_the_version_that_was_seen(self) -> None:
        with at(-2), unit_of_work():
            it = running()
        with at(4), unit_of_work():
            pm, executive = making.viewer("pm"), making.viewer("executive")
            with pytest.raises(Stale):
                commands.take_look(it, version=it.version - 1, by=pm)
            look(it)
            with pytest.raises(Stale):
                commands.decide(it, outcome=verdict.STOP, reasons="x", version=it.version - 1, by=pm)
            decided(it, verdict.STOP)
            with pytest.raises(Stale):
                commands.second(it, agree=True, version=it.version - 1, by=executive)
            assert (it.state, it.decisions[-1].state) == (RUNNING, flow.PROPOSAL)

    @pytest.mark.parametrize(("who", "other"), [("pm", "executive"), ("executive", "pm")])
    def test_a_proposal_is_told_to_the_other_and_what_was_decided_to_all_concerned(self, who: str, other: str) -> None:
        with at(-2), unit_of_work():
            it = running()
        with at(4), unit_of_work():
            look(it)
            decided(it, verdict.STOP, who)
            assert (told(flow.TOLD_PROPOSED), unread(flow.TOLD_PROPOSED)) == ([other], 1)
            commands.second(it, agree=True, version=it.version, by=making.viewer(other))
            assert unread(flow.TOLD_PROPOSED) == 0
            assert told(flow.TOLD_DECIDED) == [who], "who said yes knows it"
            assert (it.state, it.extended) == (STOPPED, False)

    def test_nothing_waits_for_a_second_yes_before_it_was_proposed(self) -> None:
        with at(-2), unit_of_work():
            it = running()
        with at(4), unit_of_work():
            look(it)
            with pytest.raises(Refused, match="nothing to decide"):
                commands.second(it, agree=True, version=it.version, by=making.viewer("executive"))

    def test_a_look_waits_for_the_answer_to_a_proposal(self) -> None:
        with at(-2), unit_of_work():
            it = running()
        with at(1), unit_of_work():
            decided(it, verdict.STOP)
        with at(2), unit_of_work(), pytest.raises(Refused, match="A proposal waits"):
            look(it)

    def test_a_charter_without_extension_ends_without_one(self) -> None:
        with at(-2), unit_of_work():
            it = running(NOTHING, extension_weeks=0)
        with at(4), unit_of_work():
            look(it)
            look(it)
            with pytest.raises(Refused, match="no further extension"):
                decided(it, verdict.EXTEND)
            decided(it, verdict.INCONCLUSIVE)
            assert it.decisions[-1].outcome == verdict.INCONCLUSIVE

    def test_an_ended_pilot_starts_again_as_a_draft_of_its_own(self) -> None:
        with at(-2), unit_of_work():
            it = running()
        with at(4), unit_of_work():
            look(it)
            with pytest.raises(Refused):
                commands.restart(it, version=it.version, by=making.viewer("pm"))
            decided(it, verdict.INCONCLUSIVE)
            commands.second(it, agree=True, version=it.version, by=making.viewer("executive"))
            assert it.state == OPEN_END
            again = commands.restart(it, version=it.version, by=making.viewer("pm"))
            assert (again.state, again.restarts_id, again.starts_on) == (DRAFT, it.id, date(2026, 11, 2))
            assert it.charter is not None
            assert (again.name, again.name_zh) == ("Coaching 2", "辅导 2")
            thrice = commands.restart(it, version=it.version, by=making.viewer("pm"))
            assert (thrice.name, thrice.name_zh) == ("Coaching 3", "辅导 3")

    def test_nobody_gives_a_pilot_the_name_of_one_that_runs(self) -> None:
        with at(-2), unit_of_work():
            it = running()
            for column, name in (("name", " coaching "), ("name_zh", "辅导")):
                with pytest.raises(Refused) as refused:
                    making.plan(**{"name": "Other", "name_zh": "", column: name})
                assert refused.value.field == column
            draft = making.plan(name="Other", name_zh="")
            draft.name = it.name
            with pytest.raises(Refused) as refused:
                commands.sign(draft, version=draft.version, by=making.viewer("pm"))
            assert refused.value.field == "name"
            it.state = STOPPED
            db.session.flush()
            assert making.plan(name="Coaching").name == it.name


@pytest.mark.usefixtures("app")
class TestStanding:
    def test_a_pilot_is_ahead_under_way_and_over_by_its_days(self) -> None:
        with at(-2), unit_of_work():
            it = running()
        edges = (START - timedelta(days=1), START, it.ends_on, it.ends_on + timedelta(days=1))
        assert [queries.standing(it, day).stage for day in edges] == ["ahead", "under_way", "under_way", "over"]
        first, second = (one.day for one in it.looks[:2])
        days = (first - timedelta(days=1), first, second)
        assert [queries.standing(it, day).next_day for day in days] == [first, second, None]
        assert [queries.standing(it, day).due for day in days] == [None, 1, 1]
        assert [queries.standing(it, day).waits for day in days] == [False, True, True]

    def test_somebody_has_something_to_do_while_a_look_or_a_proposal_waits(self) -> None:
        with at(-2), unit_of_work():
            it = running()
        with at(1), unit_of_work():
            decided(it, verdict.STOP)
            assert queries.standing(it, START + timedelta(weeks=1)).waits
            later = queries.standing(it, START + timedelta(weeks=2))
            assert (later.due, later.proposed) == (None, it.decisions[-1]), "no look before the answer"
            commands.second(it, agree=False, version=it.version, by=making.viewer("executive"))
            assert not queries.standing(it, START + timedelta(weeks=1)).waits
        with at(4), unit_of_work():
            taken = look(it)
            here = queries.standing(it, START + timedelta(weeks=4))
            assert (here.open_look, here.due, here.waits) == (taken, None, True)
            decided(it, verdict.STOP)
            commands.second(it, agree=False, version=it.version, by=making.viewer("executive"))
            here = queries.standing(it, START + timedelta(weeks=4))
            assert here.open_look == taken, "who was refused has to propose anew"
            decided(it, verdict.STOP)
            commands.second(it, agree=True, version=it.version, by=making.viewer("executive"))
            ended = queries.standing(it, START + timedelta(weeks=4))
            assert (ended.due, ended.next_day, ended.open_look, ended.proposed) == (None, None, None, None)

    def test_one_that_was_stopped_has_no_look_ahead(self) -> None:
        with at(-2), unit_of_work():
            it = running()
        with at(1), unit_of_work():
            decided(it, verdict.STOP)
            commands.second(it, agree=True, version=it.version, by=making.viewer("executive"))
            ended = queries.standing(it, START + timedelta(weeks=1))
            assert (it.state, ended.next_day, ended.waits) == (STOPPED, None, False)

    def test_only_the_last_look_is_decided_though_nothing_can_be_said(self) -> None:
        with at(-2), unit_of_work():
            it = running()
            gone = it.team_ids("pilot")[0]
            db.session.execute(delete(FigureRow).where(FigureRow.group_id == gone, FigureRow.as_of >= START))
        with at(4), unit_of_work():
            today = START + timedelta(weeks=4)
            assert look(it).seen["gate"]["outcome"] == verdict.NOT_JUDGEABLE
            assert (queries.standing(it, today).open_look, queries.standing(it, today).due) == (None, 2)
            last = look(it)
            assert last.seen["gate"]["outcome"] == verdict.NOT_JUDGEABLE
            assert queries.standing(it, today).open_look == last

    def test_use_at_a_gate_is_that_of_the_weeks_since_the_start(self) -> None:
        with at(-2), unit_of_work():
            it = running()
            before = (FigureRow.measure == "weekly_use") & (FigureRow.as_of < START)
            db.session.execute(update(FigureRow).where(before).values(value=0, numerator=0))
        with at(2), unit_of_work():
            assert look(it).seen["facts"]["use"] == pytest.approx(0.8)

    def test_use_is_told_for_the_weeks_that_are_over(self) -> None:
        with at(-2), unit_of_work():
            it = running()
        assert queries.use(it, it.begins_on + timedelta(days=6)) == queries.Use((), (), ())
        first = queries.use(it, it.begins_on + timedelta(days=7))
        assert [len(one) for one in (first.weeks, first.pilot, first.comparison)] == [1, 1, 1]
        assert len(queries.use(it, it.ends_on + timedelta(weeks=9)).weeks) == it.baseline_weeks + it.length

    def test_only_signers_have_something_to_do_and_only_who_runs_it_looks(self) -> None:
        ids = [making.viewer(who).id or 0 for who in ("pm", "executive", "director")]
        with at(-2), unit_of_work():
            draft = making.plan(name="Draft")
            commands.sign(draft, version=draft.version, by=making.viewer("pm"))
            waits = [queries.waiting_for(one, START - timedelta(weeks=2)) for one in ids]
            assert waits == [[], [(draft, "sign")], []], "who has signed is not asked again"
            db.session.delete(draft.signatures[0])
            draft.signatures.clear()
            it = running()
        due = START + timedelta(weeks=4)
        with at(4), unit_of_work():
            assert [queries.waiting_for(one, due) for one in ids] == [[(it, "look")], [], []]
            it.state = STOPPED
            assert queries.waiting_for(ids[0], due) == []

    def test_figures_are_kept_until_the_last_look_and_from_the_week_not_yet_seen(self) -> None:
        def kept() -> set[tuple[str, date]]:
            return {(one.measure, one.since) for one in queries.kept_back(["talks_per_person", "weekly_use"])}

        with at(-2), unit_of_work():
            it = running(NOTHING, extension_weeks=0)
            first = {(measure, START + timedelta(days=6)) for measure in ("talks_per_person", "answer_time")}
            assert kept() == first
            assert queries.kept_back(["weekly_use"]) == [], "use is shown every week"
        with at(2), unit_of_work():
            look(it)
            assert {day for _measure, day in kept()} == {it.looks[0].day + timedelta(days=6)}
        with at(4), unit_of_work():
            look(it)
            assert kept() == set()


def exact(*weeks: tuple[int, str]) -> list[figures.Exact]:
    """Weeks of a team: how many people stand behind each, and whether it is shown."""
    return [figures.Exact(1, START + timedelta(weeks=n), None, people, state) for n, (people, state) in enumerate(weeks)]


@pytest.mark.parametrize(
    ("weeks", "alone"),
    [
        ({1: [(20, "shown")], 2: [(20, "shown")]}, set()),
        ({1: [(4, "small")], 2: [(20, "shown")]}, {1}),
        ({1: [(3, "small")], 2: [(2, "small")]}, set()),
        ({1: [(3, "small")], 2: [(1, "small")]}, {1, 2}),
        ({1: [(4, "small"), (1, "small")], 2: [(20, "shown")]}, {1}),
        ({1: [(4, "small"), (9, "beside")], 2: [(20, "shown")]}, {1}),
        ({1: [(9, "beside")], 2: [(20, "shown")]}, {1}),
    ],
)
def test_a_mean_is_not_told_if_fewer_than_five_people_stand_behind_what_is_hidden(
    weeks: dict[int, list[tuple[int, str]]], alone: set[int]
) -> None:
    rows = {number: exact(*told) for number, told in weeks.items()}
    assert queries.gives_away(rows, [1, 2]) == alone


@pytest.mark.usefixtures("app")
def test_who_has_something_to_do_is_told() -> None:
    pm, executive = making.viewer("pm").id or 0, making.viewer("executive").id or 0
    with at(-2), unit_of_work():
        it = making.plan()
        today = START - timedelta(weeks=2)
        assert queries.waiting_for(executive, today) == []
        commands.sign(it, version=it.version, by=making.viewer("pm"))
        assert queries.waiting_for(executive, today) == [(it, "sign")]
        commands.sign(it, version=it.version, by=making.viewer("executive"))
        making.weeks_of(it, WORKS)
    later = START + timedelta(weeks=4)
    with at(4), unit_of_work():
        assert queries.waiting_for(pm, later) == [(it, "look")]
        look(it)
        assert queries.waiting_for(executive, later) == [(it, "decide")]
        decided(it, verdict.STOP)
        assert queries.waiting_for(executive, later) == [(it, "second")]
        assert queries.waiting_for(pm, later) == []
