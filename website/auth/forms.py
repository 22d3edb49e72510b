"""The fields of the pages for becoming someone."""

from flask_wtf import FlaskForm
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired

from website.security.passwords import HINT


class SignUpForm(FlaskForm):
    email = StringField(
        "E-mail address",
        [InputRequired("Write your e-mail address.")],
        render_kw={"type": "email", "autocomplete": "username"},
    )
    password = PasswordField(
        "Password",
        [InputRequired("Choose a password.")],
        description=HINT,
        render_kw={"autocomplete": "new-password"},
    )


class SetPasswordForm(FlaskForm):
    password = PasswordField(
        "New password",
        [InputRequired("Choose a password.")],
        description=HINT,
        render_kw={"autocomplete": "new-password"},
    )
