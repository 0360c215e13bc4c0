"""The pages of customers, as people use them: with and without script, in both languages, within their scope."""

import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from portal.access.viewer import SYSTEM
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.customers import queries
from portal.customers.commands import (
    OrderedPieces,
    PersonCard,
    create_contact,
    put_credit,
    put_invoice,
    put_order,
    put_return,
    record_interaction,
)
from portal.customers.models import Account, Contact, Interaction
from portal.customers.queries import accounts
from portal.customers.queries.listing import listed_accounts, listed_contacts
from portal.customers.queries.page import shown
from tests import making
from tests.cast import person
from tests.counting import statements
from tests.customers.reading import Clients, text_of
from tests.making import viewer

OWN_SELECTS = 8
"""What the page of an account reads beside the account itself and the frame, however much has happened."""


def hold(it: Account) -> None:
    now = clock.now()
    with unit_of_work():
        put_credit(
            it,
            limit_minor=100_00,
            used_minor=20_00,
            currency="CNY",
            hold=True,
            as_of=now,
            source="ERP",
            by=SYSTEM,
        )


# --- list and search field ---


def test_the_list_shows_own_customers_and_marks_a_hold(it: Account, client_for: Clients) -> None:
    hold(it)
    with unit_of_work():
        making.account("colleague", "Sanhe Valves")
    page = text_of(client_for("rep"), "/customers")
    assert "Jinhe Chemical" in page
    assert re.search(r'class="st st--stop">.*on hold', page)
    assert "Sanhe" not in page
    both = text_of(client_for("manager"), "/customers")
    assert "Jinhe" in both
    assert "Sanhe" in both


@pytest.mark.parametrize("typed", ["jinhe", "金禾", "jhhg", "6888", "C-00001", "suzhou"])
def test_the_list_is_searched_by_any_field(it: Account, client_for: Clients, typed: str) -> None:
    assert "Jinhe Chemical" in text_of(client_for("rep"), f"/customers?q={typed}")
    assert "Jinhe Chemical" not in text_of(client_for("colleague"), f"/customers?q={typed}")


@pytest.mark.parametrize(
    ("query", "there"),
    [("mine=me", True), ("credit=held", True), ("credit=tight", False), ("silence=never", True),
     ("silence=quiet", False), ("class=none", True), ("class=large", False), ("sort=-contact", True),
     ("sort=credit", True), ("sort=owner&class=nonsense", True)],
)  # fmt: skip
def test_the_list_is_filtered_and_sorted(it: Account, client_for: Clients, query: str, there: bool) -> None:
    hold(it)
    assert ("Jinhe Chemical" in text_of(client_for("rep"), f"/customers?{query}")) is there


def test_the_list_costs_the_same_however_many_customers(it: Account, client_for: Clients) -> None:
    client = client_for("rep")
    few = statements(lambda: client.get("/customers"))
    with unit_of_work():
        for _number in range(12):
            making.account("rep")
    assert statements(lambda: client.get("/customers")) == few


@pytest.mark.parametrize(("listed", "of"), [(listed_accounts, Account), (listed_contacts, Contact)])
def test_a_wide_scope_is_walked_in_order_and_holds_the_same_rows(
    it: Account, monkeypatch: pytest.MonkeyPatch, listed: Any, of: Any
) -> None:
    with unit_of_work():
        create_contact(it, PersonCard("Wei Lan"), by=viewer("rep"))
        create_contact(making.account("admin", name="Stranger Works"), PersonCard("Shen Yu"), by=viewer("admin"))
    rep = viewer("rep")
    few = set(db.session.execute(listed(rep).with_only_columns(of.id)).scalars())
    monkeypatch.setattr(accounts, "WIDE", 0)
    wide = listed(rep).with_only_columns(of.id, maintain_column_froms=True)
    assert set(db.session.execute(wide).scalars()) == few
    assert 0 < len(few) < db.session.execute(select(func.count(of.id))).scalar_one()
    sorted_ = wide.order_by(of.sort_key, of.id).limit(51)
    sql = sorted_.compile(db.engine, compile_kwargs={"literal_binds": True})
    plan = [row[3] for row in db.session.execute(text(f"EXPLAIN QUERY PLAN {sql}"))]
    assert not any("FOR ORDER BY" in step for step in plan), plan


