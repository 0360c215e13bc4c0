"""The pages of people at customers, of who serves them, and of tasks on them."""

import pytest
from sqlalchemy import select

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.events import Event
from portal.customers.commands import link_contact
from portal.customers.models import Account, AccountMember, Contact
from portal.customers.queries import people
from portal.tasks.models import Task
from tests import making
from tests.cast import person
from tests.customers.reading import Clients, text_of


def test_a_person_is_added_and_gone_again(it: Account, client_for: Clients) -> None:
    client = client_for("rep")
    assert (
        client.submit(
            f"/customers/{it.id}/contacts", {"name": "Lu Weimin", "roles": ["decides", "uses"]}
        ).status_code
        == 303
    )
    row = people.contacts_of(it.id, clock.now())[0]
    assert row.link.roles == ["decides", "uses"]
    assert "Lu Weimin" in text_of(client, f"/customers/{it.id}/contacts")
    assert client.submit(f"/customers/{it.id}/links/{row.link.id}/end").status_code == 303
    assert "1 earlier part" in text_of(client, f"/customers/{it.id}")
    assert client.submit(f"/customers/{it.id}/contacts", {"name": ""}).status_code == 422


def test_a_link_of_another_customer_is_not_found(it: Account, shen: Contact, client_for: Clients) -> None:
    with unit_of_work():
        other = making.account("rep")
    link = people.contacts_of(it.id, clock.now())[0].link
    assert client_for("rep").submit(f"/customers/{other.id}/links/{link.id}/end").status_code == 404


def test_somebody_known_is_linked_by_name(it: Account, shen: Contact, client_for: Clients) -> None:
    with unit_of_work():
        other = making.account("rep", "Second")
    client = client_for("rep")
    assert (
        client.submit(
            f"/customers/{other.id}/links", {"contact_text": "Shen Yi", "roles": "pays"}
        ).status_code
        == 303
    )
    assert "releases payment" in text_of(client, f"/customers/{other.id}")
    assert client.submit(f"/customers/{other.id}/links", {"contact_text": "Nobody Known"}).status_code == 422
    card = text_of(client, f"/contacts/{shen.id}")
    assert "Second" in card
    assert "Jinhe Chemical" in card


def test_the_list_and_the_card_of_people(it: Account, shen: Contact, client_for: Clients) -> None:
    client = client_for("rep")
    for path in ("/contacts", "/contacts?q=沈", "/contacts?state=False"):
        assert "Shen Yi" in text_of(client, path), path
    assert "Shen Yi" not in text_of(client_for("colleague"), "/contacts")
    assert f'data-value="{shen.id}"' in text_of(client, "/contacts/options?q=shen")
    assert (
        client.submit(
            f"/contacts/{shen.id}/edit", {"name": "Shen Yi", "email": "nonsense", "version": "1"}
        ).status_code
        == 422
    )
    assert (
        client.submit(
            f"/contacts/{shen.id}/edit", {"name": "Shen Yi", "phone": "138", "version": "1"}
        ).status_code
        == 303
    )
    assert client.submit(f"/contacts/{shen.id}/edit", {"name": "Shen", "version": "1"}).status_code == 409
    assert client.submit(f"/contacts/{shen.id}/departure", {"version": "2"}).status_code == 303
    assert "Has left the trade" in text_of(client, f"/contacts/{shen.id}")
    assert client_for("colleague").get(f"/contacts/{shen.id}").status_code == 404


def test_a_colleague_joins_and_leaves(it: Account, client_for: Clients) -> None:
    client = client_for("rep")
    assert client.submit(f"/customers/{it.id}/members", {"person_text": "Zhao Ming"}).status_code == 303
    member = db.session.execute(select(AccountMember).where(AccountMember.role == "serves")).scalar_one()
    assert "Zhao Ming" in text_of(client, f"/customers/{it.id}/members")
    assert client_for("colleague").get(f"/customers/{it.id}").status_code == 200
    assert client.submit(f"/customers/{it.id}/members/{member.id}/end").status_code == 303
    assert client_for("colleague").get(f"/customers/{it.id}").status_code == 404
    assert client.submit(f"/customers/{it.id}/members", {"person_text": "Nobody Known"}).status_code == 422


