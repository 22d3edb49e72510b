"""A note has another name: the notes that link to it can follow, and that is shown first."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from website.database import db
from website.http.access import own_note
from website.http.pages import say
from website.text.diff import diff


def ask_to_relink(note_id: str) -> ResponseReturnValue:
    note, was = own_note(note_id), request.args.get("was", "")
    changes = [
        (other, diff(other.body, body)) for other, body in current_user.web.relink(was, note)
    ]
    return render_template("notes/relink.html", note=note, was=was, changes=changes)


def relink(note_id: str) -> ResponseReturnValue:
    note = own_note(note_id)
    was = request.form.get("was", "")
    count = current_user.web.update_links(was, note)
    db.session.commit()
    more = count and current_user.web.linking_as(was, note)
    where = url_for("notes.ask_to_relink", note_id=note_id, was=was)
    say(
        f"The links in {count} {'note' if count == 1 else 'notes'} lead here now.",
        link=(where, "Update more") if more else None,
    )
    return redirect(url_for("notes.show", note_id=note_id), 303)
