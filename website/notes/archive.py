"""The archive: out of the list, not out of reach."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from website.database import db
from website.http.access import own_note
from website.http.pages import say
from website.models.listing import Place
from website.notes.index import read_page


def archived() -> ResponseReturnValue:
    return render_template("notes/archive.html", page=read_page(Place.ARCHIVE))


def archive(note_id: str) -> ResponseReturnValue:
    own_note(note_id).archive()
    db.session.commit()
    say("Moved to the archive.", undo=url_for("notes.unarchive", note_id=note_id))
    return redirect(url_for("notes.index"), 303)


def unarchive(note_id: str) -> ResponseReturnValue:
    own_note(note_id).unarchive()
    db.session.commit()
    say("Back in your list.")
    return redirect(url_for("notes.show", note_id=note_id), 303)
