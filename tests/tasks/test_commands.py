"""Giving, taking over, finishing, withdrawing, opening again: who is told, what is left behind, two at once."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.access import scopes
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.errors import NotFound, Refused, Stale
from portal.core.events import Event
from portal.identity.models import Team
from portal.notifications.models import Notification
from portal.tasks import commands, queries
from portal.tasks.models import Task
from tests import making
from tests.cast import person
from tests.counting import waiting
from tests.making import viewer


def team(name: str = "Service") -> int:
    return db.session.execute(select(Team.id).where(Team.name == name)).scalar_one()


def give(by: str = "rep", **told: object) -> Task:
    with unit_of_work():
        return commands.give(**{"title": "Call back"} | told, by=viewer(by))  # type: ignore[arg-type]


def to_person(username: str = "colleague", **told: object) -> Task:
    return give(person_id=person(username).id, **told)


def act(verb: Callable[..., None], it: Task, by: str, version: int | None = None) -> None:
    with unit_of_work():
        verb(it, version=version or it.version, by=viewer(by))


def told() -> list[tuple[str, str]]:
    rows = db.session.execute(
        select(Notification.person_id, Notification.kind).order_by(Notification.id)
    ).all()
    names = {person(name).id: name for name in ("rep", "colleague", "service", "manager")}
    return [(names[row.person_id], row.kind) for row in rows]


def kinds() -> list[str]:
    return list(db.session.execute(select(Event.kind).order_by(Event.id)).scalars())


def sees(username: str, it: Task) -> bool:
    try:
        scopes.find(Task, it.id, viewer(username), "tasks.see")
    except NotFound:
        return False
    return True


def test_who_is_given_a_task_is_told(both_apps: Flask) -> None:
    it = to_person(due_day=clock.today("Asia/Shanghai"))
    assert (it.state, it.team_id, it.given_by_id) == ("open", team("Sales East"), person("rep").id)
    assert told() == [("colleague", "task.given")]
    assert kinds() == ["task.given"]
    assert waiting("tasks.index", viewer("colleague")) == (1, 1)


def test_what_is_to_be_done_is_not_hashed(app: Flask) -> None:
    to_person(title="Apologise to Ms Shen")
    assert not any("Shen" in str(row) for row in db.session.execute(select(Event.payload)).scalars())


def test_a_department_is_told_and_one_of_it_takes_over(app: Flask) -> None:
    it = give(team_id=team())
    assert told() == [("service", "task.offered")]
    assert queries.board(viewer("service")).department == [it]
    act(commands.take, it, "service")
    assert it.person_id == person("service").id
    assert told()[-1] == ("rep", "task.taken")
    board = queries.board(viewer("service"))
    assert (board.mine, board.department) == ([it], [])
    with pytest.raises(Refused, match="already"):
        act(commands.take, it, "service")


def test_who_gave_it_is_told_when_it_is_done_and_it_can_be_undone(app: Flask) -> None:
    it = to_person()
    act(commands.finish, it, "colleague")
    assert (it.state, it.closed_by_id) == ("done", person("colleague").id)
    assert queries.board(viewer("colleague")).done == [it]
    act(commands.reopen, it, "colleague")
    assert (it.state, it.closed_by_id) == ("open", None)
    assert told() == [("colleague", "task.given"), ("rep", "task.done"), ("rep", "task.reopened")]
    assert kinds() == ["task.given", "task.done", "task.reopened"]


def test_only_who_gave_it_withdraws_it(app: Flask) -> None:
    it = to_person()
    with pytest.raises(Refused, match="withdraw"):
        act(commands.drop, it, "colleague")
    act(commands.drop, it, "rep")
    assert it.state == "dropped"
    assert kinds()[-1] == "task.dropped"


def test_who_was_slower_is_told(app: Flask) -> None:
    it = to_person()
    act(commands.finish, it, "colleague")
    with pytest.raises(Stale):
        act(commands.finish, it, "rep", version=1)


@pytest.mark.parametrize(
    "told", [{"title": " "}, {"due_day": clock.today("Asia/Shanghai") - timedelta(days=9)}]
)
def test_a_task_without_content_or_of_the_past_is_refused(app: Flask, told: dict[str, object]) -> None:
    with pytest.raises(Refused):
        to_person(**told)


def test_who_has_gone_gets_no_task(app: Flask) -> None:
    with unit_of_work():
        person("colleague").active = False
    with pytest.raises(Refused):
        to_person()


@pytest.mark.parametrize(
    ("who", "may"),
    [("rep", True), ("colleague", True), ("manager", True), ("director", True), ("stranger", False), ("other_manager", False),
     ("service", False), ("admin", False)],
)  # fmt: skip
def test_who_sees_a_task_of_a_colleague(app: Flask, who: str, may: bool) -> None:
    assert sees(who, to_person()) is may


def test_a_task_of_a_department_is_seen_by_it_until_one_takes_it(app: Flask) -> None:
    it = give(by="director", team_id=team("Sales East"))
    assert [sees(who, it) for who in ("rep", "colleague", "stranger", "manager")] == [True, True, False, True]
    act(commands.take, it, "rep")
    assert [sees(who, it) for who in ("rep", "colleague", "stranger", "manager")] == [
        True,
        False,
        False,
        True,
    ]


def test_another_department_does_not_take_it(app: Flask) -> None:
    it = give(by="stranger", team_id=team())
    with pytest.raises(Refused, match="department"):
        act(commands.take, it, "stranger")


def test_two_who_take_it_at_once_are_one(both_apps: Flask) -> None:
    with unit_of_work():
        number = commands.give(title="x", team_id=team("Sales East"), by=viewer("director")).id

    def take(username: str) -> None:
        with unit_of_work():
            it = db.session.get_one(Task, number)
            commands.take(it, version=1, by=viewer(username))

    answers = making.at_once(both_apps, lambda: take("rep"), lambda: take("colleague"))
    assert sorted(type(answer).__name__ for answer in answers) == ["NoneType", "Stale"]
    assert kinds().count("task.taken") == 1


def test_receivers_are_found_by_name_and_pinyin(app: Flask) -> None:
    assert [one.name for one in queries.receivers("zha", "en")] == ["Zhao Ming"]
    assert [one.name for one in queries.receivers("赵", "zh")] == ["赵明"]
    assert {one.key[0] for one in queries.receivers("sales e", "en")} == {"t"}
    assert queries.receivers("%", "en") == []


def test_a_receiver_is_understood_by_key_and_by_name(app: Flask) -> None:
    key = f"p{person('colleague').id}"
    assert queries.receiver(key, "Zhao Ming") == (person("colleague").id, None)
    assert queries.receiver(key, "赵明") == (person("colleague").id, None)
    assert queries.receiver("", "Service") == (None, team())
    assert queries.receiver(f"t{team()}", "Service") == (None, team())
    assert queries.receiver(key, "Service") == (None, team()), "the text was changed after choosing"
    for wrong in (("", "Nobody"), ("", ""), ("x9", "Nobody"), ("p99999", "Nobody")):
        with pytest.raises(Refused):
            queries.receiver(*wrong)


def test_after_a_day_only_who_gave_it_opens_it_again(app: Flask) -> None:
    with clock.at(making.MONDAY):
        it = to_person()
        act(commands.finish, it, "colleague")
    with clock.at(making.MONDAY + timedelta(days=1, minutes=1)):
        with pytest.raises(Refused, match="gave"):
            act(commands.reopen, it, "colleague")
        act(commands.reopen, it, "rep")
    assert it.state == "open"


def test_what_was_withdrawn_is_opened_again_by_its_giver_alone(app: Flask) -> None:
    it = to_person()
    act(commands.drop, it, "rep")
    with pytest.raises(Refused, match="gave"):
        act(commands.reopen, it, "colleague")
    act(commands.reopen, it, "rep")
    assert it.state == "open"
