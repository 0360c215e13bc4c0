"""The plan of a pilot on values alone: what cannot be judged afterwards, its days, its name when it starts again."""

from datetime import date
from typing import Any

import pytest

from portal.pilots.rules import plan


@pytest.mark.parametrize(
    ("names", "taken", "made"),
    [
        ({"name": "Coaching", "name_zh": "辅导"}, {"coaching", "辅导"}, ("Coaching 2", "辅导 2")),
        ({"name": "Coaching 2", "name_zh": "辅导 2"}, {"coaching 2", "coaching 3"}, ("Coaching 4", "辅导 4")),
        ({"name": "Coaching", "name_zh": "辅导"}, {"辅导 2"}, ("Coaching 3", "辅导 3")),
        ({"name": "East 2027", "name_zh": ""}, set(), ("East 2027 2", "")),
        ({"name": "x" * 20, "name_zh": ""}, set(), ("x" * 16 + " 2", "")),
    ],
)
def test_a_pilot_that_starts_again_counts_on(names: dict[str, str], taken: set[str], made: tuple[str, str]) -> None:
    assert tuple(plan.next_names(names, taken, 20).values()) == made


PLAN = {"starts_on": date(2026, 11, 9), "weeks": 2, "ramp_in": 0, "pilot": [1, 2], "comparison": [3, 4]}


@pytest.mark.parametrize(
    ("change", "fields"),
    [
        ({}, []),
        ({"comparison": [2, 3]}, ["comparison_teams"]),
        ({"pilot": [1]}, ["pilot_teams"]),
        ({"comparison": [3, 3]}, ["comparison_teams"]),
        ({"weeks": 3, "ramp_in": 1}, []),
        ({"weeks": 2, "ramp_in": 1}, ["weeks"]),
        ({"starts_on": date(2026, 11, 2)}, ["starts_on"]),
        ({"starts_on": date(2026, 11, 1), "pilot": []}, ["starts_on", "starts_on", "pilot_teams"]),
    ],
)
def test_every_fault_of_a_plan_is_told_at_its_field(change: dict[str, Any], fields: list[str]) -> None:
    found = plan.faults(**(PLAN | change), today=date(2026, 11, 2))
    assert [field for field, _reason in found] == fields
