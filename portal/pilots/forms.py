"""The forms of pilots: the plan, a decision, an act."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField, SelectMultipleField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from portal.core import clock
from portal.measures.slots import HUNDREDTHS, PERCENT, Measure
from portal.pilots.flow import OUTCOMES, VERBS
from portal.pilots.rules.plan import faults
from portal.web.fields import (
    AmountField,
    DayField,
    Needed,
    NumberField,
    ParagraphField,
    TextField,
    VersionedForm,
)
from portal.web.frame import current_viewer


def _several(label: Any) -> SelectMultipleField:
    return SelectMultipleField(
        label, coerce=int,
        widget=ListWidget(prefix_label=False), option_widget=CheckboxInput(),
    )  # fmt: skip


class PlanForm(VersionedForm):
    """What is tried, where, against whom, for how long, and what would count as a success or as harm."""

    name = TextField(_l("Name in English"), [Needed(_l("Give the pilot a name.")), Length(max=120)])
    name_zh = TextField(_l("Name in Chinese"), [Length(max=80)])
    programme_id = SelectField(_l("Programme"), coerce=int)
    problem = ParagraphField(
        _l("What is to get better, and for whom?"), [Needed(_l("Say what is to get better.")), Length(max=500)]
    )
    area = TextField(_l("Area"), [Needed(_l("Say where it runs.")), Length(max=120)])
    pilot_teams = _several(_l("Teams that work the new way"))
    comparison_teams = _several(_l("Teams to compare with"))
    chosen = ParagraphField(_l("Why these teams?"), [Needed(_l("Say how the teams were chosen.")), Length(max=500)])
    starts_on = DayField(_l("First day, a Monday"), [Needed()])
    baseline_weeks = NumberField(_l("Weeks before it, as the baseline"), [Needed()], least=2, most=26)
    weeks = NumberField(_l("Weeks of the pilot"), [Needed()], least=2, most=52)
    ramp_in = NumberField(_l("Of these, weeks to get used to it"), [Needed()], least=0, most=12)
    extension_weeks = NumberField(_l("Weeks of the one extension"), [Needed()], least=0, most=26)
    primary = SelectField(_l("What shows that it works"))
    primary_size = AmountField(_l("Smallest change that is worth it"), [Needed(_l("Say what would be worth it."))])
    guardrail = SelectField(_l("What must not get worse"))
    guardrail_size = AmountField(_l("Harm begins at"), [Optional()])
    use_percent = NumberField(_l("Percent of the pilot's people who have to use it"), [Needed()], least=1, most=100)
    contamination_percent = NumberField(_l("In the comparison teams at most"), [Needed()], least=1, most=100)
    owner = TextField(validators=[Length(max=40)])
    owner_text = TextField(_l("Who runs it"), [Needed(_l("Choose a colleague.")), Length(max=120)])
    sponsor = TextField(validators=[Length(max=40)])
    sponsor_text = TextField(_l("Who answers for it and signs with you"), [Needed(_l("Choose a colleague.")), Length(max=120)])

    def validate(self, *args: object, **kwargs: object) -> bool:
        """All that can be told at once: what could not be judged, a size of nothing, a guardrail without one."""
        self.name.data = self.name.data or self.name_zh.data
        sound = super().validate(*args, **kwargs)  # type: ignore[arg-type]
        start, weeks, ramp_in = self.starts_on.data, self.weeks.data, self.ramp_in.data
        if start is not None and weeks is not None and ramp_in is not None:
            today = clock.today(current_viewer().zone)
            teams = (self.pilot_teams.data or [], self.comparison_teams.data or [])
            for at, reason in faults(start, weeks, ramp_in, *teams, today=today):
                if not self[at].errors:
                    self[at].errors = [_(reason)]
                    sound = False
        if self.primary_size.data == 0:
            self.primary_size.errors = [_("A worthwhile change is larger than nothing.")]
            sound = False
        if self.guardrail.data and not self.guardrail_size.data:
            self.guardrail_size.errors = [_("Say from how much on it would be harm.")]
            sound = False
        return sound


def kept(measure: Measure, typed: int) -> int:
    """A size as typed (hundredths of what is read) in the unit in which the measure is kept."""
    return typed if measure.unit in (PERCENT, HUNDREDTHS) else max(round(typed / 100), 1)


def typed(measure: Measure, size: int) -> int:
    """The way back of `kept`."""
    return size if measure.unit in (PERCENT, HUNDREDTHS) else size * 100


class DecisionForm(VersionedForm):
    """What is decided at the gate, and why."""

    outcome = SelectField(_l("What is decided"), choices=[SelectChoice(key, _l(OUTCOMES[key])) for key in VERBS])
    reasons = ParagraphField(_l("Why?"), [Needed(_l("Say why; it stays with the decision.")), Length(max=1_000)])
