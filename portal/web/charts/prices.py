"""Where a price stands: the ladder of all prices that matter, and the strip of a margin between floor and target."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from portal.web.charts.scale import Number, Scale, Text, cut, exact, keep_apart, tenth, width_of

RUNG = 16
WIDTH = 340
POST = (70, 36)
"""Where the shaded post of the ladder begins, and how wide it is."""
FROM, TO, WORDS = 64, 112, 130


@dataclass(frozen=True)
class Rung:
    """One price: minor units, as it is written, what it is; `asked` for the one that is to be decided."""

    amount: int
    figure: str
    words: str
    asked: bool = False


@dataclass(frozen=True)
class Zone:
    """A stretch of the post: good, watch or stop; "" where the margin is not for the reader."""

    kind: str
    y: float
    height: float


@dataclass(frozen=True)
class DrawnRung:
    """A rung: its height on the post, the line to its words."""

    y: float
    path: str
    asked: bool
    texts: tuple[Text, Text]


@dataclass(frozen=True)
class Ladder:
    """A ladder of prices, 340 wide, from the dearest down."""

    width: int
    height: int
    zones: tuple[Zone, ...]
    rungs: tuple[DrawnRung, ...]


def ladder(
    rungs: Sequence[Rung], *, floor: int | None = None, target: int | None = None, height: int = 344
) -> Ladder | None:
    """Draw the prices to scale; None without any. Below `floor` it is stop, from `target` on good (both minor units)."""
    if not rungs:
        return None
    order = sorted(rungs, key=lambda rung: -rung.amount)
    tall = max(height, len(order) * RUNG + RUNG)
    values = [rung.amount for rung in order] + [value for value in (floor, target) if value is not None]
    room = Fraction(max(max(values) - min(values), 1), 32)
    up = Scale(min(values) - room, max(values) + room, tall - 4, 8)
    ys = [up.at(rung.amount) for rung in order]
    tops = keep_apart([y - RUNG / 2 for y in ys], [RUNG] * len(order), 0, tall)
    return Ladder(
        WIDTH,
        tall,
        _zones(up, floor, target),
        tuple(_rung(rung, y, top + RUNG / 2) for rung, y, top in zip(order, ys, tops, strict=True)),
    )


def _zones(up: Scale, floor: int | None, target: int | None) -> tuple[Zone, ...]:
    top, bottom = up.at(up.high), up.at(up.low)
    if floor is None and target is None:
        return (Zone("", top, tenth(bottom - top)),)
    good = up.at(target) if target is not None else (up.at(floor) if floor is not None else top)
    stop = max(up.at(floor), good) if floor is not None else bottom
    edges = (("good", top, good), ("watch", good, stop), ("stop", stop, bottom))
    return tuple(Zone(kind, begin, tenth(end - begin)) for kind, begin, end in edges if end > begin)


def _rung(rung: Rung, y: float, label_y: float) -> DrawnRung:
    look = "t-act" if rung.asked else ""
    middle = tenth(label_y)
    return DrawnRung(
        y=y,
        path=f"M{TO} {y}L{WORDS - 6} {middle}" if rung.asked else f"M{FROM} {y}H{TO}L{WORDS - 6} {middle}",
        asked=rung.asked,
        texts=(
            Text(FROM - 8, tenth(label_y + 4), rung.figure, "end", look or "t-quiet"),
            Text(WORDS, tenth(label_y + 4), cut(rung.words, WIDTH - WORDS), "", look),
        ),
    )


@dataclass(frozen=True)
class Strip:
    """A margin between floor and target, 300 by 40."""

    floor: float
    target: float
    value: float
    texts: tuple[Text, Text]


def strip(value: Number, floor: Number, target: Number, *, floor_words: str, target_words: str) -> Strip:
    """Place a margin. ValueError if the floor is above the target."""
    low, middle, high = exact(floor), exact(value), exact(target)
    if low > high:
        raise ValueError("the floor lies above the target")
    first, last = min(low, middle), max(high, middle)
    room = max((high - low) * Fraction(3, 5), (last - first) / 10, Fraction(1))
    across = Scale(first - room, last + room, 0, 300)
    at_floor, at_target = across.at(low), across.at(high)
    wide = width_of(floor_words), width_of(target_words)
    starts = keep_apart([at_floor - wide[0] / 2, at_target - wide[1] / 2], [wide[0] + 8, wide[1] + 8], 0, 308)
    texts = (
        Text(tenth(starts[0] + wide[0] / 2), 35, floor_words, "mid"),
        Text(tenth(starts[1] + wide[1] / 2), 35, target_words, "mid"),
    )
    return Strip(at_floor, at_target, across.at(middle), texts)
