"""A file through the pages: looked at, written or dropped, its rejected rows taken home."""

import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from portal.access.viewer import SYSTEM
from portal.core.batches import Batch
from portal.core.db import db, unit_of_work
from portal.customers.models import Account, AccountMember
from portal.identity.commands.people import create_person
from portal.identity.models import Membership, Person, RoleGrant
from portal.imports import queries
from portal.products.models import Product
from tests import making
from tests.client import PortalClient

CLIENTS = Callable[..., PortalClient]
GOOD = "product,series,sales_price\nGTX Basic,GTX,550\nGTX Pro,GTX,4821\n"
MIXED = GOOD + "MG Special,MG,a lot\n,MG,1\n"


def send(
    client: PortalClient, content: bytes | str, name: str = "products.csv", **changed: Any
) -> TestResponse:
    raw = content.encode() if isinstance(content, str) else content
    data = {"kind": "products", "file": (io.BytesIO(raw), name)} | changed
    return client.submit("/imports", data, content_type="multipart/form-data")


def text(answer: TestResponse) -> str:
    return answer.get_data(as_text=True)


def count(model: Any) -> int:
    db.session.rollback()
    return db.session.execute(select(func.count()).select_from(model)).scalar_one()


def newest() -> Batch:
    db.session.rollback()
    db.session.expire_all()
    return db.session.execute(select(Batch).order_by(Batch.id.desc())).scalars().first()


def test_a_file_is_looked_at_before_it_is_written(app: Flask, client_for: CLIENTS) -> None:
    admin = client_for("admin")
    answer = send(admin, MIXED)
    assert answer.status_code == 303
    page = text(admin.get(answer.location))
    assert "Write 2 rows" in page
    assert "“a lot” is not a number that fits here." in page
    assert count(Product) == 0
    it = newest()
    written = admin.submit(f"{answer.location}/writing", {"version": it.version})
    assert (written.status_code, count(Product)) == (303, 2)
    assert "Written: 2 new, 0 changed." in text(admin.get(written.location))
    it = newest()
    assert (it.state, it.read, it.accepted, it.rejected, it.created) == ("written", 4, 2, 2, 2)


def test_the_same_file_again_changes_nothing(app: Flask, client_for: CLIENTS) -> None:
    admin = client_for("admin")
    for _turn in range(2):
        location = send(admin, GOOD).location
        admin.submit(f"{location}/writing", {"version": newest().version})
    assert (newest().created, newest().changed, newest().unchanged, count(Product)) == (0, 0, 2, 2)


def test_rejected_rows_are_taken_home_with_line_and_reason(app: Flask, client_for: CLIENTS) -> None:
    admin = client_for("admin")
    location = send(admin, MIXED).location
    answer = admin.get(f"{location}/rejects")
    lines = answer.data.decode("utf-8-sig")
    assert "products-rejects.csv" in answer.headers["Content-Disposition"]
    assert "MG Special" in lines
    assert "a lot" in lines
    assert "GTX Basic" not in lines


def test_only_columns_that_the_file_fills_are_shown_after_the_reason(app: Flask, client_for: CLIENTS) -> None:
    admin = client_for("admin")
    page = text(admin.get(send(admin, MIXED).location))
    filled = ["Line", "Why not", "Product", "Series", "List price"]
    rejected = page[page.index("<thead>") : page.index("</thead>")]
    assert re.findall(r"<th[^>]*>([^<]+)", rejected) == filled


def test_a_file_is_dropped(app: Flask, client_for: CLIENTS) -> None:
    admin = client_for("admin")
    location = send(admin, GOOD).location
    assert admin.submit(f"{location}/disposal", {"version": 1}).status_code == 303
    assert (newest().state, count(Product)) == ("dropped", 0)
    late = admin.submit(f"{location}/writing", {"version": 1})
    assert (late.status_code, count(Product)) == (409, 0)
    assert "You were quicker yourself in another window, " in text(late)


