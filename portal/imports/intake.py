"""A file from the command line: checked, written, counted, and its rejected rows kept in a file beside the data; and its undo."""

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from portal.access.viewer import SYSTEM
from portal.core import files
from portal.core.db import db, unit_of_work
from portal.core.flow import Channel
from portal.imports import commands, queries


@dataclass(frozen=True)
class Told:
    """What an import did: read = accepted + rejected; of the accepted, changed (new ones included) and unchanged."""

    read: int
    accepted: int
    rejected: int
    created: int
    changed: int
    unchanged: int
    written: bool
    suggestions: list[tuple[str, str, int]]
    rejects_file: str

    def lines(self) -> list[str]:
        """The lines that the command prints."""
        told = [
            f"“{written}” is nearly “{known}” ({count} rows)" for written, known, count in self.suggestions
        ]
        told += [f"read {self.read}", f"accepted {self.accepted}", f"rejected {self.rejected}"]
        if self.written:
            told += [
                f"changed {self.created + self.changed} (new {self.created})",
                f"unchanged {self.unchanged}",
            ]
        else:
            told.append("nothing written (dry run)")
        if self.rejects_file:
            told.append(f"rejected rows with reasons: {self.rejects_file}")
        return told


def run_file(
    kind: str, path: Path, *, dry_run: bool, accept_suggestions: bool, folder: Path, currency: str
) -> Told:
    """Check a file and, unless it is a dry run, write its accepted rows in one transaction.

    Rejected rows go, as they were, with line and reasons, into a CSV file in `folder`. Refused if it cannot be read.
    """
    with path.open("rb") as file:
        content = files.read_upload(file)
    checked = queries.check_bytes(kind, content, path.name, accept_suggestions=accept_suggestions)
    db.session.rollback()
    rejects = _keep_rejects(checked, folder / f"{path.stem}.rejects.csv") if checked.rejected else ""
    created = changed = unchanged = 0
    if not dry_run:
        by = SYSTEM.by(Channel.IMPORT)
        with unit_of_work():
            digest = sha256(content).hexdigest()
            it = commands.stage(
                checked, file_name=path.name, sha256=digest, accepts_suggestions=accept_suggestions, by=by
            )
            commands.write(it, checked, currency=currency, version=it.version, by=by)
            created, changed, unchanged = it.created, it.changed, it.unchanged
    return Told(
        len(checked.rows), len(checked.accepted), len(checked.rejected), created, changed, unchanged, not dry_run,
        checked.suggestions, rejects,
    )  # fmt: skip


def undo(number: int | None, *, dry_run: bool) -> list[str]:
    """Undo an import of the command line, or say what that would do; the lines that the command prints.

    Without a number, those that can be undone. NotFound if there is none of that number.
    """
    if number is None:
        listed = queries.from_command_line()
        return [f"{it.id}  {it.kind}  {it.file_name}  new {it.created}, changed {it.changed}" for it in listed]
    it = queries.from_command_line(number)[0]
    version = it.version
    if dry_run:
        found = queries.would_undo(it, SYSTEM)
        return [f"would remove {found.removed}", f"would set back {found.restored}", f"would stay {len(found.left)}",
                *_stays(found.left)]  # fmt: skip
    with unit_of_work():
        it = queries.from_command_line(number)[0]
        commands.undo(it, version=version, by=SYSTEM.by(Channel.IMPORT))
        stayed = _stays(queries.left(it, SYSTEM))
        return [f"removed {it.removed}", f"set back {it.restored}", f"stayed {it.stayed}", *stayed]


def _stays(left: list[queries.Left]) -> list[str]:
    return [f"stays: {one.what} “{one.name['en']}”, {_plain(one.why, what=one.by)}" for one in left]


def _keep_rejects(checked: queries.Checked, file: Path) -> str:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(queries.rejects(checked, who=SYSTEM.name, zone=SYSTEM.zone, say=_plain))
    return str(file)


def _plain(reason: str, **values: Any) -> str:
    return reason % values if values else reason
