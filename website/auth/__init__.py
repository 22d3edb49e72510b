"""Becoming someone: sign up, log in, log out, set a password from a link."""

from flask import Blueprint

from website.auth import home, log_in, log_out, set_password, sign_up

blueprint = Blueprint("auth", __name__)
blueprint.add_url_rule("/", view_func=home.home)
blueprint.add_url_rule("/sign-up", view_func=sign_up.sign_up, methods=["GET", "POST"])
blueprint.add_url_rule("/log-in", view_func=log_in.log_in, methods=["GET", "POST"])
blueprint.add_url_rule("/log-out", view_func=log_out.log_out, methods=["POST"])
blueprint.add_url_rule(
    "/set-password/<token:token>", view_func=set_password.set_password, methods=["GET", "POST"]
)
