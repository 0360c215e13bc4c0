"""The second factor: a code of an authenticator app (TOTP, RFC 6238), or one of the recovery codes."""

import base64
import hmac
import secrets
from typing import Any

import pyotp
from sqlalchemy import CursorResult, delete, update

from portal.access.viewer import Viewer
from portal.core import clock
from portal.core.db import db
from portal.core.errors import Refused
from portal.core.events import record
from portal.core.words import N_
from portal.identity import flow
from portal.identity.models import Person, RecoveryCode
from portal.identity.rules import SEED, code_of, is_seed, token_hash, totp_secret

STEP_SECONDS = 30
CODES = 10
WRONG_CODE = N_("This code is not right or was used already. Wait for the next one.")


def new_seed() -> str:
    """What a secret is derived from: 160 random bits in base 32."""
    return SEED + base64.b32encode(secrets.token_bytes(20)).decode()


def address(secret: str, *, person: Person, company: str) -> str:
    """What the QR code says: the secret with the names that the app shows."""
    return pyotp.TOTP(secret).provisioning_uri(name=person.username, issuer_name=company)


def turn_on(person: Person, *, seed: str, code: str, key: str, by: Viewer) -> list[str]:
    """Ask for a code at every sign-in from now on; answers the recovery codes, which are told only once.

    `key` is that of the installation. Raises Refused if one is on already, for a seed that is none, or for a code that
    does not belong to it.
    """
    if person.totp_seed:
        raise Refused(N_("The second factor is on already. Turn it off first."))
    step = _step_of(totp_secret(seed, person_id=person.id, key=key), code) if is_seed(seed) else None
    if step is None:
        raise Refused(
            N_(
                "This code does not belong to the secret above. Look at the clock of your phone, or scan again."
            ),
            "code",
        )
    person.totp_seed, person.totp_step = seed, step
    record(flow.FACTOR_ON, person, by=by)
    return _new_codes(person)


def turn_off(person: Person, *, by: Viewer) -> None:
    """Ask for no code any more: for the person, who has just shown one, or for an administrator when the phone is lost."""
    person.totp_seed, person.totp_step = "", 0
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    record(flow.FACTOR_OFF, person, by=by, person=person.id)


def make_codes(person: Person, *, by: Viewer) -> list[str]:
    """New recovery codes; the old ones are void."""
    record(flow.CODES_MADE, person, by=by)
    return _new_codes(person)


def use_code(person: Person, code: str, *, key: str) -> bool:
    """Whether this is a code of the person that has not been used; from now on it is. Each step counts once."""
    seed = person.totp_seed
    step = _step_of(totp_secret(seed, person_id=person.id, key=key), code) if seed else None
    if step is not None:
        unused = (Person.id == person.id) & (Person.totp_step < step)
        used: CursorResult[Any] = db.session.execute(update(Person).where(unused).values(totp_step=step))  # type: ignore[assignment]
        return used.rowcount == 1
    spare = (
        (RecoveryCode.person_id == person.id)
        & (RecoveryCode.code_hash == token_hash(code_of(code)))
        & RecoveryCode.used_at.is_(None)
    )
    spent: CursorResult[Any] = db.session.execute(
        update(RecoveryCode).where(spare).values(used_at=clock.now())
    )  # type: ignore[assignment]
    return spent.rowcount == 1


def need_code(person: Person, code: str, *, key: str) -> None:
    """Refuse to go on unless this is a code of the person; it is used up."""
    if not use_code(person, code, key=key):
        raise Refused(WRONG_CODE, "code")


def _step_of(secret: str, code: str) -> int | None:
    """The step whose code this is: the present one or a neighbour, since clocks differ."""
    typed = code_of(code)
    now = int(clock.now().timestamp()) // STEP_SECONDS
    totp = pyotp.TOTP(secret)
    for step in (now, now - 1, now + 1):
        if hmac.compare_digest(totp.generate_otp(step).encode(), typed.encode()):
            return step
    return None


def _new_codes(person: Person) -> list[str]:
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.person_id == person.id))
    codes = [base64.b32encode(secrets.token_bytes(10)).decode().lower() for _ in range(CODES)]
    db.session.add_all(RecoveryCode(person_id=person.id, code_hash=token_hash(code)) for code in codes)
    return ["-".join(code[at : at + 4] for at in range(0, 16, 4)) for code in codes]
