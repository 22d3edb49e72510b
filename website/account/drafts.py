"""What was written and never saved: nothing of it is lost, and nobody has to look for it."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user


def drafts() -> ResponseReturnValue:
    return render_template("account/drafts.html", drafts=current_user.drafts.all())
