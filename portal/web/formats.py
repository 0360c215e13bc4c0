"""How values are written for the reader: money, shares, days, times, lengths of working time, names on a stamp.

All are filters of the templates. They follow the language of the request (or of the mail) and the reader's time zone.
Instants are aware; money is minor units; shares are basis points.
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date
from babel.numbers import get_currency_precision
from flask import current_app, g
from flask_babel import force_locale, get_locale, ngettext
from flask_babel import gettext as _
from markupsafe import Markup, escape

from portal.core import clock
from portal.core.types import Money

NO_BREAK = "\u00a0"
SYMBOLS = {"CNY": "¥", "USD": "$", "EUR": "€", "GBP": "£"}
LOCALES = {"en": "en_GB", "zh": "zh_CN"}
CODE = re.compile(r"(?:\b[A-Z]{2,5}[ -])?\d+(?:-\d+)+")
WHOLE = 10_000
LONG = 180
"""From this many working minutes on a length is told in hours."""


def lang() -> str:
    """The language that the present page or mail is written in: `en` or `zh`."""
    locale = get_locale()
    return "zh" if locale is not None and locale.language == "zh" else "en"


def zone() -> str:
    """The time zone of the reader; that of the installation where nobody is signed in."""
    if "reading_zone" in g:
        return str(g.reading_zone)
    who = g.get("viewer")
    if who is not None and who.id is not None:
        return str(who.zone)
    return str(current_app.extensions["settings"].zone)


@contextmanager
def reading_as(language: str, time_zone: str = "") -> Iterator[None]:
    """Write for somebody else inside the block, in his language and time zone: mails, files made in the background."""
    before = g.get("reading_zone")
    if time_zone:
        g.reading_zone = time_zone
    try:
        with force_locale(LOCALES["zh" if language == "zh" else "en"]):
            yield
    finally:
        g.pop("reading_zone", None)
        if before is not None:
            g.reading_zone = before


def money(amount: int | Money, currency: str = "") -> str:
    """`¥7,310`, `¥7,310.50`, `-$20`: the sign of the currency (its code where it has none), no decimals when they are 0."""
    minor = amount.minor if isinstance(amount, Money) else amount
    code = amount.currency if isinstance(amount, Money) else currency
    places = get_currency_precision(code)
    whole, part = divmod(abs(minor), 10**places)
    sign = SYMBOLS.get(code, f"{code}{NO_BREAK}")
    decimals = f".{part:0{places}d}" if part else ""
    return f"{'-' if minor < 0 else ''}{sign}{whole:,}{decimals}"


def unbroken(text: str) -> Markup:
    """A title in which no line ends inside the code of a product: a browser may break at each hyphen of it."""
    return Markup(CODE.sub(r'<span class="nb">\g<0></span>', str(escape(text))))  # noqa: S704  (escaped before)


def number(count: int) -> str:
    """`12,345`, the minus sign a real one."""
    return f"{count:,}".replace("-", "\N{MINUS SIGN}")


def decimal(value: float, places: int = 2, *, even: bool = False) -> str:
    """`12,345.6`: rounded to so many places at most, the minus sign a real one; without noughts at its end unless `even`."""
    text = f"{round(value, places) + 0.0:,.{places}f}"
    text = text.rstrip("0").rstrip(".") if "." in text and not even else text
    return text.replace("-", "\N{MINUS SIGN}")


def percent(basis_points: int, *, even: bool = False) -> str:
    """`15.0 %` (`15.0%` in Chinese) of 1500 basis points. Never rounded: 998 is `9.98 %`, not the 10 % that it misses.

    `even`, for the cells of a column: always two places. What is lost more than once over is told as that.
    """
    sign = "" if lang() == "zh" else NO_BREAK
    if basis_points < -WHOLE:
        return _("under %(percent)s", percent=f"-100{sign}%")
    whole, part = divmod(abs(basis_points), 100)
    decimals = f"{part:02d}" if part % 10 or even else str(part // 10)
    return f"{'-' if basis_points < 0 else ''}{whole}.{decimals}{sign}%"


def day(on: date, *, year: bool = False) -> str:
    """`Thu 19 Nov`, `11月19日（周四）`; with the year when it is not the present one, or asked for: on paper that lasts."""
    return _day(on, lang(), year or on.year != clock.today(zone()).year)


@lru_cache(maxsize=2_000)
def _day(on: date, language: str, with_year: bool) -> str:  # noqa: FBT001
    if language == "zh":
        return str(format_date(on, "y年M月d日（EEE）" if with_year else "M月d日（EEE）", locale="zh_CN"))
    # British abbreviations would give "Sept", the only one of four letters.
    return str(format_date(on, "EEE d MMM y" if with_year else "EEE d MMM", locale="en"))


def clock_time(at: datetime) -> str:
    """`14:20` on the reader's clock."""
    return f"{_local(at):%H:%M}"


