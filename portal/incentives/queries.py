"""Reads: rules as they concern a viewer, cases to be judged, the ledger of a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import BindParameter, ColumnElement, Select, String, and_, cast, exists, func, or_, select
from sqlalchemy.orm import aliased, contains_eager, joinedload

from portal.access.permissions import SIGNED_IN
from portal.access.scopes import scope
from portal.access.viewer import WHO, Viewer
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound
from portal.identity.queries.viewers import holders
from portal.incentives import rules
from portal.incentives.flow import EARNED, PUBLISHED
from portal.incentives.models import Acknowledgement, Entry, Evaluation, IncentiveRule, Posting, RuleVersion
from portal.measures.queries import people
from portal.training.queries.learning import passings

EDIT = "incentives.edit"
LATER = aliased(RuleVersion)
"""A version that may have taken another's place."""


@scope(IncentiveRule)
def visible(viewer: Viewer, permission: str) -> Select[IncentiveRule]:
    """Rules that were published to the viewer's role; for those who write them, all."""
    if viewer.may(EDIT):
        return select(IncentiveRule)
    if permission != SIGNED_IN:
        return select(IncentiveRule).where(IncentiveRule.id.is_(None))
    told = select(RuleVersion.incentive_rule_id).where(RuleVersion.state == PUBLISHED, _concerns(viewer.roles))
    return select(IncentiveRule).where(IncentiveRule.id.in_(told))


def _concerns(roles: frozenset[str], version: type[RuleVersion] = RuleVersion) -> ColumnElement[bool]:
    told = cast(version.roles, String)
    return or_(*(told.like(f'%"{role}"%') for role in sorted(roles)), version.id.is_(None))


@scope(Entry)
def entries_visible(viewer: Viewer, permission: str) -> Select[Entry]:
    """One's own bookings; for those who keep the rules, all."""
    rows = select(Entry).options(joinedload(Entry.evaluation).joinedload(Evaluation.edition))
    if permission == EDIT and viewer.may(EDIT):
        return rows
    return rows.where(Entry.person_id == viewer.id)


def latest(rule_id: int) -> RuleVersion:
    """The newest version of a rule, draft or not."""
    rows = select(RuleVersion).where(RuleVersion.incentive_rule_id == rule_id)
    return db.session.execute(rows.order_by(RuleVersion.number.desc()).limit(1)).scalar_one()


def versions(rule_id: int, *, drafts: bool) -> Sequence[RuleVersion]:
    """The versions of a rule, the newest first."""
    rows = select(RuleVersion).where(RuleVersion.incentive_rule_id == rule_id)
    if not drafts:
        rows = rows.where(RuleVersion.state == PUBLISHED)
    loaded = (joinedload(RuleVersion.course), joinedload(RuleVersion.rule))
    found = db.session.execute(rows.options(*loaded).order_by(RuleVersion.number.desc())).scalars().all()
    if not found:
        raise NotFound
    return found


def concerned(it: RuleVersion, day: date) -> list[int]:
    """The active people whom a version concerns on a day."""
    return list(dict.fromkeys(person_id for role in it.roles for person_id in holders(role, day)))


@dataclass(frozen=True)
class Told:
    """A published rule as it concerns a viewer: the version that holds or comes next, and whether he has read it."""

    rule: IncentiveRule
    edition: RuleVersion
    starts: bool
    read: bool


def told(viewer: Viewer) -> list[Told]:
    """The newest published version of each rule that concerns the viewer, unread ones first."""
    today = clock.today(viewer.zone)
    rows = select(RuleVersion, _read(viewer.id)).where(_newest(viewer.roles))
    rows = rows.options(joinedload(RuleVersion.rule), joinedload(RuleVersion.course))
    found = [Told(it.rule, it, it.starts_on > today, read) for it, read in db.session.execute(rows)]
    return sorted(found, key=lambda one: (one.read, one.edition.starts_on, one.rule.id))


def waiting(roles: frozenset[str]) -> Select[int, int]:
    """How many rules a viewer has still to read; reading is always his turn."""
    counts = select(func.count(), func.count()).select_from(RuleVersion)
    return counts.where(_newest(roles), ~_read(WHO))


