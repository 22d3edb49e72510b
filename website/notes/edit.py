"""The editor: a new note, a note again, and what happens when it was saved elsewhere meanwhile."""

from flask import current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from website.database import db
from website.http.access import own_note
from website.http.pages import say
from website.http.trail import event
from website.models import Note
from website.models.content import MAX_TITLE_LENGTH, Content
from website.models.draft import Draft
from website.models.version import HistoryDamaged
from website.models.versioned import StaleVersion
from website.models.web import MAX_SHOWN
from website.notes import drafts
from website.notes.form import NoteForm, number
from website.security.tokens import new_id, token_hash
from website.text.diff import diff


def new() -> ResponseReturnValue:
    draft = drafts.asked_for(None)
    title = request.args.get("title", "")[:MAX_TITLE_LENGTH]
    form = NoteForm(key=new_id(), title=title) if draft is None else _form_of_draft(draft)
    return _editor(form, None, draft)


def create() -> ResponseReturnValue:
    form = NoteForm()
    form.whole("body")
    content = form.content()
    if content is None:
        return render_template("notes/editor.html", form=form, note=None), 422
    try:
        note = current_user.notes.create(content, _key(form.key.data or ""))
    except StaleVersion as error:
        return _conflict(form, content, error)
    return _saved(form, note)


def edit(note_id: str) -> ResponseReturnValue:
    note = own_note(note_id)
    draft = drafts.asked_for(note)
    return _editor(_form_of(note) if draft is None else _form_of_draft(draft), note, draft)


def save(note_id: str) -> ResponseReturnValue:
    form = NoteForm()
    form.whole("title", "body", "tags")
    content = form.content()  # before the note is looked for: from then on other writers wait
    note = own_note(note_id)
    was = note.heading
    if content is None:
        return render_template("notes/editor.html", form=form, note=note), 422
    try:
        # Nonsense is no version, and so the save is stale.
        version = number(form.version.data)
        most = current_app.config["MAX_NOTE_BYTES"]
        merged = note.save(content, -1 if version is None else version, max_bytes=most)
    except StaleVersion as error:
        return _conflict(form, content, error)
    return _saved(form, note, merged=merged, was=was)


def _saved(
    form: NoteForm, note: Note, *, merged: bool = False, was: str = ""
) -> ResponseReturnValue:
    address = url_for("notes.show", note_id=note.public_id)
    drafts.saved(form)
    note.stay()
    # Before the commit: after it the note would be read again, in a transaction of its own.
    linking = current_user.web.linking_as(was, note) if was else []
    db.session.commit()
    if merged:
        say("Saved, together with what was saved elsewhere while you were writing.")
    if linking:
        notes = "1 note links" if len(linking) == 1 else f"{len(linking)} notes link"
        if len(linking) == MAX_SHOWN:
            notes = f"At least {notes}"
        where = url_for("notes.ask_to_relink", note_id=note.public_id, was=was)
        say(f"{notes} here by the name of before, “{was}”.", link=(where, "Update the links"))
    return redirect(address, 303)


def _conflict(form: NoteForm, yours: Content, error: StaleVersion) -> ResponseReturnValue:
    """Both texts, and in the editor what can be saved: the two together, or else what was sent."""
    theirs, note_id = error.note.content, error.note.public_id
    form.version.data = str(error.note.version)
    if isinstance(error.__cause__, HistoryDamaged):
        event("history_damaged", note=note_id)
    db.session.rollback()  # nobody waits while the texts are compared
    if error.merged is not None:
        form.title.data = error.merged.title
        form.body.data = error.merged.body
        form.tags.data = ", ".join(error.merged.tags)
    page = render_template(
        "notes/conflict.html", form=form, note_id=note_id, theirs=theirs, yours=yours,
        together=error.merged is not None, lines=diff(theirs.body, yours.body),
    )  # fmt: skip
    return page, 409


def _editor(form: NoteForm, note: Note | None, draft: Draft | None) -> str:
    """The editor with what is saved, or with the draft that was asked for; others are offered."""
    unsaved = [
        one
        for one in current_user.drafts.of(note)
        if draft is None or one.public_id != draft.public_id
    ]
    return render_template("notes/editor.html", form=form, note=note, draft=draft, unsaved=unsaved)


def _form_of_draft(draft: Draft) -> NoteForm:
    of_draft = {"draft": draft.public_id, "sequence": str(draft.sequence)}
    return NoteForm(data={**vars(draft.typed), **of_draft})


def _form_of(note: Note) -> NoteForm:
    return NoteForm(
        title=note.title, body=note.body, tags=", ".join(note.tag_names), version=note.version
    )


def _key(field: str) -> str | None:
    """The form's key as it is kept: ours as it is, a longer one by its hash."""
    return (field if len(field) <= 64 else token_hash(field)) or None
