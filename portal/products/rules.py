"""Codes of products, and how old a mirrored figure may be."""

import re
import unicodedata
from datetime import datetime, timedelta

FRESH = timedelta(days=3)
"""Stock that was counted longer ago is marked: pumps leave a warehouse in days."""


def code_of(name: str) -> str:
    """The code of a product that came without one: `GTX Plus Basic` is `GTX-PLUS-BASIC`."""
    return re.sub(r"[\W_]+", "-", unicodedata.normalize("NFKC", name).upper()).strip("-")


def is_stale(as_of: datetime, now: datetime) -> bool:
    """Whether a count is so old that one should ask before relying on it."""
    return now - as_of > FRESH
