"""A person's notices."""

from flask import request
from flask.typing import ResponseReturnValue

from portal.access.permissions import SIGNED_IN
from portal.access.scopes import LARGEST
from portal.identity.queries import viewers
from portal.notifications import commands, queries
from portal.notifications.forms import ReadForm
from portal.web.answers import done, page, safe_next, sent_on
from portal.web.pages import Pages, viewer

pages = Pages("notifications", __name__)


@pages.get("/notifications", may=SIGNED_IN)
def index() -> ResponseReturnValue:
    """What the viewer has been told, newest first."""
    who = viewer()
    before = request.args.get("before", type=int)
    told = queries.inbox(who.id or 0, before=min(before, LARGEST - 1) if before is not None and before > 0 else None)
    people = viewers.names({one for notice in told for one in notice.people}, who.lang)
    older = told[-1].id if len(told) == queries.PAGE else None
    return page(
        "notifications/index.html", told=told, people=people, older=older, new=queries.count_new(who.id or 0)
    )


@pages.post("/notifications/reading", may=SIGNED_IN, form=ReadForm)
def read(form: ReadForm) -> ResponseReturnValue:
    """Mark one notice as read and go where it leads, or mark all."""
    path = safe_next(form.path.data) if form.path.data else ""
    commands.mark_read(path=path, by=viewer())
    return sent_on(path) if path else done("notifications.index")
