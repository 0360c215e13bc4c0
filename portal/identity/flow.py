"""What can happen to people, their places, roles and sessions. Payloads hold ids and words, nothing personal."""

from portal.core.flow import Kind, Thing
from portal.core.words import N_

Thing("person", N_("person"), "/people/{}", "people.see")
Thing("team", N_("team"), "/teams/{}", "people.see")
Thing("region", N_("region"))
Thing("login_session", N_("session"))
Thing("login_link", N_("sign-in link"))

PASSWORD, PASSWORD_AND_CODE, LINK = N_("password"), N_("password and code"), N_("one-time link")
WAYS = {"password": PASSWORD, "code": PASSWORD_AND_CODE, "link": LINK}
"""How a session was started, in words."""

SIGNED_IN = Kind("session.started", N_("%(actor)s signed in by %(way)s"), way="word")
SIGNED_OUT = Kind("session.left", N_("%(actor)s signed out"))
SESSION_ENDED = Kind("session.ended", N_("%(actor)s ended a session of %(person)s"), person="person")
SESSIONS_ENDED = Kind(
    "person.sessions_ended",
    N_("%(actor)s ended the sessions of %(person)s: %(count)s"),
    person="person",
    count="int",
    beside=True,
)
LINK_ISSUED = Kind(
    "login_link.issued",
    N_("%(actor)s issued a sign-in link for %(person)s, good until %(until)s"),
    person="person",
    until="instant",
)
PASSWORD_SET = Kind("person.password_set", N_("%(actor)s set a new password"), beside=True)
FACTOR_ON = Kind("person.factor_on", N_("%(actor)s turned the second factor on"), beside=True)
FACTOR_OFF = Kind(
    "person.factor_off", N_("%(actor)s turned off the second factor of %(person)s"), person="person", beside=True
)
CODES_MADE = Kind("person.codes_made", N_("%(actor)s made new recovery codes"), beside=True)

PERSON_CREATED = Kind("person.created", N_("%(actor)s added %(person)s"), person="person")
PERSON_EDITED = Kind(
    "person.edited", N_("%(actor)s changed the entry of %(person)s: %(what)s"), person="person", what="word"
)
EMAIL_CHANGED = Kind(
    "person.email_changed", N_("%(actor)s changed the e-mail address of %(person)s"), person="person"
)
LANGUAGE_CHANGED = Kind("person.language_changed", N_("%(actor)s chose %(language)s"), language="word", beside=True)
DEACTIVATED = Kind("person.deactivated", N_("%(actor)s deactivated %(person)s"), person="person")
REACTIVATED = Kind("person.reactivated", N_("%(actor)s let %(person)s in again"), person="person")
MOVED = Kind(
    "membership.begun",
    N_("%(actor)s moved %(person)s to %(team)s from %(since)s"),
    person="person",
    team="text",
    since="day",
)
ROLE_GRANTED = Kind(
    "role.granted",
    N_("%(actor)s made %(person)s %(role)s from %(since)s"),
    person="person",
    role="word",
    since="day",
)
ROLE_REVOKED = Kind(
    "role.revoked",
    N_("%(actor)s ended the role %(role)s of %(person)s on %(until)s"),
    person="person",
    role="word",
    until="day",
)

TEAM_CREATED = Kind("team.created", N_("%(actor)s created the team %(name)s"), name="text")
TEAM_EDITED = Kind(
    "team.edited", N_("%(actor)s changed the team %(name)s: %(what)s"), name="text", what="word"
)
REGION_CREATED = Kind("region.created", N_("%(actor)s created the region %(name)s"), name="text")
REGION_EDITED = Kind(
    "region.edited", N_("%(actor)s changed the region %(name)s: %(what)s"), name="text", what="word"
)
CHAIN_CHECK_ASKED = Kind("audit.check_asked", N_("%(actor)s had the chain of events checked"))
