"""Codes made from names, and how old a count may be."""

from datetime import UTC, datetime, timedelta

import pytest

from portal.products.rules import FRESH, code_of, is_stale

NOW = datetime(2026, 11, 23, 6, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("GTX Plus Basic", "GTX-PLUS-BASIC"),
        ("  CQB 65/50 ", "CQB-65-50"),
        ("ＣＱＢ　65", "CQB-65"),
        ("磁力泵 65", "磁力泵-65"),
        ("—", ""),
    ],
)
def test_a_name_makes_a_code(name: str, code: str) -> None:
    assert code_of(name) == code


def test_a_count_is_stale_after_three_days_and_not_a_second_before() -> None:
    assert not is_stale(NOW - FRESH, NOW)
    assert is_stale(NOW - FRESH - timedelta(seconds=1), NOW)
