"""How a room declares its routes, and the one place where a request meets permission, scope and transaction.

    pages = Pages("prices", __name__)

    @pages.get("/price-requests/<int:id>", may="prices.see", on=PriceRequest)
    def show(it, form=None, status=200): ...

    @pages.post("/price-requests/<int:id>/decision", may="prices.decide", on=PriceRequest, form=DecisionForm, back=show)
    def decide(it, form): ...

`may` is required; `on` loads the row with the URL's `id` through the scope of that permission, and the view gets it as
`it`. A post runs inside one unit of work: an answer below 400 commits it, anything else leaves the database as it was.
With `form`, a form that does not validate, a `Refused` and a `Stale` are answered by `back`, the view of the page that
the form stands on, with what was typed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, wraps
from hashlib import file_digest
from typing import Any

from flask import Blueprint, Flask, Response, abort, g, make_response, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from portal.access import scopes
from portal.access.permissions import PUBLIC, known
from portal.access.viewer import Viewer
from portal.core import idempotency
from portal.core.db import Base, abandon, db, is_writing, unit_of_work
from portal.core.errors import NotFound, Refused, Stale
from portal.core.words import N_
from portal.web import answers
from portal.web.fields import Form

TAKEN = "23505"
"""PostgreSQL's word for a name that two gave at once, where neither could see the other's; SQLite lets none do so."""
MISSING = "23503"
"""The same for a row that was removed (by the undo of an import) while another one that refers to it was written."""
TWINS = N_("Somebody has kept the same at the same moment. Send it again to see what is in the way.")

View = Callable[..., ResponseReturnValue]
MakeForm = Callable[..., Form]
Allowed = Callable[[], tuple[Any, ...]]


@dataclass(frozen=True)
class Route:
    """What a room declared about one route; `portal routes`, the matrix and the security table read it."""

    endpoint: str
    method: str
    rule: str
    may: str
    on: str
    says: str


ROUTES: dict[tuple[str, str], Route] = {}
OPEN: dict[tuple[str, str], Route] = {}


def viewer() -> Viewer:
    """Who is looking at this request."""
    return g.viewer  # type: ignore[no-any-return]


class Pages(Blueprint):
    """A blueprint whose routes cannot be declared without a permission."""

    def __init__(self, room: str, import_name: str) -> None:
        super().__init__(room, import_name)

    def get(self, rule: str, *, may: str, on: type[Base] | None = None) -> Callable[[View], View]:  # type: ignore[override]
        """Declare a page. It only reads."""

        def declare(view: View) -> View:
            @wraps(view)
            def handle(**url_values: Any) -> ResponseReturnValue:
                return view(*_guard(may, on, url_values)(), **url_values)

            self._declare("GET", rule, view, handle, may, on)
            return view

        return declare

    def post(  # type: ignore[override]
        self,
        rule: str,
        *,
        may: str,
        on: type[Base] | None = None,
        form: MakeForm | None = None,
        back: View | None = None,
        unit: bool = True,
    ) -> Callable[[View], View]:
        """Declare an act. `unit=False`: the view opens the unit of work itself, after slow work (hashing, parsing, a file).

        Such a view is guarded against the double post only where it calls `once`.
        """

        def declare(view: View) -> View:
            @wraps(view)
            def handle(**url_values: Any) -> ResponseReturnValue:
                act = partial(_acted, view, _guard(may, on, url_values), form, back, url_values)
                if not unit:
                    return act()
                with unit_of_work():
                    return _once(act)

            self._declare("POST", rule, view, handle, may, on)
            return view

        return declare

    def _declare(self, method: str, rule: str, view: View, handle: View, may: str, on: type[Base] | None) -> None:
        if not known(may):
            raise KeyError(f"{self.name}.{view.__name__}: unknown permission {may!r}")
        self.add_url_rule(rule, view.__name__, handle, methods=[method])
        says = (view.__doc__ or "").strip().splitlines()[0] if view.__doc__ else ""
        table = on.__tablename__ if on is not None else ""
        route = Route(f"{self.name}.{view.__name__}", method, rule, may, table, says)
        ROUTES[method, rule] = route


def _guard(may: str, on: type[Base] | None, url_values: dict[str, Any]) -> Allowed:
    """What a view starts with, each time it is called: the row of the address, as it stands in the database."""
    number = url_values.pop("id") if on is not None else 0
    return partial(_allowed, may, on, number, [one for one in url_values.values() if isinstance(one, int)])


def _allowed(may: str, on: type[Base] | None, number: int, others: list[int]) -> tuple[Any, ...]:
    """The arguments that the view starts with, or an answer instead: sign in, not allowed, not found."""
    who = viewer()
    if may != PUBLIC and who.id is None:
        raise answers.SignInNeeded
    if not who.may(may):
        abort(403)
    g.permission = may
    if not all(0 < one < scopes.LARGEST for one in others):
        raise NotFound
    return () if on is None else (scopes.find(on, number, who, may),)


def _acted(
    view: View, allowed: Allowed, form: MakeForm | None, back: View | None, url_values: dict[str, Any]
) -> ResponseReturnValue:
    arguments = allowed()
    if form is None:
        return view(*arguments, **url_values)
    filled = form(*arguments) if not isinstance(form, type) else form()
    if not filled.validate():
        return _again(back, allowed, filled, 422, url_values)
    try:
        return view(*arguments, filled, **url_values)
    except Refused as refused:
        filled.refuse(refused)
        return _again(back, allowed, filled, 422, url_values)
    except Stale as stale:
        filled.stale = stale
        return _again(back, allowed, filled, 409, url_values)
    except IntegrityError as problem:
        if getattr(problem.orig, "sqlstate", "") == MISSING:
            raise NotFound from problem
        if getattr(problem.orig, "sqlstate", "") != TAKEN:
            raise
        filled.refuse(Refused(TWINS))
        return _again(back, allowed, filled, 422, url_values)


def _again(
    back: View | None, allowed: Allowed, form: Form, status: int, url_values: dict[str, Any]
) -> ResponseReturnValue:
    """Show the form again beside the row as it stands in the database: what the act had loaded went with the roll-back."""
    abandon()
    if back is None:
        return answers.refused(form, status)
    return back(*allowed(), form=form, status=status, **url_values)


def _once(act: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
    """Run the act unless the same form instance with the same content has been through; then give its answer again."""
    session = db.session()
    once = request.form.get("once", "")
    if not once or len(once) > 64:
        abort(400)
    fields = [(name, value) for name, values in request.form.lists() for value in values if name not in UNTOLD]
    fields += [(name, _digest(file.stream)) for name, files in request.files.lists() for file in files]
    key = idempotency.fingerprint(viewer().id, request.path, once, fields)
    first = idempotency.claim(session, key)
    if first is not None:
        return answers.sent_on(first.location, first.say)
    answer: Response = make_response(act())
    if answer.status_code >= 400:
        abandon()
    elif is_writing():
        idempotency.remember(session, key, idempotency.Answer(answers.location_of(answer), answers.said()))
    return answer


def _digest(sent: Any) -> str:
    """What tells one file from another; it is read from its beginning, wherever the view left it."""
    sent.seek(0)
    return file_digest(sent, "sha256").hexdigest()


UNTOLD = ("csrf_token", "once")


def once(act: Callable[[], ResponseReturnValue]) -> ResponseReturnValue:
    """For views that open the unit of work themselves: the act in it, with the guard against the double post."""
    with unit_of_work():
        return _once(act)


def declared(app: Flask) -> list[Route]:
    """Every (route, method) that the application answers, as declared; LookupError for one that nobody declared."""
    found = []
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            route = ROUTES.get((method, rule.rule)) or OPEN.get((method, rule.rule))
            if route is None:
                raise LookupError(f"{method} {rule.rule} has no permission")
            found.append(route)
    return sorted(found, key=lambda route: (route.rule, route.method))


def declare_open(method: str, rule: str, endpoint: str, says: str) -> None:
    """Declare a public route of `web` itself (assets, health), which needs neither a viewer nor the database."""
    OPEN[method, rule] = Route(endpoint, method, rule, PUBLIC, "", says)
