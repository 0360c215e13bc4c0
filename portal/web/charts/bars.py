"""Bars that compare, the bullet of one figure, and the funnel of a process."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from portal.web.charts.lines import written
from portal.web.charts.scale import (
    Number,
    Scale,
    Show,
    Text,
    Value,
    cut,
    exact,
    known,
    plain,
    tenth,
    width_of,
)

BAR = 14
LABEL_GAP = 10
FUNNEL_BAR = 22
FUNNEL_GAP = 20


@dataclass(frozen=True)
class Bar:
    """One row: its value and, where there is one, the target that it is measured against."""

    label: str
    value: Value
    target: Number | None = None


@dataclass(frozen=True)
class Block:
    """A rectangle."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class BarDrawing:
    """One drawing: bars, the ticks of their targets, their words."""

    width: int
    height: int
    bars: tuple[Block, ...]
    pins: tuple[Block, ...]
    links: tuple[str, ...]
    texts: tuple[Text, ...]


@dataclass(frozen=True)
class BarChart:
    """Bars or a funnel, wide and narrow, with the rows of the table. `have` is 0 where nothing may be drawn."""

    have: int
    wide: BarDrawing | None
    narrow: BarDrawing | None
    rows: tuple[tuple[str, ...], ...]


def bars(rows: Sequence[Bar], *, show: Show = plain, width: int = 700) -> BarChart:
    """Horizontal bars from zero, in the order given. ValueError for a value below zero."""
    have = len(_not_negative(row.value for row in rows))
    drawn = have > 0
    return BarChart(
        have,
        _bars(rows, show, width, wide=True) if drawn else None,
        _bars(rows, show, 328, wide=False) if drawn else None,
        tuple((row.label, written(row.value, show), written(row.target, show)) for row in rows),
    )


def _bars(rows: Sequence[Bar], show: Show, width: int, *, wide: bool) -> BarDrawing:
    pitch, drop = (26, 6) if wide else (40, 20)
    values = [written(row.value, show) for row in rows]
    left = _label_room([row.label for row in rows], width) if wide else 0
    right = width - _figure_room(values, [row.value for row in rows]) if wide else width
    top = max([*known(row.value for row in rows), *known(row.target for row in rows), Fraction(1, 10**9)])
    across = Scale(Fraction(0), top, left, max(right, left + width / 5))
    blocks, pins, texts = [], [], []
    for n, (row, words) in enumerate(zip(rows, values, strict=True)):
        y = n * pitch + drop
        label_y = y + 11 if wide else y - 6
        texts.append(
            Text(
                0, label_y, cut(row.label, left - LABEL_GAP if wide else width - width_of(words) - LABEL_GAP)
            )
        )
        shown = known([row.value])
        end = across.at(shown[0]) if shown else left
        if shown:
            blocks.append(Block(left, y, tenth(end - left), BAR))
        if row.target is not None:
            pins.append(Block(tenth(min(max(across.at(row.target) - 1, left), width - 2)), y - 3, 2, BAR + 6))
            end = max(end, pins[-1].x + 2)
        look = "t-ink" if shown else "t-quiet"
        if wide:
            texts.append(Text(tenth(min(end + 6, width - width_of(words))), label_y, words, "", look))
        else:
            texts.append(Text(width, label_y, words, "end", look))
    return BarDrawing(width, len(rows) * pitch, tuple(blocks), tuple(pins), (), tuple(texts))


def _label_room(labels: Sequence[str], width: int) -> float:
    return tenth(min(max(width_of(label) for label in labels) + LABEL_GAP, width * 2 / 5))


def _figure_room(words: Sequence[str], values: Sequence[Value]) -> float:
    """Behind the longest bar; a reason why a value is hidden has the room of its bar."""
    return (
        max((width_of(one) for one, value in zip(words, values, strict=True) if known([value])), default=0)
        + LABEL_GAP
    )


@dataclass(frozen=True)
class Bullet:
    """One figure against its whole, in 100 by 14: the bar, the stroke of the target, the dashes of a benchmark."""

    bar: float
    target: float | None
    bench: float | None
    over: bool


