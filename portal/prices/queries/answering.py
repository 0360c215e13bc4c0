"""How long requests waited for their answer: what the measures want to know."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from portal.approvals import flow
from portal.approvals.models import Approval
from portal.approvals.queries import clock_ids
from portal.calendars.queries import calendar_of
from portal.core.db import db
from portal.core.workclock import working_minutes_between
from portal.identity.queries.viewers import HOUSE_ZONE
from portal.prices.queries.requests import KIND

ANSWERS = (flow.APPROVED, flow.REJECTED, flow.RETURNED)


def waits(since: date, until: date) -> Mapping[int, Sequence[int]]:
    """By person who asked: the working minutes from sending to the answer, of all requests answered on these days."""
    zone = ZoneInfo(HOUSE_ZONE)
    begin = datetime.combine(since, time.min, zone).astimezone(UTC)
    end = datetime.combine(until + timedelta(days=1), time.min, zone).astimezone(UTC)
    answered = select(Approval.asked_by_id, Approval.opened_at, Approval.closed_at).where(
        Approval.subject_kind == KIND,
        Approval.state.in_(ANSWERS),
        Approval.closed_at >= begin,
        Approval.closed_at < end,
    )
    rows = db.session.execute(answered).all()
    clocks = clock_ids(row.asked_by_id for row in rows)
    calendars = {number: calendar_of(number) for number in set(clocks.values())}
    found: dict[int, list[int]] = {}
    for row in rows:
        minutes = working_minutes_between(row.opened_at, row.closed_at, calendars[clocks[row.asked_by_id]])
        found.setdefault(row.asked_by_id, []).append(minutes)
    return found