def _newest(roles: frozenset[str]) -> ColumnElement[bool]:
    """Of each rule the newest version that was published to one of these roles."""
    followed = exists().where(
        LATER.incentive_rule_id == RuleVersion.incentive_rule_id, LATER.number > RuleVersion.number,
        LATER.state == PUBLISHED, _concerns(roles, LATER),
    )  # fmt: skip
    return and_(RuleVersion.state == PUBLISHED, _concerns(roles), ~followed)


def _read(person_id: int | BindParameter[int] | None) -> ColumnElement[bool]:
    """Whether a person has noted that he has read the version."""
    return exists().where(
        Acknowledgement.rule_version_id == RuleVersion.id, Acknowledgement.person_id == person_id
    )


def readers(edition_id: int) -> set[int]:
    """Who has noted that he has read a version."""
    rows = select(Acknowledgement.person_id).where(Acknowledgement.rule_version_id == edition_id)
    return set(db.session.execute(rows).scalars())


@dataclass(frozen=True)
class Case:
    """A person who passed the course of a rule while its version held, with the facts by which he is judged."""

    person_id: int
    given_on: date
    passed_on: date
    active_weeks: frozenset[date]


def editions_in_force() -> list[tuple[RuleVersion, date | None]]:
    """Every published version with the day on which a later one of its rule takes over, whichever starts first."""
    rows = select(RuleVersion).where(RuleVersion.state == PUBLISHED)
    rows = rows.options(joinedload(RuleVersion.rule)).order_by(
        RuleVersion.incentive_rule_id, RuleVersion.number
    )
    every = list(db.session.execute(rows).scalars())

    def end(it: RuleVersion) -> date | None:
        later = (
            one.starts_on
            for one in every
            if one.incentive_rule_id == it.incentive_rule_id and one.number > it.number
        )
        return min(later, default=None)

    return [(it, end(it)) for it in every]


def cases(it: RuleVersion, until: date | None, today: date) -> list[Case]:
    """All cases of a version: who passed from its first day on and before the next version's."""
    those = set(concerned(it, today))
    return [
        Case(*one, active_weeks(one.person_id, rules.monday(one.passed_on), today))
        for one in passings(it.course_id, it.starts_on)
        if one.person_id in those and (until is None or one.passed_on < until)
    ]


def active_weeks(person_id: int, since: date, until: date) -> frozenset[date]:
    """The Mondays of the ISO weeks in which a person worked in the portal as `weekly_use` defines it."""
    return frozenset(people.active_weeks(db.session(), person_id, since, until))


class Judged(NamedTuple):
    """A verdict as it is kept: each condition with what was found, whether all are met, whether nothing can change it."""

    lines: list[dict[str, Any]]
    met: bool
    final: bool


def judged(edition_id: int) -> dict[tuple[int, date], Judged]:
    """How the cases of a version were judged last, by person and day of passing."""
    kept = select(
        Evaluation.person_id, Evaluation.passed_on, Evaluation.lines, Evaluation.met, Evaluation.final
    ).where(Evaluation.rule_version_id == edition_id)
    return {(person_id, day): Judged(*verdict) for person_id, day, *verdict in db.session.execute(kept)}


def evaluation(edition_id: int, case: Case) -> Evaluation | None:
    """How a case was judged last."""
    rows = select(Evaluation).where(
        Evaluation.rule_version_id == edition_id, Evaluation.person_id == case.person_id,
        Evaluation.passed_on == case.passed_on,
    )  # fmt: skip
    return db.session.execute(rows).scalars().first()


def standing_entry(evaluation_id: int) -> Entry | None:
    """The booking of a case that was not reversed."""
    reversed_ones = select(Entry.reverses_id).where(Entry.reverses_id.is_not(None))
    rows = select(Entry).where(
        Entry.evaluation_id == evaluation_id, Entry.kind == EARNED, Entry.id.not_in(reversed_ones)
    )
    return db.session.execute(rows).scalars().first()


