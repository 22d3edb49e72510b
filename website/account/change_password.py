"""Changing one's password: this browser stays, every other one is signed out."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user
from flask_wtf import FlaskForm
from wtforms import PasswordField
from wtforms.validators import InputRequired

from website.database import db
from website.http.pages import say
from website.http.sessions import client_network, known_device, sign_in
from website.http.trail import event
from website.models.log_in import LogIn, WrongCredentials
from website.models.user import PasswordRefused
from website.security.passwords import HINT, HashUnreadable


class ChangePasswordForm(FlaskForm):
    current = PasswordField(
        "Current password",
        [InputRequired("Write your current password.")],
        render_kw={"autocomplete": "current-password"},
    )
    password = PasswordField(
        "New password",
        [InputRequired("Choose a new password.")],
        description=HINT,
        render_kw={"autocomplete": "new-password"},
    )


def change_password() -> ResponseReturnValue:
    form = ChangePasswordForm()
    if form.validate_on_submit():
        email = current_user.email
        proof = LogIn(email, form.current.data, client_network(), known_device(email))
        try:
            proof.change_password(form.password.data)
        except (WrongCredentials, HashUnreadable) as error:
            if isinstance(error, HashUnreadable):
                event("hash_unreadable")
            form.current.errors = ["This is not your current password."]
        except PasswordRefused as error:
            form.password.errors = [str(error)]
        else:
            sign_in(current_user.id, email)
            db.session.commit()
            event("password_changed")
            say("Your password is changed. Every other browser is signed out.")
            return redirect(url_for("account.overview"), 303)
    return render_template("account/password.html", form=form), 422 if form.errors else 200
