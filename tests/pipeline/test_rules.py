"""What a row of an opportunity must hold."""

from datetime import date

import pytest

from portal.pipeline.rules import fault, stage_of

OPENED, CLOSED = date(2026, 10, 1), date(2026, 10, 20)


@pytest.mark.parametrize(
    ("written", "stage"), [("Won", "won"), (" engaging ", "engaging"), (" 赢单", "won"), ("gone", None), ("", None)]
)
def test_a_stage_is_known_whatever_its_case(written: str, stage: str | None) -> None:
    assert stage_of(written) == stage


@pytest.mark.parametrize(
    ("stage", "opened", "closed", "value", "told"),
    [
        ("prospecting", None, None, None, None),
        ("engaging", OPENED, None, 0, None),
        ("won", OPENED, OPENED, 1, None),
        ("lost", None, CLOSED, None, None),
        ("won", OPENED, None, 1, "needs the day on which it was closed"),
        ("lost", OPENED, None, None, "needs the day on which it was closed"),
        ("engaging", OPENED, CLOSED, None, "cannot have a closing day"),
        ("lost", CLOSED, OPENED, None, "before it was opened"),
        ("won", OPENED, CLOSED, None, "needs its value"),
        ("engaging", OPENED, None, -1, "cannot be negative"),
    ],
)
def test_what_is_wrong_with_a_row(
    stage: str, opened: date | None, closed: date | None, value: int | None, told: str | None
) -> None:
    assert (told or "") in (fault(stage, opened, closed, value) or "")
    assert (fault(stage, opened, closed, value) is None) == (told is None)
