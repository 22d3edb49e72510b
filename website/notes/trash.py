"""The trash: one click in, one click out, and from here for ever."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from website.database import db, leave_no_trace
from website.http.access import own_note
from website.http.pages import counted, say
from website.models.listing import Place
from website.notes.index import read_page


def trashed() -> ResponseReturnValue:
    return render_template("notes/trash.html", page=read_page(Place.TRASH))


def trash(note_id: str) -> ResponseReturnValue:
    own_note(note_id).trash()
    db.session.commit()
    say("Moved to the trash.", undo=url_for("notes.restore", note_id=note_id))
    return redirect(url_for("notes.index"), 303)


def restore(note_id: str) -> ResponseReturnValue:
    own_note(note_id).restore()
    db.session.commit()
    say("Restored from the trash.")
    return redirect(url_for("notes.show", note_id=note_id), 303)


def ask_to_delete(note_id: str) -> ResponseReturnValue:
    return render_template("notes/delete.html", note=own_note(note_id))


def delete(note_id: str) -> ResponseReturnValue:
    note = own_note(note_id)
    if note.trashed_at is None:
        return render_template("notes/delete.html", note=note), 422
    current_user.notes.delete(note)
    db.session.commit()
    leave_no_trace()
    say("Deleted for ever.")
    return redirect(url_for("notes.trashed"), 303)


def ask_to_empty() -> ResponseReturnValue:
    return render_template("notes/empty.html", page=read_page(Place.TRASH))


def empty() -> ResponseReturnValue:
    count = current_user.notes.empty_trash()
    db.session.commit()
    leave_no_trace()
    say(f"{counted(count)} deleted for ever." if count else "The trash is empty.")
    return redirect(url_for("notes.trashed"), 303)
