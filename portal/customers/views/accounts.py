"""Customers: the list, one customer with all that is known of him, his card, what was said, what other systems tell."""

from datetime import UTC, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from portal.core import clock
from portal.customers import commands, queries
from portal.customers.flow import REASONS
from portal.customers.forms import AccountForm, TalkForm, TaskForm
from portal.customers.models import Account
from portal.customers.queries import listing, mirrors
from portal.customers.queries.page import Shown, shown
from portal.customers.queries.timeline import SIDES, Mark
from portal.customers.rules import CLASSES, PARTS, ROLES, is_stale
from portal.customers.slots import ACCOUNT_PANELS, Panel
from portal.customers.views import pages
from portal.tasks.commands import give
from portal.tasks.queries import receiver
from portal.web import lists
from portal.web.answers import done, page
from portal.web.fields import Form
from portal.web.formats import day as written_day
from portal.web.formats import lang, when
from portal.web.pages import viewer

ICONS = {
    "interaction.call": "phone", "interaction.visit": "map-pin", "interaction.mail": "mail", "interaction.meeting": "users",
    "account": "building-2", "contact": "contact", "task": "square-check", "credit_state": "banknote", "invoice": "banknote",
    "customer_order": "package", "delivery": "package", "goods_return": "package",
}  # fmt: skip
"""What stands before an entry of the timeline, by its kind or by what it is about."""


@pages.get("/customers", may="customers.see")
def index() -> ResponseReturnValue:
    """The customers whom the viewer serves, or who are served by his teams."""
    shown_ = lists.shown(listing.accounts(viewer()), listing.listed_accounts(viewer()), request.args)
    return page("customers/index.html", listing=shown_)


@pages.post("/customers/export", may="customers.see", form=lists.ExportForm, unit=False)
def export(form: lists.ExportForm) -> ResponseReturnValue:
    """Take the list away as a file."""
    return lists.export(listing.accounts(viewer()), listing.listed_accounts(viewer()), form)


@pages.get("/customers/options", may="customers.see")
def options() -> ResponseReturnValue:
    """The customers to choose from for what was typed: for fields that search."""
    return page("customers/options.html", accounts=queries.choices(request.args.get("q", ""), viewer()))


@pages.get("/customers/new", may="customers.edit")
def new(form: AccountForm | None = None, status: int = 200) -> ResponseReturnValue:
    """Begin a customer: one answer is needed."""
    form = form or AccountForm()
    alike = queries.similar(form.name.data or "", form.name_zh.data or "")
    return page("customers/edit.html", status, it=None, form=form, alike=alike)


@pages.post("/customers", may="customers.edit", form=AccountForm, back=new)
def create(form: AccountForm) -> ResponseReturnValue:
    """Add the customer; who adds him is answerable for him."""
    it = commands.create_account(
        form.card(_parent_of(form), _currency()), another=form.another.data, by=viewer()
    )
    return done(
        ".show", id=it.id, say=_("%(name)s is added; you are answerable for it.", name=it.shown(lang()))
    )


@pages.get("/customers/<int:id>", may="customers.see", on=Account)
def show(it: Account, form: Form | None = None, status: int = 200) -> ResponseReturnValue:
    """One customer: what to know before the visit, who is who, everything that happened."""
    seen = shown(it, viewer(), side=_side(), before=_before())
    talk = form if isinstance(form, TalkForm) else _talk_form(it, seen)
    task = form if isinstance(form, TaskForm) else TaskForm(formdata=None)
    return page(
        "customers/show.html", status, it=it, seen=seen, talk=talk, task=task, form=form, **_words(it, seen)
    )


@pages.get("/customers/<int:id>/edit", may="customers.edit", on=Account)
def edit(it: Account, form: AccountForm | None = None, status: int = 200) -> ResponseReturnValue:
    """Change the card of a customer."""
    if form is None:
        parent = queries.one(it.parent_id).shown(lang()) if it.parent_id else ""
        form = AccountForm.of(it, parent)
    form.meets(it.version)
    return page("customers/edit.html", status, it=it, form=form, alike=[])


@pages.post("/customers/<int:id>/edit", may="customers.edit", on=Account, form=AccountForm, back=edit)
def save(it: Account, form: AccountForm) -> ResponseReturnValue:
    """Keep the changed card."""
    commands.edit_account(
        it, form.card(_parent_of(form, it), _currency()), version=form.version.data, by=viewer()
    )
    return done(".show", id=it.id, say=_("The card of %(name)s is saved.", name=it.shown(lang())))


