"""Pure rules of signing in and of the organisation: names, passwords, waiting after failed tries, trees."""

import base64
import hashlib
import hmac
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from ipaddress import IPv6Address, ip_address

from email_validator import EmailNotValidError, validate_email

from portal.access.permissions import Reach
from portal.core.errors import Refused
from portal.core.words import N_

IDLE = timedelta(hours=8)
ABSOLUTE = timedelta(days=7)
LINK_LIFE = timedelta(hours=24)
TRIES_KEPT = timedelta(hours=24)
SESSIONS_KEPT = timedelta(days=30)
"""So long after its end a session or a link is still known, with the address that it came from."""

TEAM_KINDS = {
    "sales": N_("Sales"),
    "service": N_("Service"),
    "finance": N_("Finance"),
    "project": N_("Project"),
    "office": N_("Office"),
}

REACHES = {
    Reach.OWN: N_("own"),
    Reach.TEAM: N_("own team"),
    Reach.REGION: N_("own region"),
    Reach.ALL: N_("all"),
}
"""How far a permission goes, in words."""

SHORTEST_ALONE = 15
SHORTEST_WITH_CODE = 8
LONGEST_PASSWORD = 256
FEWEST_CHARACTERS = 5
"""A password of fewer different characters is a pattern, however long."""

# Those of the best known lists that are long enough to be tried at all; shorter ones fail by their length.
_COMMON = """
    12345678 123456789 1234567890 87654321 11111111 00000000 88888888 66666666 123123123 12341234
    password password1 password123 passw0rd p@ssw0rd p@ssword qwertyui qwertyuiop qwerty123 1q2w3e4r
    1q2w3e4r5t 1qaz2wsx qazwsxedc asdfghjkl zxcvbnm1 abcd1234 abc12345 a1234567 aa123456 a123456789
    iloveyou sunshine princess football baseball superman trustno1 letmein1 welcome1 welcome123 changeme
    changeme123 administrator admin123 admin1234 root1234 woaini1314 woaini520 5201314520 qq123456
    wang1234 zhang123 li123456 testtest test1234 secret123 master123 monkey123 dragon123 shadow123
    michael1 jennifer charlie1 computer internet whatever starwars pokemon1 passwordpassword
    correcthorsebatterystaple 123456789012345 1234567890123456 qwertyuiopasdfg qwertyuiopasdfgh
    onetwothreefour iloveyouiloveyou
"""
COMMON = frozenset(_COMMON.split())

_USERNAME = re.compile(r"[a-z0-9一-鿿][a-z0-9一-鿿._-]{0,79}")


def username_of(typed: str) -> str:
    """A user name as it is kept and compared: NFKC, lower case, without outer blanks."""
    return unicodedata.normalize("NFKC", typed).strip().casefold()


def check_username(username: str) -> None:
    """Refuse a user name that could not be typed or read without doubt."""
    if not _USERNAME.fullmatch(username):
        raise Refused(
            N_(
                "A user name has letters, digits, dots, dashes and underscores, and begins with a letter or digit."
            ),
            "username",
        )


def is_address(typed: str) -> bool:
    """Whether this is one address that mail can be sent to, by its form."""
    try:
        validate_email(typed, check_deliverability=False)
    except EmailNotValidError:
        return False
    return True


def password_of(typed: str) -> str:
    """A password as it is compared: NFKC, so that the same keys on another keyboard give the same password."""
    return unicodedata.normalize("NFKC", typed)