def test_the_list_leaves_as_a_file(it: Account, client_for: Clients) -> None:
    answer = client_for("rep").submit("/customers/export", {"format": "csv", "state": "q=jinhe"})
    assert answer.status_code == 200
    assert "Jinhe Chemical" in answer.get_data().decode("utf-8-sig")


def test_a_search_field_gets_own_customers_with_their_hold(it: Account, client_for: Clients) -> None:
    hold(it)
    offered = text_of(client_for("rep"), "/customers/options?q=jh")
    assert f'data-value="{it.id}"' in offered
    assert "credit on hold" in offered
    assert "<li" not in text_of(client_for("colleague"), "/customers/options?q=jh")


# --- one customer ---


def test_the_page_says_first_what_stops_the_visit(it: Account, shen: Contact, client_for: Clients) -> None:
    page = text_of(client_for("rep"), f"/customers/{it.id}")
    assert "Nobody has noted a call or a visit yet." in page
    assert "Shen Yi" in page
    assert "nobody" in page
    hold(it)
    assert "Nothing will be shipped: ask finance before you drive." in text_of(
        client_for("service"), f"/customers/{it.id}"
    )


def test_the_page_is_chinese_for_chinese_readers(it: Account, shen: Contact, client_for: Clients) -> None:
    page = text_of(client_for("rep", lang="zh"), f"/customers/{it.id}")
    assert "金禾化工" in page
    assert "沈怡" in page
    assert "拍板" in page


def test_foreign_and_missing_look_the_same(it: Account, client_for: Clients) -> None:
    client = client_for("colleague")
    foreign, missing = client.get(f"/customers/{it.id}"), client.get(f"/customers/{it.id + 1}")
    assert foreign.status_code == missing.status_code == 404


def test_a_talk_takes_two_answers(it: Account, shen: Contact, client_for: Clients) -> None:
    client = client_for("rep")
    answer = client.submit(
        f"/customers/{it.id}/interactions",
        {"way": "visit", "text": "Second line in March", "contact": str(shen.id)},
    )
    assert answer.status_code == 303
    page = text_of(client, f"/customers/{it.id}")
    assert "Second line in March" in page
    assert "is known by Wang Lei alone" in page
    talk = db.session.execute(select(Interaction)).scalar_one()
    assert (talk.way, talk.contact_id, talk.person_id) == ("visit", shen.id, person("rep").id)


def test_a_talk_of_an_earlier_day_is_noted_there(it: Account, client_for: Clients) -> None:
    day = clock.today("Asia/Shanghai") - timedelta(days=2)
    client_for("rep").submit(
        f"/customers/{it.id}/interactions", {"way": "call", "text": "Earlier", "day": day.isoformat()}
    )
    assert clock.local_day(db.session.execute(select(Interaction.at)).scalar_one(), "Asia/Shanghai") == day


@pytest.mark.parametrize(
    "told",
    [
        {"way": "call", "text": " "},
        {"way": "dance", "text": "x"},
        {"way": "call", "text": "x", "contact": "99"},
    ],
)
def test_a_talk_that_lacks_something_keeps_what_was_typed(
    it: Account, client_for: Clients, told: dict[str, str]
) -> None:
    answer = client_for("rep").submit(f"/customers/{it.id}/interactions", told)
    assert answer.status_code == 422
    assert "<h1>Jinhe Chemical</h1>" in answer.get_data(as_text=True)
    assert db.session.execute(select(Interaction)).first() is None


@pytest.mark.parametrize(
    ("who", "status"),
    [("finance", 303), ("service", 303), ("executive", 403), ("colleague", 404), ("employee", 403)],
)
def test_who_may_note_a_talk(it: Account, client_for: Clients, who: str, status: int) -> None:
    answer = client_for(who).submit(f"/customers/{it.id}/interactions", {"way": "call", "text": "x"})
    assert answer.status_code == status


