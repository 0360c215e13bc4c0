"""People: who they are, where they belong, what they may do, and whether they may come in."""

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import select

from portal.access.permissions import ROLES
from portal.access.viewer import Viewer
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Refused
from portal.core.events import record
from portal.core.search import forget_many, index, sort_key
from portal.core.undo import Plan
from portal.core.versions import grow
from portal.core.words import N_
from portal.identity import flow, rules
from portal.identity.commands.sessions import end_sessions
from portal.identity.models import Membership, Person, RoleGrant, Team
from portal.identity.queries.viewers import HOUSE_ZONE, valid

# What of a person can be changed, in the words of the event that tells it.
FIELDS = {
    "username": N_("user name"),
    "name": N_("name"),
    "name_zh": N_("Chinese name"),
    "lang": N_("language"),
    "zone": N_("time zone"),
    "theme": N_("light or dark"),
    "density": N_("density"),
}
LANGUAGES = {"en": N_("English"), "zh": N_("Chinese")}


def create_person(
    *,
    username: str,
    name: str,
    name_zh: str = "",
    email: str = "",
    lang: str = "",
    zone: str = "",
    by: Viewer,
) -> Person:
    """Add somebody. He can come in once a link was issued for him; roles and a team are given apart."""
    username = _free(username)
    it = Person(
        username=username,
        name=name,
        name_zh=name_zh,
        email=email,
        lang=lang,
        zone=zone,
        created_at=clock.now(),
    )
    db.session.add(it)
    db.session.flush()
    _let_be_found(it)
    record(flow.PERSON_CREATED, it, by=by, person=it.id)
    return it


def edit_person(it: Person, *, version: int, by: Viewer, **values: str) -> None:
    """Change what is known of a person: any of `FIELDS`. Stale if the person is no longer at `version`."""
    grow(it, version)
    if "username" in values and rules.username_of(values["username"]) != it.username:
        values["username"] = _free(values["username"])
    _change(it, values, by)
    _let_be_found(it)


def change_settings(it: Person, *, by: Viewer, **values: str) -> None:
    """Change one's own settings: language, time zone, looks, e-mail. The last one to save wins: it is the same person."""
    grow(it)
    _change(it, values, by)


def change_language(it: Person, *, lang: str, by: Viewer) -> None:
    """Read the portal in another language from now on, mails included."""
    it.lang = lang
    record(flow.LANGUAGE_CHANGED, it, by=by, language=LANGUAGES[lang])


def deactivate(it: Person, *, by: Viewer) -> None:
    """Shut a person out, from the next request on. All that he did stays."""
    if it.id == by.id:
        raise Refused(N_("Nobody can shut himself out."))
    _keep_an_administrator(without=it)
    grow(it)
    it.active = False
    record(flow.DEACTIVATED, it, by=by, person=it.id)
    end_sessions(it, by=by)


def reactivate(it: Person, *, by: Viewer) -> None:
    """Let a person in again, with the team and the roles he had."""
    grow(it)
    it.active = True
    record(flow.REACTIVATED, it, by=by, person=it.id)


def move_to_team(it: Person, team: Team, *, since: date, by: Viewer) -> Membership:
    """Make a team the person's home from a day on; the former membership ends there.

    A move that was entered for the same day is corrected; one entered for a later day stands.
    """
    grow(it)
    known = select(Membership).where(Membership.person_id == it.id).order_by(Membership.since)
    before, same, after = _around(db.session.execute(known).scalars().all(), since)
    if same is not None:
        same.team_id = team.id
        begun = same
    else:
        if (
            before is not None
            and before.team_id == team.id
            and (before.until is None or before.until > since)
        ):
            raise Refused(N_("That is the person's team already."), "team")
        if before is not None and (before.until is None or before.until > since):
            before.until = since
        begun = Membership(
            person_id=it.id, team_id=team.id, since=since, until=after.since if after else None
        )
        db.session.add(begun)
    db.session.flush()
    record(flow.MOVED, it, by=by, person=it.id, team=team.name, since=since)
    return begun