def test_writing_twice_is_one_import(app: Flask, client_for: CLIENTS) -> None:
    admin = client_for("admin")
    location = send(admin, GOOD).location
    first, again = (admin.submit(f"{location}/writing", {"version": 1}, once="same") for _each in range(2))
    assert (first.status_code, again.status_code) == (303, 303)
    assert admin.submit(f"{location}/writing", {"version": 1}).status_code == 409
    assert newest().created == 2


def test_another_file_sent_by_the_same_form_is_another_import(app: Flask, client_for: CLIENTS) -> None:
    """Back, another file, send: the form and its key are the same."""
    admin = client_for("admin")
    key = {"once": "1" * 32}
    first, again, other = (send(admin, file, **key).location for file in (GOOD, GOOD, MIXED))
    assert first == again
    assert first != other
    assert count(Batch) == 2


def test_a_file_that_is_refused_is_not_kept(app: Flask, client_for: CLIENTS) -> None:
    folder = app.extensions["settings"].folder / "files"
    before = sorted(folder.rglob("*"))
    assert send(client_for("admin"), b"product\nnever seen before\n").status_code == 422
    assert sorted(folder.rglob("*")) == before


@pytest.mark.parametrize(
    ("row", "says"),
    [
        ('N,Li Na,East,"a@x.com, b@y.com",', "is no address that mail can be sent to."),
        ("N,Li Na,East,a\u202e,", "is no address that mail can be sent to."),
        (f"N,Li Na,East,,{'王' * 61}", "is longer than 60 characters."),
        (f"{'n' * 81},Li Na,East,,", "is longer than 80 characters."),
    ],
)
def test_what_a_person_cannot_have_is_refused_in_a_file(app: Flask, client_for: CLIENTS, row: str, says: str) -> None:
    admin = client_for("admin")
    sent = send(admin, f"name,manager,region,email,中文名\n{row}\n", "people.csv", kind="people")
    assert says in text(admin.get(sent.location))


def test_a_role_is_known_by_the_name_that_exports_give_it(app: Flask, client_for: CLIENTS) -> None:
    admin = client_for("admin")
    written = ("Sales rep", "", "客服", "EMPLOYEE", "Administrator")
    rows = "".join(f"N{number},Li Na,East,{word}\n" for number, word in enumerate(written))
    sent = send(admin, f"name,manager,region,role\n{rows}", "people.csv", kind="people")
    told = "The role “Administrator” cannot be given by a file; an administrator gives it. A file gives: rep, employee, service."
    assert told in text(admin.get(sent.location))
    admin.submit(f"{sent.location}/writing", {"version": newest().version})
    grants = select(RoleGrant.role).join(Person, Person.id == RoleGrant.person_id).where(Person.name.like("N_"))
    grants = grants.order_by(Person.name)
    assert db.session.execute(grants).scalars().all() == ["rep", "rep", "service", "employee"]


def test_a_long_name_from_a_file_becomes_a_user_name_that_fits(app: Flask, client_for: CLIENTS) -> None:
    admin = client_for("admin")
    sent = send(admin, f"name,manager,region\n{'王' * 80},Li Na,East\n", "people.csv", kind="people")
    assert admin.submit(f"{sent.location}/writing", {"version": 1}).status_code == 303
    name = db.session.execute(select(Person.username).where(Person.name == "王" * 80)).scalar_one()
    assert name.startswith("wang2.wang2.wang2")
    assert len(name) <= 80


def test_turning_marks_in_names_from_a_file_are_left_out(app: Flask, client_for: CLIENTS) -> None:
    admin = client_for("admin")
    location = send(admin, "product,sales_price\n\u202eGTX\x1b Pro\u200b,1\n").location
    admin.submit(f"{location}/writing", {"version": 1})
    assert db.session.execute(select(Product.name)).scalars().all() == ["GTX Pro"]


