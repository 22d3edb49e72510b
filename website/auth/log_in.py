"""Logging in; what was being written when a session ended is in the editor again afterwards."""

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from website.database import db
from website.http import kept, log_in_page
from website.http.access import public
from website.http.log_in_page import LogInForm
from website.http.redirects import safe_next
from website.http.sessions import client_network, known_device, sign_in
from website.http.trail import event
from website.models.log_in import LogIn, WrongCredentials
from website.models.user import EmailRefused, normalise_email
from website.security.passwords import HashUnreadable

WRONG = "There is no account with this address and password."


@public
def log_in() -> ResponseReturnValue:
    text = kept.from_request()
    if current_user.is_authenticated and text is None:
        return redirect(safe_next(request.args.get("next", "")), 303)
    form = LogInForm(next=request.args.get("next", ""))
    if form.validate_on_submit():
        try:
            email = normalise_email(form.email.data)
        except EmailRefused:
            email = form.email.data
        try:
            user_id = LogIn(
                email, form.password.data, client_network(), known_device(email)
            ).attempt()
        except (WrongCredentials, HashUnreadable) as error:
            event("sign_in_failed")
            if isinstance(error, HashUnreadable):
                event("hash_unreadable")
            form.password.errors = [WRONG]
        else:
            sign_in(user_id, email)
            db.session.commit()
            event("sign_in", account=user_id)
            if text is not None:
                return render_template("notes/kept.html", kept=text)
            return redirect(safe_next(form.next.data or ""), 303)
    return log_in_page.show(form, 422 if form.errors else 200)
