"""The form that marks notices as read."""

from portal.web.fields import Form, TextField


class ReadForm(Form):
    """`path`: the notices that lead there; empty: all."""

    path = TextField()
