"""Asking: the newest matches in tiers (exact code or phone, then name, then anywhere), and a capped count.

Relevance over all matches costs up to 0.2 s on a common word at a million objects, and PostgreSQL, told to
take the newest matches of a rare word, reads the whole table backwards. So nothing is ranked beyond the
tiers, nothing is counted beyond `CAP`, and PostgreSQL first takes any CAP + 1 matches and walks
newest-first only if there are more.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, cast, column, false, func, literal, select, table
from sqlalchemy.dialects.postgresql import TSQUERY
from sqlalchemy.orm import Session

from portal.core.search.expressions import Every, Expression, Tiers, fts5, reach, tsquery, understand
from portal.core.search.tables import INDEX, SearchDoc

CAP = 1_000

Scope = Mapping[str, Collection[str]]
"""What the asker reaches, kind -> scope tokens: `{"customer": ["o7", "t3"], "article": ["all"]}`."""


class Tier(IntEnum):
    """Why something was found, from the best reason."""

    CODE = 0
    NAME = 1
    TEXT = 2


class Mark(NamedTuple):
    """The place of a hit in the order of a result."""

    tier: int
    doc: int


@dataclass(frozen=True, slots=True)
class Hit:
    """One object that was found."""

    kind: str
    object_id: int
    title: str
    subtitle: str
    mark: Mark

    @property
    def tier(self) -> Tier:
        return Tier(self.mark.tier)


@dataclass(frozen=True, slots=True)
class Found:
    """One page of a result. `total` counts the whole result up to CAP; `capped` says that there is more."""

    hits: list[Hit]
    total: int
    capped: bool


NOTHING = Found([], 0, False)


def find(session: Session, query: str, *, scope: Scope, limit: int = 20) -> Found:
    """The best `limit` matches of what a person typed, within his scope."""
    tiers, reached = understand(query), reach(scope)
    if tiers is None or reached is None:
        return NOTHING
    total = _count(session, Every((tiers.whole, reached)), CAP + 1)
    if not total:
        return NOTHING
    hits = _shown(session, _marks(session, tiers, reached, limit))
    return Found(hits, min(total, CAP), total > CAP)


def ids(session: Session, query: str, *, scope: Collection[str], kind: str) -> Select[int]:
    """A select of the ids of all objects of a kind that match, for the condition of a list; never cut off."""
    tiers, reached = understand(query), reach({kind: scope})
    found = select(SearchDoc.object_id)
    if tiers is None or reached is None:
        return found.where(false())
    found = found.where(_matches(session, Every((tiers.whole, reached))))
    # The reach names the kind already. PostgreSQL needs the column, too, to look up the objects of a list one by
    # one where a word is common (0.1 instead of 20 s); SQLite would be led to read all documents of the kind.
    return found if _on_sqlite(session) else found.where(SearchDoc.kind == kind)


def _marks(session: Session, tiers: Tiers, reached: Expression, limit: int) -> list[Mark]:
    marks: list[Mark] = []
    for tier, wanted in enumerate(tiers.apart):
        newest = _newest(session, Every((wanted, reached)), limit - len(marks))
        marks += [Mark(tier, doc) for doc in newest]
        if len(marks) == limit:
            break
    return marks


def _shown(session: Session, marks: list[Mark]) -> list[Hit]:
    columns = (SearchDoc.id, SearchDoc.kind, SearchDoc.object_id, SearchDoc.title, SearchDoc.subtitle)
    rows = session.execute(select(*columns).where(SearchDoc.id.in_([mark.doc for mark in marks])))
    shown = {row.id: row for row in rows}
    docs = [(shown[mark.doc], mark) for mark in marks]
    return [Hit(doc.kind, doc.object_id, doc.title, doc.subtitle, mark) for doc, mark in docs]


_FTS: Any = table(INDEX, column("rowid"), column(INDEX))


def _on_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _matches(session: Session, wanted: Expression) -> ColumnElement[bool]:
    if _on_sqlite(session):
        return SearchDoc.id.in_(select(_FTS.c.rowid).where(_FTS.c[INDEX].op("MATCH")(fts5(wanted))))
    return SearchDoc.tokens.op("@@", is_comparison=True)(cast(literal(tsquery(wanted)), TSQUERY))


def _candidates(session: Session, wanted: Expression) -> tuple[ColumnElement[int], Select[int]]:
    """The column of document ids, and the select of those that match."""
    if _on_sqlite(session):
        at: ColumnElement[int] = _FTS.c.rowid
        return at, select(at).where(_FTS.c[INDEX].op("MATCH")(fts5(wanted)))
    return SearchDoc.id.expression, select(SearchDoc.id).where(_matches(session, wanted))


def _count(session: Session, wanted: Expression, most: int) -> int:
    _at, matching = _candidates(session, wanted)
    return session.execute(select(func.count()).select_from(matching.limit(most).subquery())).scalar_one()


def _newest(session: Session, wanted: Expression, limit: int) -> list[int]:
    at, matching = _candidates(session, wanted)
    walk = matching.order_by(at.desc()).limit(limit)
    if _on_sqlite(session):
        return list(session.execute(walk).scalars())
    some = session.execute(matching.limit(CAP + 1)).scalars().all()
    if len(some) <= CAP:
        return sorted(some, reverse=True)[:limit]
    return _walk(session, walk)


def _walk(session: Session, walk: Select[int]) -> list[int]:
    """Newest first by the primary key. The planner takes phrases for rare and would sort all matches."""
    session.execute(select(func.set_config("enable_bitmapscan", "off", True)))
    newest = list(session.execute(walk).scalars())
    session.execute(select(func.set_config("enable_bitmapscan", "on", True)))
    return newest
