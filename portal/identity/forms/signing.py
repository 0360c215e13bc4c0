"""Forms of signing in, passwords and second factors."""

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, PasswordField

from portal.web.fields import Form, Needed, TextField

PRESENT = {"autocomplete": "current-password", "maxlength": 300}
NEW = {"autocomplete": "new-password", "maxlength": 300}
CODE = {
    "autocomplete": "one-time-code",
    "inputmode": "text",
    "maxlength": 40,
    "autocapitalize": "none",
    "spellcheck": "false",
}


class SignInForm(Form):
    """Who, and the proof."""

    username = TextField(
        _l("User name"),
        [Needed(_l("Write your user name."))],
        render_kw={
            "autocomplete": "username",
            "autocapitalize": "none",
            "spellcheck": "false",
            "maxlength": 200,
        },
    )
    password = PasswordField(_l("Password"), [Needed(_l("Write your password."))], render_kw=PRESENT)


class CodeForm(Form):
    """The second proof."""

    code = TextField(
        _l("Code"),
        [Needed(_l("Write the code of your authenticator app, or a recovery code."))],
        description=_l(
            "The six digits that your authenticator app shows now, or one of your recovery codes."
        ),
        render_kw=CODE,
    )


class PasswordForm(Form):
    """A new password, and the present one where there is one."""

    present = PasswordField(_l("Present password"), render_kw=PRESENT)
    password = PasswordField(_l("New password"), [Needed(_l("Write the new password."))], render_kw=NEW)


class CodesForm(Form):
    """A code, as the proof for what concerns the second factor itself."""

    code = TextField(_l("Code"), [Needed(_l("Write the six digits that the app shows now."))], render_kw=CODE)


class FactorForm(Form):
    """What the secret that the app was given is derived from, a code that shows it, and the password."""

    seed = HiddenField()
    code = TextField(_l("Code"), [Needed(_l("Write the six digits that the app shows now."))], render_kw=CODE)
    present = PasswordField(_l("Present password"), render_kw=PRESENT)
