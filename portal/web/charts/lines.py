"""Lines over time: ours, at most one to compare with, a band of what was expected, one level, marks of what happened."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from portal.web.charts.scale import (
    LINE_HEIGHT,
    Hidden,
    Number,
    Scale,
    Show,
    Text,
    Value,
    exact,
    from_zero,
    keep_apart,
    known,
    plain,
    round_steps,
    some_labels,
    tenth,
    under,
    width_of,
)

LEAST_POINTS = 2
TICK_GAP = 6
LABEL_GAP = 10
TOP = 14
MARKS_TOP = 30
FOOT = 26


@dataclass(frozen=True)
class Series:
    """What one line tells; None where nothing was measured."""

    name: str
    values: Sequence[Value]


@dataclass(frozen=True)
class Level:
    """A target or a benchmark: `words` with its figure ("target 4 h"), `note` for its source."""

    value: Number
    words: str
    note: str = ""


@dataclass(frozen=True)
class Mark:
    """Something that happened at a step (0 is the first, 2.5 between the third and fourth)."""

    at: Number
    words: str
    short: str = ""


@dataclass(frozen=True)
class Path:
    """The pieces of one line between its gaps; `lone` points have no neighbour; `end` is the last point."""

    pieces: tuple[str, ...]
    lone: tuple[tuple[float, float], ...]
    end: tuple[float, float] | None


@dataclass(frozen=True)
class LineDrawing:
    """One drawing, in units that are about pixels."""

    width: int
    height: int
    left: float
    right: float
    top: float
    bottom: float
    grid: tuple[float, ...]
    ours: Path
    other: Path
    band: tuple[str, ...]
    level: float | None
    marks: tuple[float, ...]
    mark_y: tuple[float, ...]
    texts: tuple[Text, ...]


@dataclass(frozen=True)
class LineChart:
    """A line chart, wide and narrow, with the rows of its table. `have` < `need`: nothing to draw yet."""

    have: int
    need: int
    wide: LineDrawing | None
    narrow: LineDrawing | None
    starts_at: str
    labels: tuple[tuple[str, str, str], ...]
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def line(
    steps: Sequence[str],
    ours: Series,
    *,
    other: Series | None = None,
    band: Sequence[tuple[Number, Number] | None] = (),
    band_name: str = "",
    level: Level | None = None,
    marks: Sequence[Mark] = (),
    show: Show = plain,
    size: tuple[int, int] = (700, 290),
) -> LineChart:
    """Draw `ours` over the steps. `show` writes a value; a scale that does not begin at zero says so in `starts_at`.

    ValueError if a series is not as long as the steps.
    """
    plan = _Plan(tuple(steps), ours, other, tuple(band) or (None,) * len(steps), level, tuple(marks), show)
    lengths = {len(plan.band), len(ours.values), len(other.values if other else ours.values)}
    if lengths != {len(plan.steps)}:
        raise ValueError("every series needs one value a step")
    have = len(known(ours.values))
    drawn = have >= LEAST_POINTS
    heads = (ours.name, *((other.name,) if other else ()), *((band_name,) if any(band) else ()))
    return LineChart(
        have=have,
        need=LEAST_POINTS,
        wide=_draw(plan, size, wide=True) if drawn else None,
        narrow=_draw(plan, (328, 240), wide=False) if drawn else None,
        starts_at=show(plan.ticks[0]) if drawn and plan.ticks[0] != 0 else "",
        labels=tuple((kind, head, note) for kind, _at, head, note in plan.labels) if drawn else (),
        heads=heads,
        rows=tuple(_row(plan, n, banded=any(band)) for n in range(len(steps))),
    )


@dataclass(frozen=True)
class _Plan:
    """What is to be drawn, before it has a size."""

    steps: tuple[str, ...]
    ours: Series
    other: Series | None
    band: tuple[tuple[Number, Number] | None, ...]
    level: Level | None
    marks: tuple[Mark, ...]
    show: Show

    @property
    def ticks(self) -> list[int | Decimal]:
        """The round values at the left."""
        values = known(self.ours.values) + known(self.other.values if self.other else ())
        values += [exact(edge) for pair in self.band if pair for edge in pair]
        values += [exact(self.level.value)] if self.level else []
        whole = all(value.denominator == 1 for value in values)
        return round_steps(Fraction(0) if from_zero(values) else min(values), max(values), whole=whole)

    @property
    def labels(self) -> list[tuple[str, Number, str, str]]:
        """What is written at the right: look, at which value, the figure, the name."""
        found: list[tuple[str, Number, str, str]] = []
        for kind, series in (("ours", self.ours), ("other", self.other)):
            values = known(series.values) if series else []
            if series and values:
                found.append((kind, values[-1], self.show(_last(series.values)), series.name))
        if self.level:
            found.append(("bench", self.level.value, self.level.words, self.level.note))
        return found


def _last(values: Sequence[Value]) -> Number:
    return next(value for value in reversed(values) if value is not None and not isinstance(value, Hidden))


def _draw(plan: _Plan, size: tuple[int, int], *, wide: bool) -> LineDrawing:
    width, height = size
    ticks = plan.ticks
    left = tenth(max(30, max(width_of(plan.show(tick)) for tick in ticks) + TICK_GAP + 4))
    beside = max(width_of(text) for _kind, _at, head, note in plan.labels for text in (head, note))
    right = tenth(width - min(beside + LABEL_GAP + 4, width * 2 / 5) if wide else width - 12)
    across = Scale(Fraction(0), Fraction(max(len(plan.steps) - 1, 1)), left, right)
    mark_texts, mark_y = _mark_texts(plan.marks, across, wide=wide, right=right)
    top = max(mark_y) + 11 if mark_y else TOP
    bottom = height - FOOT
    up = Scale(exact(ticks[0]), exact(ticks[-1]), bottom, top)
    texts = [Text(tenth(left - TICK_GAP), up.at(tick) + 4, plan.show(tick), "end") for tick in ticks]
    texts += _step_texts(plan.steps, across, height - 8, width if not wide else right + 20)
    texts += mark_texts
    if wide:
        texts += _end_texts(plan, up, right + LABEL_GAP, top - LINE_HEIGHT, height)
    points = [across.at(n) for n in range(len(plan.steps))]
    return LineDrawing(
        width=width, height=height, left=left, right=right, top=top, bottom=bottom,
        grid=tuple(up.at(tick) for tick in ticks),
        ours=_path(plan.ours.values, points, up),
        other=_path(plan.other.values if plan.other else [None] * len(points), points, up),
        band=_band(plan.band, points, up),
        level=up.at(plan.level.value) if plan.level else None,
        marks=tuple(across.at(mark.at) for mark in plan.marks),
        mark_y=tuple(mark_y),
        texts=tuple(texts),
    )  # fmt: skip


def _path(values: Sequence[Value], points: Sequence[float], up: Scale) -> Path:
    runs: list[list[tuple[float, float]]] = [[]]
    for x, value in zip(points, values, strict=True):
        if value is None or isinstance(value, Hidden):
            runs.append([])
        else:
            runs[-1].append((x, up.at(value)))
    runs = [run for run in runs if run]
    return Path(
        pieces=tuple(_points(run) for run in runs if len(run) > 1),
        lone=tuple(run[0] for run in runs if len(run) == 1),
        end=runs[-1][-1] if runs else None,
    )


def _band(
    band: Sequence[tuple[Number, Number] | None], points: Sequence[float], up: Scale
) -> tuple[str, ...]:
    runs: list[list[tuple[float, float, float]]] = [[]]
    for x, pair in zip(points, band, strict=True):
        if pair is None:
            runs.append([])
        else:
            runs[-1].append((x, up.at(min(pair)), up.at(max(pair))))
    return tuple(
        _points([(x, upper) for x, _, upper in run] + [(x, lower) for x, lower, _ in reversed(run)])
        for run in runs
        if len(run) > 1
    )


def _points(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x},{y}" for x, y in points)


def _step_texts(steps: Sequence[str], across: Scale, y: float, edge: float) -> list[Text]:
    at = [across.at(n) for n in range(len(steps))]
    return [under(at[n], steps[n], 0, edge, y) for n in some_labels(at, steps, 0, edge)]


def _mark_texts(
    marks: Sequence[Mark], across: Scale, *, wide: bool, right: float
) -> tuple[list[Text], list[float]]:
    """The words of the marks at the right of their diamond, at its left near the edge, a line lower where they would touch."""
    texts: list[Text] = []
    heights: list[float] = []
    for mark in marks:
        x, words = across.at(mark.at), mark.words if wide else mark.short or mark.words
        before = x + 9 + width_of(words) > right
        for row in range(len(marks)):
            text = Text(
                tenth(x - 9 if before else x + 9),
                22 + row * LINE_HEIGHT,
                words,
                "end" if before else "",
                "t-ink",
            )
            taken = [one.span for one in texts if one.y == text.y]
            if all(text.span[1] + 6 <= start or end + 6 <= text.span[0] for start, end in taken):
                break
        texts.append(text)
        heights.append(text.y - 3)
    return texts, heights


def _end_texts(plan: _Plan, up: Scale, x: float, low: float, high: float) -> list[Text]:
    blocks = [(kind, up.at(at), [head, *([note] if note else [])]) for kind, at, head, note in plan.labels]
    tops = keep_apart(
        [y - LINE_HEIGHT + 4 for _kind, y, _lines in blocks],
        [len(lines) * LINE_HEIGHT + 2 for _kind, _y, lines in blocks],
        low,
        high,
    )
    texts = []
    for (kind, _y, lines), block_top in zip(blocks, tops, strict=True):
        for n, words in enumerate(lines):
            look = "" if n else ("t-act" if kind == "ours" else "t-ink")
            texts.append(Text(tenth(x), tenth(block_top + n * LINE_HEIGHT + 11), words, "", look))
    return texts


def _row(plan: _Plan, n: int, *, banded: bool) -> tuple[str, ...]:
    told = [plan.steps[n], written(plan.ours.values[n], plan.show)]
    if plan.other:
        told.append(written(plan.other.values[n], plan.show))
    if banded:
        pair = plan.band[n]
        told.append(f"{plan.show(min(pair))} – {plan.show(max(pair))}" if pair else "–")
    return tuple(told)


def written(value: Value, show: Show) -> str:
    """A cell of the table: the value, the reason why it is hidden, or a dash for what was not measured."""
    if isinstance(value, Hidden):
        return value.reason
    return "–" if value is None else show(value)


@dataclass(frozen=True)
class Spark:
    """A line the size of a word, 96 by 22."""

    pieces: tuple[str, ...]
    lone: tuple[tuple[float, float], ...]
    end: tuple[float, float] | None


def spark(values: Sequence[Value], *, low: Number | None = None, high: Number | None = None) -> Spark:
    """The course of some values, between their own extremes or the given ones, so that rows can share a scale."""
    shown = known(values)
    if not shown:
        return Spark((), (), None)
    up = Scale(
        exact(low) if low is not None else min(shown), exact(high) if high is not None else max(shown), 19, 3
    )
    across = Scale(Fraction(0), Fraction(max(len(values) - 1, 1)), 3, 93)
    path = _path(values, [across.at(n) for n in range(len(values))], up)
    return Spark(path.pieces, path.lone, path.end)
