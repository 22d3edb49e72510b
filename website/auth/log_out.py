"""Logging out: this browser's session ends, and the browser forgets what it kept."""

from flask import make_response, redirect, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from website.database import db
from website.http.access import public
from website.http.sessions import sign_out
from website.http.trail import event


@public
def log_out() -> ResponseReturnValue:
    if current_user.is_authenticated:
        sign_out(current_user)
        db.session.commit()
        event("signed_out")
    response = make_response(redirect(url_for("auth.home"), 303))
    # Not "cookies", which would sign people out of sibling sites as well.
    response.headers["Clear-Site-Data"] = '"cache", "storage"'
    return response
