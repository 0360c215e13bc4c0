"""People from files: each row a person with his manager and his region; teams and regions are made as they are named."""

import re
from typing import Any
from unicodedata import combining, normalize

from sqlalchemy import select

from portal.access.viewer import Viewer
from portal.core import clock
from portal.core.db import db
from portal.core.intake import SEVERAL, Column, Intake, Row, by_name, is_ambiguous, reject_doubles, text_in
from portal.core.search import sort_key
from portal.core.types import Outcome
from portal.core.undo import Part
from portal.core.words import N_
from portal.identity import rules
from portal.identity.commands import people, places
from portal.identity.models import Membership, Person, Region, RoleGrant, Team
from portal.identity.queries.people import called
from portal.identity.queries.viewers import valid

NAME = Column("sales_agent", N_("Sales rep"), ("name", "person", "employee", "姓名", "销售"), required=True)
MANAGER = Column("manager", N_("Manager"), ("主管", "经理"), required=True)
REGION = Column("regional_office", N_("Region"), ("region", "office", "区域", "大区"), required=True)
EMAIL = Column("email", N_("E-mail"), ("邮箱",))
NAME_ZH = Column("name_zh", N_("Chinese name"), ("中文名",))
LATIN = 0x24F
ROLE = Column("role", N_("Role"), ("角色",))
ROLES_IN_FILES = {
    "": "rep", "rep": "rep", "sales rep": "rep", "销售代表": "rep",
    "employee": "employee", "员工": "employee",
    "service": "service", "customer service": "service", "客服": "service",
}  # fmt: skip
"""The roles that a file may give, by their keys and by what pages and exports call them; without a word it is a rep."""
LENGTHS = ((NAME, 80), (MANAGER, 80), (REGION, 80), (EMAIL, 80), (NAME_ZH, 60))


def check(rows: list[Row], accept_suggestions: bool) -> None:  # noqa: ARG001, FBT001  (people are named as they are)
    """Fill the values of each row, or say what is wrong with it."""
    reject_doubles(rows, lambda row: row.cells.get("sales_agent", "").strip().casefold())
    people, regions = called(), _regions()
    for row in rows:
        for column, known in ((NAME, people), (MANAGER, people), (REGION, regions)):
            is_ambiguous(row, column, known)
        values = {column.key: text_in(row, column, most) for column, most in LENGTHS}
        for column in (NAME, MANAGER, REGION):
            if not values[column.key]:
                row.reject(N_("%(column)s is missing."), column=column.label)
        if values["email"] and not rules.is_address(values["email"]):
            row.reject(
                N_("%(column)s “%(written)s” is no address that mail can be sent to."),
                column=EMAIL.label,
                written=values["email"],
            )
        told = text_in(row, ROLE, 20)
        role = ROLES_IN_FILES.get(told.lower())
        if role is None:
            row.reject(
                N_("The role “%(written)s” cannot be given by a file; an administrator gives it. A file gives: %(known)s."),
                written=told,
                known="rep, employee, service",
            )
        row.values = values | {"role": role}


def write(rows: list[Row], *, by: Viewer, currency: str) -> list[Outcome]:  # noqa: ARG001  (people cost nothing here)
    """Write the accepted rows: person, role, team of the manager, region."""
    people = {it.id: it for it in db.session.execute(select(Person)).scalars()}
    known = {name: people[number] for name, number in called().items() if number is not SEVERAL}
    regions = _regions()
    outcomes = []
    for row in rows:
        region = regions.get(row.values["regional_office"])
        if region is None:
            region = regions[row.values["regional_office"]] = places.create_region(
                name=row.values["regional_office"], by=by
            )
        manager = known.get(row.values["manager"]) or _person(known, row.values["manager"], "manager", by)
        team = _team(manager, region, by)
        it = known.get(row.values["sales_agent"])
        outcome = Outcome.UNCHANGED
        if it is None:
            it, outcome = (
                _person(known, row.values["sales_agent"], row.values["role"], by, row),
                Outcome.CREATED,
            )
        if _moved(it, team, by) and outcome is Outcome.UNCHANGED:
            outcome = Outcome.CHANGED
        outcomes.append(outcome)
    return outcomes


def _regions() -> dict[str, Any]:
    return by_name((it, it.name, it.name_zh) for it in db.session.execute(select(Region)).scalars())


def _person(known: dict[str, Person], name: str, role: str, by: Viewer, row: Row | None = None) -> Person:
    more = {"email": row.values["email"], "name_zh": row.values["name_zh"]} if row else {}
    it = known[name] = people.create_person(username=_free_username(name), name=name, by=by, **more)
    people.grant_role(it, role, since=clock.today(by.zone), by=by)
    return it


def _free_username(name: str) -> str:
    spelt = sort_key(name) if any(ord(ch) > LATIN for ch in name) else name
    plain = "".join(ch for ch in normalize("NFKD", spelt) if not combining(ch))
    wanted = ".".join(re.findall(r"[a-z0-9]+", plain.casefold()))[:70].strip(".") or "person"
    taken = set(
        db.session.execute(select(Person.username).where(Person.username.startswith(wanted))).scalars()
    )
    return next(one for one in (wanted, *(f"{wanted}{n}" for n in range(2, 1000))) if one not in taken)


def _team(manager: Person, region: Region, by: Viewer) -> Team:
    """The team that this manager leads in this region; made, with himself in it, if there is none."""
    found = select(Team).where(Team.manager_id == manager.id, Team.region_id == region.id)
    team = db.session.execute(found).scalars().first()
    if team is None:
        team = places.create_team(
            name=manager.name, kind="sales", region_id=region.id, manager_id=manager.id, by=by
        )
        _moved(manager, team, by)
        held = select(RoleGrant.role).where(
            RoleGrant.person_id == manager.id, valid(RoleGrant, clock.today(by.zone))
        )
        if "manager" not in db.session.execute(held).scalars():
            people.grant_role(manager, "manager", since=clock.today(by.zone), by=by)
    return team


def _moved(it: Person, team: Team, by: Viewer) -> bool:
    """Make the team the person's home from today on; whether it was not so already."""
    day = clock.today(by.zone)
    home = select(Membership.team_id).where(Membership.person_id == it.id, valid(Membership, day))
    if db.session.execute(home).scalars().first() == team.id:
        return False
    people.move_to_team(it, team, since=day, by=by)
    return True


INTAKE = Intake(
    "people", N_("People"), (NAME, MANAGER, REGION, EMAIL, NAME_ZH, ROLE), check, write, people.people_undone,
    (
        *(Part(table, "person", (("person_id", "id"),)) for table in ("membership", "role_grant")),
        Part("role_grant", "team", (("person_id", "manager_id"),), anybody=True),
    ),
)  # fmt: skip
