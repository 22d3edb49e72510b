"""The first page: what this is, for those who are not signed in."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from website.http.access import public


@public
def home() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(url_for("notes.index"), 303)
    return render_template("auth/home.html")
