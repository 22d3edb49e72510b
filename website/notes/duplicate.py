"""A second note with the same words, to go on from."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from website.database import db
from website.http.access import own_note
from website.http.pages import say
from website.models.content import MAX_TITLE_LENGTH, Content

_ENDING = " (copy)"


def duplicate(note_id: str) -> ResponseReturnValue:
    """The same form twice makes one copy; its `key` is that of a new note's form."""
    content = own_note(note_id).content
    key = request.form.get("key", "")[:64] or None
    made = current_user.notes.made_with(key) if key else None
    if made is not None:
        return redirect(url_for("notes.edit", note_id=made.public_id), 303)
    title = content.title and content.title[: MAX_TITLE_LENGTH - len(_ENDING)] + _ENDING
    copy = Content(title, content.body, content.tags)
    db.session.rollback()  # nobody waits while the copy is drawn
    copy.html  # noqa: B018
    made = current_user.notes.create(copy, key)
    address = url_for("notes.edit", note_id=made.public_id)
    undo = url_for("notes.trash", note_id=made.public_id)
    db.session.commit()
    say("This is the copy.", undo=undo)
    return redirect(address, 303)
