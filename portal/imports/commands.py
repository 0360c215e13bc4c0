"""Stage a file, write it, drop it, undo it."""

from collections import Counter

from portal.access.viewer import Viewer
from portal.core import clock
from portal.core.batches import Batch, keeping
from portal.core.db import db
from portal.core.errors import Refused
from portal.core.events import Ref, queued, record
from portal.core.flow import THINGS
from portal.core.moves import move
from portal.core.types import Outcome
from portal.core.undo import owners, plan, put_back
from portal.core.words import N_
from portal.imports import flow
from portal.imports.queries import INTAKES, Checked, may_be_undone

APART = ("notification",)
"""What people were told stays told."""


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
    with keeping(it, APART):
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


def undo(it: Batch, *, version: int, by: Viewer) -> Batch:
    """Take back what the import wrote, in the open unit of work: all that is still as it was written and that nothing needs.

    What stays is listed with the batch (`core.undo.left`).
    """
    if it.state == flow.WRITTEN and not may_be_undone(it):
        raise Refused(N_("Nothing of this import can be taken back."))
    intake, told = INTAKES[it.kind], queued(db.session())
    move(it, flow.FLOW, "undo", by=by, version=version, undone_at=clock.now())
    taken = plan(it, intake.parts, locked=True)
    put_back(taken)
    intake.undone(taken, by=by)
    things = [(name, number) for name, ids in taken.gone.items() if name in THINGS for number in sorted(ids)]
    for name, number in things:
        account_id = number if name == "account" else taken.rows[name][number].get("account_id")
        record(flow.TOOK_BACK, Ref(name, number), by=by, account_id=account_id, what=THINGS[name].name)
    it.removed, it.restored = len(things), sum(len(those) for name, those in taken.back.items() if name in THINGS)
    it.stayed = len(owners(taken.stays, intake.parts))
    it.undo_events = queued(db.session()) - told
    record(
        flow.UNDONE_FILE, it, by=by, what=intake.label, removed=it.removed, restored=it.restored, stayed=it.stayed
    )
    return it
