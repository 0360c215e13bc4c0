"""Files to import: send, look at, write, undo; rejected rows to take home."""

from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Response, current_app, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import files
from portal.core.batches import Batch
from portal.core.db import db
from portal.core.flow import Channel
from portal.core.sheets import content_disposition
from portal.imports import commands, queries
from portal.imports.flow import FLOW, STAGED, UNDONE, WRITTEN
from portal.imports.forms import FileForm, WriteForm
from portal.web.answers import done, page
from portal.web.pages import Pages, once, viewer

pages = Pages("imports", __name__)
SHOWN = 50
LISTED = 200


@pages.get("/imports", may="imports.run")
def index(form: FileForm | None = None, status: int = 200) -> ResponseReturnValue:
    """What can be imported, the form for a file, and the viewer's former imports."""
    asked = request.args.get("kind", "people")
    form = form or FileForm(data={"kind": asked})
    return page(
        "imports/index.html",
        status,
        form=form,
        intakes=queries.INTAKES,
        batches=queries.lately(viewer()),
        states=FLOW.names,
    )


@pages.post("/imports", may="imports.run", form=FileForm, back=index, unit=False)
def stage(form: FileForm) -> ResponseReturnValue:
    """Read and check a file; nothing is written until its preview has been seen."""
    name = files.display_name(form.file.data.filename or "")
    content = files.read_upload(form.file.data)
    checked = queries.check_bytes(form.kind.data, content, name, accept_suggestions=form.suggestions.data)
    kept = files.keep(BytesIO(content), _folder())
    db.session.rollback()

    def act() -> ResponseReturnValue:
        it = commands.stage(
            checked,
            file_name=name,
            sha256=kept.sha256,
            accepts_suggestions=form.suggestions.data,
            by=viewer(),
        )
        return done("imports.show", id=it.id)

    return once(act)


@pages.get("/imports/<int:id>", may="imports.run", on=Batch)
def show(it: Batch, form: WriteForm | None = None, status: int = 200) -> ResponseReturnValue:
    """One file: what would happen, or has happened."""
    checked = _checked(it) if it.state == STAGED else None
    form = form or WriteForm(data={"version": it.version})
    return page(
        "imports/show.html",
        status,
        it=it,
        form=form,
        checked=checked,
        intake=queries.INTAKES[it.kind],
        columns=checked.columns if checked else [],
        states=FLOW.names,
        shown=SHOWN,
        reason_in_words=in_words,
        undoable=queries.may_be_undone(it),
        left=queries.left(it, viewer()) if it.state == UNDONE else [],
        listed=LISTED,
    )


@pages.post("/imports/<int:id>/writing", may="imports.run", on=Batch, form=WriteForm, back=show, unit=False)
def write(it: Batch, form: WriteForm) -> ResponseReturnValue:
    """Write all accepted rows, in one transaction."""
    checked = _checked(it)
    number, currency = it.id, current_app.extensions["settings"].currency
    db.session.rollback()

    def act() -> ResponseReturnValue:
        again = db.session.get_one(Batch, number)
        commands.write(
            again, checked, currency=currency, version=form.version.data, by=viewer().by(Channel.IMPORT)
        )
        return done(
            "imports.show",
            id=number,
            say=_("Written: %(new)s new, %(changed)s changed.", new=again.created, changed=again.changed),
            undo=url_for("imports.undo", id=number, version=again.version) if queries.may_be_undone(again) else "",
        )

    return once(act)


@pages.post("/imports/<int:id>/disposal", may="imports.run", on=Batch, form=WriteForm, back=show)
def drop(it: Batch, form: WriteForm) -> ResponseReturnValue:
    """Throw a file away that was only looked at."""
    commands.drop(it, version=form.version.data, by=viewer())
    return done("imports.index", say=_("The file was dropped; nothing was written."))


@pages.get("/imports/<int:id>/undo", may="imports.run", on=Batch)
def preview_undo(it: Batch, form: WriteForm | None = None, status: int = 200) -> ResponseReturnValue:
    """What an undo would take back now, and what would stay as it is, with the reason."""
    if it.state != WRITTEN:
        return show(it, form, status) if form else done("imports.show", id=it.id)
    form = form or WriteForm(data={"version": it.version})
    preview = queries.would_undo(it, viewer())
    return page(
        "imports/undo.html", status, it=it, form=form, preview=preview, undoable=queries.may_be_undone(it),
        listed=LISTED, reason_in_words=in_words,
    )  # fmt: skip


@pages.post("/imports/<int:id>/undo", may="imports.run", on=Batch, form=WriteForm, back=preview_undo)
def undo(it: Batch, form: WriteForm) -> ResponseReturnValue:
    """Take back all that is still as the import wrote it, in one transaction; the rest stays and is listed."""
    # Right after writing the way back is offered without a page of its own: its address tells the version.
    version = form.version.data if "version" in request.form else request.args.get("version", 0, int)
    commands.undo(it, version=version, by=viewer().by(Channel.IMPORT))
    say = _("Undone: %(removed)s removed, %(restored)s set back, %(stayed)s stayed.", removed=it.removed,
            restored=it.restored, stayed=it.stayed)  # fmt: skip
    return done("imports.show", id=it.id, say=say)


@pages.get("/imports/<int:id>/rejects", may="imports.run", on=Batch)
def rejects(it: Batch) -> ResponseReturnValue:
    """The rejected rows as they were sent, with line and reasons in the reader's language."""
    content = queries.rejects(_checked(it), who=viewer().name, zone=viewer().zone, say=in_words)
    answer = Response(content, mimetype="text/csv")
    answer.headers["Content-Disposition"] = content_disposition(f"{Path(it.file_name).stem}-rejects.csv")
    return answer


def in_words(reason: str, **values: Any) -> str:
    """Why a row is rejected, in the reader's language; the names of columns are translated with it."""
    return _(reason, **{key: _(value) if key in ("column", "what") else value for key, value in values.items()})


def _folder() -> Path:
    return current_app.extensions["settings"].folder / "files"  # type: ignore[no-any-return]


def _checked(it: Batch) -> queries.Checked:
    with files.open_kept(_folder(), it.sha256) as kept:
        content = kept.read()
    return queries.check_bytes(it.kind, content, it.file_name, accept_suggestions=it.accepts_suggestions)
