"""The figures of the real files: sales data that nobody here wrote, taken in by the command's own function."""

import csv
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.core.db import db, unit_of_work
from portal.core.errors import Refused
from portal.core.events import Event, first_broken
from portal.customers.models import Account
from portal.identity.models import Person, Region, Team
from portal.imports import intake, queries
from portal.imports.intake import Told
from portal.pipeline.models import Opportunity
from tests import making

FILES = {
    "people": "sales_teams.csv",
    "accounts": "accounts.csv",
    "products": "products.csv",
    "opportunities": "sales_pipeline.csv",
}


@pytest.fixture
def files(shared_data: Path) -> Path:
    """The folder of the real files."""
    return shared_data / "maven_crm"


def take_in(app: Flask, files: Path, kind: str, *, accept: bool = True, dry: bool = False) -> Told:
    """One file, as `portal import` takes it in."""
    folder = app.extensions["settings"].folder / "imports"
    return intake.run_file(kind, files / FILES[kind], dry_run=dry, accept_suggestions=accept, folder=folder, currency="USD")


def count(what: object) -> int:
    """How many rows a table has."""
    return int(db.session.execute(select(func.count()).select_from(what)).scalar_one())  # type: ignore[arg-type]


def test_the_figures_of_the_real_files(app: Flask, files: Path) -> None:
    with unit_of_work():
        making.calendar()
    people, teams, regions = count(Person), count(Team), count(Region)
    told = {kind: take_in(app, files, kind) for kind in FILES}
    assert (told["people"].read, told["people"].accepted, told["people"].created) == (36, 36, 36)
    assert (count(Person) - people, count(Team) - teams) == (36 + 7, 7)
    named = select(Region.name).where(Region.name.in_(["Central", "East", "West"]))
    assert set(db.session.execute(named).scalars()) == {"Central", "East", "West"}
    assert count(Region) - regions == 2, "East was there already"
    assert (told["accounts"].read, told["accounts"].created) == (85, 85)
    assert db.session.execute(select(func.count()).where(Account.parent_id.is_not(None))).scalar_one() == 15
    assert (told["products"].read, told["products"].created) == (7, 7)
    pipeline = told["opportunities"]
    assert (pipeline.read, pipeline.accepted, pipeline.rejected) == (8801, 7375, 1426)
    assert pipeline.suggestions == [("GTXPro", "GTX Pro", 1480)]
    won = select(func.sum(Opportunity.value_minor)).where(Opportunity.stage == "won")
    assert db.session.execute(won).scalar_one() == 10_005_534_00
    assert first_broken(db.session()) is None
    events = count(Event)
    again = {kind: take_in(app, files, kind) for kind in FILES}
    assert {kind: (one.created, one.changed) for kind, one in again.items()} == dict.fromkeys(FILES, (0, 0))
    assert again["opportunities"].unchanged == 7375
    assert count(Event) - events == 2 * len(FILES), "only that the files were taken in"


def test_a_name_that_is_nearly_known_is_rejected_with_the_suggestion(app: Flask, files: Path) -> None:
    with unit_of_work():
        making.calendar()
    for kind in ("people", "accounts", "products"):
        take_in(app, files, kind)
    told = take_in(app, files, "opportunities", accept=False, dry=True)
    assert told.read == told.accepted + told.rejected == 8801
    assert count(Opportunity) == 0
    rejected = Path(told.rejects_file).read_text(encoding="utf-8-sig")
    assert "Did you mean “GTX Pro”?" in rejected
    assert "“Teste” is not known" in rejected
    reasons = [row[-1] for row in csv.reader(rejected.splitlines()) if row and row[0].isdigit()]
    assert sum("Customer is missing." in reason for reason in reasons) == 1425


def test_every_encoding_gives_the_same(app: Flask, files: Path) -> None:
    text = (files / "accounts.csv").read_text(encoding="utf-8")
    book = openpyxl.Workbook()
    for row in csv.reader(text.splitlines()):
        book.active.append(row)  # type: ignore[union-attr]
    kept = BytesIO()
    book.save(kept)
    contents = {
        "a.csv": text.encode(), "b.csv": text.encode("utf-8-sig"), "c.csv": text.encode("gb18030"),
        "d.csv": text.encode("utf-16"), "e.xlsx": kept.getvalue(),
    }  # fmt: skip
    found = [
        [row.values for row in queries.check_bytes("accounts", content, name, accept_suggestions=True).rows]
        for name, content in contents.items()
    ]
    assert len(found[0]) == 85
    assert all(one == found[0] for one in found)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"nothing,of,this\n1,2,3\n", "no column for"),
        (b"a" * (21 * 2**20), "larger than"),
        (b"%PDF-1.7 not a table", "Only CSV and Excel"),
    ],
)
def test_what_is_no_table_is_refused_with_one_line(app: Flask, content: bytes, says: str, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(content)
    with pytest.raises(Refused, match=says):
        intake.run_file("people", file, dry_run=False, accept_suggestions=True, folder=tmp_path, currency="CNY")
    assert count(Team) == 6, "nothing was written"
    assert app.extensions["settings"]


def test_a_failure_in_the_middle_writes_nothing(app: Flask, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with unit_of_work():
        making.calendar()
    for kind in ("people", "accounts", "products"):
        take_in(app, files, kind)

    def fail(*_told: object, **_more: object) -> None:
        raise OSError("the disk is gone")

    monkeypatch.setattr("portal.pipeline.commands._serve", fail)
    with pytest.raises(OSError, match="disk"):
        take_in(app, files, "opportunities")
    assert count(Opportunity) == 0
