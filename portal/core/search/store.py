"""Writing search documents, in the transaction of the objects that they stand for."""

import hashlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Table, delete, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal.core.search.expressions import tsvector
from portal.core.search.tables import SearchDoc
from portal.core.search.tokens import document

BATCH = 500
SHOWN = 200

Key = tuple[str, int]
_TABLE: Table = SearchDoc.__table__  # type: ignore[assignment]  # declared as the wider FromClause

# FTS5 must be told the tokens that it holds, not the new ones; and it has to be told before they change.
_OUT = text(
    "INSERT INTO search_fts (search_fts, rowid, tokens)"
    " SELECT 'delete', id, tokens FROM search_doc WHERE id = :id"
)
_IN = text(
    "INSERT INTO search_fts (rowid, tokens)"
    " SELECT id, tokens FROM search_doc WHERE kind = :kind AND object_id = :object_id"
)


@dataclass(frozen=True, slots=True)
class Doc:
    """What one object can be found by, by whom, and what a result shows of it.

    `name` and `codes` (phones, numbers, short names) weigh more than `text`, all the rest. `scope` are the
    tokens of those who may find it: `o7`, `t3`, `r2` for its owner, team and region; `all` is added unless
    `everyone` is False: then not even who reaches all objects of the kind finds it.
    `title` and `subtitle` are data in the language of the object, never translated text.
    """

    kind: str
    object_id: int
    name: str
    scope: Collection[str]
    title: str
    text: str = ""
    codes: Collection[str] = ()
    subtitle: str = ""
    everyone: bool = True


def index(
    session: Session,
    kind: str,
    object_id: int,
    *,
    name: str,
    scope: Collection[str],
    title: str,
    text: str = "",
    codes: Collection[str] = (),
    subtitle: str = "",
    everyone: bool = True,
) -> bool:
    """Let an object be found by its present text; whether anything had to be written. Values as in `Doc`."""
    doc = Doc(kind, object_id, name, scope, title, text, codes, subtitle, everyone)
    return index_many(session, [doc]) == 1


def index_many(session: Session, docs: Iterable[Doc]) -> int:
    """The same for many objects, some hundred at a time; the number of documents that had to be written.

    Of two documents for one object in the same call the later counts.
    """
    written = 0
    rest = iter(docs)
    while batch := list(islice(rest, BATCH)):
        rows = [_row(doc, in_text=_on_sqlite(session)) for doc in batch]
        written += _write(session, {(row["kind"], row["object_id"]): row for row in rows})
    return written


def forget(session: Session, kind: str, object_id: int) -> None:
    """Let an object be found no more. Nothing happens if it never could be."""
    at = session.execute(
        select(_TABLE.c.id).where(_TABLE.c.kind == kind, _TABLE.c.object_id == object_id)
    ).scalar_one_or_none()
    if at is not None:
        _take_out(session, [at])
        session.execute(delete(_TABLE).where(_TABLE.c.id == at))


def forget_many(session: Session, kind: str, ids: Iterable[int]) -> None:
    """The same for many objects."""
    rest = iter(ids)
    while batch := list(islice(rest, BATCH)):
        here = (_TABLE.c.kind == kind) & _TABLE.c.object_id.in_(batch)
        _take_out(session, list(session.execute(select(_TABLE.c.id).where(here)).scalars()))
        session.execute(delete(_TABLE).where(here))


def _row(doc: Doc, *, in_text: bool) -> dict[str, Any]:
    tokens = document(
        doc.kind, name=doc.name, text=doc.text, codes=doc.codes, scope=sorted(doc.scope), everyone=doc.everyone
    )
    title, subtitle = _line(doc.title), _line(doc.subtitle)
    digest = hashlib.blake2b("\0".join((title, subtitle, *tokens)).encode(), digest_size=16).hexdigest()
    return {
        "kind": doc.kind,
        "object_id": doc.object_id,
        "title": title,
        "subtitle": subtitle,
        "digest": digest,
        "tokens": " ".join(tokens) if in_text else tsvector(tokens),
    }


def _line(shown: str) -> str:
    """Text as one line that every database can hold."""
    return "".join(char if char.isprintable() else " " for char in shown)[:SHOWN]


def _write(session: Session, rows: dict[Key, dict[str, Any]]) -> int:
    stored = _stored(session, rows)
    new = [row for key, row in rows.items() if key not in stored or stored[key][1] != row["digest"]]
    if new:
        _take_out(session, [at for key, (at, digest) in stored.items() if digest != rows[key]["digest"]])
        _put(session, new)
    return len(new)


def _stored(session: Session, keys: Iterable[Key]) -> dict[Key, tuple[int, str]]:
    """Id and digest of those of the documents that are there already."""
    wanted: dict[str, list[int]] = {}
    for kind, object_id in keys:
        wanted.setdefault(kind, []).append(object_id)
    stored: dict[Key, tuple[int, str]] = {}
    for kind, numbers in wanted.items():
        query = select(_TABLE.c.object_id, _TABLE.c.id, _TABLE.c.digest)
        rows = session.execute(query.where(_TABLE.c.kind == kind, _TABLE.c.object_id.in_(numbers)))
        stored |= {(kind, object_id): (at, digest) for object_id, at, digest in rows}
    return stored


def _take_out(session: Session, ids: list[int]) -> None:
    if ids and _on_sqlite(session):
        session.execute(_OUT, [{"id": at} for at in ids])


def _put(session: Session, rows: list[dict[str, Any]]) -> None:
    insert: Any = (sqlite if _on_sqlite(session) else postgresql).insert(_TABLE)
    changed = {name: insert.excluded[name] for name in ("title", "subtitle", "digest", "tokens")}
    session.execute(insert.on_conflict_do_update(index_elements=["kind", "object_id"], set_=changed), rows)
    if _on_sqlite(session):
        session.execute(_IN, rows)


def _on_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