def was_reversed_by_hand(evaluation_id: int) -> bool:
    """Whether a person has reversed the booking of a case: then the sweep does not book it again."""
    # What is earned, and what other facts took back, is booked by nobody.
    rows = select(Entry.id).where(Entry.evaluation_id == evaluation_id, Entry.by_id.is_not(None))
    return db.session.execute(rows).first() is not None


def reversal_of(entry_id: int) -> Entry | None:
    """The booking that took another one back."""
    return db.session.execute(select(Entry).where(Entry.reverses_id == entry_id)).scalars().first()


@dataclass(frozen=True)
class Statement:
    """The ledger of a person: bookings, newest first, and their sums."""

    entries: Sequence[Entry]
    earned: int
    reversed: int
    void: dict[int, Entry]
    """What was taken back, with the booking that did it."""

    @property
    def balance(self) -> int:
        """What is left."""
        return self.earned + self.reversed

    def by(self, rule_id: int) -> int:
        """What is left of the points of one rule."""
        return sum(it.points for it in self.entries if it.evaluation.edition.incentive_rule_id == rule_id)


def statement(person_id: int | None) -> Statement:
    """All bookings of a person."""
    rows = select(Entry).where(Entry.person_id == person_id).options(
        joinedload(Entry.evaluation).joinedload(Evaluation.edition).joinedload(RuleVersion.rule)
    )  # fmt: skip
    entries = db.session.execute(rows.order_by(Entry.id.desc())).scalars().all()
    return Statement(
        entries,
        earned=sum(it.points for it in entries if it.kind == EARNED),
        reversed=sum(it.points for it in entries if it.kind != EARNED),
        void={it.reverses_id: it for it in entries if it.reverses_id is not None},
    )


def balance(person_id: int | None) -> int:
    """The points of a person: the sum of his bookings."""
    rows = select(func.coalesce(func.sum(Entry.points), 0)).where(Entry.person_id == person_id)
    return int(db.session.execute(rows).scalar_one())


def entries_of(rule_id: int) -> Sequence[Entry]:
    """All bookings by a rule, newest first."""
    rows = (
        select(Entry)
        .join(Evaluation, Evaluation.id == Entry.evaluation_id)
        .join(RuleVersion, RuleVersion.id == Evaluation.rule_version_id)
        .where(RuleVersion.incentive_rule_id == rule_id)
        .options(joinedload(Entry.evaluation))
        .order_by(Entry.id.desc())
    )
    return db.session.execute(rows.limit(500)).scalars().all()


def unbalanced() -> list[int]:
    """Entries whose lines do not sum to zero: none, ever."""
    rows = select(Posting.entry_id).group_by(Posting.entry_id).having(func.sum(Posting.points) != 0)
    return list(db.session.execute(rows).scalars())


def own_cases(viewer: Viewer, rule_id: int) -> Sequence[Evaluation]:
    """How the viewer's own cases of a rule stand."""
    rows = (
        select(Evaluation)
        .join(RuleVersion, RuleVersion.id == Evaluation.rule_version_id)
        .where(RuleVersion.incentive_rule_id == rule_id, Evaluation.person_id == viewer.id)
        .order_by(Evaluation.id.desc())
    )
    return db.session.execute(rows).scalars().all()


def standing(person_id: int | None) -> dict[int, Evaluation]:
    """How the newest case of a person stands, by rule."""
    rows = (
        select(Evaluation)
        .join(Evaluation.edition)
        .join(RuleVersion.rule)
        .where(Evaluation.person_id == person_id)
        .options(contains_eager(Evaluation.edition).contains_eager(RuleVersion.rule))
        .order_by(Evaluation.passed_on, Evaluation.id)
    )
    return {it.edition.incentive_rule_id: it for it in db.session.execute(rows).scalars()}


def drafts() -> Sequence[RuleVersion]:
    """Drafts that are not published yet."""
    rows = select(RuleVersion).where(RuleVersion.state != PUBLISHED).options(joinedload(RuleVersion.rule))
    return db.session.execute(rows.order_by(RuleVersion.id)).scalars().all()
