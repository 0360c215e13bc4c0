"""The forms of licences and leaves."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import Optional

from portal.web.fields import DayField, Form, Needed


class LicenceForm(Form):
    """From when to when somebody is counted."""

    since = DayField(_l("From"), [Needed(_l("Say from which day."))])
    until = DayField(_l("First day without"), [Optional()])
    test = BooleanField(_l("This account is only for tests; nothing that it does is counted"))


class LeaveForm(Form):
    """A long leave. Its ids differ from those of the licence on the same page."""

    since = DayField(_l("From"), [Needed(_l("Say from which day."))], id="leave-since")
    until = DayField(_l("First day back"), [Optional()], id="leave-until")


class SinceForm(Form):
    """From which day everybody gets a licence."""

    since = DayField(_l("From"), [Needed(_l("Say from which day."))])


class UntilForm(Form):
    """The day on which something is no longer so; it stands at each licence and leave, so an error leads to all of them."""

    until = DayField(_l("First day without"), [Needed(_l("Say from which day."))], id="licences")


class LookForm(Form):
    """Nothing to fill in: looking is the act."""
