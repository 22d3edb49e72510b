"""Where `[[Title]]` leads: to the note of that name, or to writing it."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from website.models.content import MAX_TITLE_LENGTH


def titled() -> ResponseReturnValue:
    """303 to the one note of this name; a choice of several; or the offer to write it."""
    title = " ".join(request.args.get("title", "").split())
    if not title or len(title) > MAX_TITLE_LENGTH:
        return redirect(url_for("notes.new"), 303)
    found = current_user.web.called(title)
    there = [named for named in found if not named.is_in_trash]
    if len(there) == 1:
        return redirect(url_for("notes.show", note_id=there[0].public_id), 303)
    return render_template("notes/titled.html", title=title, found=found, there=there)
