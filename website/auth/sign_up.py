"""Making an account, and a first note to start from."""

from datetime import timedelta

from flask import current_app, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from website.auth.forms import SignUpForm
from website.database import db
from website.http.access import public
from website.http.sessions import client_network, sign_in
from website.http.trail import event
from website.models import User
from website.models.shelf import Shelf
from website.models.throttle import Limit, Throttle
from website.models.user import EmailRefused, EmailTaken, PasswordRefused
from website.models.welcome import WELCOME

PER_NETWORK = Limit("sign-up network", 20, timedelta(hours=1))


@public
def sign_up() -> ResponseReturnValue:
    if current_user.is_authenticated:
        return redirect(url_for("notes.index"), 303)
    if current_app.config["SIGN_UP"] != "open":
        return render_template("auth/sign_up_closed.html"), 403
    form = SignUpForm()
    if form.validate_on_submit():
        Throttle.reserve(PER_NETWORK, client_network())
        try:
            person = User.enrol(form.email.data, form.password.data)
        except EmailRefused as error:
            form.email.errors = [str(error)]
        except EmailTaken:
            form.email.errors = ["There is an account with this address already. Log in instead."]
        except PasswordRefused as error:
            form.password.errors = [str(error)]
        else:
            Shelf(person.id).create(WELCOME)
            sign_in(person.id, person.email)
            account = person.id
            db.session.commit()
            event("signed_up", account=account)
            return redirect(url_for("notes.index"), 303)
    return render_template("auth/sign_up.html", form=form), 422 if form.errors else 200
