"""The forms of an import: the file, and whether to write it."""

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import BooleanField, SelectField

from portal.imports.queries import INTAKES
from portal.web.fields import Form, Needed, VersionedForm


class FileForm(Form):
    """A file, and what it holds."""

    kind = SelectField(_l("What does it hold?"), [Needed()])
    file = FileField(
        _l("File"),
        [Needed(_l("Choose a CSV or Excel file."))],
        description=_l("CSV or Excel, up to 20 MB; any of UTF-8, UTF-16 and GB18030."),
    )
    suggestions = BooleanField(_l("Take the suggested spelling of names that are nearly known"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.kind.choices = [(one.key, _l(one.label)) for one in INTAKES.values()]


class WriteForm(VersionedForm):
    """Write, or drop, a file that was looked at."""
