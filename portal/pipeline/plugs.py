"""What opportunities put on the page of a customer."""

from typing import Any

from portal.access.viewer import Viewer
from portal.core.words import N_
from portal.customers.models import Account
from portal.customers.slots import ACCOUNT_PANELS, Panel
from portal.pipeline import queries, rules


def _opportunities(viewer: Viewer, account: Account) -> dict[str, Any]:
    return {"opportunities": queries.of_account(account.id, viewer), "stages": rules.STAGES}


ACCOUNT_PANELS.put(
    queries.KIND,
    Panel(
        key=queries.KIND, title=N_("Opportunities"), may="pipeline.see", template="pipeline/account.html",
        context=_opportunities, icon="target", path="/pipeline/{}",
    ),
)  # fmt: skip
