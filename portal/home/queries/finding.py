"""One search over everything that the viewer may see."""

from collections.abc import Sequence
from dataclasses import dataclass

from portal.access.scopes import tokens
from portal.access.viewer import Viewer
from portal.core import search
from portal.core.db import db
from portal.core.words import N_
from portal.home.queries.naming import in_chinese


@dataclass(frozen=True)
class Kind:
    """A kind of thing that the search finds: its documents, who may see it, where it is seen."""

    key: str
    label: str
    may: str
    path: str
    icon: str


# fmt: off
KINDS = (
    Kind("account",       N_("Customers"),      "customers.see", "/customers/{}",      "building-2"),
    Kind("contact",       N_("Contacts"),       "customers.see", "/contacts/{}",       "contact"),
    Kind("price_request", N_("Price requests"), "prices.see",    "/price-requests/{}", "stamp"),
    Kind("opportunity",   N_("Opportunities"),  "pipeline.see",  "/pipeline/{}",       "target"),
    Kind("product",       N_("Products"),       "products.see",  "/products/{}",       "package"),
)
# fmt: on


@dataclass(frozen=True)
class Hit:
    """One thing found."""

    title: str
    subtitle: str
    path: str


@dataclass(frozen=True)
class Group:
    """What was found of one kind; `more` if there is more than is shown."""

    kind: Kind
    hits: list[Hit]
    total: int
    capped: bool


def find(viewer: Viewer, text: str, limit: int = 8) -> list[Group]:
    """What the viewer may see of what matches, by kind; nothing for an empty text."""
    groups = []
    for kind in KINDS:
        if not text.strip() or not viewer.may(kind.may):
            continue
        found = search.find(db.session(), text, scope={kind.key: tokens(viewer, kind.may)}, limit=limit)
        if found.hits:
            groups.append(Group(kind, _shown(kind, found.hits, viewer), found.total, found.capped))
    return groups


def _shown(kind: Kind, hits: Sequence[search.Hit], viewer: Viewer) -> list[Hit]:
    named = in_chinese(kind.key, [hit.object_id for hit in hits], viewer) if viewer.lang == "zh" else {}
    return [
        Hit(*named.get(hit.object_id, (hit.title, hit.subtitle)), kind.path.format(hit.object_id))
        for hit in hits
    ]
