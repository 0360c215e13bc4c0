"""Who is looking, and who stands where in the organisation today."""

from collections.abc import Iterable
from datetime import date
from typing import NamedTuple

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Integer,
    cast,
    literal,
    null,
    or_,
    select,
    union_all,
)

from portal.access.viewer import TODAY, WHO, Viewer, asked_by
from portal.core import clock
from portal.core.db import db
from portal.identity.models import Membership, Person, Region, RoleGrant, Team

HOUSE_ZONE = "Asia/Shanghai"
DEEPEST = 30
"""Teams above one another that are looked at; more can only be a circle."""


def valid(table: type[Membership] | type[RoleGrant], day: date | BindParameter[date]) -> ColumnElement[bool]:
    """The rows of a dated table that hold on a day."""
    return (table.since <= day) & or_(table.until.is_(None), table.until > day)


def viewer_of(person: Person, *, lang: str = "", request_id: str = "") -> Viewer:
    """The viewer that this person is today. One select; a second for those who answer for a region."""
    zone = person.zone or HOUSE_ZONE
    roles, home, led = _standing(person.id, clock.today(zone))
    return Viewer(
        id=person.id, name=person.shown(lang or person.lang or "en"), roles=roles, team_id=home[0], region_id=home[1],
        team_ids=frozenset(led),
        region_ids=_with_those_below(region for region in led.values() if region is not None),
        lang=lang or person.lang or "en", zone=zone, request_id=request_id,
    )  # fmt: skip


Place = tuple[int | None, int | None]


def _standing_of_who() -> CompoundSelect[str, str, int | None, int | None]:
    none = cast(null(), Integer)
    role = select(
        literal("role").label("what"), RoleGrant.role.label("role"), none.label("team"), none.label("region")
    )
    role = role.where(RoleGrant.person_id == WHO, valid(RoleGrant, TODAY))
    home = select(literal("home"), literal(""), Team.id, Team.region_id).join(
        Membership, Membership.team_id == Team.id
    )
    home = home.where(Membership.person_id == WHO, valid(Membership, TODAY))
    tree = select(Team.id, Team.region_id).where(Team.manager_id == WHO).cte("led", recursive=True)
    tree = tree.union(select(Team.id, Team.region_id).join(tree, Team.parent_id == tree.c.id))
    led = select(literal("led"), literal(""), tree.c.id, tree.c.region_id)
    return union_all(role, home, led)


STANDING = _standing_of_who()
"""One statement, written once, since every request asks it."""


def _standing(person_id: int, day: date) -> tuple[frozenset[str], Place, dict[int, int | None]]:
    """Roles, home (team and region) and the teams led with all below them (id and region) of a person on a day."""
    rows = db.session.execute(STANDING, asked_by(person_id, day)).all()
    return (
        frozenset(row.role for row in rows if row.what == "role"),
        next(((row.team, row.region) for row in rows if row.what == "home"), (None, None)),
        {row.team: row.region for row in rows if row.what == "led"},
    )


def _with_those_below(regions: Iterable[int]) -> frozenset[int]:
    """Regions with all regions below them."""
    tops = set(regions)
    if not tops:
        return frozenset()
    tree = select(Region.id).where(Region.id.in_(tops)).cte("answered", recursive=True)
    tree = tree.union(select(Region.id).join(tree, Region.parent_id == tree.c.id))
    return frozenset(db.session.execute(select(tree.c.id)).scalars())


class Address(NamedTuple):
    """Where the mail of a person goes, under which name, in which language and time zone."""

    name: str
    email: str
    lang: str
    zone: str


def address_of(person_id: int) -> Address | None:
    """The address of an active person."""
    person = db.session.get(Person, person_id)
    if person is None or not person.active:
        return None
    lang = person.lang or "en"
    return Address(person.shown(lang), person.email, lang, person.zone or HOUSE_ZONE)


def names(ids: Iterable[int | None], lang: str) -> dict[int, str]:
    """The names of people, as readers of a language know them."""
    wanted = {one for one in ids if one is not None}
    if not wanted:
        return {}
    found = select(Person.id, Person.name, Person.name_zh).where(Person.id.in_(wanted))
    return {
        row.id: (row.name_zh if lang == "zh" and row.name_zh else row.name)
        for row in db.session.execute(found)
    }


def teams(ids: Iterable[int], lang: str) -> dict[int, str]:
    """The home team of each of these people today, as readers of a language know it; without those who have none."""
    here = select(Membership.person_id, Team).join(Team, Team.id == Membership.team_id)
    here = here.where(Membership.person_id.in_(list(ids)), valid(Membership, clock.today(HOUSE_ZONE)))
    return {person_id: team.shown(lang) for person_id, team in db.session.execute(here)}


def managers_of(person_id: int, day: date) -> list[int]:
    """The active managers above a person on a day, nearest first, without the person himself.

    They are the managers of the home team and of all teams above it; one person is named once.
    """
    home = select(Membership.team_id).where(Membership.person_id == person_id, valid(Membership, day))
    depth = literal(0).label("depth")
    line = select(Team.parent_id, Team.manager_id, depth).where(Team.id.in_(home)).cte("line", recursive=True)
    up = select(Team.parent_id, Team.manager_id, line.c.depth + 1).join(line, Team.id == line.c.parent_id)
    line = line.union_all(up.where(line.c.depth < DEEPEST))
    bosses = select(Person.id).join(line, line.c.manager_id == Person.id).where(Person.active, Person.id != person_id)
    return list(dict.fromkeys(db.session.execute(bosses.order_by(line.c.depth)).scalars()))


def holders(role: str, day: date) -> list[int]:
    """The active people who hold a role on a day, in the order of their names."""
    return holders_of([role], day)


def holders_of(roles: Iterable[str], day: date) -> list[int]:
    """The active people who hold one of these roles on a day, in the order of their names."""
    found = (
        select(Person.id)
        .join(RoleGrant, RoleGrant.person_id == Person.id)
        .where(RoleGrant.role.in_(list(roles)), valid(RoleGrant, day), Person.active)
        .order_by(Person.sort_key, Person.id)
    )
    return list(db.session.execute(found).scalars().unique())


def place_of(person_id: int, day: date) -> tuple[int | None, int | None]:
    """Team and region of a person on a day."""
    home = (
        select(Team.id, Team.region_id)
        .join(Membership, Membership.team_id == Team.id)
        .where(Membership.person_id == person_id, valid(Membership, day))
    )
    row = db.session.execute(home).first()
    return (row.id, row.region_id) if row else (None, None)


def calendar_ids_of(people: Iterable[int], day: date) -> dict[int, int]:
    """The calendar of each person's region, or of the nearest region above it that has one; without those who have none."""
    tree = select(Region.id, Region.parent_id, Region.calendar_id)
    regions = {row.id: (row.parent_id, row.calendar_id) for row in db.session.execute(tree)}
    home = select(Membership.person_id, Team.region_id).join(Team, Team.id == Membership.team_id)
    home = home.where(Membership.person_id.in_(list(people)), valid(Membership, day))
    found = {}
    for person_id, region_id in db.session.execute(home):
        place, calendar_id = region_id, None
        seen: set[int] = set()
        while place is not None and calendar_id is None and place not in seen:
            seen.add(place)
            place, calendar_id = regions[place]
        if calendar_id is not None:
            found[person_id] = calendar_id
    return found
