"""Waiting after failed tries, wherever somebody has to prove who he is."""

from collections.abc import Callable
from typing import TypeVar

from flask import Response, make_response, request
from flask.typing import ResponseReturnValue
from flask_babel import ngettext

from portal.core.db import unit_of_work
from portal.core.errors import Refused
from portal.identity import rules
from portal.identity.commands import tries
from portal.web.fields import Form
from portal.web.pages import View, once
from portal.web.security import secret_key

Made = TypeVar("Made")


def account_of(username: str) -> str:
    """Under which key the tries of a user name are counted."""
    return rules.account_key(username, secret_key())


def begin(username: str) -> tries.Attempt:
    """Ask for a try, in a unit of work of its own: it counts whatever comes after it."""
    with unit_of_work():
        return tries.begin(account=account_of(username), address=rules.address_key(request.remote_addr or ""))


def slowly(work: Callable[[], Made], act: Callable[[Made], Response]) -> ResponseReturnValue:
    """Do slow work (hashing) before the unit of work opens, and the act with what was made in it.

    What the work refuses is told inside too: the same post a second time gets the answer of the first.
    """
    try:
        made = work()
    except Refused as refused:
        problem = refused

        def refuse() -> Response:
            raise problem

        return once(refuse)
    return once(lambda: act(made))


def slow_down(back: View, form: Form, seconds: int) -> Response:
    """Show the form again and say how long to wait."""
    form.form_errors.append(
        ngettext(
            "Too many tries. The next is possible in %(num)s second.",
            "Too many tries. The next is possible in %(num)s seconds.",
            seconds,
        )
    )
    answer = make_response(back(form=form, status=429))
    answer.headers["Retry-After"] = str(seconds)
    return answer
