"""The formulas. Each measure becomes a function from a group (a set of people) to what is counted of it.

All work on the sets of the company: a person who changed teams brings what he did before, and each person counts in one
home team only, so that numerators and denominators of teams may be added.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction
from statistics import median
from typing import Any

from portal.measures.rules import registry
from portal.measures.rules.bits import on_at_least, people_in, union
from portal.measures.rules.counting import ANY, MEANINGFUL, History, Office, Roster
from portal.measures.rules.hiding import FEW_DAYS, NONE, SHOWN
from portal.measures.rules.survival import Waits
from portal.measures.slots import HUNDREDTHS, MEAN, MEDIAN, PERCENT, Feature, Source

WINDOW = timedelta(days=27)
"""From the first of 28 days to the last."""
WEEK = timedelta(days=6)
FEWEST_DAYS = 10
"""With fewer working days in 28 nothing is said of days: a long holiday would look like a failure."""
HABIT_DAYS, HABIT_OF = 8, 20
WEEKLY_DAYS, WEEKLY_OF = 3, 5
FIRST_BAND = 3
SOON = 14
"""Days within which a first use is soon."""


@dataclass(frozen=True)
class Counted:
    """One figure: what was counted, of how many people, whether it can be said. `extra` holds bands, bounds and waits."""

    numerator: int | None
    denominator: int | None
    value: int | None
    people: int
    state: str = SHOWN
    extra: Mapping[str, Any] = field(default_factory=dict)


Count = Callable[[int], Counted]


def basis_points(numerator: int, denominator: int) -> int:
    """A share in basis points, half up."""
    return (20_000 * numerator + denominator) // (2 * denominator)


def share(numerator: int, denominator: int, people: int | None = None, **extra: Any) -> Counted:
    """A share; without a denominator there is none yet, which is not 0 %."""
    behind = denominator if people is None else people
    if denominator == 0:
        return Counted(None, None, None, behind, NONE, extra)
    return Counted(numerator, denominator, basis_points(numerator, denominator), behind, SHOWN, extra)


def ratio(unit: str, numerator: int, denominator: int, people: int) -> Counted:
    """A share, or what falls to one head in hundredths."""
    if unit == PERCENT:
        return share(numerator, denominator, people)
    if denominator == 0:
        return Counted(None, None, None, people, NONE)
    return Counted(numerator, denominator, (200 * numerator + denominator) // (2 * denominator), people)


def last_sunday(day: date) -> date:
    """The end of the last ISO week that is over on a day."""
    return day - timedelta(days=day.isoweekday() % 7)


def scaled(days: int, working: int, usual: int) -> int:
    """A bound of days in a window with fewer working days than usual: in proportion, rounded up."""
    return min(days, -(-days * working // usual))


def counts(
    roster: Roster,
    history: History,
    features: Iterable[Feature],
    sourced: Iterable[tuple[Source, Mapping[int, Sequence[int]]]] = (),
) -> dict[str, Count]:
    """Every measure of a day as a function of a group."""
    day = roster.day
    month = history.days(MEANINGFUL, day - WINDOW, day)
    active, looked_in = union(month), union(history.days(ANY, day - WINDOW, day))
    monday = day - timedelta(days=day.isoweekday() - 1)
    found: dict[str, Count] = {
        registry.ELIGIBLE: _people(roster, roster.eligible),
        registry.ACTIVE: _part(roster.eligible, active),
        registry.LOGIN_ONLY: _part(roster.eligible, looked_in & ~active),
        registry.DAU: _people(roster, history.on(MEANINGFUL, day)),
        registry.WAU: _people(roster, union(history.days(MEANINGFUL, monday, day))),
        registry.MAU: _people(roster, active),
        registry.STICKINESS: _stickiness(roster, month),
        registry.HABIT: _habit(roster, month),
        registry.WEEKLY_USE: _weekly_use(roster, history),
        registry.FIRST_ACTION: _first_action(roster, history),
    }
    for feature in features:
        used = union(history.days(feature.key, day - WINDOW, day))
        found[registry.FEATURE + feature.key] = _part(roster.holding(feature.roles), used)
    for source, values in sourced:
        found[source.measure.key] = _sourced(roster, source, values)
    return found


def _people(roster: Roster, those: int) -> Count:
    def count(group: int) -> Counted:
        there = (roster.eligible & group).bit_count()
        found = (those & roster.eligible & group).bit_count()
        return Counted(found, None, found, there) if there else Counted(None, None, None, 0, NONE)

    return count


def _part(whole: int, those: int) -> Count:
    return lambda group: share((whole & those & group).bit_count(), (whole & group).bit_count())


def working_days(office: Office, since: date, until: date) -> set[date]:
    """The working days of an office from `since` to `until`."""
    return {day for day in office.working if since <= day <= until}


def _stickiness(roster: Roster, month: Sequence[int]) -> Count:
    active = union(month) & roster.eligible
    first = roster.day - WINDOW

    def count(group: int) -> Counted:
        present = expected = 0
        few = False
        for office in roster.offices:
            here = active & group & office.people
            days = working_days(office, first, roster.day)
            present += sum((month[(one - first).days] & here).bit_count() for one in days)
            expected += here.bit_count() * len(days)
            few = few or bool(here and len(days) < FEWEST_DAYS)
        people = (roster.eligible & group).bit_count()
        if few:
            return Counted(None, None, None, people, FEW_DAYS)
        return share(present, expected, people)

    return count


def _habit(roster: Roster, month: Sequence[int]) -> Count:
    levels = on_at_least(month, HABIT_DAYS)
    first = roster.day - WINDOW
    bounds = [
        (office, scaled(HABIT_DAYS, len(days), HABIT_OF), len(days) < FEWEST_DAYS)
        for office in roster.offices
        for days in [working_days(office, first, roster.day)]
    ]

    def count(group: int) -> Counted:
        here = roster.eligible & group
        people, met = here.bit_count(), 0
        used = {bound for office, bound, _few in bounds if here & office.people}
        if any(few for office, _bound, few in bounds if here & office.people):
            return Counted(None, None, None, people, FEW_DAYS)
        met = sum((levels[bound] & here & office.people).bit_count() for office, bound, _few in bounds)
        some, more = ((levels[at] & here).bit_count() for at in (1, FIRST_BAND + 1))
        bands = [people - some, some - more, more - met, met]
        return share(met, people, bands=bands, bounds=sorted(used))

    return count


def _weekly_use(roster: Roster, history: History) -> Count:
    sunday = last_sunday(roster.day)
    monday = sunday - WEEK
    met = closed = 0
    bounds = []
    for office in roster.offices:
        days = sorted(working_days(office, monday, sunday))
        bound = scaled(WEEKLY_DAYS, len(days), WEEKLY_OF)
        bounds.append((office, bound))
        if not days:
            closed |= office.people
            continue
        met |= on_at_least([history.on(MEANINGFUL, day) for day in days], bound)[bound] & office.people

    def count(group: int) -> Counted:
        here = roster.eligible & group
        open_to = here & ~closed
        if here and not open_to:
            return Counted(None, None, None, here.bit_count(), FEW_DAYS)
        used = sorted({bound for office, bound in bounds if bound and here & office.people})
        return share((open_to & met).bit_count(), open_to.bit_count(), bounds=used)

    return count


def first_days(roster: Roster, history: History) -> dict[int, date]:
    """The first meaningful use of everybody since the start of the first licence, up to the as-of day."""
    kept, found = history.sets.get(MEANINGFUL, {}), {}
    begun: dict[date, int] = {}
    for person_id, licence in roster.starts.items():
        begun[licence.since] = begun.get(licence.since, 0) | 1 << person_id
    starts, waiting, place = sorted(begun), 0, 0
    for day in sorted(one for one in kept if one <= roster.day):
        while place < len(starts) and starts[place] <= day:
            waiting |= begun[starts[place]]
            place += 1
        for person_id in people_in(kept[day] & waiting):
            found[person_id] = day
        waiting &= ~kept[day]
    return found


def _first_action(roster: Roster, history: History) -> Count:
    first = first_days(roster, history)
    reached: dict[int, int] = {}
    still: dict[int, int] = {}
    for person_id, licence in roster.starts.items():
        if licence.since > roster.day:
            continue
        last = min(roster.day, licence.until - timedelta(days=1)) if licence.until else roster.day
        if person_id in first and first[person_id] <= last:
            reached[person_id] = (first[person_id] - licence.since).days
        else:
            still[person_id] = (last - licence.since).days

    def count(group: int) -> Counted:
        waits = Waits(
            Counter(days for one, days in reached.items() if group >> one & 1),
            Counter(days for one, days in still.items() if group >> one & 1),
        )
        return of_waits(waits)

    return count


def of_waits(waits: Waits) -> Counted:
    """The figure of a group's waits: the median, and who got there soon. Without a median there is none yet."""
    if waits.count == 0:
        return Counted(None, None, None, 0, NONE)
    middle, soon = waits.median(), waits.reached_by(SOON)
    extra = waits.stored() | {"soon": basis_points(soon.numerator, soon.denominator)}
    state = NONE if middle is None else SHOWN
    return Counted(waits.reached.total(), waits.count, middle, waits.count, state, extra)


def _sourced(roster: Roster, source: Source, values: Mapping[int, Sequence[int]]) -> Count:
    if source.way == MEDIAN:
        return lambda group: of_values(
            [one for who, own in values.items() if group >> who & 1 for one in own], _behind(values, group)
        )
    if source.way == MEAN:
        holders = roster.holding(source.roles)

        def count(group: int) -> Counted:
            there = (holders & group).bit_count()
            total = sum(sum(own) for who, own in values.items() if holders & group & 1 << who)
            return ratio(HUNDREDTHS, total, there, there)

        return count
    ones = {who: sum(own) for who, own in values.items() if roster.eligible >> who & 1}
    return lambda group: share(
        sum(one for who, one in ones.items() if group >> who & 1), _behind(ones, group)
    )


def _behind(values: Iterable[int], group: int) -> int:
    return sum(1 for who in values if group >> who & 1)


def of_values(values: Sequence[int], people: int) -> Counted:
    """The median of values that some people gave."""
    if not values:
        return Counted(None, None, None, people, NONE)
    return Counted(None, len(values), int(median(values) + Fraction(1, 2)), people)
