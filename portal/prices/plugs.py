"""What special prices put into lower rooms: a subject to decide, a count in the navigation."""

from typing import Any
from urllib.parse import urlencode

from flask import Flask

from portal.access.viewer import Viewer
from portal.approvals.flow import DECIDED
from portal.approvals.slots import SUBJECTS, Subject
from portal.core.jobs import SWEEPS
from portal.core.words import N_
from portal.customers.models import Account
from portal.customers.slots import ACCOUNT_PANELS, Act, Panel
from portal.measures.slots import DOWN, FEATURES, MEDIAN, MINUTES, SOURCES, WEEK, Feature, Measure, Source
from portal.prices import commands, jobs, queries, rules
from portal.prices.flow import FLOW, SUBMITTED
from portal.prices.queries.answering import waits

SUBJECTS.put(
    queries.KIND,
    Subject(
        kind=queries.KIND, label=N_("Special price"), titles=queries.titles, briefs=queries.briefs, path=queries.path,
        closed=commands.closed, decide="prices.decide", fields=rules.FIELDS,
    ),
)  # fmt: skip


def _requests(viewer: Viewer, account: Account) -> dict[str, Any]:
    found = queries.of_account(account.id, viewer)
    return {"requests": found, "states": FLOW.names, "looks": queries.LOOKS}


def _ask(viewer: Viewer, account: Account) -> list[Act]:
    if not viewer.may("prices.ask"):
        return []
    asked = urlencode({"account": account.id, "account_text": account.shown(viewer.lang)})
    return [Act(N_("Ask for a price"), f"/price-requests/new?{asked}", "stamp")]


ACCOUNT_PANELS.put(
    queries.KIND,
    Panel(
        key=queries.KIND, title=N_("Price requests"), may="prices.see", template="prices/account.html", context=_requests,
        icon="stamp", path="/price-requests/{}", acts=_ask,
    ),
)  # fmt: skip

FEATURES.put(
    "requests", Feature("requests", N_("Price requests sent"), frozenset({SUBMITTED.key}), frozenset({"rep"}))
)
FEATURES.put(
    "decisions",
    Feature(
        "decisions", N_("Price requests decided"), frozenset(kind.key for kind in DECIDED.values()),
        frozenset({"manager", "finance"}),
    ),
)  # fmt: skip
SOURCES.put(
    "answer_time",
    Source(
        Measure(
            "answer_time", N_("Answer time"),
            N_("The median of the working minutes from sending a special-price request to its answer, of all answers of the week. Requests that were taken back are left out."),  # noqa: E501
            MINUTES, WEEK, "", N_("requests answered in the week"), N_("special-price requests and their approvals"), DOWN,
        ),
        MEDIAN, waits,
    ),
)  # fmt: skip


def init_prices(_app: Flask) -> None:
    """Let the clock end prices that have run out."""
    sweep = ("prices that have run out", jobs.sweep_expired)
    if sweep not in SWEEPS:
        SWEEPS.append(sweep)
