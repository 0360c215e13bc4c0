"""Take back what a batch did: rows that it made go, rows that it changed get their old values; what has moved on since stays.

`plan` only reads and says what would happen and why not; `put_back` does it, in the same unit of work.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from sqlalchemy import Index, RowMapping, Select, Table, UniqueConstraint, delete, select, update

from portal.core.batches import APART, Batch, BatchRow, as_stored, mark_of, parts
from portal.core.db import Base, db
from portal.core.errors import Stale
from portal.core.events import Event
from portal.core.flow import THINGS

CHANGED, HISTORY, USED, TAKEN, LOST, WITH, CIRCLE = "changed", "history", "used", "taken", "lost", "with", "circle"
"""Why a row stays: it was changed since; something happened with it since; something refers to it (`used:task`); what it had
before belongs to another now, or is no more; what it belongs to stays; it would stand above itself."""

TRACES = (("account", Event.account_id), ("person", Event.actor_id))
"""Where events name a row beside their subject."""

Row = tuple[str, int]
Key = tuple[Any, ...]


@dataclass(frozen=True)
class Part:
    """Rows of a table that belong to rows of another, by columns of both: they stay where those stay.

    `anybody`: to whatever row has the same values, not only to one that the same batch wrote.
    """

    table: str
    of: str
    on: tuple[tuple[str, str], ...]
    anybody: bool = False

    @property
    def here(self) -> tuple[str, ...]:
        """The columns of the part."""
        return tuple(mine for mine, _other in self.on)

    @property
    def there(self) -> tuple[str, ...]:
        """The columns of what it belongs to."""
        return tuple(other for _mine, other in self.on)


@dataclass
class Plan:
    """What an undo does: by table, the rows that go, those that get old values, and why the others stay."""

    batch_id: int
    gone: dict[str, set[int]] = field(default_factory=lambda: defaultdict(set))
    back: dict[str, dict[int, dict[str, Any]]] = field(default_factory=lambda: defaultdict(dict))
    stays: dict[Row, str] = field(default_factory=dict)
    rows: dict[str, dict[int, RowMapping]] = field(default_factory=lambda: defaultdict(dict))
    """What stands in the rows now, whole."""

    def keep(self, table: str, number: int, why: str) -> None:
        """Leave a row as it is."""
        self.gone[table].discard(number)
        self.back[table].pop(number, None)
        self.stays[table, number] = why

    def restored(self, table: str, number: int) -> dict[str, Any]:
        """The row as it will be."""
        return {**self.rows[table][number], **as_stored(_table(table), self.back[table][number])}

    def refers(self, table: str, number: int, column: str) -> bool:
        """Whether a row will still hold what stands in a column of it now."""
        return number not in self.gone[table] and column not in self.back[table].get(number, ())


def plan(it: Batch, ties: Sequence[Part], *, locked: bool = False) -> Plan:
    """What an undo of the batch would do now. `locked` keeps others from its rows until the unit of work ends."""
    made = Plan(it.id)
    _compare(made, it, locked=locked)
    _look_for_history(made, it)
    _look_for_what_is_taken(made)
    _look_for_what_refers(made, ties)
    return made


def put_back(it: Plan) -> None:
    """Do what the plan says. The rows that belong to others go before those."""
    db.session.flush()
    for table in reversed(Base.metadata.sorted_tables):
        if not (it.gone[table.name] or it.back[table.name]):
            continue
        inward = [key.parent for key in _inward(table)]
        if inward:  # a tree: nothing may hang on a row that goes
            _restore(it, table)
            for some in parts(it.gone[table.name]):
                db.session.execute(update(table).where(table.c.id.in_(some)).values({one.name: None for one in inward}))
        _remove(it, table)
        if not inward:  # what is to come back may be what only one row can have
            _restore(it, table)
    _settle(it)
    db.session.expire_all()


def _table(name: str) -> Table:
    return Base.metadata.tables[name]


def _inward(table: Table) -> list[Any]:
    """The foreign keys by which rows of a table stand below others of it."""
    return [key for key in table.foreign_keys if key.column.table is table]


def _compare(made: Plan, it: Batch, *, locked: bool) -> None:
    """Take the rows that are still as the batch left them; those that are no more need nothing."""
    noted: dict[str, dict[int, tuple[Any, str]]] = defaultdict(dict)
    kept = select(BatchRow.table_name, BatchRow.row_id, BatchRow.before, BatchRow.mark)
    for noted_row in db.session.execute(kept.where(BatchRow.batch_id == it.id)):
        noted[noted_row.table_name][noted_row.row_id] = noted_row.before, noted_row.mark
    for name, those in noted.items():
        table = _table(name)
        for some in parts(those):
            now = select(table).where(table.c.id.in_(some)).order_by(table.c.id)
            for row in db.session.execute(now.with_for_update() if locked else now).mappings():
                number = row["id"]
                before, mark = those[number]
                made.rows[name][number] = row
                if mark_of(row) != mark:
                    made.stays[name, number] = CHANGED
                elif before is None:
                    made.gone[name].add(number)
                else:
                    made.back[name][number] = before


def _look_for_history(made: Plan, it: Batch) -> None:
    """Keep what the batch made and something happened with since; what was itself undone does not count."""
    since = Event.id > next(iter(_told(it)), 0)
    for other in db.session.execute(select(Batch).where(Batch.undone_at >= it.written_at, Batch.id != it.id)).scalars():
        for last, count in zip(_told(other), (other.undo_events, other.events), strict=False):
            since &= ~Event.id.between(last - count, last)
    for name in [name for name, ids in made.gone.items() if ids and name in THINGS]:
        for some in parts(made.gone[name]):
            about: list[tuple[Any, Any]] = [(Event.subject_id, (Event.subject_kind == name) & Event.subject_id.in_(some))]
            about += [(column, column.in_(some)) for table, column in TRACES if table == name]
            for column, which in about:
                for number in db.session.execute(select(column).where(which, since).distinct()).scalars():
                    made.keep(name, number, HISTORY)


def _told(it: Batch) -> Sequence[int]:
    """The events that tell what was done to the batch itself, newest first: of its undo, of its writing."""
    of = select(Event.id).where(Event.subject_kind == it.__tablename__, Event.subject_id == it.id)
    return db.session.execute(of.order_by(Event.id.desc())).scalars().all()


def _look_for_what_is_taken(made: Plan) -> None:
    """Keep changed rows whose old values another row has now, where only one may, or that referred to what is no more."""
    for name in [name for name, those in made.back.items() if those]:
        table = _table(name)
        for number in sorted(made.back[name]):
            before, row = made.back[name][number], made.restored(name, number)
            if any(_is_lost(key, row) for key in table.foreign_keys if key.parent.name in before):
                made.keep(name, number, LOST)
            elif any(_is_taken(made, table, row, one) for one in _only_once(table) if not before.keys().isdisjoint(one[2])):
                made.keep(name, number, TAKEN)


def _is_lost(key: Any, row: Mapping[str, Any]) -> bool:
    value = row[key.parent.name]
    return value is not None and db.session.execute(select(key.column).where(key.column == value)).first() is None


def _only_once(table: Table) -> Iterator[tuple[list[str], Any, set[str]]]:
    """The columns that only one row may have the same values in, under which condition, and what both speak of."""
    for one in table.constraints:
        if isinstance(one, UniqueConstraint):
            names = [column.name for column in one.columns]
            yield names, None, set(names)
    for index in table.indexes:
        if isinstance(index, Index) and index.unique:
            names = [column.name for column in index.columns]
            where = index.dialect_options["sqlite"].get("where")
            spoken = {name for name in (one.name for one in table.c) if where is not None and name in str(where)}
            yield names, where, set(names) | spoken


def _is_taken(made: Plan, table: Table, row: Mapping[str, Any], once: tuple[list[str], Any, set[str]]) -> bool:
    names, where, _spoken = once
    same = select(table.c.id).where(table.c.id != row["id"], *(table.c[name] == row[name] for name in names))
    if where is not None:
        same = same.where(where)
    others = set(db.session.execute(same).scalars())
    return bool(others - made.gone[table.name] - made.back[table.name].keys())


def _look_for_what_refers(made: Plan, ties: Sequence[Part]) -> None:
    """Keep what rows that stay refer to, what belongs to such, and what would close a circle; until nothing is added."""
    ways: list[_Way | _AnyOf | _Tree] = [way for name, ids in list(made.gone.items()) if ids for way in _ways(made, name)]
    ways += [_AnyOf(made, one) for one in ties if one.anybody]
    ways += [_Tree(made, table, key.parent.name) for table in map(_table, list(made.back)) for key in _inward(table)]
    while True:
        kept = [found for way in ways for found in way.hold()]
        kept += [found for one in ties if not one.anybody for found in _belong(made, one)]
        for name, number, why in kept:
            if (name, number) not in made.stays:
                made.keep(name, number, why)
        if not kept:
            return


Kept = tuple[str, int, str]


def _belong(made: Plan, tie: Part) -> Iterator[Kept]:
    """The parts, written by the batch, of rows that it wrote and that stay; and such rows, if a part of them stays."""
    for (name, number), why in made.stays.items():
        if name == tie.table and why != WITH and number in made.rows[name]:
            owner = made.rows[name][number][tie.here[0]]
            if owner in made.back[tie.of] or owner in made.gone[tie.of]:
                yield tie.of, owner, why
    owners = {number for name, number in made.stays if name == tie.of}
    for number in [*made.gone[tie.table], *made.back[tie.table]] if owners else ():
        if made.rows[tie.table][number][tie.here[0]] in owners:
            yield tie.table, number, WITH


class _Way:
    """One way in which rows of a table hold rows that the batch made: which holds which, read once."""

    def __init__(self, made: Plan, held: str, holder: str, column: str, rows: Iterable[tuple[int, int]]) -> None:
        self._made, self._held, self._holder, self._column = made, held, holder, column
        self._pairs = list(rows)

    def hold(self) -> Iterator[Kept]:
        made, still = self._made, []
        for number, holder in self._pairs:
            if number not in made.gone[self._held]:
                continue
            if made.refers(self._holder, holder, self._column):
                yield self._held, number, f"{USED}:{self._holder}"
            else:
                still.append((number, holder))
        self._pairs = still


class _AnyOf:
    """The rows that parts belong to, whoever wrote them."""

    def __init__(self, made: Plan, tie: Part) -> None:
        self._made, self._tie = made, tie
        rows = made.rows[tie.table]
        self._parts: dict[int, Key] = {one: tuple(rows[one][name] for name in tie.here) for one in made.gone[tie.table]}

    @cached_property
    def _owners(self) -> dict[Key, list[int]]:
        of, found = _table(self._tie.of), defaultdict(list)
        first = of.c[self._tie.there[0]]
        for some in parts({key[0] for key in self._parts.values()}):
            wanted = select(of.c.id, *(of.c[name] for name in self._tie.there)).where(first.in_(some))
            for number, *key in db.session.execute(wanted):
                found[tuple(key)].append(number)
        return found

    def hold(self) -> Iterator[Kept]:
        made, tie = self._made, self._tie
        for number in made.gone[tie.table] & self._parts.keys():
            owners = self._owners.get(self._parts[number], ())
            if any(all(made.refers(tie.of, one, column) for column in tie.there) for one in owners):
                yield tie.table, number, f"{USED}:{tie.of}"


class _Tree:
    """Rows that stand below others of their table: what was put below one since may not come to stand above it."""

    def __init__(self, made: Plan, table: Table, column: str) -> None:
        self._made, self._name, self._column = made, table.name, column
        self._moved = {one: before[column] for one, before in made.back[table.name].items() if column in before}
        rows = select(table.c.id, table.c[column]).where(table.c[column].is_not(None))
        self._above: dict[int, int] = {row[0]: row[1] for row in db.session.execute(rows)} if self._moved else {}

    def hold(self) -> Iterator[Kept]:
        self._moved = {one: above for one, above in self._moved.items() if one in self._made.back[self._name]}
        above = self._above | self._moved
        for number in self._moved:
            seen: set[int | None] = {None}
            at = above.get(number)
            while at not in seen and at != number:
                seen.add(at)
                at = above.get(at)
            if at == number:
                yield self._name, number, CIRCLE


def _ways(made: Plan, held: str) -> Iterator[_Way]:
    """What refers to the rows of a table that go: by foreign key, by a column of its name, as a subject, as a group counted."""
    for table in sorted(Base.metadata.tables.values(), key=lambda one: (one.name not in THINGS, one.name)):
        if table.name in APART:
            continue
        for column in table.c:
            keys = [key.column.table.name for key in column.foreign_keys]
            if held in keys or (not keys and column.name == f"{held}_id"):
                yield from _way(made, held, table, column.name, None)
        if "subject_kind" in table.c and "subject_id" in table.c:
            yield from _way(made, held, table, "subject_id", table.c.subject_kind == held)
        if "grain" in table.c and "group_id" in table.c:
            yield from _way(made, held, table, "group_id", table.c.grain == held)


def _way(made: Plan, held: str, table: Table, column: str, where: Any) -> Iterator[_Way]:
    own = table.c.id if "id" in table.c else table.c[column]
    found: list[tuple[int, int]] = []
    for some in parts(made.gone[held]):
        wanted: Select[Any] = select(table.c[column], own).where(table.c[column].in_(some))
        rows = db.session.execute(wanted if where is None else wanted.where(where))
        found += [(row[0], row[1]) for row in rows]
    if found:
        yield _Way(made, held, table.name, column, found)


def _remove(it: Plan, table: Table) -> None:
    gone = it.gone[table.name]
    count = 0
    for some in parts(gone):
        answer: Any = db.session.execute(delete(table).where(table.c.id.in_(some)))
        count += answer.rowcount
    if count != len(gone):
        raise Stale


def _restore(it: Plan, table: Table) -> None:
    """Give rows their old values. The version goes on, so that whoever has the row open sees that it has moved.

    To a batch before, the row is as it left it.
    """
    for number, before in sorted(it.back[table.name].items()):
        values = as_stored(table, before)
        was = values.pop("version", None)
        if was is not None:
            now = it.rows[table.name][number]["version"] + 1
            values["version"] = now
            same = (BatchRow.table_name == table.name) & (BatchRow.row_id == number)
            rows: Any = BatchRow.__table__
            db.session.execute(update(rows).where(same, BatchRow.mark == str(was)).values(mark=str(now)))
        db.session.execute(update(table).where(table.c.id == number).values(values))


def _settle(it: Plan) -> None:
    """Keep why rows stay; forget those that went back."""
    rows: Any = BatchRow.__table__
    of = rows.c.batch_id == it.batch_id
    why: dict[str, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    for (name, number), reason in it.stays.items():
        why[reason][name].add(number)
    for reason, tables in why.items():
        for name, ids in tables.items():
            for some in parts(ids):
                here = of & (rows.c.table_name == name) & rows.c.row_id.in_(some)
                db.session.execute(update(rows).where(here).values(stays=reason))
    db.session.execute(delete(rows).where(of, rows.c.stays == ""))


def left(it: Batch) -> dict[Row, str]:
    """Why which rows stayed at the undo."""
    kept = select(BatchRow.table_name, BatchRow.row_id, BatchRow.stays).where(BatchRow.batch_id == it.id, BatchRow.stays != "")
    return {(row.table_name, row.row_id): row.stays for row in db.session.execute(kept.order_by(BatchRow.row_id))}


def owners(stays: Mapping[Row, str], ties: Sequence[Part]) -> dict[Row, str]:
    """What people know of the rows that stay, and why: the things themselves, and those that other rows are parts of."""
    found = {row: why for row, why in stays.items() if row[0] in THINGS}
    for tie in ties:
        theirs = {number: why for (name, number), why in stays.items() if name == tie.table and why != WITH}
        if tie.anybody or not theirs:
            continue
        table = _table(tie.table)
        for some in parts(theirs):
            wanted = select(table.c.id, table.c[tie.here[0]]).where(table.c.id.in_(some))
            for number, owner in db.session.execute(wanted):
                found.setdefault((tie.of, owner), theirs[number])
    return found


def named(rows: Collection[Row]) -> dict[Row, tuple[str, str]]:
    """What things are called, in English and in Chinese: by their name, or by their code."""
    wanted: dict[str, set[int]] = defaultdict(set)
    for name, number in rows:
        wanted[name].add(number)
    found: dict[Row, tuple[str, str]] = {}
    for name, ids in wanted.items():
        table = _table(name)
        word = table.c.name if "name" in table.c else table.c.code
        chinese = table.c.name_zh if "name_zh" in table.c else word
        for some in parts(ids):
            for row in db.session.execute(select(table.c.id, word, chinese).where(table.c.id.in_(some))):
                found[name, row[0]] = (row[1], row[2] or row[1])
    return found
