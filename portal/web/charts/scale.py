"""What all charts stand on: exact scales, round steps, the room a text takes, labels that keep apart.

Values are exact (a float is read as it prints); only the last step rounds, to a tenth of a unit of the drawing.
"""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

Number = int | float | Decimal | Fraction
Show = Callable[[Number], str]
LINE_HEIGHT = 14


@dataclass(frozen=True)
class Hidden:
    """A value that may not be shown, and why; never a zero, never a dash."""

    reason: str


Value = Number | Hidden | None


@dataclass(frozen=True)
class Text:
    """Words of a drawing. `y` is the base line; anchor: "", mid, end; look: "", t-ink, t-act, t-quiet."""

    x: float
    y: float
    words: str
    anchor: str = ""
    look: str = ""

    @property
    def kind(self) -> str:
        """The class names."""
        return f"{self.look} {self.anchor}".strip()

    @property
    def span(self) -> tuple[float, float]:
        """From where to where the words reach, about."""
        wide = width_of(self.words)
        start = self.x - {"": 0, "mid": wide / 2, "end": wide}[self.anchor]
        return start, start + wide


@dataclass(frozen=True)
class Scale:
    """From values between `low` and `high` to coordinates between `start` and `end`; all of one value lie in the middle."""

    low: Fraction
    high: Fraction
    start: Number
    end: Number

    def at(self, value: Number) -> float:
        """The coordinate, to a tenth; values outside end at the edge."""
        if self.low == self.high:
            return tenth(Fraction(exact(self.start) + exact(self.end), 2))
        share = min(max((exact(value) - self.low) / (self.high - self.low), Fraction(0)), Fraction(1))
        return tenth(exact(self.start) + share * (exact(self.end) - exact(self.start)))


def exact(value: Number) -> Fraction:
    """The value as a fraction; ValueError for what is no number."""
    return Fraction(repr(value)) if isinstance(value, float) else Fraction(value)


def tenth(value: Number) -> float:
    """Rounded to a tenth, halves up."""
    return float(Fraction((exact(value) * 20 + 1) // 2, 10))


def known(values: Iterable[Value]) -> list[Fraction]:
    """The values that may be shown."""
    return [exact(value) for value in values if value is not None and not isinstance(value, Hidden)]


def round_steps(low: Fraction, high: Fraction, most: int = 4, *, whole: bool = False) -> list[int | Decimal]:
    """At most `most` + 1 round numbers, evenly spaced, around everything from `low` to `high`; `whole`: no decimals."""
    if low == high:
        high = low + max(abs(low), Fraction(1))
    size = Fraction(1)
    while size > (high - low) / most and not whole:
        size /= 10
    while size * 10 <= (high - low) / most:
        size *= 10
    step = next(
        size * nice
        for nice in (1, 2, 5, 10, 20, 50)
        if -(-high // (size * nice)) - low // (size * nice) <= most
    )
    return [_plain(step * n) for n in range(low // step, -(-high // step) + 1)]


def _plain(value: Fraction) -> int | Decimal:
    return (
        value.numerator if value.denominator == 1 else Decimal(value.numerator) / Decimal(value.denominator)
    )


def plain(value: Number) -> str:
    """A number as it is written where nothing better is known: `12,345`, `-0.5`."""
    if isinstance(value, Fraction):
        value = _plain(value)
    return f"{value:,}".replace("-", "−")


def from_zero(values: Sequence[Fraction]) -> bool:
    """Whether the scale may start at zero without pressing the picture flat."""
    return min(values) >= 0 and min(values) * 2 < max(values)


def width_of(words: str) -> float:
    """About how wide words of 11 units are; rather too much than too little."""
    return sum(_wide(character) for character in words)


def _wide(character: str) -> float:
    if unicodedata.east_asian_width(character) in "WF":
        return 11.5
    if character in " .,:;|!'·ijlt()1-":
        return 4.6
    return 8.2 if character.isupper() or character in "mw%—" else 6.8


def cut(words: str, room: float) -> str:
    """The words, with an ellipsis if they are wider than the room."""
    if width_of(words) <= room:
        return words
    kept = words
    while kept and width_of(kept + "…") > room:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def keep_apart(wanted: Sequence[float], heights: Sequence[float], low: float, high: float) -> list[float]:
    """The upper edges of blocks that want to begin at `wanted`: in that order, apart, between `low` and `high`."""
    order = sorted(range(len(wanted)), key=lambda n: (wanted[n], n))
    placed = list(wanted)
    edge = low
    for n in order:
        placed[n] = max(placed[n], edge)
        edge = placed[n] + heights[n]
    edge = high
    for n in reversed(order):
        placed[n] = min(placed[n], edge - heights[n])
        edge = placed[n]
    return [tenth(place) for place in placed]


def some_labels(at: Sequence[float], words: Sequence[str], left: float, right: float) -> list[int]:
    """Which of the labels under an axis are written: evenly spaced from the first, always the last, none touching."""
    last = len(words) - 1
    for step in range(1, last + 1):
        chosen = [*range(0, last, step), last]
        if len(chosen) > 2 and last - chosen[-2] < step:
            del chosen[-2]
        spans = [under(at[n], words[n], left, right).span for n in chosen]
        if all(before[1] + 6 <= after[0] for before, after in pairwise(spans)):
            return chosen
    return [last] if last >= 0 else []


def under(x: float, words: str, left: float, right: float, y: float = 0) -> Text:
    """A label centred under a point, moved inwards where it would leave the drawing."""
    half = width_of(words) / 2
    return Text(tenth(min(max(x, left + half), right - half)), y, words, "mid")
