"""Lists on their pages and as files: whatever the address says, and the same rows either way."""

import csv
import io
import random
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import BinaryIO
from urllib.parse import quote, urlencode

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core import clock, lists, sheets
from portal.core.db import db, is_writing, unit_of_work
from portal.core.events import Event
from portal.core.saved_views import SavedView
from portal.web.lists import FORMATS
from tests import making
from tests.cast import person
from tests.client import PortalClient

FUZZED = 150
NAMES = [
    "sort",
    "after",
    "before",
    "rows",
    "cols",
    "col",
    "q",
    "state",
    "reason",
    "page",
    "offset",
    "lang",
    "theme",
    "é",
    "",
]
VALUES = [
    "", "-", "number", "-changed", "id", "waiting", "0", "-1", "25", "1e9", "9" * 30, "a\0b", "金", "'; DROP TABLE", "<b>", "%",
    "W1s", "WyJhIiwgMV0", "x" * 3_000, "\r\nSet-Cookie: a=b", "\u202e",
]  # fmt: skip


@pytest.fixture
def listed(app: Flask) -> Iterator[Flask]:
    """Thirty requests of the rep, one for a customer whose name is a formula."""
    with clock.at(making.MONDAY):
        with unit_of_work():
            making.house()
            of, thing = making.account(), making.product()
            making.draft(of=making.account(name="=cmd|' /C calc'!A1"), thing=thing)
        for number in range(29):
            with clock.at(making.MONDAY + timedelta(minutes=number)), unit_of_work():
                making.draft(of=of, thing=thing, asked=(900 - number) * 1_000, pieces=number + 1)
        yield app


def rows(page: str) -> list[str]:
    """The numbers of the requests on a page, in order."""
    return re.findall(r">(PR-\d{4}-\d{4})<", page)