@pytest.mark.parametrize(("column", "value"), [("lead_days", "9999999999"), ("sales_price", "99999999999")])
def test_a_number_that_no_column_holds_is_refused_in_a_file(
    app: Flask, client_for: CLIENTS, column: str, value: str
) -> None:
    row = {"product": "GTX", "sales_price": "1", "lead_days": "1"} | {column: value}
    admin = client_for("admin")
    location = send(admin, f"{','.join(row)}\n{','.join(row.values())}\n").location
    assert f"“{value}” is not a number that fits here." in text(admin.get(location))


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (b"", "products.csv", "The file is empty."),
        (b"product\nx\n", "products.csv", "The file has no column for"),
        (b"%PDF-1.7", "products.pdf", ""),
        (b"\x7fELF", "products.csv", ""),
        (b"PK\x03\x04 broken", "products.xlsx", ""),
    ],
)
def test_what_cannot_be_read_is_refused_at_its_field(
    app: Flask, client_for: CLIENTS, content: bytes, name: str, says: str
) -> None:
    answer = send(client_for("admin"), content, name)
    assert (answer.status_code, count(Batch)) == (422, 0)
    assert says in text(answer)
    assert "field--err" in text(answer)


def test_without_a_file_the_form_asks_for_one(app: Flask, client_for: CLIENTS) -> None:
    answer = client_for("admin").submit("/imports", {"kind": "products"}, content_type="multipart/form-data")
    assert answer.status_code == 422
    assert "Choose a CSV or Excel file." in text(answer)


