"""Reads: programmes with what stands on their page, barriers, what waits for a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, false, select
from sqlalchemy.orm import joinedload

from portal.access.scopes import scope, within
from portal.access.viewer import Viewer
from portal.core.db import db
from portal.core.search.pinyin import sort_key
from portal.identity.models import Person, Team
from portal.programmes.flow import OBSTACLES, OPEN, PHASES
from portal.programmes.models import Barrier, Goal, Phase, Programme


@scope(Programme)
def visible(viewer: Viewer, permission: str) -> Select[Programme]:
    """All programmes, for whoever may see or edit them."""
    rows = select(Programme).options(joinedload(Programme.owner))
    return rows if viewer.may(permission) else rows.where(false())


@scope(Goal)
def goals_visible(viewer: Viewer, permission: str) -> Select[Goal]:
    """All goals likewise."""
    rows = select(Goal).options(joinedload(Goal.programme))
    return rows if viewer.may(permission) else rows.where(false())


@scope(Barrier)
def barriers_visible(viewer: Viewer, permission: str) -> Select[Barrier]:
    """All barriers for those who run the rollout; everybody else's are those that he has to clear."""
    rows = select(Barrier).options(joinedload(Barrier.programme), joinedload(Barrier.team))
    return rows.where(within(viewer, permission, owner=Barrier.owner_id))


def every() -> Sequence[Programme]:
    """All programmes, the newest first."""
    rows = select(Programme).options(joinedload(Programme.owner))
    return db.session.execute(rows.order_by(Programme.starts_on.desc(), Programme.id.desc())).scalars().all()


def phases_of(programme_ids: Sequence[int]) -> dict[int, list[Phase]]:
    """The seven phases of each of these programmes, in their order."""
    found = db.session.execute(select(Phase).where(Phase.programme_id.in_(list(programme_ids)))).scalars().all()
    order = list(PHASES)
    in_order = sorted(found, key=lambda one: order.index(one.key))
    return {number: [one for one in in_order if one.programme_id == number] for number in programme_ids}


def phases(programme_id: int) -> list[Phase]:
    """Those of one programme."""
    return phases_of([programme_id])[programme_id]


def current_phase(of: Sequence[Phase]) -> Phase | None:
    """The first phase that is not closed."""
    return next((one for one in of if one.closed_on is None), None)


def goals(programme_id: int) -> Sequence[Goal]:
    """The goals of a programme, in the order in which they were set."""
    return db.session.execute(select(Goal).where(Goal.programme_id == programme_id).order_by(Goal.id)).scalars().all()


def barriers(programme_id: int, team_ids: Sequence[int] | None = None) -> Sequence[Barrier]:
    """The barriers of a programme, open ones first, by due day; with `team_ids` those of these teams and of no team."""
    rows = select(Barrier).options(joinedload(Barrier.team)).where(Barrier.programme_id == programme_id)
    if team_ids is not None:
        rows = rows.where(Barrier.team_id.in_(list(team_ids)) | Barrier.team_id.is_(None))
    found = db.session.execute(rows).scalars().all()
    return sorted(found, key=lambda one: (one.state != OPEN, one.due_on, one.id))


@dataclass(frozen=True)
class Obstacle:
    """One of the four obstacles: how many open barriers it has, and the one that is due first."""

    key: str
    open: int
    first: Barrier | None


def by_obstacle(of: Sequence[Barrier]) -> list[Obstacle]:
    """The four obstacles in their order, with what is open of each."""
    still = [one for one in of if one.state == OPEN]
    told = {key: [one for one in still if one.obstacle == key] for key in OBSTACLES}
    return [Obstacle(key, len(found), found[0] if found else None) for key, found in told.items()]


def barriers_of(person_id: int, today: date) -> Sequence[Barrier]:
    """The open barriers that a person has to clear, and those overdue in his programmes, the earliest first."""
    kept = (Programme.owner_id == person_id) & (Barrier.due_on < today)
    rows = select(Barrier).join(Barrier.programme)
    rows = rows.where((Barrier.owner_id == person_id) | kept, Barrier.state == OPEN)
    return db.session.execute(rows.order_by(Barrier.due_on, Barrier.id)).scalars().all()


def overdue(today: date) -> Sequence[tuple[Barrier, Person]]:
    """The open barriers that are past their day, the latest first, each with who was to clear it."""
    late = select(Barrier, Person).join(Person, Person.id == Barrier.owner_id)
    late = late.where(Barrier.state == OPEN, Barrier.due_on < today).order_by(Barrier.due_on, Barrier.id)
    return [(it, who) for it, who in db.session.execute(late)]


def team_choices(lang: str) -> list[tuple[int, str]]:
    """All teams by name, as a form offers them."""
    found = db.session.execute(select(Team)).scalars()
    return sorted(((one.id, one.shown(lang)) for one in found), key=lambda one: sort_key(one[1]))
