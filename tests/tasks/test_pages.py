"""The board, one task, and the acts on it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.tasks.commands import give
from portal.tasks.models import Task
from tests.cast import person
from tests.client import PortalClient
from tests.counting import statements
from tests.making import viewer

Clients = Callable[..., PortalClient]


@pytest.fixture
def it(app: Flask) -> Task:
    with unit_of_work():
        return give(title="Send the curve", person_id=person("colleague").id, by=viewer("rep"), text="CQB 65",
                    label="Jinhe", path="/customers/1")  # fmt: skip


def state(it: Task) -> str:
    db.session.expire_all()
    return db.session.get_one(Task, it.id).state


def test_everybody_sees_his_side_of_the_board(it: Task, client_for: Clients) -> None:
    mine = client_for("colleague").get("/tasks").get_data(as_text=True)
    assert "1 task is yours" in mine
    assert "Send the curve" in mine
    assert 'href="/customers/1"' in mine
    given = client_for("rep").get("/tasks").get_data(as_text=True)
    assert "Given by you" in given
    assert "Send the curve" not in client_for("stranger").get("/tasks").get_data(as_text=True)


def test_a_task_is_given_without_script(app: Flask, client_for: Clients) -> None:
    client = client_for("rep")
    assert client.submit("/tasks", {"title": "Call", "receiver_text": "服务部"}).status_code == 303
    assert db.session.execute(select(Task.team_id)).scalar_one() is not None
    refused = client.submit("/tasks", {"title": "Call", "receiver_text": "Nobody"})
    assert refused.status_code == 422
    assert 'value="Call"' in refused.get_data(as_text=True)


def test_done_can_be_undone(it: Task, client_for: Clients) -> None:
    client = client_for("colleague")
    assert client.submit(f"/tasks/{it.id}/completion", {"version": "1"}).status_code == 303
    assert state(it) == "done"
    assert f"/tasks/{it.id}/reopening" in client.get("/tasks").get_data(as_text=True)
    assert client.submit(f"/tasks/{it.id}/reopening").status_code == 303
    assert state(it) == "open"


def test_done_at_an_old_version_shows_how_it_stands(it: Task, client_for: Clients) -> None:
    client_for("rep").submit(f"/tasks/{it.id}/withdrawal", {"version": "1"})
    answer = client_for("colleague").submit(f"/tasks/{it.id}/completion", {"version": "1"})
    assert answer.status_code == 409
    assert "withdrawn" in answer.get_data(as_text=True)


def test_one_of_the_department_takes_over(app: Flask, client_for: Clients) -> None:
    with unit_of_work():
        it = give(title="Seal leak", team_id=viewer("service").team_id, by=viewer("rep"))
    client = client_for("service")
    assert "Seal leak" in client.get("/tasks").get_data(as_text=True)
    assert client.submit(f"/tasks/{it.id}/taking", {"version": "1"}).status_code == 303
    assert "The task is yours now." in client.get(f"/tasks/{it.id}").get_data(as_text=True)


def test_others_find_nothing(it: Task, client_for: Clients) -> None:
    client = client_for("stranger")
    assert client.get(f"/tasks/{it.id}").status_code == client.get(f"/tasks/{it.id + 1}").status_code == 404
    assert client.submit(f"/tasks/{it.id}/completion", {"version": "1"}).status_code == 404
    assert state(it) == "open"


def test_what_is_due_is_marked_and_counted(app: Flask, client_for: Clients) -> None:
    with unit_of_work():
        late = give(title="Late", person_id=person("rep").id, by=viewer("manager"))
        give(
            title="Today",
            person_id=person("rep").id,
            by=viewer("manager"),
            due_day=clock.today("Asia/Shanghai"),
        )
        late.due_day = clock.today("Asia/Shanghai") - timedelta(days=1)
    page = client_for("rep").get("/tasks").get_data(as_text=True)
    assert "st--watch" in page
    assert "<mark>" in page
    assert "rail__n--turn" in page


def test_a_search_field_gets_colleagues_and_departments(app: Flask, client_for: Clients) -> None:
    offered = client_for("employee").get("/tasks/receivers?q=s").get_data(as_text=True)
    assert 'data-value="t' in offered
    assert 'data-value="p' in offered
    assert "<small>department</small>" in offered
    assert 'data-label="Sun Jie">Sun Jie<small>Sales South</small>' in offered


def test_the_board_costs_the_same_however_many_tasks(it: Task, client_for: Clients) -> None:
    client = client_for("rep")
    few = statements(lambda: client.get("/tasks"))
    with unit_of_work():
        for number in range(15):
            give(title=str(number), person_id=person("rep").id, by=viewer("manager"))
    assert statements(lambda: client.get("/tasks")) == few


def test_a_button_that_would_be_refused_is_not_shown(it: Task, client_for: Clients) -> None:
    client_for("rep").submit(f"/tasks/{it.id}/withdrawal", {"version": "1"})
    button = f"/tasks/{it.id}/reopening"
    assert button in client_for("rep").get(f"/tasks/{it.id}").get_data(as_text=True)
    assert button not in client_for("colleague").get(f"/tasks/{it.id}").get_data(as_text=True)
    assert client_for("colleague").submit(button).status_code == 422
    assert state(it) == "dropped"


@pytest.mark.parametrize("key", ["p99999999999999999999999", "t²", "p-1", "x1", "p", "99"])
def test_a_receiver_that_nobody_offered_is_refused(app: Flask, client_for: Clients, key: str) -> None:
    answer = client_for("rep").submit("/tasks", {"title": "Call", "receiver": key, "receiver_text": "Nobody"})
    assert answer.status_code == 422