def text(client: PortalClient, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.get_data(as_text=True)


def test_no_address_of_a_list_is_an_error(listed: Flask, client_for: Callable[..., PortalClient]) -> None:
    client, dice = client_for("rep"), random.Random(3)
    for _each in range(FUZZED):
        pairs = [(dice.choice(NAMES), dice.choice(VALUES)) for _pair in range(dice.randint(1, 5))]
        text(client, "/price-requests?" + urlencode(pairs))
    for raw in ("%ff=%fe", "&&==&", "sort=%ED%A0%80", "q=%", "after=%00", "?" * 50):
        text(client, f"/price-requests?{raw}")


def test_what_is_typed_is_shown_but_never_run(listed: Flask, client_for: Callable[..., PortalClient]) -> None:
    page = text(client_for("rep"), "/price-requests?q=" + quote('"><script>alert(1)</script>'))
    assert "<script>alert" not in page


def test_pages_lead_on_and_back(listed: Flask, client_for: Callable[..., PortalClient]) -> None:
    client = client_for("rep")
    first = text(client, "/price-requests?rows=25")
    onward = re.search(r'href="([^"]*after=[^"]*)"[^>]*rel="next"', first)
    assert onward is not None
    second = text(client, onward[1].replace("&amp;", "&"))
    back = re.search(r'href="([^"]*before=[^"]*)"[^>]*rel="prev"', second)
    assert back is not None
    assert len(rows(first) + rows(second)) == len(set(rows(first) + rows(second))) == 30
    assert rows(text(client, back[1].replace("&amp;", "&"))) == rows(first)


def exported(client: PortalClient, state: str, file_format: str = "csv") -> bytes:
    answer = client.submit("/price-requests/export", {"format": file_format, "state": state})
    assert answer.status_code == 200
    return answer.data


@pytest.mark.parametrize(
    "state",
    ["", "sort=asked", "sort=-pieces", "state=draft", "state=waiting", "q=Customer", "cols=number,pieces"],
)
def test_an_export_has_the_rows_of_the_page_in_their_order(
    listed: Flask, client_for: Callable[..., PortalClient], state: str
) -> None:
    client = client_for("rep")
    page = rows(text(client, f"/price-requests?rows=100&{state}"))
    told = list(csv.reader(io.StringIO(exported(client, state).decode("utf-8-sig"))))
    assert [row[0] for row in told if row and row[0].startswith("PR-")] == page


@pytest.mark.parametrize("file_format", ["xlsx", "csv", "docx", "txt", "clipboard"])
def test_every_format_leaves_with_an_event(
    listed: Flask, client_for: Callable[..., PortalClient], file_format: str
) -> None:
    assert exported(client_for("rep"), "", file_format)
    event = db.session.execute(select(Event).where(Event.kind == "list.exported")).scalar_one()
    assert (event.actor_id, event.payload["rows"], event.payload["format"]) == (
        person("rep").id,
        30,
        file_format,
    )


def test_a_file_is_written_while_others_may_write(
    listed: Flask, client_for: Callable[..., PortalClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    held = []

    def write(made: sheets.Export, out: BinaryIO) -> int:
        held.append(is_writing())
        return sheets.write_csv(made, out)

    monkeypatch.setitem(FORMATS, "csv", ("text/csv", write))
    exported(client_for("rep"), "")
    assert held == [False]


def test_an_export_is_of_a_list_and_of_none_of_its_rows(
    listed: Flask, client_for: Callable[..., PortalClient]
) -> None:
    """The audit view leads to the subject of each event: a number would be that of some row."""
    exported(client_for("rep"), "")
    event = db.session.execute(select(Event).where(Event.kind == "list.exported")).scalar_one()
    assert (event.subject_kind, event.subject_id) == ("price_requests", 0)


def test_a_file_tells_where_it_stopped(
    listed: Flask, client_for: Callable[..., PortalClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "only the first" not in exported(client_for("rep"), "").decode("utf-8-sig")
    monkeypatch.setattr(lists, "MOST", 12)
    told = exported(client_for("rep"), "").decode("utf-8-sig")
    assert (len(re.findall(r"^PR-", told, re.MULTILINE)), "only the first 12 rows" in told) == (12, True)


def test_no_form_of_a_list_loses_what_another_chose(
    listed: Flask, client_for: Callable[..., PortalClient]
) -> None:
    page = text(client_for("rep"), "/price-requests?q=Customer&cols=number,state&sort=asked&state=draft")
    forms = re.findall(r'<form[^>]* action="/price-requests".*?</form>', page, re.DOTALL)
    search, columns = (sorted(re.findall(r'type="hidden" name="(\w+)"', form)) for form in forms)
    assert (search, columns) == (["cols", "sort", "state"], ["q", "sort", "state"])


def test_filters_follow_what_is_typed(listed: Flask, client_for: Callable[..., PortalClient]) -> None:
    """A search refreshes only the block of the rows, so whatever leads on from it stands inside."""
    client = client_for("rep")
    partial = {"HX-Request": "true", "HX-Request-Type": "partial", "HX-Target": "div#price_requests-rows"}
    block = client.get("/price-requests?q=Customer&sort=asked", headers=partial).get_data(as_text=True)
    chips = re.findall(r'href="([^"]*state=waiting[^"]*)"', block)
    assert chips == ["/price-requests?q=Customer&amp;sort=asked&amp;state=waiting"]


def test_no_cell_of_a_csv_is_a_formula(listed: Flask, client_for: Callable[..., PortalClient]) -> None:
    told = csv.reader(io.StringIO(exported(client_for("rep"), "").decode("utf-8-sig")))
    cells = [cell for row in told for cell in row if "cmd|" in cell]
    assert cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))]


def test_an_unknown_format_is_refused(listed: Flask, client_for: Callable[..., PortalClient]) -> None:
    answer = client_for("rep").submit("/price-requests/export", {"format": "exe", "state": ""})
    assert answer.status_code in (400, 422)


def test_the_same_export_twice_is_two_files(listed: Flask, client_for: Callable[..., PortalClient]) -> None:
    client = client_for("rep")
    data = {"format": "csv", "state": ""}
    first, again = (client.submit("/price-requests/export", data, once="same") for _each in range(2))
    assert (first.status_code, again.status_code) == (200, 200)
    assert rows(first.get_data(as_text=True).replace(",", "<")) == rows(
        again.get_data(as_text=True).replace(",", "<")
    )


def keep(client: PortalClient, **changed: str) -> int:
    data = {
        "list_key": "price_requests",
        "path": "/price-requests",
        "query": "sort=asked&state=draft",
        "name": "Drafts",
    }
    return client.submit("/saved-views", data | changed).status_code


def test_a_view_is_kept_under_its_name_and_found_again(
    listed: Flask, client_for: Callable[..., PortalClient]
) -> None:
    client = client_for("rep")
    assert "Saved views" not in text(client, "/price-requests"), "one tab alone is no choice"
    assert keep(client) == 303
    page = text(client, "/price-requests?sort=asked&state=draft")
    assert re.search(
        r'<a href="/price-requests\?sort=asked&amp;state=draft" aria-current="page">Drafts</a>', page
    )
    assert "Drafts" not in text(client_for("colleague"), "/price-requests")


def test_a_shared_view_shows_everybody_his_own_rows(
    listed: Flask, client_for: Callable[..., PortalClient]
) -> None:
    keep(client_for("rep"), shared="y")
    colleague = client_for("colleague")
    assert "Drafts" in text(colleague, "/price-requests")
    assert rows(text(colleague, "/price-requests?sort=asked&state=draft")) == []


def test_only_its_owner_removes_a_view(listed: Flask, client_for: Callable[..., PortalClient]) -> None:
    keep(client_for("rep"), shared="y")
    it = db.session.execute(select(SavedView)).scalar_one()
    assert client_for("colleague").submit(f"/saved-views/{it.id}/removal").status_code == 404
    assert client_for("rep").submit(f"/saved-views/{it.id}/removal").status_code == 303
    db.session.rollback()
    assert db.session.execute(select(SavedView)).first() is None


@pytest.mark.parametrize(
    "path",
    [
        "//evil.example",
        "https://evil.example",
        "javascript:alert(1)",
        "/\\evil.example",
        "/nowhere",
        "/logout",
    ],
)
def test_a_view_leads_nowhere_else(listed: Flask, client_for: Callable[..., PortalClient], path: str) -> None:
    assert keep(client_for("rep"), path=path) == 422


def test_the_same_name_again_is_the_new_state(listed: Flask, client_for: Callable[..., PortalClient]) -> None:
    client = client_for("rep")
    keep(client)
    keep(client, query="sort=pieces")
    assert list(db.session.execute(select(SavedView.query)).scalars()) == ["sort=pieces"]


def test_a_view_is_shared_by_those_alone_who_may_open_the_list(
    listed: Flask, client_for: Callable[..., PortalClient]
) -> None:
    assert keep(client_for("employee"), shared="y") == 422
    assert keep(client_for("employee"), shared="y", path="/products") == 303
    assert "Drafts" not in text(client_for("rep"), "/price-requests")
