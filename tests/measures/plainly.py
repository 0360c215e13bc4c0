"""The same figures counted slowly and obviously: lists of what happened, sets of names, no bits. Only for tests."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Act:
    """One event."""

    who: int
    day: date
    kind: str
    channel: str


@dataclass(frozen=True)
class Holds:
    """A licence or a leave."""

    who: int
    since: date
    until: date | None
    test: bool = False

    def on(self, day: date) -> bool:
        return day >= self.since and (self.until is None or day < self.until)


@dataclass(frozen=True)
class Story:
    """Everything that there is to know."""

    people: Collection[int]
    acts: list[Act]
    licences: list[Holds]
    leaves: list[Holds]
    roles: dict[int, str]
    working: dict[int, set[date]]
    features: dict[str, tuple[set[str], set[str]]]
    """Feature -> its kinds, the roles that have it."""

    def counts(self, act: Act) -> bool:
        held = [one for one in self.licences if one.who == act.who and one.on(act.day)]
        return (
            act.who in self.people
            and act.channel == "ui"
            and bool(held)
            and not any(one.test for one in held)
        )

    def used(self, who: int, day: date, feature: str = "") -> bool:
        kinds = (
            self.features[feature][0]
            if feature
            else set().union(*(kinds for kinds, _roles in self.features.values()))
        )
        return any(a.who == who and a.day == day and a.kind in kinds and self.counts(a) for a in self.acts)

    def touched(self, who: int, day: date) -> bool:
        return any(a.who == who and a.day == day and self.counts(a) for a in self.acts)

    def held_since(self, who: int, day: date) -> date | None:
        """When the licence began that holds on a day; one that follows another without a gap is the same."""
        held = [one for one in self.licences if one.who == who and not one.test and one.on(day)]
        if not held:
            return None
        since = held[0].since
        while before := [
            one for one in self.licences if one.who == who and not one.test and one.until == since
        ]:
            since = before[0].since
        return since

    def eligible(self, day: date) -> set[int]:
        found = set()
        for who in self.people:
            since = self.held_since(who, day)
            away = any(one.who == who and one.on(day) for one in self.leaves)
            tests = any(one.who == who and one.test and one.on(day) for one in self.licences)
            if since is not None and since + 14 * DAY <= day and not away and not tests:
                found.add(who)
        return found

    def days(self, who: int, since: date, until: date) -> set[date]:
        every = [since + n * DAY for n in range((until - since).days + 1)]
        return {day for day in every if self.used(who, day)}

    def figures(self, day: date, group: Collection[int]) -> dict[str, tuple[int, int | None] | None]:
        """Measure -> numerator and denominator, or None where nothing can be said."""
        there = self.eligible(day) & set(group)
        first, monday = day - 27 * DAY, day - day.weekday() * DAY
        month = {who: self.days(who, first, day) for who in there}
        looked = {who for who in there if any(self.touched(who, first + n * DAY) for n in range(28))}
        active = {who for who in there if month[who]}
        count = len(there)
        found: dict[str, tuple[int, int | None] | None] = {
            "eligible": (count, None) if count else None,
            "active": (len(active), count) if count else None,
            "login_only": (len(looked - active), count) if count else None,
            "dau": (sum(day in month[who] for who in there), None) if count else None,
            "wau": (sum(bool(self.days(who, monday, day)) for who in there), None) if count else None,
            "mau": (len(active), None) if count else None,
            "habit": self._habit(there, month, first, day),
            "stickiness": self._stickiness(active, month, first, day),
            "weekly_use": self._weekly(there, day),
        }
        for feature, (_kinds, roles) in self.features.items():
            able = {who for who in there if self.roles[who] in roles}
            did = {who for who in able if any(self.used(who, first + n * DAY, feature) for n in range(28))}
            found[f"feature:{feature}"] = (len(did), len(able)) if able else None
        return found

    def _working(self, who: int, since: date, until: date) -> set[date]:
        return {day for day in self.working[who] if since <= day <= until}

    def _habit(
        self, there: set[int], month: dict[int, set[date]], first: date, day: date
    ) -> tuple[int, int] | None:
        met = 0
        for who in there:
            working = len(self._working(who, first, day))
            if working < 10:
                return None
            bound = min(Fraction(8), Fraction(8 * working, 20))
            met += len(month[who]) >= bound
        return (met, len(there)) if there else None

    def _stickiness(
        self, active: set[int], month: dict[int, set[date]], first: date, day: date
    ) -> tuple[int, int] | None:
        present = expected = 0
        for who in active:
            working = self._working(who, first, day)
            if len(working) < 10:
                return None
            present += len(month[who] & working)
            expected += len(working)
        return (present, expected) if expected else None

    def _weekly(self, there: set[int], day: date) -> tuple[int, int] | None:
        sunday = day
        while sunday.weekday() != 6:
            sunday -= DAY
        met = able = 0
        for who in there:
            working = self._working(who, sunday - 6 * DAY, sunday)
            if not working:
                continue
            able += 1
            bound = min(Fraction(3), Fraction(3 * len(working), 5))
            met += len(self.days(who, sunday - 6 * DAY, sunday) & working) >= bound
        return (met, able) if able else None

    def first_uses(self, day: date, group: Collection[int]) -> tuple[list[int], list[int]]:
        """Days to the first use of those who got there, and days waited by those who did not."""
        reached, still = [], []
        for who in group:
            held = sorted(
                (one for one in self.licences if one.who == who and not one.test), key=lambda one: one.since
            )
            if not held or held[0].since > day:
                continue
            since, until = held[0].since, held[0].until
            for one in held[1:]:
                if one.since == until:
                    until = one.until
            last = day if until is None else min(day, until - DAY)
            uses = sorted(self.days(who, since, last))
            if uses:
                reached.append((uses[0] - since).days)
            else:
                still.append((last - since).days)
        return reached, still


def median_wait(reached: list[int], still: list[int]) -> int | None:
    """The first day by which, by Kaplan and Meier, half got there."""
    left = Fraction(1)
    for day in sorted(set(reached)):
        at_risk = sum(one >= day for one in reached) + sum(one >= day for one in still)
        left -= left * Fraction(sum(one == day for one in reached), at_risk)
        if left <= Fraction(1, 2):
            return day
    return None
