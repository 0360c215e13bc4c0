"""Tables of people and of how they sign in."""

from portal.identity.models.people import Membership, Person, Region, RoleGrant, Team
from portal.identity.models.signing import LoginLink, LoginSession, LoginTry, RecoveryCode

__all__ = [
    "LoginLink",
    "LoginSession",
    "LoginTry",
    "Membership",
    "Person",
    "RecoveryCode",
    "Region",
    "RoleGrant",
    "Team",
]
