"""The table of search documents, and what each database needs beside it.

SQLite gets an FTS5 table that keeps no text of its own (external content). Triggers cannot feed it: under
`trusted_schema=OFF`, which this house sets, SQLite 3.40 calls a virtual table in a trigger unsafe. So
`store.py` feeds it, and rows of `search_doc` must be written there only. PostgreSQL keeps the tokens as a
tsvector with GIN. The tokenizer `ascii` takes every character beyond ASCII for a letter, so SQLite cuts
exactly where our tokens end; `unicode61` would drop characters that are younger than Unicode 6.1, and
PostgreSQL would not.
"""

from sqlalchemy import BigInteger, Connection, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base

INDEX = "search_fts"
GIN = "ix_search_doc_tokens"


class SearchDoc(Base):
    """What an object can be found by, and the two lines that a result shows. A greater `id` is newer."""

    __tablename__ = "search_doc"
    __table_args__ = (
        UniqueConstraint("kind", "object_id"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    object_id: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"))
    title: Mapped[str] = mapped_column(String(200))
    subtitle: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(32))
    """Of tokens, title and subtitle: an update that changes none of them is not written."""
    tokens: Mapped[str] = mapped_column(
        Text().with_variant(TSVECTOR(), "postgresql"), deferred=True, deferred_raiseload=True
    )
    """In their order: between blanks on SQLite, as a tsvector with their places on PostgreSQL."""


def create_search(connection: Connection) -> None:
    """Make the full-text index over the table `search_doc`, which is there and empty. For migrations."""
    if connection.dialect.name == "sqlite":
        connection.execute(text(
            f"CREATE VIRTUAL TABLE {INDEX} USING fts5(tokens, content='search_doc', content_rowid='id',"
            " columnsize=0, tokenize='ascii', prefix='1 2 3 4')"
        ))  # fmt: skip
    else:
        connection.execute(text(f"CREATE INDEX {GIN} ON search_doc USING gin (tokens)"))


def drop_search(connection: Connection) -> None:
    """Undo `create_search`; the table `search_doc` stays."""
    kind = "TABLE" if connection.dialect.name == "sqlite" else "INDEX"
    connection.execute(text(f"DROP {kind} IF EXISTS {INDEX if kind == 'TABLE' else GIN}"))


def made_by_search(name: str | None) -> bool:
    """Whether a table or index is `create_search`'s work, which Alembic's comparison has to leave out."""
    return name == GIN or (name or "").startswith(INDEX)
