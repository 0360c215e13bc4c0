"""Passwords: argon2id with 19 MiB, two passes, one lane (OWASP's first choice).

Hashing takes some 50 ms. It is done before the unit of work opens, so that nobody waits to write meanwhile.
"""

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import select

from portal.access.viewer import Viewer
from portal.core.db import db
from portal.core.errors import Refused
from portal.core.events import record
from portal.core.words import N_
from portal.identity import flow, rules
from portal.identity.commands.sessions import end_sessions
from portal.identity.models import LoginSession, Person

_HASHER = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
# The hash of a random text that nobody kept: names that do not exist take as long as those that do.
_DECOY = "$argon2id$v=19$m=19456,t=2,p=1$dM0A7MFdjgt/Ok6xi3T7+Q$AyHBzxepsBSIInCHCHvP7ctI61re+6P+FGnrP2HKARE"


def owner_of(*, username: str, password: str) -> Person | None:
    """The active person whose user name and password these are. Takes the same time whatever is wrong."""
    wanted = select(Person).where(Person.username == rules.username_of(username))
    person = db.session.execute(wanted).scalar_one_or_none()
    right = _matches(person.password_hash if person is not None else "", password)
    return person if right and person is not None and person.active else None


def is_of(person: Person, password: str) -> bool:
    """Whether this is the person's password. One who has none has nothing to prove."""
    return not person.password_hash or _matches(person.password_hash, password)


def hashed(password: str, *, person: Person) -> str:
    """What is kept of a new password. Raises Refused for one that could be guessed."""
    plain = rules.password_of(password)
    rules.check_password(plain, username=person.username, with_code=bool(person.totp_seed))
    return _HASHER.hash(plain)


def set_password(person: Person, *, password_hash: str, keep: LoginSession | None, by: Viewer) -> None:
    """Give a person the password of this hash (see `hashed`) and end all sessions but the one to keep."""
    person.password_hash = password_hash
    record(flow.PASSWORD_SET, person, by=by)
    end_sessions(person, keep=keep, by=by)


def _matches(password_hash: str, password: str) -> bool:
    plain = rules.password_of(password)[: rules.LONGEST_PASSWORD + 1]
    try:
        return _HASHER.verify(password_hash or _DECOY, plain)
    except (VerificationError, InvalidHashError):
        return False


def need(person: Person, password: str) -> None:
    """Refuse to go on unless this is the person's present password."""
    if not is_of(person, password):
        raise Refused(N_("This is not your present password."), "present")
