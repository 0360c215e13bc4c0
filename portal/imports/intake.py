"""A file from the command line: checked, written, counted, and its rejected rows kept in a file beside the data."""

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


def _keep_rejects(checked: queries.Checked, file: Path) -> str:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(queries.rejects(checked, who=SYSTEM.name, zone=SYSTEM.zone, say=_plain))
    return str(file)


def _plain(reason: str, **values: Any) -> str:
    return reason % values if values else reason
