"""The forms of programmes: the programme itself, the days of its phases, a goal, a barrier."""

from datetime import date
from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import FieldList, FormField, SelectField
from wtforms import Form as Part
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from portal.programmes.flow import GOALS, OBSTACLES
from portal.web.fields import AmountField, DayField, Needed, ParagraphField, TextField, VersionedForm

_WHO = _l("Choose a colleague.")


class ProgrammeForm(VersionedForm):
    """What a programme is called, what it is for, when it runs, who answers for it."""

    name = TextField(_l("Name in English"), [Needed(_l("Give the programme a name.")), Length(max=120)])
    name_zh = TextField(_l("Name in Chinese"), [Length(max=80)])
    purpose = ParagraphField(_l("What is it for?"), [Length(max=1_000)])
    starts_on = DayField(_l("It begins on"), [Needed()])
    ends_on = DayField(_l("It ends on"), [Needed()])
    owner = TextField(validators=[Length(max=40)])
    owner_text = TextField(_l("Who answers for it"), [Needed(_WHO), Length(max=120)])

    def validate(self, *args: object, **kwargs: object) -> bool:
        """A Chinese name alone is a name."""
        self.name.data = self.name.data or self.name_zh.data
        return super().validate(*args, **kwargs)  # type: ignore[arg-type]


class GoalForm(VersionedForm):
    """A goal: from where to where, by when, and who answers for it."""

    kind = SelectField(_l("What kind of goal"), choices=[SelectChoice(key, _l(label)) for key, label in GOALS.items()])
    name = TextField(_l("The goal in a few words"), [Needed(_l("Say what the goal is.")), Length(max=120)])
    unit = TextField(_l("Unit"), [Length(max=30)])
    baseline = AmountField(_l("Baseline"), [Needed(_l("Say where you start from."))])
    target = AmountField(_l("Target"), [Needed(_l("Say where you want to be."))])
    actual = AmountField(_l("Where it stands now"), [Optional()])
    due_on = DayField(_l("By when"), [Needed()])
    owner = TextField(validators=[Length(max=40)])
    owner_text = TextField(_l("Who answers for it"), [Needed(_WHO), Length(max=120)])


class BarrierForm(VersionedForm):
    """What holds people back, and what is done about it."""

    text = TextField(_l("What holds people back?"), [Needed(_l("Say what holds people back.")), Length(max=200)])
    obstacle = SelectField(
        _l("Which of the four obstacles"), choices=[SelectChoice(key, _l(label)) for key, label in OBSTACLES.items()]
    )
    team_id = SelectField(_l("Where"), coerce=int)
    mitigation = ParagraphField(_l("What is done about it"), [Length(max=500)])
    due_on = DayField(_l("Clear it by"), [Needed(_l("Say by when."))])
    owner = TextField(validators=[Length(max=40)])
    owner_text = TextField(_l("Who clears it"), [Needed(_WHO), Length(max=120)])


class SpanForm(Part):
    """The days of one phase."""

    starts_on = DayField(_l("From"), [Needed()])
    ends_on = DayField(_l("To"), [Needed()])


class PhasesForm(VersionedForm):
    """The days of the seven phases, in their order."""

    spans = FieldList(FormField(SpanForm), min_entries=7, max_entries=7)

    def days(self) -> list[tuple[date, date]]:
        """First and last day of each phase."""
        data: list[dict[str, Any]] = self.spans.data
        return [(one["starts_on"], one["ends_on"]) for one in data]

