"""Every mutating route leaves an event: each is posted once with good answers, and the chain must have grown.

A route that is in no recipe fails the test, as does a recipe whose post is refused. Routes that write nothing of the
business are named with the reason.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.calendars.commands import create_calendar
from portal.core import clock
from portal.core.db import db
from portal.core.events import Event
from portal.customers.models import AccountContact, Contact
from portal.identity.models import RoleGrant
from portal.measures.models import FigureRow
from portal.pilots.models import Pilot
from portal.programmes.models import Barrier, Goal, Programme
from portal.web.pages import declared
from tests import making
from tests.cast import person
from tests.house.conftest import Staged
from tests.house.test_authorisation import make_objects

PASSWORD = "correct horse battery staple"
NONE = {
    "/csp-report": "a note of the browser for the log",
    "/login": "told by the tests of signing in: a failed try is no event, a good one is",
    "/login/code": "the same",
    "/login/link/<token>": "the same",
    "/me/second-factor": "told by the tests of the second factor, which need a running code",
    "/me/second-factor/removal": "the same",
    "/me/recovery-codes": "the same",
    "/people/<int:id>/second-factor/removal": "the same",
    "/audit/check": "only reads",
}

Data = dict[str, Any] | Callable[[], dict[str, Any]]
TODAY = "2026-11-23"
ACCOUNT = {"name": "Another Works", "version": 1}
TERMS = {"asked": "8500", "pieces": "3"}
ASKED = {"days": "14", "weeks": "4", "among": "8", "points": "50"}
WEEK = dict.fromkeys(("monday", "tuesday", "wednesday", "thursday", "friday"), "09:00-12:00, 13:00-18:00")

DAY = clock.today("Asia/Shanghai")
MONDAY = (DAY + timedelta(days=14 - DAY.weekday())).isoformat()
PROGRAMME = {"name": "Rollout", "starts_on": "2026-06-01", "ends_on": "2028-05-31", "owner_text": "Qian Bo"}
GOAL = {"kind": "revenue", "name": "Revenue", "baseline": "10", "target": "20", "due_on": "2027-12-31", "owner_text": "Qian Bo"}
BARRIER = {"text": "Nights", "obstacle": "process", "team_id": "0", "due_on": "2026-12-24", "owner_text": "Qian Bo"}
PHASES = {f"spans-{n}-{end}": f"2026-0{n + 1}-{day}" for n in range(7) for end, day in (("starts_on", "01"), ("ends_on", "28"))}
PLAN = {
    "name": "Coaching", "area": "The coast", "problem": "Notebooks", "chosen": "By lot", "starts_on": MONDAY,
    "baseline_weeks": "6", "weeks": "8", "ramp_in": "0", "extension_weeks": "4",
    "primary": "talks_per_person", "primary_size": "1", "guardrail": "",
    "use_percent": "60", "contamination_percent": "10", "owner_text": "Qian Bo", "sponsor_text": "Gao Jian",
    "pilot_teams": ["{t0}", "{t1}"], "comparison_teams": ["{t2}", "{t3}"],
}  # fmt: skip

# path with the names of objects -> who, data; `{account}` stands for the id of rep's account
RECIPES: dict[str, tuple[str, Data]] = {
    "/admin/leaves/{leave}/end": ("admin", {"until": TODAY}),
    "/admin/licences": ("admin", {"since": TODAY}),
    "/admin/licences/{licence}/end": ("admin", {"until": TODAY}),
    "/admin/licences/export": ("admin", {"format": "csv"}),
    "/admin/licences/people/{director}": ("admin", {"since": TODAY}),
    "/admin/licences/people/{director}/leaves": ("admin", {"since": TODAY}),
    "/adoption/export": ("executive", {"format": "csv"}),
    "/approvals/policies": ("admin", {"kind": "price_request", "steps-0-seat": "manager", "steps-0-minutes": "60", "steps-0-operator": "always"}),  # noqa: E501
    "/audit/export": ("admin", {"format": "csv"}),
    "/calendars": ("admin", {"name": "Berlin", "country": "DE", "zone": "Europe/Berlin", **WEEK}),
    "/calendars/{calendar}/confirmation": ("admin", {"until": "2026-12-31"}),
    "/calendars/{calendar}/days": ("admin", {"day": "2026-12-24", "kind": "holiday", "name": "Closed"}),
    "/calendars/{calendar}/days/removal": ("admin", {"day": "2026-12-24"}),
    "/calendars/{chinese}/holidays": ("admin", {"year": "2028"}),
    "/calendars/{calendar}/hours": ("admin", {"name": "Office", "country": "CN", "zone": "Asia/Shanghai", "version": "{version}", **WEEK}),  # noqa: E501
    "/contacts/{contact}/edit": ("rep", {"name": "Somebody Else", "version": 1}),
    "/contacts/{contact}/departure": ("rep", {"version": "{version}"}),
    "/contacts/export": ("rep", {"format": "xlsx"}),
    "/customers": ("rep", ACCOUNT),
    "/customers/{account}/contacts": ("rep", {"name": "Gu Feng"}),
    "/customers/{account}/edit": ("rep", {"name": "Renamed Works", "version": 1}),
    "/customers/{account}/handover": ("manager", {"person_text": "Zhao Ming"}),
    "/customers/{account}/interactions": ("rep", {"way": "call", "text": "They ask for a date."}),
    "/customers/{account}/links": ("rep", {"contact": "{contact}", "contact_text": "Person of rep", "roles": "pays"}),
    "/customers/{account}/links/{link}/end": ("rep", {}),
    "/customers/{account}/members": ("rep", {"person_text": "Xu Fang"}),
    "/customers/{account}/members/{member}/end": ("rep", {}),
    "/customers/{account}/tasks": ("rep", {"title": "Send the curve", "receiver_text": "Xu Fang"}),
    "/customers/export": ("rep", {"format": "docx"}),
    "/pilots": ("pm", {**PLAN, "programme_id": "{programme}"}),
    "/pilots/{pilot}/decision": ("pm", {"outcome": "go", "reasons": "As agreed", "version": "{version}"}),
    "/pilots/{against}/decision/confirmation": ("executive", {"version": "{version}"}),
    "/pilots/{against}/decision/refusal": ("executive", {"version": "{version}"}),
    "/pilots/{draft_pilot}/edit": ("pm", {**PLAN, "programme_id": "{programme}", "version": "{version}"}),
    "/pilots/{due_pilot}/looks": ("pm", {"version": "{version}"}),
    "/pilots/{ended}/restart": ("pm", {"version": "{version}"}),
    "/pilots/{draft_pilot}/signatures": ("pm", {"version": "{version}"}),
    "/programmes": ("pm", PROGRAMME),
    "/programmes/{programme}/barriers": ("pm", BARRIER),
    "/programmes/{programme}/edit": ("pm", {**PROGRAMME, "version": "{version}"}),
    "/programmes/{programme}/goals": ("pm", GOAL),
    "/programmes/{programme}/phases": ("pm", {**PHASES, "version": "{version}"}),
    "/programmes/{programme}/phases/closing": ("pm", {"version": "{version}"}),
    "/programmes/barriers/{barrier}/acceptance": ("pm", {"version": "{version}"}),
    "/programmes/barriers/{barrier}/edit": ("pm", {**BARRIER, "version": "{version}"}),
    "/programmes/barriers/{barrier}/mending": ("pm", {"version": "{version}"}),
    "/programmes/barriers/{accepted}/reopening": ("pm", {"version": "{version}"}),
    "/programmes/goals/{goal}/edit": ("pm", {**GOAL, "version": "{version}"}),
    "/imports": ("admin", {"kind": "people", "file": "people"}),
    "/imports/{batch}/disposal": ("admin", {"version": 1}),
    "/imports/{batch}/writing": ("admin", {"version": 1}),
    "/imports/{written}/undo": ("admin", {"version": 2}),
    "/incentives/entries/{entry}/reversal": ("pm", {"reason": "Wrong person"}),
    "/incentives/rules": ("pm", {"name": "Learn", "name_zh": "学", "course_id": "{course}", "roles": "rep", "starts_on": "2027-12-01", **ASKED}),  # noqa: E501
    "/incentives/rules/{incentive_rule}/acknowledgement": ("rep", {"version": 2}),
    "/incentives/rules/{draft_rule}/edit": ("pm", {"name": "Learn", "name_zh": "学", "course_id": "{course}", "roles": "rep", "starts_on": "2027-12-01", "version": 1, **ASKED}),  # noqa: E501
    "/incentives/rules/{draft_rule}/publication": ("pm", {"version": 1}),
    "/incentives/rules/{incentive_rule}/revision": ("pm", {"version": 2}),
    "/logout": ("rep", {}),
    "/me": ("rep", {"email": "wl@example.com", "zone": "Asia/Shanghai", "lang": "en"}),
    "/me/language": ("rep", {"lang": "zh"}),
    "/me/password": ("rep", {"password": PASSWORD}),
    "/me/sessions/{login_session}/end": ("rep", {}),
    "/me/sessions/others/end": ("rep", {}),
    "/notifications/reading": ("manager", {}),
    "/people": ("admin", {"name": "New Colleague", "username": "new.colleague"}),
    "/people/{person}/deactivation": ("admin", {}),
    "/people/{person}/edit": ("admin", {"name": "Wang Lei", "username": "rep", "email": "x@example.com", "version": "{version}"}),
    "/people/{person}/link": ("admin", {}),
    "/people/{person}/membership": ("admin", {"team": "1", "since": TODAY}),
    "/people/{person}/reactivation": ("admin", {}),
    "/people/{person}/roles": ("admin", {"role": "trainer", "since": TODAY}),
    "/people/{person}/roles/{grant}/end": ("admin", {}),
    "/people/{person}/sessions/end": ("admin", {}),
    "/measures/{measure}/export": ("rep", {"format": "csv"}),
    "/people/export": ("admin", {"format": "txt"}),
    "/people/{person}/figures/looks": ("manager", {}),
    "/pipeline/export": ("rep", {"format": "clipboard"}),
    "/price-requests": ("rep", {"account": "{account}", "account_text": "{account_name}", "product": "{product}", "product_text": "{product_name}", **TERMS}),  # noqa: E501
    "/price-requests/{price_request}/decision": ("manager", {"verdict": "approve", "version": "1"}),
    "/price-requests/{price_request}/handover": ("manager", {"to": "{director}", "version": "1"}),
    "/price-requests/{price_request}/recall": ("rep", {"version": "1"}),
    "/price-requests/{price_request}/reminder": ("rep", {}),
    "/price-requests/{draft}/submission": ("rep", {"version": "1"}),
    "/price-requests/{draft}/terms": ("rep", {"account": "{account}", "account_text": "{account_name}", "product": "{product}", "product_text": "{product_name}", "version": 1, "act": "draft", **TERMS}),  # noqa: E501
    "/price-requests/{draft}/disposal": ("rep", {"version": "1"}),
    "/price-requests/export": ("rep", {"format": "xlsx"}),
    "/products/export": ("rep", {"format": "csv"}),
    "/regions": ("admin", {"name": "North"}),
    "/regions/{region}/edit": ("admin", {"name": "Far East", "version": 1}),
    "/saved-views": ("rep", {"list_key": "customers", "path": "/customers", "query": "q=x", "name": "X"}),
    "/saved-views/{saved_view}/removal": ("rep", {}),
    "/tasks": ("rep", {"title": "Call back", "receiver_text": "Xu Fang"}),
    "/tasks/{task}/completion": ("rep", {"version": 1}),
    "/tasks/{done_task}/reopening": ("rep", {}),
    "/tasks/{open_task}/taking": ("rep", {"version": 1}),
    "/tasks/{task}/withdrawal": ("rep", {"version": 1}),
    "/teams": ("admin", {"name": "New team", "kind": "sales"}),
    "/teams/{team}/edit": ("admin", {"name": "Renamed team", "kind": "sales", "version": 1}),
    "/training/assignments/{to_take}/attempts": ("rep", {"version": 1}),
    "/training/assignments/{to_read}/lessons/{position}/reading": ("rep", {"version": 1}),
    "/training/attempts/{open_try}/answers": ("rep", {"version": 1, "as_it_is": "1"}),
    "/training/courses": ("trainer", {"name": "Reading the credit light", "name_zh": "看懂信用灯"}),
    "/training/courses/{course}/assignments": ("trainer", {"role": "service", "team_id": "0"}),
    "/training/courses/{open_course}/lessons": ("trainer", {"title": "One", "text": "Read.", "version": "{draft_version}"}),
    "/training/courses/{open_course}/lessons/{position}": ("trainer", {"title": "One", "text": "Read.", "version": "{draft_version}"}),  # noqa: E501
    "/training/courses/{open_course}/lessons/{position}/removal": ("trainer", {"version": "{draft_version}"}),
    "/training/courses/{course}/name": ("trainer", {"name": "Another name", "version": 1}),
    "/training/courses/{open_course}/publication": ("trainer", {"version": "{draft_version}"}),
    "/training/courses/{open_course}/questions": ("trainer", {"text": "Why?", "choices": "A\nB", "right": "1", "version": "{draft_version}"}),  # noqa: E501
    "/training/courses/{open_course}/questions/{position}": ("trainer", {"text": "Why?", "choices": "A\nB", "right": "1", "version": "{draft_version}"}),  # noqa: E501
    "/training/courses/{open_course}/questions/{position}/removal": ("trainer", {"version": "{draft_version}"}),
    "/training/courses/{course}/revision": ("trainer", {"version": 1}),
    "/training/courses/{open_course}/rules": ("trainer", {"least_percent": "80", "draw": "1", "tries": "2", "minutes": "5", "version": "{draft_version}"}),  # noqa: E501
    "/training/results/{to_read}/waiver": ("trainer", {"reason": "On leave", "version": 1}),
    "/training/results/{waived}/reopening": ("trainer", {"version": 2}),
    "/training/results/export": ("trainer", {"format": "csv"}),
}  # fmt: skip


def rule_of(path: str) -> str:
    """The rule that a recipe belongs to."""
    second = {
        "{link}": "<int:link>",
        "{measure}": "<key>",
        "{member}": "<int:member>",
        "{grant}": "<int:grant>",
        "{position}": "<int:position>",
    }
    parts = [second.get(part, "<int:id>") if part.startswith("{") else part for part in path.split("/")]
    return "/".join(parts)


def test_every_mutating_route_has_a_recipe_or_a_reason(app: Flask) -> None:
    posts = {route.rule for route in declared(app) if route.method == "POST"}
    assert posts == {rule_of(path) for path in RECIPES} | set(NONE)


def numbers() -> dict[str, Any]:
    """What the recipes speak of."""
    from portal.tasks.commands import finish, give

    ids: dict[str, Any] = {table: owners["rep"] for table, owners in make_objects().items()}
    session = db.session
    account = ids["account"]
    rep = making.viewer("rep")
    week = (making.OFFICE_HOURS,) * 5 + ((),) * 2
    ids["chinese"] = create_calendar(name="China", country="CN", zone="Asia/Shanghai", weekly=week, by=rep).id
    ids["draft"] = making.draft("rep").id
    ids["written"] = making.written_file().id
    done = give(title="Done", person_id=person("rep").id, by=rep)
    finish(done, version=done.version, by=rep)
    ids["done_task"] = done.id
    ids["open_task"] = give(title="Open", team_id=rep.team_id, by=making.viewer("manager")).id
    ids["link"] = session.query(AccountContact).filter_by(account_id=account).first().id
    from portal.customers.commands import add_member
    from portal.customers.models import Account

    it = session.get_one(Account, account)
    ids["member"] = add_member(it, person_id=person("colleague").id, by=rep).id
    ids["account_name"] = it.name
    from portal.products.models import Product

    ids["product_name"] = session.get_one(Product, ids["product"]).name
    ids["grant"] = session.query(RoleGrant).filter_by(person_id=person("rep").id).one().id
    ids["director"] = person("director").id
    ids["measure"] = "active"
    session.add(FigureRow(measure="eligible", definition=1, grain="company", group_id=0, as_of=date(2026, 11, 22),
                          people=13, state="shown", extra={}))  # fmt: skip
    return ids | _courses()


def _rollout() -> dict[str, Any]:
    from portal.pilots import commands as pilots
    from portal.pilots.queries import standing
    from portal.programmes import commands as programmes

    programme, pm = making.programme(), making.viewer("pm")
    with clock.at(datetime(2026, 9, 14, 3, tzinfo=UTC)):
        made = [making.signed(making.plan(programme)) for _number in range(4)]
    for it in made:
        making.weeks_of(it, {"pilot": (2.0, 4.0), "comparison": (2.0, 2.1)})
    with clock.at(datetime(2026, 10, 27, 3, tzinfo=UTC)):
        for it in made[:3]:
            while standing(it, clock.today(pm.zone)).due is not None:
                pilots.take_look(it, version=it.version, by=pm)
        pilots.decide(made[1], outcome="stop", reasons="Too dear", version=made[1].version, by=pm)
        pilots.decide(made[2], outcome="go", reasons="As agreed", version=made[2].version, by=pm)
    draft = making.plan(programme)
    accepted = making.barrier(programme)
    programmes.move_barrier(accepted, "accept", version=1, by=pm)
    return {
        "programme": programme.id, "goal": making.goal(programme).id, "barrier": making.barrier(programme).id,
        "accepted": accepted.id, "pilot": made[0].id, "against": made[1].id, "ended": made[2].id, "due_pilot": made[3].id,
        "draft_pilot": draft.id, **{f"t{n}": one.team_id for n, one in enumerate(draft.teams)},
    }  # fmt: skip


def _with_rollout() -> dict[str, Any]:
    return numbers() | _rollout()


def _courses() -> dict[str, Any]:
    from portal.training.commands import courses, learning

    rep, trainer = making.viewer("rep"), making.viewer("trainer")
    to_take, to_try = making.assignment(), making.assignment()
    for it in (to_take, to_try):
        making.all_read(it)
    waived, open_course = making.assignment(), making.course()
    learning.waive(waived, reason="On leave", version=waived.version, by=trainer)
    draft = courses.revise(open_course, by=trainer)
    rule = making.rule(clock.today("Asia/Shanghai") + timedelta(days=8), published=False)
    return {
        "to_take": to_take.id, "to_read": making.assignment().id, "open_try": learning.open_try(to_try, by=rep).id,
        "waived": waived.id, "open_course": open_course.id, "draft_version": draft.version, "position": 1,
        "draft_rule": rule.incentive_rule_id,
    }  # fmt: skip


ROLLOUT = ("/pilots", "/programmes")
PREPARED: dict[str, str] = {
    "/calendars/{calendar}/days/removal": "/calendars/{calendar}/days",
    "/people/{person}/reactivation": "/people/{person}/deactivation",
}


@pytest.mark.parametrize("path", sorted(RECIPES))
def test_a_mutating_route_leaves_an_event(app: Flask, staged: Staged, path: str) -> None:
    ids = staged(_with_rollout if path.startswith(ROLLOUT) else numbers)
    if path in PREPARED:
        _post(app, PREPARED[path], ids)
    answer, grown = _post(app, path, ids)
    assert answer.status_code < 400, answer.get_data(as_text=True)[:3000]
    assert grown > 0, f"{path} left no event"


def _post(app: Flask, path: str, ids: dict[str, Any]) -> tuple[Any, int]:
    who, data = RECIPES[path]
    client: Any = app.test_client()
    client.sign_in(who)
    known = ids | {"version": _version(path, ids)}
    filled = {key: _filled(value, known) for key, value in data.items()}  # type: ignore[union-attr]
    if filled.get("file") == "people":
        filled["file"] = (BytesIO(b"sales_agent,manager,regional_office\nA B,C D,North\n"), "people.csv")
    token = client.token()
    before = _last()
    answer = client.submit(path.format(**ids), filled | {"csrf_token": token})
    return answer, _last() - before


def _filled(value: Any, known: dict[str, Any]) -> Any:
    if isinstance(value, list):
        return [one.format(**known) for one in value]
    return value.format(**known) if isinstance(value, str) else value


def _last() -> int:
    """The number of the last event: they have no gaps."""
    number = db.session.execute(select(func.max(Event.id))).scalar_one()
    db.session.rollback()
    return int(number or 0)


def _version(path: str, ids: dict[str, Any]) -> int:
    from portal.calendars.models import Calendar
    from portal.identity.models import Person

    named = re.search(r"{(\w+)}", path)
    room = "/".join(path.split("/")[1:3]) if path.startswith(("/programmes/b", "/programmes/g")) else path.split("/")[1]
    of_rollout = {"pilots": Pilot, "programmes": Programme, "programmes/barriers": Barrier, "programmes/goals": Goal}.get(room)
    if of_rollout is not None and named:
        seen: int = db.session.get_one(of_rollout, ids[named[1]]).version
        db.session.rollback()
        return seen
    table = {
        "contacts": (Contact, "contact"),
        "calendars": (Calendar, "calendar"),
        "people": (Person, "person"),
    }.get(path.split("/")[1])
    if table is None:
        return 1
    number = db.session.get_one(table[0], ids[table[1]]).version
    db.session.rollback()
    return number
