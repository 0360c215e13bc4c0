"""What can happen to notices."""

from portal.core.flow import Kind, Notice, Thing
from portal.core.words import N_

Thing("notification", N_("notice"))

READ = Kind("notification.read", N_("%(actor)s marked %(count)s notices as read."), timeline=False, count="int")

ACCESS = {
    "person.password_set": Notice(
        "access.password_set",
        N_("A new password was set for you. If that was not you, tell an administrator at once."),
    ),
    "person.factor_on": Notice(
        "access.factor_on",
        N_("Your second factor was turned on. If that was not you, tell an administrator at once."),
    ),
    "person.factor_off": Notice(
        "access.factor_off",
        N_("%(who)s turned off your second factor. Your password alone signs you in now."),
        who="person",
    ),
    "person.email_changed": Notice(
        "access.email_changed",
        N_("%(who)s changed the address that your mail goes to. If that was not you, tell an administrator at once."),
        who="person",
    ),
    "login_link.issued": Notice(
        "access.link_issued",
        N_("%(who)s made a sign-in link for you. Whoever opens it is signed in as you; if you asked for none, tell an administrator."),
        who="person",
    ),
    "role.granted": Notice(
        "access.role_granted",
        N_("%(who)s gave you the role %(role)s from %(since)s."),
        who="person",
        role="word",
        since="day",
    ),
    "role.revoked": Notice(
        "access.role_revoked",
        N_("%(who)s ended your role %(role)s on %(until)s."),
        who="person",
        role="word",
        until="day",
    ),
}
"""What somebody is told of his own access, by the kind of the event: of his own acts too, since they may not be his."""
