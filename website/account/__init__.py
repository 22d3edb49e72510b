"""Looking after yourself."""

from flask import Blueprint

from website.account import change_password, drafts, overview

blueprint = Blueprint("account", __name__, url_prefix="/account")
blueprint.add_url_rule("", view_func=overview.overview)
blueprint.add_url_rule("/drafts", view_func=drafts.drafts)
blueprint.add_url_rule("/whose", view_func=overview.whose)
blueprint.add_url_rule(
    "/password", view_func=change_password.change_password, methods=["GET", "POST"]
)
