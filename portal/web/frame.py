"""What the frame of every page needs: who is signed in, the navigation by role, language links, theme.

The navigation is one list of rows; the rooms above fill the counts (`COUNTS`). It is computed only when a whole page is
rendered: fragments never pay for it, and a page pays one statement.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask, Response, g, request, url_for
from flask_babel import gettext as _
from sqlalchemy import CompoundSelect, Select, literal, union_all
from werkzeug.local import LocalProxy

from portal.access.permissions import ROLES, SIGNED_IN
from portal.access.viewer import NOBODY, Viewer, asked_by
from portal.core import clock
from portal.core.db import db
from portal.core.words import N_
from portal.web.fields import faults, new_once


@dataclass(frozen=True)
class Place:
    """One line of the navigation."""

    endpoint: str
    label: str
    icon: str
    may: str


# fmt: off
NAV: tuple[tuple[str, tuple[Place, ...]], ...] = (
    (N_("My work"), (
        Place("home.today",       N_("Today"),          "sun",              SIGNED_IN),
        Place("prices.index",     N_("Price requests"), "stamp",      "prices.see"),
        Place("approvals.index",  N_("Approvals"),      "check-check", "approvals.see"),
        Place("customers.index",  N_("Customers"),      "building-2",       "customers.see"),
        Place("pipeline.index",   N_("Pipeline"),       "chart-no-axes-gantt", "pipeline.see"),
        Place("tasks.index",      N_("Tasks"),          "square-check", "tasks.see"),
    )),
    (N_("The rollout"), (
        Place("programmes.index", N_("Programmes"),     "flag",       "programmes.see"),
        Place("pilots.index",     N_("Pilots"),         "route", "pilots.see"),
        Place("measures.index",   N_("Measures"),       "chart-line",     "measures.see"),
        Place("adoption.index",   N_("Adoption"),       "activity",   "adoption.see"),
        Place("training.index",   N_("Training"),       "graduation-cap", "training.learn"),
        Place("incentives.index", N_("Rules and points"), "scale",    SIGNED_IN),
    )),
    (N_("House"), (
        Place("products.index",   N_("Products"),       "package",    "products.see"),
        Place("identity.people",  N_("People"),         "users",      "people.see"),
        Place("home.admin",       N_("Administration"), "sliders-horizontal", "people.edit"),
    )),
)
# fmt: on

ELSEWHERE = dict.fromkeys(
    ("calendars", "imports", "identity.audit", "identity.export_audit", "measures.licences", "measures.licence", "home.state", "home.components"),  # noqa: E501
    "home.admin",
) | dict.fromkeys(("identity.me", "identity.password", "identity.second_factor", "identity.my_sessions"), "")  # fmt: skip
"""Rooms and pages that belong to another line of the navigation than their room has, or to none."""

COUNTS: dict[str, Callable[[frozenset[str]], Select[int, int]]] = {}
"""Endpoint -> a select of one row for people of these roles, about `WHO` and `TODAY`: how many wait, and how many of them
are urgent. Filled by `plugs.py`."""


def current_viewer() -> Viewer:
    """Who is looking; nobody before the sign-in was read."""
    return g.get("viewer", NOBODY)  # type: ignore[no-any-return]


def navigation() -> list[dict[str, Any]]:
    """The groups and lines that the viewer may open; the rail and the dock share one reading of the counts."""
    if "navigation" not in g:
        g.navigation = _navigation(current_viewer())
    return g.navigation  # type: ignore[no-any-return]


def _navigation(who: Viewer) -> list[dict[str, Any]]:
    if who.id is None:
        return []
    groups = [(label, [place for place in places if who.may(place.may)]) for label, places in NAV]
    counts = _counts(who, [place.endpoint for _label, places in groups for place in places])
    return [
        {"label": _(label), "items": [_item(place, *counts.get(place.endpoint, (0, 0))) for place in places]}
        for label, places in groups
        if places
    ]


def _counts(who: Viewer, endpoints: list[str]) -> dict[str, tuple[int, int]]:
    counted = tuple(one for one in endpoints if one in COUNTS)
    if not counted:
        return {}
    told = asked_by(who.id, clock.today(who.zone))
    rows = db.session.execute(_asked(counted, who.roles), told).all()
    return {endpoint: (count, urgent) for count, urgent, endpoint in rows}


@lru_cache(maxsize=256)
def _asked(counted: tuple[str, ...], roles: frozenset[str]) -> CompoundSelect[int, int, str]:
    return union_all(*(COUNTS[one](roles).add_columns(literal(one)) for one in counted))


def _item(place: Place, count: int, urgent: int) -> dict[str, Any]:
    asked = request.endpoint or ""
    page = ELSEWHERE.get(asked, ELSEWHERE.get(asked.split(".")[0], asked))
    here = page.split(".")[0] == place.endpoint.split(".")[0]
    exact = page == place.endpoint
    return {
        "label": _(place.label), "url": url_for(place.endpoint), "icon": place.icon, "count": count, "turn": urgent > 0,
        "current": exact if place.endpoint.startswith("home.") else here,
    }  # fmt: skip


class Macros:
    """The component library: `ui.forms` is the module of `templates/ui/forms.html`, made at its first use."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def __getattr__(self, kind: str) -> Any:
        module = self._app.jinja_env.get_template(f"ui/{kind}.html").module
        setattr(self, kind, module)
        return module


THEMES = {"": "dark", "dark": "light", "light": ""}
"""What the theme button leads to: as the system has it, dark, light, and round again."""


def init_frame(app: Flask) -> None:
    """Give every template what `base.html` needs."""
    company = app.extensions["settings"].company
    app.jinja_env.globals.update(ui=Macros(app), new_once=new_once, faults=faults, viewer_id=lambda: current_viewer().id)

    @app.context_processor
    def _frame() -> dict[str, Any]:
        who = current_viewer()
        person = g.get("person")
        theme = _theme(person.theme if person is not None else "")
        return {
            "viewer": who if who.id is not None else None,
            "viewer_name": who.name,
            "viewer_role": _title(who),
            "nav": LocalProxy(navigation),
            "links": _links(),
            "company": company,
            "theme": theme,
            "theme_url": LocalProxy(lambda: _with(theme=THEMES[theme])),
            "density": (person.density if person is not None else "") or request.cookies.get("density", ""),
            "request_id": g.get("request_id", ""),
            "title": "",
        }

    @app.after_request
    def _keep_theme(answer: Response) -> Response:
        if request.args.get("theme") in THEMES:
            answer.set_cookie("theme", request.args["theme"], max_age=31_536_000, samesite="Lax")
        return answer


def _theme(chosen: str) -> str:
    named = request.args.get("theme", request.cookies.get("theme", chosen))
    return named if named in THEMES else ""


def _with(**changed: str) -> str:
    """The address of this page with other parameters."""
    if request.method != "GET":
        return "/?" + urlencode(changed)
    return (
        quote(request.path)
        + "?"
        + urlencode(
            [(k, v) for k, v in request.args.items(multi=True) if k not in changed] + list(changed.items())
        )
    )


def _links() -> dict[str, str]:
    return {
        "home": url_for("home.today"), "search": url_for("home.search"), "palette": url_for("home.palette"),
        "me": url_for("identity.me"), "sign_out": url_for("identity.logout"),
    }  # fmt: skip


def _title(who: Viewer) -> str:
    named = [_(says) for role, says in ROLES.items() if role in who.roles]
    return ("、" if who.lang == "zh" else ", ").join(named)
