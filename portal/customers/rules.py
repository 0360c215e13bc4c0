"""Words, names and findings of the customers' room. Pure."""

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from portal.core.words import N_

# fmt: off
CLASSES = {
    "national":     N_("National account"),
    "large":        N_("Large"),
    "small_medium": N_("Small or medium"),
}
CLASSES_IN_FILES = {
    "national account": "national",     "全国性客户": "national",
    "large":            "large",        "大型客户":   "large",
    "small or medium":  "small_medium", "中小客户":   "small_medium",
}
"""What pages and exports call a class, so that what went out comes in again."""
ROLES = {
    "owner":  N_("owner"),
    "serves": N_("serves"),
}
PARTS = {
    "decides":    N_("decides"),
    "compares":   N_("compares offers"),
    "recommends": N_("recommends"),
    "uses":       N_("uses it"),
    "pays":       N_("releases payment"),
    "opens":      N_("opens doors"),
}
WAYS = {
    "call":    N_("Call"),
    "visit":   N_("Visit"),
    "mail":    N_("Mail"),
    "meeting": N_("Meeting"),
}
# fmt: on
WEIGHTY = ("decides", "pays")
"""The parts in a purchase that stop it when nobody knows who plays them."""

# fmt: off
LEGAL_FORMS = frozenset((
    "co", "company", "corp", "corporation", "inc", "incorporated", "llc", "ltd", "limited", "plc", "gmbh", "ag", "sa", "group",
    "holding", "holdings",
))
# fmt: on
CHINESE_FORM = re.compile("(?:集团|股份|有限|责任|总公司|公司)+$")

FRESH = timedelta(days=3)
"""A credit state, an invoice or an order list that is older is marked: one should ask before relying on it."""
QUIET = timedelta(days=90)
"""After so long without a word from anybody the page says so."""
KNOWN = timedelta(days=180)
"""Who has spoken with a contact within this time knows him."""


LONGEST_NAME_KEY, LONGEST_CORE_KEY = 160, 80
"""What their columns hold; one sign can become eighteen by NFKC."""


def class_of(written: str) -> str | None:
    """The class meant by a word in a file, its key or its name in either language, whatever its case; None if there is none."""
    word = written.strip().lower()
    return CLASSES_IN_FILES.get(word) or (word.replace(" ", "_") if word.replace(" ", "_") in CLASSES else None)


def name_key(name: str) -> str:
    """What the spellings of one name share: width, case, blanks and punctuation do not count."""
    return re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name).casefold())[:LONGEST_NAME_KEY]


def core_key(name: str) -> str:
    """The name key without the legal form: `Acme Co., Ltd.` and `ACME` share it, so do 金禾化工 and 金禾化工有限公司."""
    words = re.sub(r"[\W_]+", " ", unicodedata.normalize("NFKC", name).casefold()).split()
    while len(words) > 1 and words[-1] in LEGAL_FORMS:
        words.pop()
    joined = "".join(words)
    return (CHINESE_FORM.sub("", joined) or joined)[:LONGEST_CORE_KEY]


def number_of(sequence: int) -> str:
    """The number of an account that came without one: `C-00417`."""
    return f"C-{sequence:05d}"


def makes_circle(account_id: int, parent_id: int | None, parents: Mapping[int, int | None]) -> bool:
    """Whether an account would stand above itself under this parent; `parents` maps each account to its present one."""
    seen: set[int] = set()
    above = parent_id
    while above is not None and above not in seen:
        if above == account_id:
            return True
        seen.add(above)
        above = parents.get(above)
    return False


def is_stale(as_of: datetime, now: datetime) -> bool:
    """Whether what another system said is so old that one should ask before relying on it."""
    return now - as_of > FRESH


@dataclass(frozen=True)
class Known:
    """A contact, the parts he plays in the purchase, and who of the company knows him."""

    contact_id: int
    parts: Collection[str]
    by: Collection[int]


def thin(people: Sequence[Known]) -> Known | None:
    """The weighty contact whom one colleague alone knows: the door that closes when that colleague leaves."""
    for one in people:
        if len(one.by) == 1 and any(part in WEIGHTY for part in one.parts):
            return one
    return None


@dataclass(frozen=True)
class State:
    """What the finding of an account's page is made from; days are those of the reader's zone."""

    on_hold: bool
    overdue_since: date | None
    last_contact: datetime | None
    last_order: date | None
    thin: bool


def finding(state: State, now: datetime) -> str:
    """What the reader should know first: `hold`, `overdue`, `silent`, `quiet`, `thin`, `buying` or `talking`."""
    if state.on_hold:
        return "hold"
    if state.overdue_since is not None:
        return "overdue"
    if state.last_contact is None:
        return "silent"
    if now - state.last_contact > QUIET:
        return "quiet"
    if state.thin:
        return "thin"
    return "buying" if state.last_order is not None else "talking"
