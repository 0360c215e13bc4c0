"""Lists as declarations: columns, filters, order. Here they become SQL; `web/lists.py` shows and exports them.

Pages go by keyset, never by OFFSET: the cursor holds the sort value and the id of the last row seen, so page 1,000 costs
what page 1 costs. Counts stop at 1,001. Every name from the address is looked up in the declaration; what is unknown
there is left aside, so no address can raise an error or reach a column that was not declared.
"""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.core import search

CAP = 1_000
PAGES = (25, 50, 100)
PAGE = 50
MOST = 100_000
"""So many rows at most leave in one export; the file says so."""
STEP = 1_000
LONGEST = 2_000
"""Characters of a cursor."""

Sql = ColumnElement[Any] | InstrumentedAttribute[Any]


@dataclass(frozen=True)
class Column:
    """One column: what is selected, how it is written, by what it sorts.

    `kind` is text, code (never broken over two lines), number, money (`currency` names the column beside it), percent,
    day, when, word (`words` maps values to N_ texts) or mark (`words`, with `looks` mapping values to the kinds of a
    mark). `zh` is shown instead in Chinese where it is not empty. A sort expression must never be null. `extra` columns
    are not shown at first.
    """

    key: str
    label: str
    of: Sql
    kind: str = "text"
    sort: Sql | None = None
    zh: Sql | None = None
    currency: Sql | None = None
    words: Mapping[Any, str] | None = None
    looks: Mapping[Any, str] | None = None
    extra: bool = False
    on_phone: bool = True


@dataclass(frozen=True)
class Choice:
    """A filter by one of few values: value -> N_ label."""

    key: str
    label: str
    of: Sql
    options: Mapping[Any, str]


@dataclass(frozen=True)
class Listing:
    """A list of one kind of thing. `path` is where a row leads (`/customers/{}`); the first column bears the link.

    `kind` names the documents that `q` searches; `order` is the default sort, `-` in front for descending.
    """

    key: str
    title: str
    id: Sql
    columns: tuple[Column, ...]
    path: str
    order: str
    filters: tuple[Choice, ...] = ()
    kind: str = ""

    def column(self, key: str) -> Column | None:
        """The column of this name."""
        return next((one for one in self.columns if one.key == key), None)


@dataclass(frozen=True)
class Asked:
    """What an address asks of a list, as far as the list knows it."""

    order: str
    columns: tuple[Column, ...]
    chosen: Mapping[str, str]
    q: str
    after: tuple[Any, int] | None
    before: tuple[Any, int] | None
    page: int
    ignored: tuple[str, ...]

    @property
    def descending(self) -> bool:
        """Whether the order is from the greatest."""
        return self.order.startswith("-")

    @property
    def sorted_by(self) -> str:
        """The key of the column that is sorted by."""
        return self.order.lstrip("-")


@dataclass(frozen=True)
class Found:
    """One page of rows (id and the values of the asked columns), cursors to its neighbours, and the count up to CAP."""

    rows: list[Any]
    newer: str
    older: str
    total: int
    capped: bool


def read(listing: Listing, args: Mapping[str, str]) -> Asked:
    """What an address asks for; unknown names and values are left aside and named."""
    ignored = []
    order = args.get("sort", listing.order)
    wanted = listing.column(order.lstrip("-"))
    if wanted is None or wanted.sort is None:
        ignored += ["sort"] if "sort" in args else []
        order = listing.order
    many = getattr(args, "getlist", lambda key: [args[key]] if key in args else [])
    keys = [
        key
        for given in (*many("col"), args.get("cols", ""))
        for key in given.split(",")
        if listing.column(key)
    ]
    columns = (
        tuple(one for one in listing.columns if one.key in keys)
        if keys
        else tuple(c for c in listing.columns if not c.extra)
    )
    if listing.columns[0] not in columns:
        columns = (listing.columns[0], *columns)
    chosen = {}
    for one in listing.filters:
        value = args.get(one.key, "")
        if value in {str(option) for option in one.options}:
            chosen[one.key] = value
        elif value:
            ignored.append(one.key)
    sort: Any = listing.column(order.lstrip("-")).sort  # type: ignore[union-attr]  # one that sorts, by the lines above
    page = int(args["rows"]) if args.get("rows", "") in {str(size) for size in PAGES} else PAGE
    return Asked(
        order, columns, chosen, " ".join(args.get("q", "")[:200].split()), _cursor(args.get("after", ""), sort, listing.id),
        _cursor(args.get("before", ""), sort, listing.id), page, tuple(ignored),
    )  # fmt: skip


