"""Opportunities that another system tells: taken in once, moved by what it tells later, with the days of the reader."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.events import Event
from portal.core.types import Outcome, in_both
from portal.customers.queries import people
from portal.pipeline.commands import Told, put_opportunities
from portal.pipeline.models import Opportunity, StageChange
from tests import making
from tests.cast import person

EARLY = datetime(2026, 11, 2, 17, 30, tzinfo=UTC)
"""Half past one in the morning of the third in Shanghai."""


@pytest.fixture
def told(app: object) -> Told:
    """A first talk about which nothing but its stage is known."""
    with unit_of_work():
        account, product = making.account("stranger"), making.product()
    return Told("O-1", account.id, product.id, in_both(product.name, "磁力泵"), person("rep").id, "prospecting", None, None, None, "CNY", "crm")  # noqa: E501


def put(one: Told) -> Outcome:
    with clock.at(EARLY), unit_of_work():
        return put_opportunities([one], by=making.viewer("admin"))[0]


def stages() -> list[tuple[str, date]]:
    rows = db.session.query(StageChange).order_by(StageChange.id)
    return [(one.stage, one.on_day) for one in rows]


def test_the_same_row_again_changes_nothing_and_another_moves_it(told: Told) -> None:
    assert put(told) is Outcome.CREATED
    assert stages() == [("prospecting", date(2026, 11, 3))], "the day where the reader is"
    assert put(told) is Outcome.UNCHANGED
    won = replace(told, stage="won", engaged_on=date(2026, 10, 1), closed_on=date(2026, 10, 20), value_minor=500)
    assert put(won) is Outcome.CHANGED
    it = db.session.query(Opportunity).one()
    assert (it.stage, it.version, it.moved_on) == ("won", 2, date(2026, 10, 20))
    assert stages()[1:] == [("won", date(2026, 10, 20))]


def test_what_was_won_before_it_was_told_has_its_history_and_its_owner_serves_the_customer(told: Told) -> None:
    put(replace(told, stage="won", engaged_on=date(2026, 10, 1), closed_on=date(2026, 10, 20), value_minor=500))
    assert stages() == [("engaging", date(2026, 10, 1)), ("won", date(2026, 10, 20))]
    kinds = db.session.query(Event.kind, Event.local_day).filter(Event.subject_kind == "opportunity").order_by(Event.id)
    assert [day for _kind, day in kinds] == [date(2026, 10, 1), date(2026, 10, 20)]
    served = {one.person_id: one.since for one in people.members(told.account_id)}
    assert person("rep").id in served


def test_its_history_names_the_product_in_both_languages(told: Told) -> None:
    put(told)
    told_of = db.session.query(Event).filter(Event.subject_kind == "opportunity").one().payload["product"]
    assert told_of == {"en": told.product_name["en"], "zh": "磁力泵"}
