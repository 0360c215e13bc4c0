"""One search over everything that the viewer may see."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Row, Select, select

from portal.access.scopes import tokens
from portal.access.viewer import Viewer
from portal.core import search
from portal.core.db import db
from portal.core.search.pinyin import sounds
from portal.core.words import N_
from portal.home.queries.naming import in_chinese
from portal.identity.queries import viewers
from portal.identity.queries.people import matching
from portal.pilots.models import Pilot
from portal.programmes.models import Programme
from portal.training.models import Assignment, Course


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
PEOPLE = Kind("person",   N_("People"),         "people.see",    "/people/{}",         "users")

Rows = Callable[[Viewer], Select[int, str, str]]
FEW: tuple[tuple[Kind, Rows], ...] = (
    (Kind("programme",    N_("Programmes"),     "programmes.see", "/programmes/{}",    "flag"),
     lambda _who: select(Programme.id, Programme.name, Programme.name_zh).order_by(Programme.id.desc())),
    (Kind("pilot",        N_("Pilots"),         "pilots.see",    "/pilots/{}",         "route"),
     lambda _who: select(Pilot.id, Pilot.name, Pilot.name_zh).order_by(Pilot.id.desc())),
    (Kind("assignment",   N_("To learn"),       "training.learn", "/training/assignments/{}", "graduation-cap"),
     lambda who: select(Assignment.id, Course.name, Course.name_zh).join(Course, Course.id == Assignment.course_id)
     .where(Assignment.person_id == who.id).order_by(Assignment.id.desc())),
    (Kind("course",       N_("Courses"),        "training.manage", "/training/courses/{}", "graduation-cap"),
     lambda _who: select(Course.id, Course.name, Course.name_zh).order_by(Course.id.desc())),
)
"""Kinds of which there are so few that their names are read without an index, with the rows that the viewer may see."""
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
    if not text.strip():
        return []
    groups = []
    for kind in KINDS:
        if not viewer.may(kind.may):
            continue
        found = search.find(db.session(), text, scope={kind.key: tokens(viewer, kind.may)}, limit=limit)
        if found.hits:
            groups.append(Group(kind, _shown(kind, found.hits, viewer), found.total, found.capped))
    return groups + _few(viewer, text, limit)


def reads(name: str, text: str) -> bool:
    """Whether a name holds what was typed, or reads so in pinyin or by its initials."""
    return text.strip().lower() in name.lower() or sounds(name, text)


def _few(viewer: Viewer, text: str, limit: int) -> list[Group]:
    groups = []
    people = matching(text, search.CAP) if viewer.may(PEOPLE.may) else []
    if people:
        teams = viewers.teams([it.id for it in people[:limit]], viewer.lang)
        hits = [
            Hit(it.shown(viewer.lang), teams.get(it.id, it.username), PEOPLE.path.format(it.id))
            for it in people[:limit]
        ]
        groups.append(Group(PEOPLE, hits, len(people), capped=False))
    for kind, rows in FEW:
        if not viewer.may(kind.may):
            continue
        named = [it for it in db.session.execute(rows(viewer)) if reads(it.name, text) or reads(it.name_zh, text)]
        if named:
            groups.append(Group(kind, [_called(kind, it, viewer) for it in named[:limit]], len(named), capped=False))
    return groups


def _called(kind: Kind, it: Row[int, str, str], viewer: Viewer) -> Hit:
    title = it.name_zh if viewer.lang == "zh" and it.name_zh else it.name
    return Hit(title, "", kind.path.format(it.id))


def _shown(kind: Kind, hits: Sequence[search.Hit], viewer: Viewer) -> list[Hit]:
    named = in_chinese(kind.key, [hit.object_id for hit in hits], viewer) if viewer.lang == "zh" else {}
    return [
        Hit(*named.get(hit.object_id, (hit.title, hit.subtitle)), kind.path.format(hit.object_id))
        for hit in hits
    ]
