"""A note's versions: what each changed, what it was, and one of them as the newest again."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import InternalServerError

from website.database import db, only_reading
from website.http.access import own_note
from website.http.pages import say
from website.models import Note
from website.models.content import Content
from website.models.version import HistoryDamaged
from website.text.diff import diff


class Damaged(InternalServerError):
    event = "history_damaged"
    description = (
        "What is kept of this version is damaged, so it cannot be shown. The note as it is now is"
        " not touched by that, and a backup may have the version."
    )


def history(note_id: str) -> ResponseReturnValue:
    note = own_note(note_id)
    before = request.args.get("before", type=int)
    entries, more = note.history(before)
    return render_template("notes/history.html", note=note, entries=entries, more=more)


def version(note_id: str, number: int) -> ResponseReturnValue:
    note = own_note(note_id)
    entry, before = note.entry(number)
    if entry is None:
        abort(404)
    content = _content(note, number)
    earlier = _content(note, before) if before else Content("", "")
    return render_template(
        "notes/version.html", note=note, entry=entry, before=before, content=content,
        earlier=earlier, lines=diff(earlier.body, content.body),
    )  # fmt: skip


def restore_version(note_id: str, number: int) -> ResponseReturnValue:
    with only_reading():
        content = _content(own_note(note_id), number)
    content.html  # noqa: B018 - drawn while nobody waits for it
    note = own_note(note_id)
    note.save(content, note.version)
    note.stay()
    db.session.commit()
    say(f"Version {number} is the newest again. What was there before is in the history.")
    return redirect(url_for("notes.show", note_id=note_id), 303)


def _content(note: Note, number: int) -> Content:
    try:
        content = note.content_at(number)
    except HistoryDamaged as error:
        raise Damaged from error
    if content is None:
        abort(404)
    return content
