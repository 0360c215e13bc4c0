"""Today, search, palette, administration, health."""

from flask import current_app, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.access.permissions import PUBLIC, SIGNED_IN
from portal.core import clock
from portal.core.errors import Refused
from portal.core.saved_views import SavedView
from portal.core.words import N_
from portal.home import commands
from portal.home.forms import ViewForm
from portal.home.queries import finding, health, saved  # noqa: F401  (saved registers a scope)
from portal.home.queries import today as gathered
from portal.pilots.flow import STAGES, TASKS
from portal.web import gallery
from portal.web.answers import page, safe_next, sent_on
from portal.web.formats import lang
from portal.web.frame import navigation
from portal.web.pages import ROUTES, Pages, viewer

pages = Pages("home", __name__)


@pages.get("/", may=SIGNED_IN)
def today() -> ResponseReturnValue:
    """What waits for the viewer, what he waits for, what changed."""
    who = viewer()
    return page("home/today.html", today=gathered.today(who), gate_tasks=TASKS, stages=STAGES, day_today=clock.today(who.zone))


@pages.get("/search", may=SIGNED_IN)
def search() -> ResponseReturnValue:
    """Everything that the viewer may see and that matches."""
    text = request.args.get("q", "")[:200]
    return page("home/search.html", q=text, groups=finding.find(viewer(), text, limit=20))


# fmt: off
ACTS = (
    (N_("Ask for a price"), "prices.ask",       "/price-requests/new", "plus", ""),
    (N_("Note a talk"),     "customers.record", "/customers",          "plus", N_("on the page of the customer")),
    (N_("New customer"),    "customers.edit",   "/customers/new",      "plus", ""),
    (N_("Give a task"),     "tasks.edit",       "/tasks#give",         "plus", ""),
    (N_("Open a programme"), "programmes.edit", "/programmes/new",     "plus", ""),
    (N_("Plan a pilot"),    "pilots.edit",      "/pilots/new",         "plus", ""),
    (N_("New person"),      "people.edit",      "/people/new",         "user-plus", ""),
)
"""What the palette begins besides leading to places: label, permission, address, icon, note."""
# fmt: on


@pages.get("/palette", may=SIGNED_IN)
def palette() -> ResponseReturnValue:
    """Places to go to, acts and things found, for the command palette."""
    text = request.args.get("q", "")[:200].strip()
    places = [
        item for group in navigation() for item in group["items"] if finding.reads(item["label"], text)
    ]
    acts = [
        {"label": _(label), "url": url, "icon": icon, "note": _(note) if note else ""}
        for label, may, url, icon, note in ACTS
        if viewer().may(may) and finding.reads(_(label), text)
    ]
    return page("home/palette.html", q=text, places=places, acts=acts, groups=finding.find(viewer(), text, limit=5))


@pages.get("/admin", may="people.edit")
def admin() -> ResponseReturnValue:
    """Where an administrator keeps the house."""
    return page("home/admin.html", checks=health.checks(current_app.extensions["settings"]))


@pages.get("/admin/health", may="health.see")
def state() -> ResponseReturnValue:
    """Whether the installation is all right: the findings of doctor, sweeps, jobs, mails that could not leave."""
    return page(
        "home/health.html", checks=health.checks(current_app.extensions["settings"]), running=health.running(),
        names=health.NAMES,
    )


@pages.get("/gallery", may="health.see")
def components() -> ResponseReturnValue:
    """Every component of the pages, for those who build them."""
    return page("gallery/index.html", title=_("Components"), **gallery.samples(lang()))


@pages.get("/healthz", may=PUBLIC)
def healthz() -> ResponseReturnValue:
    """The process lives; does not look at the database."""
    return "ok\n", 200, {"Content-Type": "text/plain"}


@pages.get("/readyz", may=PUBLIC)
def readyz() -> ResponseReturnValue:
    """The database answers, the schema is current, the clock has ticked."""
    missing = health.not_ready(current_app.extensions["settings"])
    return (f"not ready: {missing}\n", 503, TEXT) if missing else ("ready\n", 200, TEXT)


@pages.post("/saved-views", may=SIGNED_IN, form=ViewForm)
def keep_view(form: ViewForm) -> ResponseReturnValue:
    """Keep the state of a list under a name."""
    route = ROUTES.get(("GET", form.path.data or ""))
    if route is None or not viewer().may(route.may):
        raise Refused(N_("This is no list of the portal."))
    it = commands.keep_view(**form.given(), by=viewer())
    return sent_on(safe_next(f"{it.path}?{it.query}"), _("Kept as “%(name)s”.", name=it.name))


@pages.post("/saved-views/<int:id>/removal", may=SIGNED_IN, on=SavedView)
def remove_view(it: SavedView) -> ResponseReturnValue:
    """Remove an own view."""
    path = it.path
    commands.remove_view(it, by=viewer())
    return sent_on(safe_next(path), _("The view is gone."))


TEXT = {"Content-Type": "text/plain; charset=utf-8"}