def test_a_file_of_too_many_rows_is_refused(client_for: CLIENTS, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(queries, "MOST", 1)
    answer = send(client_for("admin"), GOOD)
    assert (answer.status_code, count(Batch)) == (422, 0)
    assert "at most 1 rows" in text(answer)


def test_an_unknown_kind_is_refused(app: Flask, client_for: CLIENTS) -> None:
    assert send(client_for("admin"), GOOD, kind="secrets").status_code == 422
    assert client_for("admin").get("/imports?kind=secrets").status_code == 200


@pytest.mark.parametrize("path", ["/imports", "/imports/1", "/imports/1/rejects"])
def test_imports_are_for_administrators(app: Flask, client_for: CLIENTS, path: str) -> None:
    send(client_for("admin"), MIXED)
    assert client_for("admin").get(path).status_code == 200
    assert client_for("manager").get(path).status_code == 403
    assert client_for(None).get(path).status_code == 303
    assert client_for("admin").get("/imports/999").status_code == 404


def test_nobody_sees_the_file_of_another(app: Flask, client_for: CLIENTS) -> None:
    from portal.identity.commands import people
    from tests.cast import SINCE, person

    with unit_of_work():
        people.grant_role(person("executive"), "admin", since=SINCE, by=making.viewer("admin"))
    location = send(client_for("admin"), MIXED).location
    other = client_for("executive")
    assert other.get(location).status_code == 404
    assert other.get(f"{location}/rejects").status_code == 404
    assert other.submit(f"{location}/writing", {"version": 1}).status_code == 404
    assert count(Product) == 0


def test_the_preview_speaks_chinese(app: Flask, client_for: CLIENTS) -> None:
    admin = client_for("admin", lang="zh")
    page = text(admin.get(send(admin, MIXED).location))
    assert "a lot" in page
    assert "is not a number" not in page
    assert "Write 2 rows" not in page


def test_nearly_known_names_are_taken_only_if_that_was_asked_for(app: Flask, client_for: CLIENTS) -> None:
    with unit_of_work():
        making.product(name="GTX Pro")
        making.account("rep", name="Acme Corporation")
    rows = (
        "opportunity_id,sales_agent,product,account,deal_stage,engage_date\n"
        "A1,Wang Lei,GTXPro,Acme Corporation,Engaging,2026-10-20\n"
    )
    admin = client_for("admin")
    shut = text(admin.get(send(admin, rows, "o.csv", kind="opportunities").location))
    assert "Did you mean “GTX Pro”?" in shut
    taken = text(admin.get(send(admin, rows, "o.csv", kind="opportunities", suggestions="y").location))
    assert "Write 1 row" in taken
    assert "GTXPro → GTX Pro" in taken


def test_the_box_for_suggestions_is_not_ticked_beforehand(app: Flask, client_for: CLIENTS) -> None:
    box = re.search(r'<input[^>]*name="suggestions"[^>]*>', text(client_for("admin").get("/imports")))
    assert box is not None
    assert "checked" not in box.group()


def test_people_and_customers_are_known_by_either_name(app: Flask, client_for: CLIENTS) -> None:
    with unit_of_work():
        making.account(name="Jinhe Chemical", name_zh="金禾化工")
    admin = client_for("admin")
    file = "客户名称,负责人,上级公司\n金禾化工,王磊,\n金禾新材料,王磊,金禾化工\n"
    answer = send(admin, file, "accounts.csv", kind="accounts")
    assert "Write 2 rows" in text(admin.get(answer.location))
    admin.submit(f"{answer.location}/writing", {"version": newest().version})
    assert (newest().created, newest().changed, count(Account)) == (1, 1, 2)


def test_a_class_is_known_by_the_name_that_exports_give_it(app: Flask, client_for: CLIENTS) -> None:
    admin = client_for("admin")
    written = ("Small or medium", "small_medium", "SMALL MEDIUM", "中小客户", "Gigantic", "")
    file = "account,class\n" + "".join(f"Works {number},{word}\n" for number, word in enumerate(written))
    answer = send(admin, file, "accounts.csv", kind="accounts")
    told = "Class “Gigantic” is not known. Known are: national, large, small_medium."
    assert told in text(admin.get(answer.location))
    admin.submit(f"{answer.location}/writing", {"version": newest().version})
    classes = db.session.execute(select(Account.customer_class).order_by(Account.name)).scalars().all()
    assert classes == ["small_medium"] * 4 + [""]


def test_of_two_people_with_one_name_none_is_chosen(app: Flask, client_for: CLIENTS) -> None:
    with unit_of_work():
        for number, (name, name_zh) in enumerate((("张伟", ""), ("张伟", ""), ("Zhao Min", "赵敏"), ("赵敏", ""))):
            create_person(username=f"same{number}", name=name, name_zh=name_zh, by=SYSTEM)
    admin = client_for("admin")
    for kind, file in (
        ("accounts", "客户名称,负责人\nA,张伟\nB,赵敏\nC,same1\n"),
        ("people", "姓名,主管,大区\n张伟,李娜,华东\n新来的,赵敏,华东\nsame1,李娜,华东\n"),
    ):
        answer = send(admin, file, "file.csv", kind=kind)
        page = text(admin.get(answer.location))
        assert "several are called “张伟”" in page
        assert "several are called “赵敏”" in page
        assert (newest().accepted, newest().rejected) == (1, 2)
        admin.submit(f"{answer.location}/writing", {"version": newest().version})
    owner = select(Person.username).join(AccountMember, AccountMember.person_id == Person.id)
    home = select(Person.username).join(Membership, Membership.person_id == Person.id)
    assert db.session.execute(owner).scalars().all() == ["same1"]
    assert db.session.execute(home.where(Person.username.startswith("same"))).scalars().all() == ["same1"]


def test_a_manager_named_in_chinese_is_the_one_who_is_here(app: Flask, client_for: CLIENTS) -> None:
    admin, before = client_for("admin"), count(Person)
    answer = send(admin, "姓名,主管,大区\n新来的,李娜,华东\n", "people.csv", kind="people")
    admin.submit(f"{answer.location}/writing", {"version": newest().version})
    assert count(Person) == before + 1


def test_a_file_of_another_kind_is_told_as_such(app: Flask, client_for: CLIENTS) -> None:
    page = text(send(client_for("admin"), GOOD, kind="people"))
    assert "The file has no column for: sales_agent, manager, regional_office." in page
    assert "Its columns are those of another kind" in page


def test_a_file_without_an_acceptable_row_cannot_be_written(app: Flask, client_for: CLIENTS) -> None:
    admin = client_for("admin")
    page = text(admin.get(send(admin, "product,series,sales_price\nA,B,a lot\n").location))
    assert "No row of this file can be written." in page
    assert "Write 0 rows" not in page
    assert "Drop the file" in page
