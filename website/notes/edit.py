"""The editor: a new note, a note again, and what happens when it was saved elsewhere meanwhile."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from website.database import db
from website.http.access import own_note
from website.http.pages import say
from website.models import Note
from website.models.content import Content
from website.models.versioned import StaleVersion
from website.notes.form import NoteForm
from website.security.tokens import new_id, token_hash
from website.text.diff import diff


def new() -> ResponseReturnValue:
    return render_template("notes/editor.html", form=NoteForm(key=new_id()), note=None)


def create() -> ResponseReturnValue:
    form = NoteForm()
    content = form.content()
    if content is None:
        return render_template("notes/editor.html", form=form, note=None), 422
    try:
        note = current_user.notes.create(content, _key(form.key.data or ""))
    except StaleVersion as error:
        return _conflict(form, content, error)
    return _saved(note)


def edit(note_id: str) -> ResponseReturnValue:
    note = own_note(note_id)
    return render_template("notes/editor.html", form=_form_of(note), note=note)


def save(note_id: str) -> ResponseReturnValue:
    form = NoteForm()
    content = form.content()  # before the note is looked for: from then on other writers wait
    note = own_note(note_id)
    if content is None:
        return render_template("notes/editor.html", form=form, note=note), 422
    try:
        merged = note.save(content, _version(form.version.data))
    except StaleVersion as error:
        return _conflict(form, content, error)
    return _saved(note, merged=merged)


def _saved(note: Note, *, merged: bool = False) -> ResponseReturnValue:
    address = url_for("notes.show", note_id=note.public_id)
    db.session.commit()
    if merged:
        say("Saved, together with what was saved elsewhere while you were writing.")
    return redirect(address, 303)


def _conflict(form: NoteForm, yours: Content, error: StaleVersion) -> ResponseReturnValue:
    """Both texts, and in the editor what can be saved: the two together, or else what was sent."""
    theirs = error.note.content
    form.version.data = str(error.note.version)
    if error.merged is not None:
        form.title.data = error.merged.title
        form.body.data = error.merged.body
        form.tags.data = ", ".join(error.merged.tags)
    page = render_template(
        "notes/conflict.html", form=form, note=error.note, theirs=theirs, yours=yours,
        together=error.merged is not None, lines=diff(theirs.body, yours.body),
    )  # fmt: skip
    return page, 409


def _form_of(note: Note) -> NoteForm:
    return NoteForm(
        title=note.title, body=note.body, tags=", ".join(note.tag_names), version=note.version
    )


def _key(field: str) -> str | None:
    """The form's key as it is kept: ours as it is, a longer one by its hash."""
    return (field if len(field) <= 64 else token_hash(field)) or None


def _version(field: str | None) -> int:
    """The version that the editor was opened on; nonsense is no version, so the save is stale."""
    text = field or ""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else -1
