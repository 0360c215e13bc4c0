"""The plan of a pilot on values alone: what cannot be judged afterwards, its days, its name when it starts again."""

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
