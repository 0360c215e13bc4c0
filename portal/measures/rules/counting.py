"""What counts as use, and why something does not."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from portal.core.flow import Channel
from portal.core.words import N_
from portal.measures.rules.bits import bits_of
from portal.measures.slots import Feature

GRACE = 14
"""So many days after the start of a licence a person is getting to know the house, and in no denominator."""
LATE = timedelta(days=7)
"""So long events may come after their day and still change its figures."""

UNKNOWN, NOT_UI, TEST, NO_LICENCE = "unknown", "not_ui", "test", "no_licence"
REASONS = {
    UNKNOWN: N_("by nobody whom the house knows"),
    NOT_UI: N_("by an import, another system or the clock"),
    TEST: N_("by a test account"),
    NO_LICENCE: N_("by somebody without a licence on that day"),
}
"""Why an event does not count."""

ANY, MEANINGFUL = "any", "meaningful"


class Seen(NamedTuple):
    """Events of one day that are alike: by whom, of which kind, through which door, how many."""

    person_id: int | None
    kind: str
    channel: str
    times: int = 1


@dataclass(frozen=True)
class Holders:
    """Who is known, who is a test account, who holds a licence: sets of people on one day."""

    known: int
    test: int
    licensed: int


@dataclass
class Use:
    """What one person did on a day: counted events, and how often each feature."""

    actions: int = 0
    features: Counter[str] = field(default_factory=Counter)

    @property
    def meaningful(self) -> bool:
        """Whether any of it was real work."""
        return bool(self.features)


@dataclass
class DayUse:
    """One local day: who did what, how many events counted, and how many did not for which reason."""

    people: dict[int, Use] = field(default_factory=dict)
    counted: int = 0
    rejected: Counter[str] = field(default_factory=Counter)


def why_not(seen: Seen, holders: Holders) -> str:
    """Why events do not count; empty if they do. The first reason that holds, in the order of `REASONS`."""
    who = seen.person_id
    if who is None and seen.channel != Channel.UI:
        return NOT_UI
    if who is None or not holders.known >> who & 1:
        return UNKNOWN
    if seen.channel != Channel.UI:
        return NOT_UI
    if holders.test >> who & 1:
        return TEST
    return "" if holders.licensed >> who & 1 else NO_LICENCE


def count_day(events: Iterable[Seen], holders: Holders, features: Iterable[Feature]) -> DayUse:
    """Everything that the events of one local day say of the use of that day."""
    feature_of: dict[str, list[str]] = {}
    for feature in features:
        for kind in feature.kinds:
            feature_of.setdefault(kind, []).append(feature.key)
    day = DayUse()
    for seen in events:
        reason = why_not(seen, holders)
        if reason or seen.person_id is None:
            day.rejected[reason] += seen.times
            continue
        day.counted += seen.times
        use = day.people.setdefault(seen.person_id, Use())
        use.actions += seen.times
        for key in feature_of.get(seen.kind, ()):
            use.features[key] += seen.times
    return day


def sets_of(day: DayUse) -> dict[str, int]:
    """The sets of a day: who did anything, who did real work, who used each feature."""
    found: dict[str, list[int]] = {ANY: list(day.people), MEANINGFUL: []}
    for person_id, use in day.people.items():
        if use.meaningful:
            found[MEANINGFUL].append(person_id)
        for key in use.features:
            found.setdefault(key, []).append(person_id)
    return {key: bits_of(ids) for key, ids in found.items()}


@dataclass(frozen=True)
class Stretch:
    """Days from `since` to the day before `until` (None: open): a licence, a leave, an account that is shut."""

    person_id: int
    since: date
    until: date | None = None
    test: bool = False

    def holds(self, day: date) -> bool:
        """Whether it is in force on a day."""
        return self.since <= day and (self.until is None or day < self.until)


def holding(stretches: Iterable[Stretch], day: date) -> int:
    """Everybody for whom one of the stretches holds on a day."""
    return bits_of(one.person_id for one in stretches if one.holds(day))


def first_licences(licences: Iterable[Stretch]) -> dict[int, Stretch]:
    """Each person's first licence, with those that follow it without a gap; test accounts left out."""
    first: dict[int, Stretch] = {}
    for one in sorted(licences, key=lambda one: one.since):
        if one.test:
            continue
        known = first.get(one.person_id)
        if known is None:
            first[one.person_id] = one
        elif known.until == one.since:
            first[one.person_id] = Stretch(one.person_id, known.since, one.until)
    return first


def settled(licences: Iterable[Stretch], day: date) -> int:
    """Everybody who holds a licence on a day and is past the grace; a licence that follows another without a gap is no start."""
    latest: dict[int, Stretch] = {}
    for one in sorted((one for one in licences if one.since <= day), key=lambda one: one.since):
        before = latest.get(one.person_id)
        since = before.since if before is not None and before.until == one.since else one.since
        latest[one.person_id] = Stretch(one.person_id, since, one.until)
    begun_by = day - timedelta(days=GRACE)
    return bits_of(one.person_id for one in latest.values() if one.holds(day) and one.since <= begun_by)


@dataclass(frozen=True)
class Office:
    """People of one working calendar, and the days of the windows on which they work."""

    people: int
    working: frozenset[date]


@dataclass(frozen=True)
class Roster:
    """Who stands where on the as-of day: all as sets of people.

    `homes` are the home teams; `region_of` the region of each team; `roles` who has which role; `starts` the first
    licence of everybody who ever had one.
    """

    day: date
    eligible: int
    onboarding: int
    homes: Mapping[int, int]
    region_of: Mapping[int, int | None]
    roles: Mapping[str, int]
    offices: tuple[Office, ...]
    starts: Mapping[int, Stretch]

    def holding(self, roles: Iterable[str]) -> int:
        """Eligible people who have one of these roles."""
        found = 0
        for role in roles:
            found |= self.roles.get(role, 0)
        return found & self.eligible


@dataclass(frozen=True)
class History:
    """Who used what on each day that was rolled up: feature (or `any`, `meaningful`) to day to set."""

    sets: Mapping[str, Mapping[date, int]]

    def days(self, key: str, since: date, until: date) -> list[int]:
        """The sets of each day from `since` to `until`."""
        kept = self.sets.get(key, {})
        return [kept.get(since + timedelta(days=n), 0) for n in range((until - since).days + 1)]

    def on(self, key: str, day: date) -> int:
        """The set of one day."""
        return self.sets.get(key, {}).get(day, 0)
