"""The form that keeps the state of a list under a name."""

from flask_babel import lazy_gettext as _l
from wtforms import BooleanField
from wtforms.validators import Length

from portal.web.fields import Form, Needed, TextField


class ViewForm(Form):
    """A name for the list as it stands; `shared`: for all who may open the list."""

    list_key = TextField(validators=[Needed(), Length(max=40)])
    path = TextField(validators=[Needed(), Length(max=100)])
    query = TextField(validators=[Length(max=2_000)])
    name = TextField(_l("Name of the view"), [Needed(_l("Give the view a name.")), Length(max=60)])
    shared = BooleanField()
