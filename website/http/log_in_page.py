"""The log-in page, at its own address and in the place of a page that needs a person."""

from urllib.parse import urlsplit

from flask import render_template, request
from flask_wtf import FlaskForm
from wtforms import HiddenField, PasswordField, StringField
from wtforms.validators import InputRequired

from website.http import kept
from website.http.origin import SAFE_METHODS


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
    return show(LogInForm(formdata=None, data={"next": _page()}), 401)


def _page() -> str:
    """What was asked for, or the page whose form was sent."""
    there = urlsplit(request.referrer or "")
    if request.method in SAFE_METHODS or there.netloc != request.host:
        return request.path
    return there._replace(scheme="", netloc="", fragment="").geturl()
