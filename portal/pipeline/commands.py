"""Take in opportunities, and keep the history of their stages."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from portal.access.viewer import Viewer
from portal.core import clock, search
from portal.core.db import db
from portal.core.events import record
from portal.core.types import Outcome
from portal.core.undo import Plan
from portal.customers.commands.imports import MemberRow, members_undone, put_members
from portal.identity.queries import viewers
from portal.pipeline import flow, queries, rules
from portal.pipeline.models import Opportunity, StageChange

NOON = time(12)
"""History that is known by the day only is told as of noon of that day."""


@dataclass(frozen=True)
class Told:
    """What another system says of one opportunity."""

    code: str
    account_id: int
    product_id: int
    product_name: dict[str, str]
    owner_id: int
    stage: str
    engaged_on: date | None
    closed_on: date | None
    value_minor: int | None
    currency: str
    source: str


def put_opportunities(told: Sequence[Told], *, by: Viewer) -> list[Outcome]:
    """Create opportunities or bring them up to date, in one go; the same rows again change nothing.

    Whoever owns an opportunity serves its customer from then on. Stage changes and events bear the days told.
    """
    known = {it.code: it for it in _known([one.code for one in told])}
    today = clock.today(by.zone)
    places = {one: viewers.place_of(one, today) for one in {row.owner_id for row in told}}
    outcomes = []
    fresh: list[Opportunity] = []
    for row in told:
        it = known.get(row.code)
        if it is not None and _same(it, row):
            outcomes.append(Outcome.UNCHANGED)
            continue
        outcomes.append(Outcome.CHANGED if it else Outcome.CREATED)
        before = it.stage if it else ""
        it = it or Opportunity(code=row.code, version=0)
        _fill(it, row, places[row.owner_id], today)
        if not before:
            db.session.add(it)
        fresh.append(it)
    db.session.flush()
    by_code = {row.code: row for row in told}
    for it in fresh:
        _tell(it, by_code[it.code], by)
    _serve(told, by)
    search.index_many(db.session(), queries.documents([it.id for it in fresh]))
    return outcomes


def opportunities_undone(it: Plan, *, by: Viewer) -> None:
    """Follow the undo of an import: those that went are found no more, those that are as before are told and found again."""
    search.forget_many(db.session(), queries.KIND, it.gone["opportunity"])
    back = sorted(it.back["opportunity"])
    for restored, product in queries.with_products(back):
        record(flow.CHANGED, restored, by=by, account_id=restored.account_id, product=product)
    members_undone(it, by=by)
    search.index_many(db.session(), queries.documents(back))


def _known(codes: Sequence[str]) -> list[Opportunity]:
    found: list[Opportunity] = []
    for start in range(0, len(codes), 500):
        part = select(Opportunity).where(Opportunity.code.in_(codes[start : start + 500]))
        found += db.session.execute(part).scalars()
    return found


def _same(it: Opportunity, row: Told) -> bool:
    return (
        it.account_id, it.product_id, it.owner_id, it.stage, it.engaged_on, it.closed_on, it.value_minor, it.currency,
    ) == (
        row.account_id, row.product_id, row.owner_id, row.stage, row.engaged_on, row.closed_on, row.value_minor, row.currency,
    )  # fmt: skip


def _fill(it: Opportunity, row: Told, place: tuple[int | None, int | None], today: date) -> None:
    it.account_id, it.product_id, it.owner_id = row.account_id, row.product_id, row.owner_id
    it.team_id, it.region_id = place
    it.stage, it.engaged_on, it.closed_on = row.stage, row.engaged_on, row.closed_on
    it.moved_on = row.closed_on or row.engaged_on or today
    it.value_minor, it.currency, it.source = row.value_minor, row.currency, row.source
    it.changed_at = clock.now()
    it.version += 1


def _tell(it: Opportunity, row: Told, by: Viewer) -> None:
    """Events and stage history of a new or changed opportunity."""
    if it.version > 1:
        record(flow.CHANGED, it, by=by, account_id=it.account_id, product=row.product_name)
        db.session.add(StageChange(opportunity_id=it.id, stage=it.stage, on_day=it.moved_on, by_id=by.id))
        return
    first = "prospecting" if row.stage == "prospecting" else "engaging"
    opened = row.engaged_on or it.moved_on
    db.session.add(StageChange(opportunity_id=it.id, stage=first, on_day=opened, by_id=row.owner_id))
    record(
        flow.OPENED,
        it,
        by=by,
        account_id=it.account_id,
        at=_noon(opened, by),
        product=row.product_name,
        owner=row.owner_id,
    )
    if row.stage in rules.CLOSED and row.closed_on is not None:
        db.session.add(
            StageChange(
                opportunity_id=it.id,
                source_stage=first,
                stage=row.stage,
                on_day=row.closed_on,
                by_id=row.owner_id,
            )
        )
        value: dict[str, Any] = {"value": it.value} if row.stage == "won" else {}
        record(flow.CLOSED[row.stage], it, by=by, account_id=it.account_id, at=_noon(row.closed_on, by),
               product=row.product_name, **value)  # fmt: skip


def _noon(day: date, by: Viewer) -> datetime:
    return datetime.combine(day, NOON, ZoneInfo(by.zone)).astimezone(UTC)


def _serve(told: Sequence[Told], by: Viewer) -> None:
    """Let the owners serve their customers: from the first day that they worked for them."""
    first: dict[tuple[int, int], date] = {}
    for row in told:
        day = row.engaged_on or row.closed_on or clock.today(by.zone)
        pair = (row.account_id, row.owner_id)
        first[pair] = min(first.get(pair, day), day)
    put_members(
        (
            MemberRow(account_id=account, person_id=person, since=day)
            for (account, person), day in first.items()
        ),
        by=by,
    )
