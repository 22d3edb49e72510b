"""Every tag, with how many notes carry it."""

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user


def tags() -> ResponseReturnValue:
    return render_template("notes/tags.html", tags=current_user.notes.tags())