def check_password(password: str, *, username: str, with_code: bool) -> None:
    """Refuse a password that could be guessed. `with_code`: a second factor stands beside it, so it may be shorter."""
    shortest = SHORTEST_WITH_CODE if with_code else SHORTEST_ALONE
    if len(password) < shortest:
        raise Refused(
            N_(
                "Use at least %(shortest)s characters. Three or four words that do not belong together are easy to keep in mind."
            ),
            "password",
            shortest=shortest,
        )
    if len(password) > LONGEST_PASSWORD:
        raise Refused(N_("Use at most %(longest)s characters."), "password", longest=LONGEST_PASSWORD)
    plain = password.casefold()
    if plain in COMMON or len(set(plain)) < FEWEST_CHARACTERS:
        raise Refused(N_("This password is among the first that are tried. Choose another."), "password")
    if plain.replace(" ", "") == username or plain == username * (len(plain) // max(len(username), 1)):
        raise Refused(N_("The user name is no password."), "password")


@dataclass(frozen=True)
class Pace:
    """How failed tries slow down: the first `free` cost nothing, then 1, 2, 4 … seconds up to `longest`."""

    free: int
    longest: int

    def delay(self, failed: int) -> timedelta:
        """How long to wait after this many failed tries."""
        if failed < self.free:
            return timedelta(0)
        # 2 ** 12 seconds is longer than any `longest`; a larger exponent would only make a larger number.
        return timedelta(seconds=min(2 ** min(failed - self.free, 12), self.longest))


# No lockout: it would let anybody keep an executive out. A minute between tries makes guessing hopeless all the same.
PER_ACCOUNT = Pace(free=5, longest=60)
# Generous at first: a whole office may come from one address.
PER_ADDRESS = Pace(free=30, longest=300)


def account_key(username: str, secret: str) -> str:
    """Under which key failed tries of a name are counted. Keyed, since people type passwords into the wrong field."""
    return hmac.new(secret.encode(), username_of(username).encode(), hashlib.sha256).hexdigest()[:32]


def address_key(address: str) -> str:
    """Under which key failed tries of an address are counted: IPv6 by the network that one household gets."""
    try:
        known = ip_address(address)
    except ValueError:
        return address[:60]
    if not isinstance(known, IPv6Address):
        return str(known)
    if known.ipv4_mapped is not None:
        return str(known.ipv4_mapped)
    return f"{IPv6Address(int(known) >> 64 << 64)}/64"


def token_hash(token: str) -> str:
    """What is kept of a random token of at least 80 bits; nothing slower is needed for so much chance."""
    return hashlib.sha256(token.encode()).hexdigest()


SEED = "seed:"
"""What a seed of today begins with; a value without it is the secret itself, as it was kept before."""


def derived(key: bytes, salt: bytes, purpose: bytes) -> bytes:
    """32 bytes that nobody knows who lacks the key: HKDF with SHA-256 (RFC 5869), its first block."""
    extracted = hmac.digest(salt, key, hashlib.sha256)
    return hmac.digest(extracted, purpose + b"\x01", hashlib.sha256)


def is_seed(seed: str) -> bool:
    """Whether this is a seed as the portal makes them, 160 random bits: it comes back with the form, so it may be anything."""
    try:
        return seed.startswith(SEED) and len(base64.b32decode(seed.removeprefix(SEED))) == 20
    except ValueError:
        return False


def totp_secret(seed: str, *, person_id: int, key: str) -> str:
    """The secret that a person's authenticator app shares, in base 32: made when needed (RFC 4226, 7.5), kept nowhere.

    It takes the seed, which the database keeps, and the key of the installation, which it does not.
    """
    if not is_seed(seed):
        return seed
    salt = base64.b32decode(seed.removeprefix(SEED))
    made = derived(key.encode(), salt, f"second factor of person {person_id}".encode())
    return base64.b32encode(made[:20]).decode()


def code_of(typed: str) -> str:
    """A code as it is compared: full-width digits folded, blanks and dashes left out, lower case."""
    return re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", typed)).casefold()


_BROWSERS = (
    ("MicroMessenger", "WeChat"), ("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("FxiOS", "Firefox"),
    ("Chrome/", "Chrome"), ("CriOS", "Chrome"), ("Safari/", "Safari"), ("curl", "curl"),
)  # fmt: skip
_SYSTEMS = (
    ("HarmonyOS", "HarmonyOS"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"),
    ("Mac OS X", "macOS"), ("CrOS", "ChromeOS"), ("Linux", "Linux"),
)  # fmt: skip


def device_of(user_agent: str) -> str:
    """Browser and system in two words, such as `Firefox, Windows`; nothing that tells one machine from another."""
    found = [
        next((name for sign, name in table if sign in user_agent), "") for table in (_BROWSERS, _SYSTEMS)
    ]
    return ", ".join(name for name in found if name)


def makes_cycle(parents: Mapping[int, int | None], node: int, parent: int | None) -> bool:
    """Whether `node` would stand below itself if it were put under `parent`. `parents`: node to parent, as it is."""
    seen: set[int] = set()
    while parent is not None and parent not in seen:
        if parent == node:
            return True
        seen.add(parent)
        parent = parents.get(parent)
    return False
