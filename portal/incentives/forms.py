"""The forms of incentives: a rule, a reversal."""

from flask_babel import lazy_gettext as _l
from wtforms import SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length
from wtforms.widgets import CheckboxInput, ListWidget

from portal.access.permissions import ROLES
from portal.web.fields import DayField, Needed, NumberField, ParagraphField, TextField, VersionedForm


class RuleForm(VersionedForm):
    """What a rule is called, asks and gives, whom it concerns, from when."""

    name = TextField(_l("Name in English"), [Needed(_l("Give the rule a name.")), Length(max=120)])
    name_zh = TextField(_l("Name in Chinese"), [Needed(_l("Give the rule a name.")), Length(max=80)])
    course_id = SelectField(_l("Course to be passed"), coerce=int)
    days = NumberField(_l("Days from getting it to passing it"), [Needed()], least=1, most=365)
    weeks = NumberField(_l("Active weeks"), [Needed()], least=1, most=26)
    among = NumberField(_l("Among how many weeks after passing"), [Needed()], least=1, most=52)
    points = NumberField(_l("Points"), [Needed()], least=1, most=100_000)
    roles = SelectMultipleField(
        _l("Whom it concerns"), [Needed(_l("Choose at least one role."))],
        choices=[SelectChoice(key, _l(label)) for key, label in ROLES.items()],
        widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(),
    )  # fmt: skip
    starts_on = DayField(_l("It holds from"), [Needed(_l("Say from when it holds."))])
    text = ParagraphField(_l("Why there is this rule, in English"), [Length(max=1_000)])
    text_zh = ParagraphField(_l("Why there is this rule, in Chinese"), [Length(max=600)])

    def validate(self, *args: object, **kwargs: object) -> bool:
        """As many weeks cannot be active as there are not."""
        sound = super().validate(*args, **kwargs)  # type: ignore[arg-type]
        if sound and (self.weeks.data or 0) > (self.among.data or 0):
            self.among.errors = [str(_l("At least as many as have to be active."))]
            return False
        return sound


class ActForm(VersionedForm):
    """An act at the version that was seen."""


class ReversalForm(VersionedForm):
    """Why a booking is reversed."""

    reason = TextField(_l("Why is it reversed?"), [Needed(_l("Say why.")), Length(max=300)])
