"""Setting a password from a link that works once."""

from datetime import timedelta

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from website.auth.forms import SetPasswordForm
from website.database import db
from website.http.access import public
from website.http.pages import say
from website.http.sessions import client_network
from website.http.trail import event
from website.models import PasswordLink
from website.models.password_link import LinkEnded
from website.models.throttle import Limit, Throttle
from website.models.user import PasswordRefused

PER_NETWORK = Limit("password link network", 30, timedelta(hours=1))


@public
def set_password(token: str) -> ResponseReturnValue:
    form = SetPasswordForm()
    email = PasswordLink.find(token)
    if email is None:
        return render_template("auth/link_ended.html"), 410
    if form.validate_on_submit():
        Throttle.reserve(PER_NETWORK, client_network())
        try:
            PasswordLink.use(token, form.password.data)
        except LinkEnded:
            return render_template("auth/link_ended.html"), 410
        except PasswordRefused as error:
            form.password.errors = [str(error)]
        else:
            db.session.commit()
            event("password_changed")
            say("Your password is set. Log in with it.")
            return redirect(url_for("auth.log_in"), 303)
    status = 422 if form.errors else 200
    return render_template("auth/set_password.html", form=form, email=email), status
