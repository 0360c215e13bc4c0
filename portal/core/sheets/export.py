"""What a file tells, whatever its format. Pure."""

import unicodedata
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from portal.core.files import display_name
from portal.core.sheets.cells import clean
from portal.core.types import Money
from portal.core.words import N_

RIGHT = {"number", "money", "percent"}
"""Kinds whose figures stand one below the other."""


@dataclass(frozen=True)
class Beside:
    """A further sheet of a workbook: what stands beside the list on its page."""

    title: str
    columns: Sequence[tuple[str, str]]
    rows: Sequence[Sequence[Any]]


@dataclass(frozen=True)
class Export:
    """A list that somebody takes away.

    `columns` are (label, kind); a row holds one value a column: text for `text`, int or Decimal for `number`,
    `Money` for `money`, date for `day`, an aware datetime for `instant`, basis points for `percent`, None for none.
    `filters` say in the reader's words what the list was narrowed to; instants are written in `zone` (IANA);
    `say` translates an N_ text into the reader's language. Only a workbook has room for what stands `beside`.
    """

    title: str
    columns: Sequence[tuple[str, str]]
    rows: Iterable[Sequence[Any]]
    who: str
    when: datetime
    zone: str
    filters: Sequence[str] = ()
    say: Callable[[str], str] = field(default=lambda message: message)
    beside: Sequence[Beside] = ()

    def facts(self, written: int) -> list[tuple[str, str]]:
        """Who, when, which filter and how many rows, as labels and values."""
        at = f"{self.text(self.when, 'instant')} ({self.zone})"
        return [
            (self.say(N_("Exported by")), clean(self.who)),
            (self.say(N_("Exported at")), at),
            (self.say(N_("Filter")), clean("; ".join(self.filters)) or self.say(N_("everything"))),
            (self.say(N_("Rows")), str(written)),
        ]

    def text(self, value: Any, kind: str) -> str:
        """A value as text without grouping, as it can be typed or imported again."""
        if value is None:
            return ""
        match kind:
            case "money":
                return f"{amount(value)} {value.currency}"
            case "percent":
                return f"{Decimal(value) / 100:f}%"
            case "instant":
                return self.local(value).isoformat(" ", "minutes")
            case "number":
                return format(Decimal(value), "f")
            case "day":
                return str(value.isoformat())
            case _:
                return clean(str(value))

    def local(self, at: datetime) -> datetime:
        """An instant on the clock of the reader's zone, without the zone."""
        return at.astimezone(ZoneInfo(self.zone)).replace(tzinfo=None)

    def flat(self) -> tuple[list[tuple[str, str]], Iterable[list[Any]]]:
        """Columns and rows with each amount of money as a figure and, in a column of its own, its currency."""
        columns = []
        for label, kind in self.columns:
            columns.append((clean(label), kind))
            if kind == "money":
                columns.append((self.say(N_("%(label)s: currency")) % {"label": clean(label)}, "text"))
        kinds = [kind for _label, kind in self.columns]
        return columns, (_flat_row(row, kinds) for row in self.rows)


def amount(money: Money) -> Decimal:
    """The figure of an amount of money, with the decimals of its currency."""
    from babel.numbers import get_currency_precision

    return Decimal(money.minor).scaleb(-get_currency_precision(money.currency))


def file_name(export: Export, ending: str) -> str:
    """`Customers 2026-11-23.xlsx`: the title in the reader's language and the day in his zone."""
    return display_name(f"{export.title.replace('/', '-')} {export.local(export.when):%Y-%m-%d}.{ending}")


def content_disposition(name: str) -> str:
    """The header that offers a download under a name in any script (RFC 6266, RFC 5987)."""
    shown = display_name(name)
    plain = unicodedata.normalize("NFKD", shown).encode("ascii", "ignore").decode()
    kept = "".join(char for char in plain if char.isalnum() or char in " .-_()").strip(" .-_()")
    stem, dot, ending = shown.rpartition(".")
    fallback = (
        kept if kept and kept != ending else f"download{dot}{ending if stem and ending.isascii() else ''}"
    )
    return f"attachment; filename=\"{fallback}\"; filename*=UTF-8''{quote(shown, safe='')}"


def _flat_row(row: Sequence[Any], kinds: Sequence[str]) -> list[Any]:
    flat: list[Any] = []
    for value, kind in zip(row, kinds, strict=True):
        flat.append(value)
        if kind == "money":
            flat.append("" if value is None else value.currency)
    return flat
