"""The undo of an import through its pages: seen before it is pressed, pressed once, listed afterwards."""

import re

import pytest
from flask import Flask
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from portal.core.batches import BatchRow
from portal.core.db import db, unit_of_work
from portal.core.errors import NotFound
from portal.core.search import find
from portal.customers.models import Account
from portal.identity.models import Person, Team
from portal.imports import intake
from portal.pipeline.models import Opportunity
from portal.products import commands as products
from portal.products.models import Product
from tests import making
from tests.client import PortalClient
from tests.imports.test_pages import CLIENTS, count, newest, send, text

THREE = "code,product,sales_price\nA,Pump,100\nB,Valve,10\nC,Seal,1\n"


def write(admin: PortalClient, content: str, kind: str = "products") -> str:
    """The address of a file that was sent and written."""
    location: str = send(admin, content, f"{kind}.csv", kind=kind).location
    admin.submit(f"{location}/writing", {"version": newest().version})
    return location


def test_the_way_back_is_offered_right_after_writing(app: Flask, client_for: CLIENTS) -> None:
    admin = client_for("admin")
    page = text(admin.get(write(admin, THREE)))
    action = re.search(r'action="(/imports/\d+/undo\?version=2)"', page)
    assert action is not None
    answer = admin.submit(action[1], {})
    assert (answer.status_code, count(Product)) == (303, 0)
    page = text(admin.get(answer.location))
    assert "Undone: 3 removed, 0 set back, 0 stayed." in page
    assert "undo?version" not in page
    assert ">undone<" in text(admin.get("/imports"))


def test_one_sees_before_what_goes_and_what_stays_and_why(app: Flask, client_for: CLIENTS) -> None:
    admin = client_for("admin")
    location = write(admin, THREE)
    with unit_of_work():
        products.put_product(code="A", name="Pump", list_price_minor=120_00, currency="CNY", by=making.viewer("admin"))
        pump = db.session.execute(select(Product).where(Product.code == "A")).scalar_one()
    assert f'href="{location}/undo"' in text(admin.get(location))
    page = text(admin.get(f"{location}/undo"))
    assert "Undo 2 rows" in page
    assert f'<a href="/products/{pump.id}">Pump</a>' in page
    assert "product · changed since" in page
    assert count(Product) == 3, "looking changes nothing"
    answer = admin.submit(f"{location}/undo", {"version": 2})
    assert (answer.status_code, count(Product)) == (303, 1)
    page = text(admin.get(location))
    assert "2 removed, 0 set back." in page
    assert f'href="{location}/undo"' not in page
    assert f'<a href="/products/{pump.id}">Pump</a>' in page
    assert newest().stayed == 1


def test_the_command_line_undoes_no_import_of_a_person(app: Flask, client_for: CLIENTS) -> None:
    write(client_for("admin"), THREE)
    number = newest().id
    assert intake.undo(None, dry_run=False) == []
    with pytest.raises(NotFound):
        intake.undo(number, dry_run=False)
    assert count(Product) == 3


def test_the_reasons_are_told_in_chinese(app: Flask, client_for: CLIENTS) -> None:
    admin = client_for("admin")
    location = write(admin, "account,subsidiary_of\nSmall,Large\nLarge,\n", "accounts")
    with unit_of_work():
        db.session.execute(select(Account).where(Account.name == "Small")).scalar_one().version += 1
    admin.get("/?lang=zh")
    page = text(admin.get(f"{location}/undo"))
    assert "导入后已被修改" in page
    assert "已被使用：客户" in page
    assert "此次导入没有可撤销的内容。" in page


def test_a_second_press_does_the_same_once(app: Flask, client_for: CLIENTS) -> None:
    admin = client_for("admin")
    location = write(admin, THREE)
    first, again = (admin.submit(f"{location}/undo", {"version": 2}, once="same") for _each in range(2))
    assert (first.status_code, again.status_code) == (303, 303)
    late = admin.submit(f"{location}/undo", {"version": 2})
    assert late.status_code == 409
    assert "You were quicker yourself in another window, " in text(late)
    assert newest().removed == 3
    assert admin.get(f"{location}/undo").status_code == 303, "there is nothing to preview any more"


def test_a_file_from_before_there_was_an_undo_offers_none(app: Flask, client_for: CLIENTS) -> None:
    admin = client_for("admin")
    location = write(admin, THREE)
    with unit_of_work():
        db.session.execute(delete(BatchRow))
    assert f'href="{location}/undo"' not in text(admin.get(location))
    assert "Nothing of this import can be taken back." in text(admin.get(f"{location}/undo"))
    answer = admin.submit(f"{location}/undo", {"version": 2})
    assert (answer.status_code, count(Product)) == (422, 3)


