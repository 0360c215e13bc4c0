"""The forms of training: writing a course, giving it to people, waiving it. A try is read by its view."""

from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Length, Optional

from portal.access.permissions import ROLES
from portal.training.commands.courses import LessonText, QuestionText
from portal.web.fields import DayField, Form, Needed, NumberField, ParagraphField, TextField, VersionedForm

CHOICES = 4


class CourseForm(Form):
    """What a course is called."""

    name = TextField(_l("Name in English"), [Needed(_l("Give the course a name.")), Length(max=120)])
    name_zh = TextField(_l("Name in Chinese"), [Length(max=80)])


class RenameForm(CourseForm, VersionedForm):
    """Call a course something else."""


class RulesForm(VersionedForm):
    """How the quiz is held."""

    least_percent = NumberField(_l("Right answers needed"), [Needed()], least=1, most=100)
    draw = NumberField(_l("Questions in a try"), [Needed()], least=0, most=100)
    tries = NumberField(_l("Tries"), [Needed()], least=0, most=20)
    minutes = NumberField(_l("Minutes for a try"), [Needed()], least=0, most=240)


class LessonForm(VersionedForm):
    """A lesson in both languages; the text is Markdown."""

    title = TextField(_l("Title in English"), [Needed(_l("Give the lesson a title.")), Length(max=120)])
    title_zh = TextField(_l("Title in Chinese"), [Length(max=80)])
    text = ParagraphField(
        _l("Text in English"), [Needed(_l("Write what is to be learned.")), Length(max=20_000)]
    )
    text_zh = ParagraphField(_l("Text in Chinese"), [Length(max=20_000)])
    minutes = NumberField(_l("Minutes to read"), [Optional()], least=1, most=60, default=3)

    @property
    def told(self) -> LessonText:
        """The lesson as typed."""
        return LessonText(
            self.title.data or "", self.title_zh.data or "", self.text.data or "", self.text_zh.data or "",
            self.minutes.data or 3,
        )  # fmt: skip


class QuestionForm(VersionedForm):
    """A question with up to four choices; one of them is right."""

    text = TextField(_l("Question in English"), [Needed(_l("Write the question.")), Length(max=500)])
    text_zh = TextField(_l("Question in Chinese"), [Length(max=300)])
    choices = ParagraphField(
        _l("Choices in English, one a line"), [Needed(_l("Write at least two choices.")), Length(max=1_200)]
    )
    choices_zh = ParagraphField(_l("Choices in Chinese, one a line"), [Length(max=800)])
    right = NumberField(
        _l("Which line is right?"), [Needed(_l("Say which choice is right."))], least=1, most=8
    )
    reason = TextField(_l("Why it is right, in English"), [Length(max=500)])
    reason_zh = TextField(_l("Why it is right, in Chinese"), [Length(max=300)])

    def validate(self, *args: Any, **kwargs: Any) -> bool:
        """The choices are as many in both languages, short enough, and the right one is among them."""
        sound = super().validate(*args, **kwargs)
        lines, lines_zh = _lines(self.choices.data), _lines(self.choices_zh.data)
        if sound and len(lines) < 2:
            self.choices.errors = [_("Write at least two choices.")]
        elif sound and lines_zh and len(lines_zh) != len(lines):
            self.choices_zh.errors = [_("Write as many choices in Chinese as in English.")]
        elif sound and max(map(len, lines)) > 300:
            self.choices.errors = [_("A choice has at most %(most)s characters.", most=300)]
        elif sound and lines_zh and max(map(len, lines_zh)) > 200:
            self.choices_zh.errors = [_("A choice has at most %(most)s characters.", most=200)]
        elif sound and (self.right.data or 0) > len(lines):
            self.right.errors = [_("There is no such line.")]
        return sound and not (self.choices.errors or self.choices_zh.errors or self.right.errors)

    @property
    def told(self) -> QuestionText:
        """The question as typed."""
        lines = _lines(self.choices.data)
        return QuestionText(
            text=self.text.data or "", text_zh=self.text_zh.data or "", choices=lines, right=self.right.data or 0,
            choices_zh=_lines(self.choices_zh.data) or [""] * len(lines), reason=self.reason.data or "",
            reason_zh=self.reason_zh.data or "",
        )  # fmt: skip


def _lines(typed: str | None) -> list[str]:
    return [line.strip() for line in (typed or "").splitlines() if line.strip()]


class LessonRemovalForm(LessonForm):
    """Taking a lesson out needs nothing of what was typed; should it be refused, all of that is still there."""

    def validate(self, *_args: Any, **_kwargs: Any) -> bool:
        """Whatever stands in the fields."""
        return True


class QuestionRemovalForm(QuestionForm):
    """Taking a question out, likewise."""

    def validate(self, *_args: Any, **_kwargs: Any) -> bool:
        """Whatever stands in the fields."""
        return True


class ActForm(VersionedForm):
    """An act at the version that was seen."""


class AssignForm(Form):
    """Who takes the course, by role, by team or by name, and until when."""

    role = SelectField(
        _l("Everybody with the role"),
        choices=[SelectChoice("", "–"), *(SelectChoice(key, _l(name)) for key, name in ROLES.items())],
    )
    team_id = SelectField(_l("Everybody of the team and those below it"), coerce=int)
    person = TextField(validators=[Length(max=40)])
    person_text = TextField(_l("One person"), [Length(max=120)])
    due_day = DayField(_l("Due by"), [Optional()])

    def __init__(self, teams: list[tuple[int, str]]) -> None:
        super().__init__()
        self.team_id.choices = [SelectChoice(0, "–"), *(SelectChoice(number, name) for number, name in teams)]

    def validate(self, *args: object, **kwargs: object) -> bool:
        """Somebody has to be chosen."""
        sound = super().validate(*args, **kwargs)  # type: ignore[arg-type]
        if not (self.role.data or self.team_id.data or self.person_text.data):
            self.role.errors = [_("Choose a role, a team or a person.")]
            sound = False
        return sound


class WaiverForm(VersionedForm):
    """Why somebody need not take a course."""

    reason = TextField(_l("Why?"), [Needed(_l("Say why.")), Length(max=300)])