def test_a_handover_leads_back_to_the_list(it: Account, client_for: Clients) -> None:
    client = client_for("rep")
    answer = client.submit(
        f"/customers/{it.id}/handover", {"person_text": "Zhao Ming", "note": "Ask for Shen"}
    )
    assert (answer.status_code, answer.headers["Location"]) == (303, "/customers")
    assert client.get(f"/customers/{it.id}").status_code == 404
    assert "Ask for Shen" in text_of(client_for("colleague"), f"/customers/{it.id}")


@pytest.mark.parametrize(
    ("receiver", "person_name", "team"),
    [("Zhao Ming", "colleague", ""), ("Service", "", "Service"), ("服务部", "", "Service")],
)
def test_a_task_is_given_in_one_line(
    it: Account, client_for: Clients, receiver: str, person_name: str, team: str
) -> None:
    answer = client_for("rep").submit(
        f"/customers/{it.id}/tasks", {"title": "Call back", "receiver_text": receiver}
    )
    assert answer.status_code == 303
    task = db.session.execute(select(Task)).scalar_one()
    assert (task.account_id, task.path) == (it.id, f"/customers/{it.id}")
    assert (task.about("en"), task.about("zh")) == ("Jinhe Chemical", "金禾化工")
    assert task.person_id == (person(person_name).id if person_name else None)
    page = text_of(client_for("rep"), f"/customers/{it.id}")
    assert "Call back" in page
    assert db.session.execute(select(Event.account_id).where(Event.kind.like("task.%"))).scalars().all() == [
        it.id
    ]


@pytest.mark.parametrize(
    "told",
    [
        {"title": "", "receiver_text": "Zhao Ming"},
        {"title": "x", "receiver_text": "Nobody Known"},
        {"title": "x", "receiver_text": ""},
    ],
)
def test_a_task_that_lacks_something_is_not_given(
    it: Account, client_for: Clients, told: dict[str, str]
) -> None:
    answer = client_for("rep").submit(f"/customers/{it.id}/tasks", told)
    assert answer.status_code == 422
    assert db.session.execute(select(Task)).first() is None


def test_a_handover_is_offered_to_whom_it_is_allowed(it: Account, client_for: Clients) -> None:
    path = f"/customers/{it.id}/members"
    assert client_for("rep").submit(path, {"person_text": "Zhao Ming"}).status_code == 303
    colleague = client_for("colleague")
    assert "Hand the customer over" not in text_of(colleague, path)
    refused = colleague.submit(f"/customers/{it.id}/handover", {"person_text": "Zhao Ming"})
    assert refused.status_code == 422
    assert "Only who is answerable for the customer" in refused.text
    assert "Hand the customer over" in text_of(client_for("manager"), path)


@pytest.mark.parametrize("number", [0, 999_999, 2**31, 10**30])
def test_a_number_that_nothing_has_is_not_found(it: Account, client_for: Clients, number: int) -> None:
    rep = client_for("rep")
    for kind in ("links", "members"):
        assert rep.submit(f"/customers/{it.id}/{kind}/{number}/end").status_code == 404, kind


def test_a_task_of_ones_own_keeps_no_door_open(it: Account, client_for: Clients) -> None:
    rep = client_for("rep")
    given = {"title": "Look again", "receiver_text": "Wang Lei"}
    assert rep.submit(f"/customers/{it.id}/tasks", given).status_code == 303
    assert rep.submit(f"/customers/{it.id}/handover", {"person_text": "Lin Qi"}).status_code == 303
    assert rep.get(f"/customers/{it.id}").status_code == 404
    asked = {"title": "What was agreed?", "receiver_text": "Wang Lei"}
    assert client_for("stranger").submit(f"/customers/{it.id}/tasks", asked).status_code == 303
    assert rep.get(f"/customers/{it.id}").status_code == 200


def test_a_search_names_no_foreign_customer_of_a_shared_person(
    it: Account, shen: Contact, client_for: Clients
) -> None:
    with unit_of_work():
        his = making.account("stranger", "Ruida Dyeing", name_zh="瑞达印染")
        link_contact(his, shen, by=making.viewer("stranger"))
    for lang, foreign in (("en", "Ruida"), ("zh", "瑞达")):
        rep = client_for("rep", lang=lang)
        for path in ("/search?q=Shen", "/palette?q=Shen"):
            assert f"/contacts/{shen.id}" in text_of(rep, path)
            assert foreign not in text_of(rep, path), (lang, path)
        assert f"/contacts/{shen.id}" not in text_of(rep, f"/search?q={foreign}")
        assert f"/contacts/{shen.id}" not in text_of(rep, f"/contacts?q={foreign}")
