"""The forms of tasks."""

from flask_babel import lazy_gettext as _l
from wtforms.validators import Length, Optional

from portal.web.fields import DayField, Form, Needed, ParagraphField, TextField, VersionedForm


class TaskForm(Form):
    """One line says what is to be done; the second who does it."""

    title = TextField(
        _l("What is to be done?"), [Needed(_l("Say in one line what is to be done.")), Length(max=200)]
    )
    receiver = TextField(validators=[Length(max=40)])
    receiver_text = TextField(
        _l("Who does it: a colleague or a department"),
        [Needed(_l("Choose a colleague or a department.")), Length(max=120)],
    )
    due_day = DayField(_l("Do it by"), [Optional()])
    text = ParagraphField(_l("More about it"), [Length(max=2_000)])


class StateForm(VersionedForm):
    """An act on a task at the version that was seen."""