def grant_role(it: Person, role: str, *, since: date, by: Viewer) -> RoleGrant:
    """Give a person a role from a day on."""
    grow(it)
    held = select(RoleGrant).where(RoleGrant.person_id == it.id, RoleGrant.role == role)
    for grant in db.session.execute(held).scalars():
        if grant.until is None or grant.until > since:
            raise Refused(N_("The person has this role already, or has been given it for later."), "role")
    grant = RoleGrant(person_id=it.id, role=role, since=since)
    db.session.add(grant)
    db.session.flush()
    record(flow.ROLE_GRANTED, it, by=by, person=it.id, role=ROLES[role], since=since)
    return grant


def revoke_role(it: Person, grant: RoleGrant, *, until: date, by: Viewer) -> None:
    """Take a role back: the day `until` is the first without it. A role that had not begun is struck out."""
    grow(it)
    if grant.role == "admin":
        _keep_an_administrator(without=it)
    if until <= grant.since:
        db.session.delete(grant)
    else:
        grant.until = until
    record(flow.ROLE_REVOKED, it, by=by, person=it.id, role=ROLES[grant.role], until=until)


def people_undone(it: Plan, *, by: Viewer) -> None:
    """Follow the undo of an import: people who went are found no more; where others belong, and which role ended, is told."""
    forget_many(db.session(), "person", it.gone["person"])
    today = clock.today(by.zone)
    roles = {it.rows["role_grant"][one]["person_id"]: it.rows["role_grant"][one]["role"] for one in it.gone["role_grant"]}
    for person in db.session.execute(select(Person).where(Person.id.in_(it.back["person"]))).scalars():
        here = select(Membership).where(Membership.person_id == person.id, valid(Membership, today))
        home = db.session.execute(here).scalars().first()
        if home is None:
            record(flow.PERSON_EDITED, person, by=by, person=person.id, what=N_("team"))
        else:
            record(flow.MOVED, person, by=by, person=person.id, team=home.team.name, since=home.since)
        if person.id in roles:
            record(flow.ROLE_REVOKED, person, by=by, person=person.id, role=ROLES[roles[person.id]], until=today)


def _change(it: Person, values: Mapping[str, str], by: Viewer) -> None:
    for name, value in values.items():
        before = getattr(it, name)
        if before == value:
            continue
        setattr(it, name, value)
        if name == "email":
            # The note can be erased; until then it says where else the person has to be told.
            record(flow.EMAIL_CHANGED, it, by=by, person=it.id, note=before)
        else:
            record(flow.PERSON_EDITED, it, by=by, person=it.id, what=FIELDS[name])


def _free(username: str) -> str:
    username = rules.username_of(username)
    rules.check_username(username)
    if db.session.execute(select(Person.id).where(Person.username == username)).first():
        raise Refused(N_("There is a person of this user name already."), "username")
    return username


def _let_be_found(it: Person) -> None:
    it.sort_key = sort_key(it.name_zh or it.name)
    names = f"{it.name} {it.name_zh}".strip()
    index(
        db.session(), "person", it.id, name=names, codes=[it.username], text=it.email, scope=(), title=names
    )


def _around(
    known: Sequence[Membership], since: date
) -> tuple[Membership | None, Membership | None, Membership | None]:
    """The memberships that begin last before a day, on it, and first after it."""
    before = [one for one in known if one.since < since]
    after = [one for one in known if one.since > since]
    same = next((one for one in known if one.since == since), None)
    return (before[-1] if before else None), same, (after[0] if after else None)


def _keep_an_administrator(*, without: Person) -> None:
    """Refuse what would leave nobody who can administer. Locks the grants: two who act on each other follow one another.

    A grant of a later day does not help until then, and one that ends does not help for good.
    """
    grants = select(RoleGrant).where(RoleGrant.role == "admin", RoleGrant.until.is_(None)).with_for_update()
    begun = [grant for grant in db.session.execute(grants).scalars() if grant.since <= clock.today(HOUSE_ZONE)]
    holding = {grant.person_id for grant in begun} - {without.id}
    active = select(Person.id).where(Person.id.in_(holding), Person.active)
    if without.active and not db.session.execute(active).first():
        raise Refused(N_("Nobody would be left to administer. Make somebody else an administrator first."))