def bullet(
    value: Value, whole: Number, *, target: Number | None = None, bench: Number | None = None
) -> Bullet:
    """How much of `whole` is reached; what is above it ends at the edge and sets `over`. ValueError unless whole > 0."""
    if exact(whole) <= 0:
        raise ValueError("a bullet needs a whole above zero")
    across = Scale(Fraction(0), exact(whole), 0, 100)
    shown = known([value])
    return Bullet(
        bar=across.at(shown[0]) if shown else 0.0,
        target=tenth(min(max(across.at(target) - 1, 0), 98)) if target is not None else None,
        bench=across.at(bench) if bench is not None else None,
        over=bool(shown) and shown[0] > exact(whole),
    )


@dataclass(frozen=True)
class Stage:
    """A step of a process and how many reached it."""

    label: str
    count: Value


def funnel(
    stages: Sequence[Stage], *, show: Show = plain, rate: Callable[[int], str], width: int = 700
) -> BarChart:
    """Bars of the stages with what went on between them; `rate` writes basis points. ValueError for counts below zero."""
    have = len(_not_negative(stage.count for stage in stages))
    drawn = have > 1
    rates = [_passed(before.count, after.count) for before, after in pairwise(stages)]
    told = ["", *(rate(one) if one is not None else "–" for one in rates)]
    return BarChart(
        have,
        _funnel(stages, told, show, width, wide=True) if drawn else None,
        _funnel(stages, told, show, 328, wide=False) if drawn else None,
        tuple(
            (stage.label, written(stage.count, show), passed)
            for stage, passed in zip(stages, told, strict=True)
        ),
    )


def _passed(before: Value, after: Value) -> int | None:
    """Basis points that went on, to a tenth of a percent, halves up; None where that cannot be said."""
    shown = known([before, after])
    if len(shown) < 2 or shown[0] == 0:
        return None
    return int((shown[1] * 2_000 + shown[0]) // (2 * shown[0])) * 10


def _funnel(
    stages: Sequence[Stage], rates: Sequence[str], show: Show, width: int, *, wide: bool
) -> BarDrawing:
    head = 0 if wide else 16
    pitch = head + FUNNEL_BAR + FUNNEL_GAP
    counts = [written(stage.count, show) for stage in stages]
    left = _label_room([stage.label for stage in stages], width) if wide else 0
    right = width - _figure_room(counts, [stage.count for stage in stages]) if wide else width
    top = max([*known(stage.count for stage in stages), Fraction(1, 10**9)])
    across = Scale(Fraction(0), top, left, max(right, left + width / 5))
    blocks: dict[int, Block] = {}
    texts = []
    for n, stage in enumerate(stages):
        y = n * pitch + head
        shown = known([stage.count])
        if shown:
            blocks[n] = Block(left, y, tenth(across.at(shown[0]) - left), FUNNEL_BAR)
        look = "t-ink" if shown else "t-quiet"
        end = left + (blocks[n].width if shown else 0)
        if wide:
            texts.append(Text(0, y + 15, cut(stage.label, left - LABEL_GAP)))
            texts.append(Text(tenth(min(end + 6, width - width_of(counts[n]))), y + 15, counts[n], "", look))
        else:
            texts.append(Text(0, y - 5, cut(stage.label, width - width_of(counts[n]) - LABEL_GAP)))
            texts.append(Text(width, y - 5, counts[n], "end", look))
        if n and rates[n] != "–":
            texts.append(Text(tenth(left + 6), y - head - 6, rates[n], "", "t-quiet"))
    links = tuple(_link(blocks[n - 1], blocks[n], head) for n in blocks if n - 1 in blocks)
    height = len(stages) * pitch - FUNNEL_GAP
    return BarDrawing(width, height, tuple(blocks.values()), (), links, tuple(texts))


def _link(above: Block, below: Block, head: int) -> str:
    start, end = above.y + above.height, below.y - head
    return f"{above.x},{start} {tenth(above.x + above.width)},{start} {tenth(below.x + below.width)},{end} {below.x},{end}"


def _not_negative(values: Iterable[Value]) -> list[Fraction]:
    shown = known(values)
    if any(value < 0 for value in shown):
        raise ValueError("a bar begins at zero and cannot go below it")
    return shown
