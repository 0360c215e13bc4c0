"""Reads: what can be imported, a file checked as a whole, one's own imports."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO

from sqlalchemy import Select, select

from portal.access.scopes import scope
from portal.access.viewer import Viewer
from portal.core import clock, sheets, undo
from portal.core.batches import Batch, BatchRow
from portal.core.db import db
from portal.core.errors import NotFound, Refused
from portal.core.flow import THINGS
from portal.core.intake import Column, Intake, Row
from portal.core.types import in_both
from portal.core.words import N_
from portal.customers.intake import INTAKE as ACCOUNTS
from portal.identity.intake import INTAKE as PEOPLE
from portal.imports.flow import OTHERS, STAYS, WRITTEN
from portal.pipeline.intake import INTAKE as OPPORTUNITIES
from portal.products.intake import INTAKE as PRODUCTS

INTAKES: dict[str, Intake] = {one.key: one for one in (PEOPLE, ACCOUNTS, PRODUCTS, OPPORTUNITIES)}
"""What can be imported, in the order in which it should be: later files name what earlier ones brought."""
MOST = 200_000


@scope(Batch)
def own(viewer: Viewer, permission: str) -> Select[Batch]:
    """Only those who sent a file see it and its rejected rows."""
    rows = select(Batch).where(Batch.kind.in_(INTAKES), Batch.person_id == viewer.id)
    return rows if viewer.may(permission) else rows.where(Batch.id < 0)


@dataclass(frozen=True)
class Checked:
    """A whole file, every row accepted or rejected with its reasons."""

    intake: Intake
    headings: list[str]
    rows: list[Row]
    ignored: list[str]
    encoding: str

    @property
    def columns(self) -> list[Column]:
        """The columns that some row fills."""
        return [one for one in self.intake.columns if any(row.cells.get(one.key) for row in self.rows)]

    @property
    def accepted(self) -> list[Row]:
        """The rows that will be written."""
        return [row for row in self.rows if row.accepted]

    @property
    def rejected(self) -> list[Row]:
        """The rows that will not, with their reasons."""
        return [row for row in self.rows if not row.accepted]

    @property
    def suggestions(self) -> list[tuple[str, str, int]]:
        """Spellings that are nearly known: as written, as known, in how many rows."""
        counts: dict[tuple[str, str], int] = {}
        for row in self.rows:
            for _column, written, known in row.suggested:
                counts[written, known] = counts.get((written, known), 0) + 1
        return [(written, known, count) for (written, known), count in sorted(counts.items())]


def intake_of(kind: str) -> Intake:
    """What the house can take in under this name. Refused for another."""
    if kind not in INTAKES:
        raise Refused(N_("There are imports of %(known)s."), "kind", known=", ".join(INTAKES))
    return INTAKES[kind]


def check_bytes(kind: str, content: bytes, file_name: str, *, accept_suggestions: bool) -> Checked:
    """Read and check a whole file. Refused, with one clear reason, if it cannot be read at all."""
    intake = intake_of(kind)
    table = sheets.read_table(BytesIO(content), file_name)
    places = {heading: _column(intake, heading) for heading in table.headers}
    missing = [it.key for it in intake.columns if it.required and it.key not in places.values()]
    if missing:
        if any(_has_needed(it, table.headers) for it in INTAKES.values()):
            raise Refused(HOLDS_OTHER, "kind", missing=", ".join(missing))
        raise Refused(N_("The file has no column for: %(missing)s."), "file", missing=", ".join(missing))
    rows = []
    for line, cells, problem in table.rows:
        rows.append(Row(line, _cells(places.values(), cells)))
        if problem is not None:
            rows[-1].reject(problem.reason, **problem.values)
    if len(rows) > MOST:
        raise Refused(
            N_("A file may hold at most %(most)s rows; this one has more. Split it."), "file", most=MOST
        )
    intake.check(rows, accept_suggestions)
    ignored = [heading for heading, key in places.items() if key is None]
    return Checked(intake, list(table.headers), rows, ignored, table.encoding)


HOLDS_OTHER = N_("The file has no column for: %(missing)s. Its columns are those of another kind; choose what it holds.")


def _has_needed(intake: Intake, headings: Iterable[str]) -> bool:
    found = {_column(intake, heading) for heading in headings}
    return all(column.key in found for column in intake.columns if column.required)


def _column(intake: Intake, heading: str) -> str | None:
    return next((column.key for column in intake.columns if column.known_as(heading)), None)


def _cells(keys: Iterable[str | None], cells: list[str]) -> dict[str, str]:
    return {key: cell for key, cell in zip(keys, cells, strict=False) if key is not None}


def lately(viewer: Viewer, limit: int = 30) -> list[Batch]:
    """The viewer's imports, newest first."""
    found = own(viewer, "imports.run").order_by(Batch.id.desc()).limit(limit)
    return list(db.session.execute(found).scalars())


