"""Running numbers without a gap and without a race, on both databases."""

from sqlalchemy import String, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.core.db import UNWATCHED, Base


class Series(Base):
    """The last number given out in one series."""

    __tablename__ = "series"

    key: Mapped[str] = mapped_column(String(40), primary_key=True)
    last: Mapped[int]


def next_number(session: Session, key: str, count: int = 1) -> int:
    """The next number of a series, from 1; its row stays locked until the unit of work ends.

    With `count` that many numbers in a row are taken, and the first of them is answered.
    """
    step = update(Series).where(Series.key == key).values(last=Series.last + count).returning(Series.last)
    last = session.execute(step, execution_options=UNWATCHED).scalar_one_or_none()
    if last is None:
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        session.execute(dialect.insert(Series).values(key=key, last=0).on_conflict_do_nothing())
        last = session.execute(step, execution_options=UNWATCHED).scalar_one()
    return last - count + 1
