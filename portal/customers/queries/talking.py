"""How many talks people noted: what the measures want to know."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from portal.core.db import db
from portal.customers.models import Interaction
from portal.identity.queries.viewers import HOUSE_ZONE


def talks(since: date, until: date) -> Mapping[int, Sequence[int]]:
    """By person: how many of the talks that he noted took place on these days."""
    zone = ZoneInfo(HOUSE_ZONE)
    begin = datetime.combine(since, time.min, zone).astimezone(UTC)
    end = datetime.combine(until + timedelta(days=1), time.min, zone).astimezone(UTC)
    noted = select(Interaction.person_id, func.count()).where(Interaction.at >= begin, Interaction.at < end)
    found = db.session.execute(noted.group_by(Interaction.person_id))
    return {person_id: [count] for person_id, count in found}