def rejects(checked: Checked, *, who: str, zone: str, say: Callable[..., str]) -> bytes:
    """The rejected rows as CSV, as they were sent, each with its line and its reasons; mended, the file can be sent again.

    `say` translates an N_ text and puts its values in.
    """
    columns = checked.intake.columns
    rows = [
        [
            str(row.line),
            *(row.cells.get(column.key, "") for column in columns),
            " ".join(say(reason, **values) for reason, values in row.reasons),
        ]
        for row in checked.rejected
    ]
    heads = [
        (say(N_("Line")), "text"),
        *((column.key, "text") for column in columns),
        (say(N_("Why not")), "text"),
    ]
    made = sheets.Export(
        title=say(checked.intake.label),
        columns=heads,
        rows=rows,
        who=who,
        when=clock.now(),
        zone=zone,
        say=say,
    )
    out = BytesIO()
    sheets.write_csv(made, out)
    return out.getvalue()


@dataclass(frozen=True)
class Left:
    """Something that an undo leaves as it is: what it is, its name in both languages, where it is seen, and why (N_ texts)."""

    what: str
    name: dict[str, str]
    path: str
    why: str
    by: str


@dataclass(frozen=True)
class Preview:
    """What an undo would do now: of each kind of thing, how many go and how many get old values; what stays."""

    kinds: list[tuple[str, int, int]]
    others: int
    left: list[Left]

    @property
    def removed(self) -> int:
        """How many things go."""
        return sum(gone for _what, gone, _back in self.kinds)

    @property
    def restored(self) -> int:
        """How many are set back."""
        return sum(back for _what, _gone, back in self.kinds)


def may_be_undone(it: Batch) -> bool:
    """Whether something of an import can be taken back: it wrote something, and what it wrote was kept."""
    kept = select(BatchRow.row_id).where(BatchRow.batch_id == it.id).limit(1)
    return it.state == WRITTEN and db.session.execute(kept).first() is not None


def would_undo(it: Batch, viewer: Viewer) -> Preview:
    """What an undo of the import would take back now, and what would stay as it is, with the reason."""
    ties = INTAKES[it.kind].parts
    made = undo.plan(it, ties)
    kinds = [(one.name, len(made.gone[table]), len(made.back[table])) for table, one in THINGS.items()]
    every = sum(len(those) for those in (*made.gone.values(), *made.back.values()))
    told = [kind for kind in kinds if kind[1] or kind[2]]
    return Preview(told, every - sum(gone + back for _what, gone, back in told), _left(made.stays, ties, viewer))


def left(it: Batch, viewer: Viewer) -> list[Left]:
    """What stayed as it was when the import was undone, with the reason."""
    return _left(undo.left(it), INTAKES[it.kind].parts, viewer)


def _left(stays: Mapping[undo.Row, str], ties: Sequence[undo.Part], viewer: Viewer) -> list[Left]:
    things = undo.owners(stays, ties)
    names = undo.named(things)
    found = []
    for (table, number), why in sorted(things.items()):
        if (table, number) in names:
            thing, (code, _colon, by) = THINGS[table], why.partition(":")
            path = thing.path.format(number) if thing.path and viewer.may(thing.may) else ""
            holder = THINGS[by].name if by in THINGS else OTHERS
            found.append(Left(thing.name, in_both(*names[table, number]), path, STAYS[code], holder))
    return found


def from_command_line(number: int | None = None) -> list[Batch]:
    """The written imports of the command line, newest first; one of them by its number. NotFound if there is no such one."""
    rows = select(Batch).where(Batch.kind.in_(INTAKES), Batch.person_id.is_(None), Batch.state == WRITTEN)
    if number is not None:
        rows = rows.where(Batch.id == number)
    found = list(db.session.execute(rows.order_by(Batch.id.desc()).limit(30)).scalars())
    if number is not None and not found:
        raise NotFound
    return found
