"""People as pages show them: whom one may see, one person's card, whom a typed name means."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, false, func, or_, select
from sqlalchemy.orm import joinedload

from portal.access.permissions import SIGNED_IN
from portal.access.scopes import scope
from portal.access.viewer import Viewer
from portal.core import clock
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.intake import by_name
from portal.core.search import is_called, the_one
from portal.core.search.pinyin import sounds
from portal.core.words import N_
from portal.identity.models import Membership, Person, RecoveryCode, RoleGrant, Team
from portal.identity.queries.viewers import HOUSE_ZONE, managers_of
from portal.identity.rules import username_of


@scope(Person)
def visible(viewer: Viewer, permission: str) -> Select[Person]:
    """Colleagues are no secret: whoever has the permission has it for all."""
    if permission == SIGNED_IN:
        return select(Person).where(Person.id == viewer.id)
    return select(Person) if viewer.may(permission) else select(Person).where(false())


def today_of(it: Person) -> date:
    """The day that it is where the person works."""
    return clock.today(it.zone or HOUSE_ZONE)


@dataclass(frozen=True)
class Card:
    """A person with the places and roles of all times, the latest first, and those of today."""

    it: Person
    day: date
    memberships: Sequence[Membership]
    grants: Sequence[RoleGrant]
    managers: Sequence[Person]
    led: Sequence[Team]

    @property
    def team(self) -> Team | None:
        """Today's home team."""
        return next((one.team for one in self.memberships if one.holds(self.day)), None)

    @property
    def roles(self) -> list[str]:
        """Today's roles."""
        return [one.role for one in self.grants if one.holds(self.day)]


def card(it: Person) -> Card:
    """All that the page of a person shows."""
    day = today_of(it)
    with_place = joinedload(Membership.team).joinedload(Team.region)
    moved = select(Membership).where(Membership.person_id == it.id).options(with_place)
    granted = select(RoleGrant).where(RoleGrant.person_id == it.id)
    led = select(Team).where(Team.manager_id == it.id).order_by(Team.name)
    return Card(
        it=it,
        day=day,
        memberships=db.session.execute(moved.order_by(Membership.since.desc())).scalars().all(),
        grants=db.session.execute(granted.order_by(RoleGrant.since.desc(), RoleGrant.id.desc()))
        .scalars()
        .all(),
        managers=_in_order(managers_of(it.id, day)),
        led=db.session.execute(led).scalars().all(),
    )


def _in_order(ids: Sequence[int]) -> list[Person]:
    found = {one.id: one for one in db.session.execute(select(Person).where(Person.id.in_(ids))).scalars()}
    return [found[one] for one in ids]


def grant_of(it: Person, number: int) -> RoleGrant:
    """The grant with this number, if it is one of the person; NotFound otherwise."""
    found = db.session.get(RoleGrant, number)
    if found is None or found.person_id != it.id:
        raise NotFound
    return found


def codes_left(it: Person) -> int:
    """How many recovery codes a person can still use."""
    unused = (RecoveryCode.person_id == it.id) & RecoveryCode.used_at.is_(None)
    return db.session.execute(select(func.count()).where(unused)).scalar_one()


def matching(typed: str, limit: int = 12) -> Sequence[Person]:
    """Active people with a name, in either language, in pinyin or by its initials, of which a word begins as typed."""
    typed = typed.replace("\0", "")  # which PostgreSQL takes in no text
    text = typed.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    names = (Person.name, Person.name_zh, Person.username, Person.sort_key)
    begins = [one.ilike(f"{before}{text}%", escape="\\") for one in names for before in ("", "% ", "%.")]
    wanted = select(Person).where(Person.active, or_(*begins, Person.id.in_(_abbreviated(typed))))
    wanted = wanted.order_by(Person.sort_key, Person.id)
    return db.session.execute(wanted.limit(limit)).scalars().all()


def _abbreviated(typed: str) -> list[int]:
    """Active people whose names read so in full pinyin or by initials: `wl` and `wanglei` for 王磊 and for Wang Lei."""
    if len(typed.strip()) < 2:
        return []
    people = db.session.execute(select(Person.id, Person.name, Person.name_zh).where(Person.active))
    return [it.id for it in people if sounds(it.name, typed) or sounds(it.name_zh, typed)]


def meant(number: str, text: str, *, field: str) -> int | None:
    """The id of the person that a search field names: by number if the text is still the name, else by the name alone.

    None for an empty text. Refused, at `field`, if nobody or several are meant.
    """
    if not text:
        return None
    is_number = number.isascii() and number.isdecimal() and len(number) < 10
    chosen = db.session.get(Person, int(number)) if is_number else None
    if chosen is not None and chosen.active and is_called(chosen, text):
        return chosen.id
    called = or_(Person.name == text, Person.name_zh == text, Person.username == username_of(text))
    found = db.session.execute(select(Person).where(Person.active, called).limit(2)).scalars().all()
    nobody, several = N_("Nobody is called that."), N_("Several people are called that. Write the user name.")
    return the_one(found, text, field=field, nobody=nobody, several=several).id


def called() -> dict[str, Any]:
    """Everybody's id by what a file may call him: name, Chinese name or user name (SEVERAL for a name that several have)."""
    people = db.session.execute(select(Person.id, Person.name, Person.name_zh, Person.username)).all()
    return {it.username: it.id for it in people} | by_name((it.id, it.name, it.name_zh) for it in people)


def named_in(given: dict[str, Any], *fields: str) -> dict[str, Any]:
    """What a form gave, with each pair of search fields (`owner`, `owner_text`) put into the id that it means (`owner_id`)."""
    told = dict(given)
    for field in fields:
        number, text = told.pop(field), told.pop(f"{field}_text")
        told[f"{field}_id"] = meant(number or "", text or "", field=f"{field}_text")
    return told
