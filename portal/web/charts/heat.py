"""The heat map: a table of groups by time, each cell with its figure and one of six shades."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

from portal.web.charts.scale import Hidden

EDGES = (35, 45, 55, 65, 80)
"""Where the next shade begins, for shares of people in whole percent."""


@dataclass(frozen=True)
class Group:
    """A row: its name, a note (how many people), its whole values by column, or why none of them may be shown."""

    label: str
    note: str
    values: Sequence[int | None] | Hidden


@dataclass(frozen=True)
class Cell:
    """What a cell shows; step 0 to 5, None for an empty one."""

    words: str
    step: int | None


@dataclass(frozen=True)
class Row:
    """A row as it is drawn: cells, or the reason that stands in their place."""

    label: str
    note: str
    cells: tuple[Cell, ...]
    hidden: str


@dataclass(frozen=True)
class HeatMap:
    """A heat map. `key` is the lowest and the highest value of each shade, None where it is open."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    key: tuple[tuple[int | None, int | None], ...]


def heat(columns: Sequence[str], groups: Sequence[Group], *, edges: Sequence[int] = EDGES) -> HeatMap:
    """Shade the groups. ValueError if a row is not as long as the columns, or the edges are not five that rise."""
    if len(edges) != len(EDGES) or list(edges) != sorted(set(edges)):
        raise ValueError("a heat map has six shades")
    return HeatMap(
        tuple(columns),
        tuple(_row(group, len(columns), edges) for group in groups),
        tuple(zip((None, *edges), (*(edge - 1 for edge in edges), None), strict=True)),
    )


def _row(group: Group, columns: int, edges: Sequence[int]) -> Row:
    if isinstance(group.values, Hidden):
        return Row(group.label, group.note, (), group.values.reason)
    if len(group.values) != columns:
        raise ValueError("every group needs one value a column")
    return Row(group.label, group.note, tuple(_cell(value, edges) for value in group.values), "")


def _cell(value: int | None, edges: Sequence[int]) -> Cell:
    return Cell("", None) if value is None else Cell(str(value), bisect_right(edges, value))
