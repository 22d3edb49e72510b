"""Pinning: a note stays on top of the list."""

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from website.database import db
from website.http.access import own_note
from website.http.pages import say


def pin(note_id: str) -> ResponseReturnValue:
    own_note(note_id).pin()
    db.session.commit()
    say("Pinned to the top of your list.")
    return redirect(url_for("notes.show", note_id=note_id), 303)


def unpin(note_id: str) -> ResponseReturnValue:
    own_note(note_id).unpin()
    db.session.commit()
    say("No longer pinned.")
    return redirect(url_for("notes.show", note_id=note_id), 303)