@pages.post(
    "/customers/<int:id>/interactions",
    may="customers.record",
    on=Account,
    form=lambda it: _talk_form(it),  # noqa: PLW0108  (it is defined further down)
    back=show,
)
def record(it: Account, form: TalkForm) -> ResponseReturnValue:
    """Note a call, visit, mail or meeting."""
    contact_id = int(form.contact.data) if form.contact.data else None
    at = _at(form)
    commands.record_interaction(
        it, way=form.way.data, text=form.text.data, contact_id=contact_id, at=at, by=viewer()
    )
    return done(".show", id=it.id, say=_("Noted. Everybody who serves the customer can read it."))


@pages.post("/customers/<int:id>/tasks", may="customers.record", on=Account, form=TaskForm, back=show)
def give_task(it: Account, form: TaskForm) -> ResponseReturnValue:
    """Give a colleague or a department a task for this customer."""
    person_id, team_id = receiver(form.receiver.data or "", form.receiver_text.data or "")
    give(
        title=form.title.data, person_id=person_id, team_id=team_id, due_day=form.due_day.data, subject_kind="account",
        subject_id=it.id, account_id=it.id, label=it.name, label_zh=it.name_zh, path=f"/customers/{it.id}", by=viewer(),
    )  # fmt: skip
    return done(".show", id=it.id, say=_("%(name)s has been told.", name=form.receiver_text.data))


@pages.get("/customers/<int:id>/papers", may="customers.see", on=Account)
def papers(it: Account) -> ResponseReturnValue:
    """Orders, invoices, deliveries, returns and credit, as other systems tell them."""
    orders = mirrors.orders(it, before=mirrors.read_mark(request.args.get("before", "")))
    deliveries, returns = mirrors.deliveries(it), mirrors.returns(it)
    return page(
        "customers/papers.html", it=it, orders=orders, deliveries=deliveries, returns=returns, reasons=REASONS,
        invoices=mirrors.open_invoices(it), products=mirrors.products_of(orders, deliveries, returns),
        today=clock.today(viewer().zone),
    )  # fmt: skip


def _currency() -> str:
    """The currency of the house."""
    return str(current_app.extensions["settings"].currency)


def _parent_of(form: AccountForm, it: Account | None = None) -> int | None:
    """The account above; the present one also where the viewer may not see it."""
    if it is not None and it.parent_id is not None and form.parent.data == it.parent_id:
        present = queries.one(it.parent_id)
        if form.parent_text.data in (present.name, present.name_zh):
            return present.id
    parent = queries.meant(form.parent.data, form.parent_text.data or "", viewer(), field="parent_text")
    return parent.id if parent is not None else None


def _talk_form(it: Account, seen: Shown | None = None) -> TalkForm:
    rows = seen.contacts if seen is not None else queries.contacts_of(it.id, clock.now())
    people = [(str(row.contact.id), row.contact.shown(lang())) for row in rows if row.is_open]
    return TalkForm(people, formdata=None) if seen is not None else TalkForm(people)


def _at(form: TalkForm) -> datetime | None:
    """Noon of the day that was written; None, now, for today."""
    day, zone = form.day.data, viewer().zone
    return (
        None if day is None or day == clock.today(zone) else datetime.combine(day, time(12), ZoneInfo(zone))
    )


def moment(at: datetime) -> str:
    """When something was: `today 11:52`, the day alone for all that was before, in Chinese without its weekday."""
    day, today = clock.local_day(at, viewer().zone), clock.today(viewer().zone)
    return when(at) if day == today else written_day(day).partition("（")[0]


def _side() -> str:
    side = request.args.get("side", "")
    return side if side in SIDES else ""


def _before() -> Mark | None:
    """Where the timeline goes on: `2026-11-19T03:52:00+00:00.117`; from the top for anything else."""
    at, _dot, number = request.args.get("before", "").rpartition(".")
    try:
        moment_ = datetime.fromisoformat(at)
        mark = Mark(moment_.astimezone(UTC), int(number))
    except (ValueError, OverflowError):
        return None
    return mark if moment_.tzinfo is not None and abs(mark.id) < 2**62 else None


def _words(it: Account, seen: Shown) -> dict[str, Any]:
    """Words, icons and the panels of rooms above, for the page of a customer."""
    panels = [panel for panel in ACCOUNT_PANELS if viewer().may(panel.may)]
    return {
        "classes": CLASSES, "parts": PARTS, "roles": ROLES, "sides": SIDES,
        "icons": ICONS | {one.key: one.icon for one in panels},
        "paths": {one.key: one.path for one in panels if one.path}, "panels": [_panel(one, it) for one in panels],
        "acts": [act for one in panels for act in one.acts(viewer(), it)],
        "moment": moment, "stale": lambda as_of: is_stale(as_of, seen.now), "today": clock.today(viewer().zone),
    }  # fmt: skip


def _panel(panel: Panel, it: Account) -> dict[str, str]:
    drawn = Markup(render_template(panel.template, **panel.context(viewer(), it)))  # noqa: S704  (a template of ours)
    return {"key": panel.key, "title": panel.title, "drawn": drawn}