def test_a_double_click_notes_one_talk(it: Account, client_for: Clients) -> None:
    client = client_for("rep")
    for _click in range(2):
        assert (
            client.submit(
                f"/customers/{it.id}/interactions", {"way": "call", "text": "x"}, once="same"
            ).status_code
            == 303
        )
    assert len(db.session.execute(select(Interaction)).all()) == 1


def test_the_timeline_is_filtered_and_paged_as_a_part_of_the_page(it: Account, client_for: Clients) -> None:
    with unit_of_work():
        for number in range(23):
            record_interaction(it, way="call", text=f"Talk {number:02d}", by=viewer("rep"))
        record_interaction(it, way="visit", text="Bearing replaced", by=viewer("service"))
    client = client_for("rep")
    whole = text_of(client, f"/customers/{it.id}")
    part = client.htmx(f"/customers/{it.id}", "section#account-story").get_data(as_text=True)
    assert part.strip().startswith("<section")
    assert "Talk 22" in part
    assert "Talk 02" not in part
    older = re.search(r'href="(/customers/\d+\?before=[^"#]+)', whole)
    assert older
    assert "Talk 02" in text_of(client, older[1].replace("&amp;", "&"))
    served = text_of(client, f"/customers/{it.id}?side=service")
    assert "Bearing" in served
    assert "Talk 22" not in served
    for spoilt in (
        "side=nonsense",
        "before=x",
        "before=2026-01-01.5",
        "before=2026-01-01T00:00:00%2B00:00.99999999999999999999",
        "before=0001-01-01T00:00:00%2B14:00.5",
    ):
        assert "Bearing" in text_of(client, f"/customers/{it.id}?{spoilt}"), spoilt


def test_the_page_costs_the_same_however_much_has_happened(
    it: Account, shen: Contact, client_for: Clients
) -> None:
    client, path = client_for("rep"), f"/customers/{it.id}"
    with unit_of_work():
        pump = making.product()
        record_interaction(it, way="call", text="x", contact_id=shen.id, by=viewer("rep"))
    few = statements(lambda: client.get(path))
    with unit_of_work():
        for number in range(30):
            now, day = clock.now(), clock.today("Asia/Shanghai")
            record_interaction(it, way="call", text="x", contact_id=shen.id, by=viewer("manager"))
            put_order(
                it,
                number=str(number),
                day=day,
                lines=[OrderedPieces(pump.id, 1, 100)],
                currency="CNY",
                as_of=now,
                source="ERP",
                by=SYSTEM,
            )
            put_invoice(it, number=str(number), day=day, due_day=day, amount_minor=1, open_minor=1, currency="CNY", as_of=now,
                        source="ERP", by=SYSTEM)  # fmt: skip
            create_contact(it, PersonCard(f"Person {number}"), by=viewer("rep"))
    assert statements(lambda: client.get(path)) == few
    rep = viewer("rep")
    db.session.expire_all()
    same = queries.one(it.id)
    assert statements(lambda: shown(same, rep)) <= OWN_SELECTS


def test_the_papers_are_shown(it: Account, client_for: Clients) -> None:
    now, day = clock.now(), clock.today("Asia/Shanghai")
    with unit_of_work():
        pump = making.product("CQB 65")
        put_order(
            it,
            number="26-1",
            day=day,
            lines=[OrderedPieces(pump.id, 3, 7680_00)],
            currency="CNY",
            as_of=now,
            source="ERP",
            by=SYSTEM,
        )
        put_invoice(it, number="26-2", day=day, due_day=day - timedelta(days=1), amount_minor=9_00, open_minor=9_00,
                    currency="CNY", as_of=now, source="ERP", by=SYSTEM)  # fmt: skip
        put_return(it, number="26-3", product_id=pump.id, pieces=2, reason="transport", asked_day=day,
                   as_of=now, source="ERP", by=SYSTEM)  # fmt: skip
    page = text_of(client_for("finance"), f"/customers/{it.id}/papers")
    for told in ("26-1", "3 × CQB 65", "¥23,040", "26-2", "¥9", "26-3", "damaged on the way"):
        assert told in page
    assert "1 return not settled since" in text_of(client_for("rep"), f"/customers/{it.id}")
    assert "¥9 is overdue" in text_of(client_for("rep"), f"/customers/{it.id}")
    assert client_for("colleague").get(f"/customers/{it.id}/papers").status_code == 404


