"""The log-in page, at its own address and in the place of a page that needs a person."""

from flask import render_template, request
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired

from website.http import kept


class LogInForm(FlaskForm):
    email = StringField(
        "E-mail address",
        [InputRequired("Write your e-mail address.")],
        render_kw={"type": "email", "autocomplete": "username"},
    )
    password = PasswordField(
        "Password",
        [InputRequired("Write your password.")],
        render_kw={"autocomplete": "current-password"},
    )
    next = HiddenField()


def show(form: LogInForm, status: int) -> tuple[str, int]:
    """The page; text that came with the request goes along in hidden fields."""
    return render_template("auth/log_in.html", form=form, kept=kept.from_request()), status


def instead() -> tuple[str, int]:
    """401 for a change sent without a session: log in, and what was written comes along."""
    return show(LogInForm(formdata=None, data={"next": request.path}), 401)
