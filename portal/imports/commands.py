"""Stage a file, write it, drop it."""

from collections import Counter

from portal.access.viewer import Viewer
from portal.core import clock
from portal.core.batches import Batch
from portal.core.db import db
from portal.core.events import record
from portal.core.moves import move
from portal.core.types import Outcome
from portal.imports import flow
from portal.imports.queries import INTAKES, Checked


def stage(checked: Checked, *, file_name: str, sha256: str, accepts_suggestions: bool, by: Viewer) -> Batch:
    """Keep a checked file to be looked at; nothing of it is written yet."""
    it = Batch(
        kind=checked.intake.key, person_id=by.id, created_at=clock.now(), file_name=file_name[:200], sha256=sha256,
        accepts_suggestions=accepts_suggestions, state=flow.STAGED, version=1, read=len(checked.rows),
        accepted=len(checked.accepted), rejected=len(checked.rejected), created=0, changed=0, unchanged=0,
    )  # fmt: skip
    db.session.add(it)
    db.session.flush()
    record(flow.STAGED_FILE, it, by=by, what=checked.intake.label, read=it.read, rejected=it.rejected)
    return it


def write(it: Batch, checked: Checked, *, currency: str, version: int, by: Viewer) -> Batch:
    """Write all accepted rows of a file, in the open unit of work: all of them or none."""
    accepted = checked.accepted
    counts = Counter(checked.intake.write(accepted, by=by, currency=currency))
    move(
        it, flow.FLOW, "write", by=by, version=version, written_at=clock.now(), read=len(checked.rows), accepted=len(accepted),
        rejected=len(checked.rejected), created=counts[Outcome.CREATED], changed=counts[Outcome.CHANGED],
        unchanged=counts[Outcome.UNCHANGED],
    )  # fmt: skip
    record(
        flow.WRITTEN_FILE, it, by=by, what=checked.intake.label, created=it.created, changed=it.changed,
        unchanged=it.unchanged, rejected=it.rejected,
    )  # fmt: skip
    return it


def drop(it: Batch, *, version: int, by: Viewer) -> None:
    """Throw a file away that was only looked at."""
    move(it, flow.FLOW, "drop", by=by, version=version)
    record(flow.DROPPED_FILE, it, by=by, what=INTAKES[it.kind].label)
