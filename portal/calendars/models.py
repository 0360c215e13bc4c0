"""A calendar and the single days on which its week does not count."""

from datetime import date, timedelta
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, String
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import TypeDecorator

from portal.calendars.rules import EDITED, KINDS, SEEDED
from portal.core.db import Base
from portal.core.workclock import Hours

ENDS_SOON = timedelta(days=60)


class HoursColumn(TypeDecorator[Any]):
    """Hours, or a week of them, as nested tuples; kept as JSON, since nothing asks for a part of them."""

    impl = JSON(none_as_null=True)
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:  # noqa: ARG002
        return _tuples(value)


def _tuples(value: Any) -> Any:
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


class Calendar(Base):
    """When people of one place work. `weekly` holds the hours of Monday to Sunday.

    `country` (ISO code, may be empty) names the holiday table to load from. Days after `confirmed_until` are
    a guess. `version` grows with every change, also of single days.
    """

    __tablename__ = "calendar"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(80), unique=True)
    name_zh: Mapped[str] = mapped_column(String(60), default="")
    country: Mapped[str] = mapped_column(String(2), default="")
    zone: Mapped[str] = mapped_column(String(60))
    weekly: Mapped[tuple[Hours, ...]] = mapped_column(HoursColumn)
    confirmed_until: Mapped[date]
    version: Mapped[int] = mapped_column(default=1)

    def shown(self, lang: str) -> str:
        """The name as readers of a language know it."""
        return self.name_zh if lang == "zh" and self.name_zh else self.name

    def ends_soon(self, today: date) -> bool:
        """Whether the confirmed days run out within two months, so that somebody should look for the next schedule."""
        return self.confirmed_until - today < ENDS_SOON


class CalendarDay(Base):
    """A date on which the hours of the week do not count.

    A holiday is off, a make-up day has the usual hours unless it names its own, a special day names its hours.
    `seeded` days came from a holiday table and follow it when it is loaded again; `edited` ones stay.
    """

    __tablename__ = "calendar_day"
    __table_args__ = (
        CheckConstraint(f"kind IN {tuple(KINDS)}", name="kind"),
        CheckConstraint(f"source IN {(SEEDED, EDITED)}", name="source"),
        CheckConstraint("kind <> 'holiday' OR hours IS NULL", name="holiday"),
        CheckConstraint("kind <> 'special' OR hours IS NOT NULL", name="special"),
    )

    calendar_id: Mapped[int] = mapped_column(ForeignKey("calendar.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(120), default="")
    name_zh: Mapped[str] = mapped_column(String(120), default="")
    hours: Mapped[Hours | None] = mapped_column(HoursColumn)
    source: Mapped[str] = mapped_column(String(10))

    def shown(self, lang: str) -> str:
        """The name of the day as readers of a language know it; may be empty."""
        return self.name_zh if lang == "zh" and self.name_zh else self.name
