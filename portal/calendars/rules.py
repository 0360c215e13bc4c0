"""Hours as people write them, what a kind of day means for the hours, and what holiday tables announce."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise

from portal.core.errors import Refused
from portal.core.words import N_
from portal.core.workclock import DAY_MINUTES, Hours

HOLIDAY, MAKEUP, SPECIAL = "holiday", "makeup", "special"
KINDS = {
    HOLIDAY: N_("Day off"),
    MAKEUP: N_("Make-up day"),
    SPECIAL: N_("Other hours"),
}
SEEDED, EDITED = "seeded", "edited"
HOUR_MINUTES = 60
COUNTRY_CODE = 2

_TIME = r"(\d{1,2})[:.h时点]?(\d{2})?分?"
_PART = re.compile(f"{_TIME}-{_TIME}")


@dataclass(frozen=True)
class Announced:
    """A day that a holiday table names, in English and Chinese; a make-up day has no name of its own."""

    day: date
    kind: str
    name: str
    name_zh: str

    def shown(self, lang: str) -> str:
        """The name of the day as readers of a language know it; may be empty."""
        return self.name_zh if lang == "zh" and self.name_zh else self.name


def read_hours(typed: str) -> Hours:
    """Hours as typed or pasted: `09:00–12:00, 13:00–18:00`, `9-12 13-18`, `9时至12时`; blank: closed.

    Refuses, with the cure in words, anything unclear, reversed or overlapping.
    """
    text = " ".join(unicodedata.normalize("NFKC", typed).split())
    parts = re.split(r"[ ,;、/+]+", re.sub(" ?[-–—―~〜至到] ?", "-", text))
    hours = sorted(_read_part(part) for part in parts if part)
    if any(first[1] > second[0] for first, second in pairwise(hours)):
        raise Refused(N_("Two parts of the day overlap."))
    return tuple(hours)


def _read_part(text: str) -> tuple[int, int]:
    part = _PART.fullmatch(text)
    if part is None:
        raise Refused(N_("Write the hours as 09:00–12:00, 13:00–18:00, or leave them empty for a day off."))
    hour, minute, until_hour, until_minute = (int(digits or 0) for digits in part.groups())
    opens, closes = hour * HOUR_MINUTES + minute, until_hour * HOUR_MINUTES + until_minute
    if max(minute, until_minute) >= HOUR_MINUTES or max(opens, closes) > DAY_MINUTES:
        raise Refused(N_("A day goes from 00:00 to 24:00."))
    if opens >= closes:
        raise Refused(N_("Write a night shift as two parts: until 24:00 on one day, from 00:00 on the next."))
    return opens, closes


def write_hours(hours: Hours, joint: str = ", ") -> str:
    """Hours as people read them; an empty text for a day off."""
    return joint.join(f"{_clock(opens)}–{_clock(closes)}" for opens, closes in hours)


def _clock(minute: int) -> str:
    return f"{minute // HOUR_MINUTES:02d}:{minute % HOUR_MINUTES:02d}"


def usual_hours(weekly: Sequence[Hours]) -> Hours:
    """The hours of an ordinary working day: those of the first day of the week that is worked."""
    return next((hours for hours in weekly if hours), ())


def hours_of(kind: str, hours: Hours | None, weekly: Sequence[Hours]) -> Hours:
    """The hours of a single day: none on a holiday, the usual ones on a make-up day without its own."""
    if kind == HOLIDAY:
        return ()
    return hours if hours is not None else usual_hours(weekly)


def week_lines(weekly: Sequence[Hours]) -> list[tuple[int, int, Hours]]:
    """The week as people say it: runs of days with the same hours as (first day, last day, hours), Monday = 0."""
    lines: list[tuple[int, int, Hours]] = []
    for weekday, hours in enumerate(weekly):
        if lines and lines[-1][2] == hours:
            lines[-1] = (lines[-1][0], weekday, hours)
        else:
            lines.append((weekday, weekday, hours))
    return lines


def countries() -> list[str]:
    """ISO codes of the countries that have a holiday table."""
    import holidays  # here, since it is slow to load and nearly never needed

    return [code for code in holidays.list_supported_countries() if len(code) == COUNTRY_CODE]


@lru_cache(maxsize=64)
def announced(country: str, year: int) -> tuple[Announced, ...]:
    """The holidays and make-up days of a year in a country (ISO code), in order; () where there is no table.

    For a year whose schedule has not been announced the tables guess: in China without make-up days, in the
    Muslim world by the moon. The first call of a process takes some tenths of a second.
    """
    import holidays  # here, since it is slow to load and nearly never needed

    if country not in holidays.list_supported_countries():
        return ()
    # A day moved over the turn of the year is only known to the table if both years were loaded.
    years = range(year - 1, year + 2)
    english = holidays.country_holidays(country, years=years, language="en_US")
    chinese = holidays.country_holidays(country, years=years, language="zh_CN")
    off = [Announced(day, HOLIDAY, _plain(english[day]), chinese[day]) for day in english if day.year == year]
    made_up = [Announced(day, MAKEUP, "", "") for day in english.weekend_workdays if day.year == year]
    return tuple(sorted(off + made_up, key=lambda one: one.day))


def _plain(name: str) -> str:
    """An English name with its dates as year-month-day: the tables write them month first."""
    return re.sub(r"(\d\d)/(\d\d)/(\d{4})", r"\3-\1-\2", name)
