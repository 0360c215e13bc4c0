"""All that the adoption page shows, from the snapshots of the measures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from portal.access.viewer import Viewer
from portal.adoption import rules
from portal.core.db import db
from portal.measures.queries import figures, groups
from portal.measures.rules.figure import Figure
from portal.measures.rules.formulas import last_sunday
from portal.measures.rules.hiding import REGION, TEAM, WHOLE, Group
from portal.measures.rules.registry import ACTIVE, ELIGIBLE, FIRST_ACTION, HABIT, LOGIN_ONLY, WEEKLY_USE

TRAINED, ANSWER_TIME = "trained", "answer_time"
CHAIN = (TRAINED, FIRST_ACTION, ACTIVE, HABIT, ANSWER_TIME)
"""From training to the process: each link is needed by the next."""
BY_GROUP = (ELIGIBLE, ACTIVE, LOGIN_ONLY, HABIT, WEEKLY_USE)
EVERY = (*CHAIN, ELIGIBLE, LOGIN_ONLY, WEEKLY_USE)


@dataclass(frozen=True)
class Board:
    """The page: newest figures and those of four weeks before, the weekly course of every group that the viewer may see."""

    as_of: date
    before: date
    groups: Sequence[Group]
    names: Mapping[Group, str]
    now: Mapping[tuple[str, Group], Figure]
    earlier: Mapping[tuple[str, Group], Figure]
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
        """The weekly shares of a group in basis points; None where nothing is told."""
        return [one.value if one is not None else None for one in self.course[group]]


def board(viewer: Viewer, lang: str) -> Board | None:
    """The page for a viewer; None before the first snapshot."""
    session = db.session()
    as_of = figures.latest(session)
    if as_of is None:
        return None
    before = last_sunday(as_of - timedelta(weeks=rules.SPAN))
    open_groups = groups.open_to(viewer, as_of)
    last = last_sunday(as_of)
    weeks = [last - timedelta(weeks=number) for number in range(rules.WEEKS - 1, -1, -1)]
    told = figures.series_of(session, WEEKLY_USE, open_groups, weeks[0], last)
    by_week = {group: {one.as_of: one for one in course} for group, course in told.items()}
    return Board(
        as_of=as_of,
        before=before,
        groups=open_groups,
        names=groups.names(open_groups, lang),
        now=figures.of_measures(session, EVERY, open_groups, as_of),
        earlier=figures.of_measures(session, CHAIN, [WHOLE], before),
        weeks=weeks,
        course={group: [course.get(week) for week in weeks] for group, course in by_week.items()},
    )
