"""All that the adoption page shows, from the snapshots of the measures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from portal.access.permissions import Reach
from portal.access.viewer import Viewer
from portal.adoption import rules
from portal.adoption.rules import CHAIN, Finding
from portal.core.db import db
from portal.core.errors import NotFound
from portal.measures.queries import figures, groups
from portal.measures.queries.figures import Pick
from portal.measures.rules.figure import Figure
from portal.measures.rules.formulas import last_sunday
from portal.measures.rules.hiding import REGION, TEAM, WHOLE, Group, region, team
from portal.measures.rules.registry import ACTIVE, ELIGIBLE, HABIT, LOGIN_ONLY, WEEKLY_USE

PERMISSION = "adoption.see"
BY_GROUP = (ELIGIBLE, ACTIVE, LOGIN_ONLY, HABIT, WEEKLY_USE)
EVERY = (*CHAIN, ELIGIBLE, LOGIN_ONLY, WEEKLY_USE)
ORDER = {WHOLE.grain: 0, REGION: 1, TEAM: 2}

Figures = Mapping[tuple[str, Group], Figure]


@dataclass(frozen=True)
class Board:
    """The page: the figures of a day and those of four weeks before, the weekly course of every group.

    `groups` are those of which the viewer may see figures here; `main` is whom headline and chain are about, one of
    `mains`: the company for those who answer for it, his regions for a manager. `weeks` are Sundays, oldest first.
    """

    as_of: date
    before: date
    main: Group
    mains: Sequence[Group]
    groups: Sequence[Group]
    names: Mapping[Group, str]
    now: Figures
    earlier: Figures
    weeks: Sequence[date]
    course: Mapping[Group, Sequence[Figure | None]]

    @property
    def regions(self) -> list[Group]:
        """The regions, in the order of the list of groups."""
        return [one for one in self.groups if one.grain == REGION]

    @property
    def teams(self) -> list[Group]:
        """The teams likewise."""
        return [one for one in self.groups if one.grain == TEAM]

    def shares(self, group: Group) -> list[int | None]:
        """The weekly shares of a group in basis points; None where nothing is told.

        A group that is hidden on the day is hidden in all its weeks.
        """
        if self.now[WEEKLY_USE, group].people is None:
            return [None] * len(self.weeks)
        return [one.value if one is not None else None for one in self.course[group]]


def board(viewer: Viewer, lang: str, as_of: date | None, about: str = "") -> Board | None:
    """The page for a viewer as of a day; None before the first snapshot.

    `about`: whom headline and chain are to be about, as addresses name groups; NotFound for a group that is not open
    to the viewer as such.
    """
    if as_of is None:
        return None
    last = last_sunday(as_of)
    before = last_sunday(as_of - timedelta(weeks=rules.SPAN))
    weeks = [last - timedelta(weeks=number) for number in range(rules.WEEKS - 1, -1, -1)]
    places = groups.places(lang)
    mains, reached = _reached(viewer, places)
    main = next((one for one in mains if str(one) == about), None) if about else mains[0]
    if main is None:
        raise NotFound
    found = figures.picked(
        db.session(),
        Pick(EVERY, reached, [as_of]),
        Pick([WEEKLY_USE], reached, weeks),
        Pick(CHAIN, [main], [before]),
    )
    there = [one for one in reached if (ELIGIBLE, one, as_of) in found or one == main]

    def of(key: str, group: Group, day: date) -> Figure:
        return found.get((key, group, day)) or figures.missing(key, group, day)

    return Board(
        as_of=as_of,
        before=before,
        main=main,
        mains=mains,
        groups=there,
        names=places.names,
        now={(key, group): of(key, group, as_of) for key in EVERY for group in there},
        earlier={(key, main): of(key, main, before) for key in CHAIN},
        weeks=weeks,
        course={group: [found.get((WEEKLY_USE, group, week)) for week in weeks] for group in there},
    )


def headline() -> Finding | None:
    """Whether the use of the whole company grows, for the page of another room; None before the first snapshot."""
    as_of = figures.asked_day(db.session(), "")
    if as_of is None:
        return None
    last = last_sunday(as_of)
    weeks = [last - timedelta(weeks=number) for number in range(rules.SPAN, -1, -1)]
    found = figures.picked(db.session(), Pick([WEEKLY_USE], [WHOLE], weeks))
    return rules.finding([one.value if (one := found.get((WEEKLY_USE, WHOLE, week))) else None for week in weeks])


def _reached(viewer: Viewer, places: groups.Places) -> tuple[list[Group], list[Group]]:
    """Whom headline and chain may be about, and every group of which the viewer may see figures here."""
    if viewer.reach(PERMISSION) == Reach.ALL:
        return [WHOLE], sorted([WHOLE, *places.names], key=_place)
    own = sorted(groups.answered_for(viewer, places.region_of) & places.names.keys(), key=_place)
    mains = [one for one in own if one in {region(number) for number in viewer.region_ids}]
    led = [one for one in own if one in {team(number) for number in viewer.team_ids}]
    mains = mains or led or [team(viewer.team_id or 0)]
    return mains, sorted({*own, *mains}, key=_place)


def _place(group: Group) -> tuple[int, int]:
    return ORDER[group.grain], group.id