def test_a_file_that_was_not_written_has_no_undo(app: Flask, client_for: CLIENTS) -> None:
    admin = client_for("admin")
    location = send(admin, THREE).location
    assert admin.get(f"{location}/undo").status_code == 303
    assert admin.submit(f"{location}/undo", {"version": 1}).status_code == 422


def test_what_is_gone_is_told_without_a_way_to_it(app: Flask, client_for: CLIENTS) -> None:
    """Timelines, the audit view and the search go on with what they know of it."""
    admin, rep = client_for("admin"), client_for("rep")
    with unit_of_work():
        account = making.account(name="Jinhe")
        making.product("Pump")
    file = "opportunity_id,sales_agent,product,account,deal_stage,engage_date,close_date,close_value\n"
    location = write(admin, f"{file}O-1,rep,Pump,Jinhe,won,2026-10-01,2026-11-01,90\n", "opportunities")
    gone = db.session.execute(select(Opportunity.id)).scalar_one()
    assert rep.get(f"/pipeline/{gone}").status_code == 200
    assert admin.submit(f"{location}/undo", {"version": 2}).status_code == 303
    assert rep.get(f"/pipeline/{gone}").status_code == 404
    page = text(rep.get(f"/customers/{account.id}"))
    assert f"/pipeline/{gone}" not in page
    assert "took back what an import had brought: opportunity." in page
    audit = text(admin.get(f"/audit?about=opportunity+{gone}"))
    assert f"opportunity {gone}" in audit
    assert f'href="/pipeline/{gone}"' not in audit
    assert rep.get("/pipeline").status_code == 200
    assert find(db.session(), "O-1", scope={"opportunity": ["all"]}).hits == []


def test_who_writes_what_refers_to_a_row_that_goes_finds_it_gone(
    app: Flask, client_for: CLIENTS, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL the other one waits for the undo, and the database refuses him then."""

    class Refusal(Exception):
        sqlstate = "23503"

    def refuse(*_told: object, **_more: object) -> None:
        raise IntegrityError("INSERT", {}, Refusal())

    admin = client_for("admin")
    location = send(admin, THREE).location
    monkeypatch.setattr("portal.imports.commands.drop", refuse)
    answer = admin.submit(f"{location}/disposal", {"version": 1})
    assert answer.status_code == 404
    assert "it was taken back, or it went out of your reach" in text(answer)


def test_numbers_of_what_is_gone_are_given_to_no_other(app: Flask, client_for: CLIENTS) -> None:
    admin = client_for("admin")
    location = write(admin, THREE)
    last = max(db.session.execute(select(Product.id)).scalars())
    admin.submit(f"{location}/undo", {"version": 2})
    write(admin, THREE)
    assert min(db.session.execute(select(Product.id)).scalars()) > last


def test_who_may_not_see_a_thing_gets_no_way_to_it(app: Flask, client_for: CLIENTS) -> None:
    """An administrator takes customers in, but does not see their pages."""
    admin = client_for("admin")
    location = write(admin, "account,subsidiary_of\nSmall,Large\nLarge,\n", "accounts")
    with unit_of_work():
        db.session.execute(select(Account).where(Account.name == "Small")).scalar_one().version += 1
    page = text(admin.get(f"{location}/undo"))
    assert "Small" in page
    assert "/customers/" not in page


def test_people_who_are_gone_are_told_by_their_number(app: Flask, client_for: CLIENTS) -> None:
    admin = client_for("admin")
    location = write(admin, "name,manager,region\nZhao Yi,Sun Er,North\n", "people")
    gone = db.session.execute(select(Person.id).where(Person.name == "Zhao Yi")).scalar_one()
    team = db.session.execute(select(Team.id).where(Team.name == "Sun Er")).scalar_one()
    assert admin.submit(f"{location}/undo", {"version": 2}).status_code == 303
    assert newest().removed == 4
    for path in (f"/people/{gone}", f"/teams/{team}"):
        assert admin.get(path).status_code == 404
    for path in ("/audit", f"/audit?about=person+{gone}", "/", "/people", "/teams", "/regions", "/search?q=Zhao"):
        answer = admin.get(path)
        assert answer.status_code == 200, path
        assert f'href="/people/{gone}"' not in text(answer)
    assert admin.submit("/audit/export", {"format": "csv"}).status_code == 200