def instant(at: datetime) -> str:
    """`Thu 19 Nov 14:20`, `11月19日（周四）14:20` on the reader's clock."""
    local = _local(at)
    return f"{day(local.date())}{'' if lang() == 'zh' else ' '}{local:%H:%M}"


def when(at: datetime) -> str:
    """`today 14:20`, `yesterday 09:05`, `tomorrow 10:00`, and the day with the time for all others."""
    time = clock_time(at)
    apart = (_local(at).date() - clock.today(zone())).days
    if apart == 0:
        return _("today %(time)s", time=time)
    if apart == -1:
        return _("yesterday %(time)s", time=time)
    if apart == 1:
        return _("tomorrow %(time)s", time=time)
    return instant(at)


def ago(at: datetime) -> str:
    """`just now`, `5 minutes ago`, `3 hours ago`; what is not of the last twelve hours as `when` says it."""
    passed = clock.now() - at
    if not timedelta(0) <= passed < timedelta(hours=12):
        return when(at)
    minutes_passed = int(passed.total_seconds()) // 60
    if minutes_passed == 0:
        return _("just now")
    if minutes_passed < 60:
        return ngettext("%(num)s minute ago", "%(num)s minutes ago", minutes_passed)
    return ngettext("%(num)s hour ago", "%(num)s hours ago", minutes_passed // 60)


def minutes(count: int) -> str:
    """A length of working time: `40 working minutes`, `3 h 10 of working time`."""
    if abs(count) < LONG:
        return ngettext("%(num)s working minute", "%(num)s working minutes", count)
    hours, rest = divmod(count, 60)
    if rest == 0:
        return _("%(hours)s h of working time", hours=hours)
    return _("%(hours)s h %(minutes)s of working time", hours=hours, minutes=f"{rest:02d}")


def initials(name: str) -> str:
    """What stands on a person's stamp: `WL` for Wang Lei, the surname of a Chinese name (`王`, `欧阳`)."""
    name = name.strip()
    if not name:
        return ""
    if _is_han(name[0]):
        return name[:2] if name[:2] in COMPOUND_SURNAMES and len(name) > 2 else name[0]
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0] for word in ([words[0], words[-1]] if len(words) > 1 else words)).upper()


# fmt: off
COMPOUND_SURNAMES = frozenset((
    "欧阳", "司马", "上官", "诸葛", "司徒", "夏侯", "皇甫", "尉迟", "公孙", "慕容", "令狐", "长孙", "宇文", "东方", "南宫",
    "端木", "百里", "轩辕", "独孤", "西门", "申屠", "公羊", "澹台", "濮阳", "淳于", "单于", "太叔", "钟离", "闾丘", "东郭",
    "呼延", "万俟", "闻人", "赫连", "仲孙", "拓跋", "完颜", "第五", "左丘", "梁丘",
))
# fmt: on


def _is_han(ch: str) -> bool:
    return "\u3400" <= ch <= "\u9fff" or "\U00020000" <= ch <= "\U0003ffff"


def _local(at: datetime) -> datetime:
    return at.astimezone(ZoneInfo(zone()))


def say(line: Any, people: dict[int, str]) -> str:
    """The sentence of an event or a notice, in the reader's language.

    `line` has `kind`, `values` and `actor_id` (`core.events.Line`, `notifications.queries.Told`); `people` maps ids to
    the names that readers of this language know. A value that is missing or a person who is unknown is told as such.
    """
    told = {name: _value(kind, line.values.get(name), people) for name, kind in line.kind.values.items()}
    told["actor"] = people.get(line.actor_id, _("somebody")) if line.actor_id is not None else _("the portal")
    sentence = _(line.kind.says) % told
    return sentence[:1].upper() + sentence[1:]  # "the portal" may begin it


def _value(kind: str, plain: Any, people: dict[int, str]) -> str:
    """A value of a payload (`core.events.plain`) as its declared type is written."""
    if plain is None:
        return "–"
    return WRITERS[kind](plain, people)


WRITERS = {
    "text": lambda plain, _people: str(plain[lang()] if isinstance(plain, dict) else plain),
    "int": lambda plain, _people: number(plain),
    "money": lambda plain, _people: money(plain["minor"], plain["currency"]),
    "day": lambda plain, _people: day(date.fromisoformat(plain)),
    "instant": lambda plain, _people: when(datetime.fromisoformat(plain)),
    "minutes": lambda plain, _people: minutes(plain),
    "percent": lambda plain, _people: percent(plain),
    "person": lambda plain, people: people.get(plain, _("somebody")),
    "word": lambda plain, _people: _(plain),
}

FILTERS = {
    one.__name__: one
    for one in (money, number, percent, day, clock_time, instant, when, ago, minutes, initials, unbroken)
}
