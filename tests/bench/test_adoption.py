"""The bench of the adoption page runs, with numbers that are too small to say anything; nothing here asserts a time."""

import pytest

from portal.bench import adoption
from portal.bench.rollout import Size
from portal.core.schema import create_all


@pytest.mark.slow
def test_every_figure_stands_beside_its_baseline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adoption, "upgrade", create_all)
    monkeypatch.setattr(adoption, "ROUNDS", 1)
    size = Size(events=2_000, people=30, teams=2, regions=1, days=40)
    told = list(adoption.run(size, times=2, seconds=0.2))
    assert told[0] == "2,000 events in 40 days, 30 people, 2 teams, 1 regions"
    rows = [line for line in told if line[-1].isdigit()]
    assert [line[:12] for line in rows[:4]] == [
        "count of the",
        "roll-up of a",
        "count of its",
        "a year of WA",
    ]
    assert sum(line.startswith("bare answer") for line in told) == 2
    assert sum(line.startswith("/adoption of the executive") for line in told) == 2
    assert told[-1].startswith("10 times the events: p95 of the page times ")