def find(session: Session, listing: Listing, rows: Select[Any], asked: Asked, tokens: list[str]) -> Found:
    """One page of `rows` (a select of ids within the viewer's scope) as asked; `tokens` are his scope in the search.

    Where too little is left beside a cursor, since rows went meanwhile, it is the first page.
    """
    narrowed = narrow(session, listing, rows, asked, tokens)
    total = session.execute(select(func.count()).select_from(narrowed.limit(CAP + 1).subquery())).scalar_one()
    back = asked.before is not None and asked.after is None
    page = _page(
        listing, narrowed, asked, asked.before if back else asked.after, back=back, size=asked.page + 1
    )
    found = list(session.execute(page))
    if (back and len(found) < asked.page) or (asked.after is not None and not found):
        return find(session, listing, rows, replace(asked, after=None, before=None), tokens)
    more = len(found) > asked.page
    found = found[: asked.page]
    if back:
        found.reverse()
    newer = older = ""
    if found:
        newer = _token(found[0]) if (asked.after is not None if not back else more) else ""
        older = _token(found[-1]) if (more if not back else True) else ""
    return Found(found, newer, older, min(total, CAP), total > CAP)


def every(
    session: Session, listing: Listing, rows: Select[Any], asked: Asked, tokens: list[str]
) -> Iterator[Any]:
    """All rows as asked, in steps by keyset, up to MOST."""
    narrowed = narrow(session, listing, rows, asked, tokens)
    after, left = None, MOST
    while left > 0:
        found = list(
            session.execute(_page(listing, narrowed, asked, after, back=False, size=min(STEP, left)))
        )
        yield from found
        left -= len(found)
        if len(found) < STEP:
            return
        after = (found[-1].sort_value, found[-1].row_id)


def narrow(
    session: Session, listing: Listing, rows: Select[Any], asked: Asked, tokens: list[str]
) -> Select[Any]:
    """The rows that the chosen filters and the search leave."""
    for one in listing.filters:
        if one.key in asked.chosen:
            value = next(option for option in one.options if str(option) == asked.chosen[one.key])
            rows = rows.where(one.of == value)
    if asked.q and listing.kind:
        rows = rows.where(listing.id.in_(search.ids(session, asked.q, scope=tokens, kind=listing.kind)))
    return rows


def _page(
    listing: Listing, rows: Select[Any], asked: Asked, mark: tuple[Any, int] | None, *, back: bool, size: int
) -> Select[Any]:
    sort: Any = listing.column(asked.sorted_by).sort  # type: ignore[union-attr]  # `read` let no other order through
    down = asked.descending != back
    values = [sort.label("sort_value"), listing.id.label("row_id")]
    for column in asked.columns:
        values.append(column.of.label(f"v_{column.key}"))
        if column.zh is not None:
            values.append(column.zh.label(f"z_{column.key}"))
        if column.currency is not None:
            values.append(column.currency.label(f"c_{column.key}"))
    page = rows.with_only_columns(*values, maintain_column_froms=True)
    if mark is not None:
        value, number = mark
        beyond = sort < value if down else sort > value
        tied = listing.id < number if down else listing.id > number
        reached = sort <= value if down else sort >= value
        page = page.where(reached, or_(beyond, tied))
    key: Any = listing.id
    return page.order_by(sort.desc() if down else sort.asc(), key.desc() if down else key.asc()).limit(size)


def _token(row: Any) -> str:
    value = row.sort_value
    if isinstance(value, datetime):
        told: Any = {"t": value.astimezone(UTC).isoformat()}
    elif isinstance(value, date):
        told = {"d": value.isoformat()}
    else:
        told = value
    return base64.urlsafe_b64encode(json.dumps([told, row.row_id]).encode()).decode().rstrip("=")


def _cursor(token: str, sort: Sql, key: Sql) -> tuple[Any, int] | None:
    """The sort value and the id in a cursor; None if somebody made it up, or made it for another order."""
    if not token or len(token) > LONGEST:
        return None
    try:
        value: Any
        value, number = json.loads(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
        if isinstance(value, dict):
            value = datetime.fromisoformat(value["t"]).astimezone(UTC) if "t" in value else date.fromisoformat(value["d"])
        if isinstance(value, str):
            value.encode()
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None
    return (value, number) if _fits(value, sort) and _fits(number, key) else None


def _fits(value: Any, column: Sql) -> bool:
    """Whether the database can compare a value with a column; another would be an error of PostgreSQL or of the driver."""
    if type(value) is not column.type.python_type:
        return False
    if isinstance(value, int):
        return bool(abs(value) < (2**62 if isinstance(column.type, BigInteger) else 2**31))
    return not isinstance(value, str) or "\0" not in value