# --- the card ---


def test_a_new_customer_needs_a_name_only(app: Flask, client_for: Clients) -> None:
    client = client_for("rep")
    assert client.submit("/customers", {"name": ""}).status_code == 422
    answer = client.submit("/customers", {"name": "Wuxi Huaxin", "revenue": "1.2万", "currency": ""})
    assert answer.status_code == 303
    it = db.session.execute(select(Account)).scalar_one()
    assert answer.headers["Location"] == f"/customers/{it.id}"
    assert (it.revenue_minor, it.currency) == (12_000_00, "CNY")


def test_a_likely_double_is_asked_about_once(it: Account, client_for: Clients) -> None:
    client = client_for("colleague")
    asked = client.submit("/customers", {"name": "Jinhe Chemical Co., Ltd."})
    assert asked.status_code == 422
    page = asked.get_data(as_text=True)
    assert "Jinhe Chemical (C-00001)" in page
    assert 'name="another"' in page
    assert (
        client.submit("/customers", {"name": "Jinhe Chemical Co., Ltd.", "another": "y"}).status_code == 303
    )


def test_the_card_is_changed_at_the_version_that_was_seen(it: Account, client_for: Clients) -> None:
    client = client_for("rep")
    assert 'value="Jinhe Chemical"' in text_of(client, f"/customers/{it.id}/edit")
    assert (
        client.submit(
            f"/customers/{it.id}/edit", {"name": "Jinhe", "place": "Wuxi", "version": "1"}
        ).status_code
        == 303
    )
    late = client.submit(f"/customers/{it.id}/edit", {"name": "Jinhe", "place": "Nantong", "version": "1"})
    assert late.status_code == 409
    page = late.get_data(as_text=True)
    assert 'value="Nantong"' in page
    assert "It is now: Location: Wuxi. Save again" in page


def test_a_parent_is_chosen_by_name_or_from_the_list(it: Account, client_for: Clients) -> None:
    with unit_of_work():
        mother = making.account("rep", "Jinhe Group")
    client = client_for("rep")
    sent = {"name": "Jinhe Chemical", "version": "1"}
    assert client.submit(f"/customers/{it.id}/edit", sent | {"parent_text": "Jinhe Group"}).status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Account, it.id).parent_id == mother.id
    wrong = client.submit(f"/customers/{it.id}/edit", sent | {"version": "2", "parent_text": "Nowhere"})
    assert wrong.status_code == 422
    assert "Choose one from the list" in wrong.get_data(as_text=True)
    assert (
        client.submit(f"/customers/{it.id}/edit", sent | {"version": "2", "parent_text": ""}).status_code
        == 303
    )
    db.session.expire_all()
    assert db.session.get_one(Account, it.id).parent_id is None


def test_a_parent_that_one_may_not_see_stays(it: Account, client_for: Clients) -> None:
    with unit_of_work():
        mother = making.account("stranger", "Foreign Mother")
        it.parent_id = mother.id
    client = client_for("rep")
    page = text_of(client, f"/customers/{it.id}")
    assert "Foreign Mother" in page
    assert f'href="/customers/{mother.id}"' not in page
    kept = {
        "name": "Jinhe Chemical",
        "place": "Wuxi",
        "version": "1",
        "parent": str(mother.id),
        "parent_text": "Foreign Mother",
    }
    assert client.submit(f"/customers/{it.id}/edit", kept).status_code == 303
    db.session.expire_all()
    assert db.session.get_one(Account, it.id).parent_id == mother.id


@pytest.mark.parametrize("who", ["finance", "executive"])
def test_who_only_reads_gets_no_forms(it: Account, client_for: Clients, who: str) -> None:
    page = text_of(client_for(who), f"/customers/{it.id}")
    assert f"/customers/{it.id}/edit" not in page
    assert client_for(who).get(f"/customers/{it.id}/edit").status_code == 403
