"""How urgent a task is."""

from datetime import date, timedelta

import pytest

from portal.core.flow import reachable
from portal.tasks.flow import FLOW
from portal.tasks.rules import urgency

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(("days", "how"), [(-1, "late"), (0, "now"), (1, "now"), (2, "later")])
def test_a_task_asks_to_be_done_from_the_day_before(days: int, how: str) -> None:
    assert urgency(TODAY + timedelta(days=days), TODAY) == how


def test_a_task_without_a_day_is_not_urgent() -> None:
    assert urgency(None, TODAY) == ""


def test_every_state_can_be_reached_and_left_again() -> None:
    assert reachable(FLOW) == set(FLOW.names)
    assert FLOW.ends == set()
