"""What is being written, kept while it is typed; the editor offers it, and never by itself."""

import re

from flask import Response, abort, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from website.database import db
from website.http.access import DraftId
from website.http.pages import say
from website.models import Note
from website.models.draft import ClosedDraft, Draft, StaleDraft, TooManyDrafts, Typed
from website.notes.form import NoteForm, number, numbers
from website.text.lines import normalise_line_ends


def keep() -> ResponseReturnValue:
    """For a script: 200 with the number of this keeping; 409 if another tab went on with it.

    `sequence` has the numbers of keepings whose text is the sender's own, since any of them may
    have arrived, 0 for none; `following` the one that this shall have, or else it is the next.
    `closed` if it was saved or thrown away meanwhile: no error; whether this text was saved, says
    the number, if it is one of the sender's.
    """
    form = NoteForm()
    form.whole("body")
    draft_id = _id(form)
    if draft_id is None:
        abort(400)
    typed = _typed(form)
    note = current_user.notes.get(request.form.get("note", ""))
    own = numbers(form.sequence.data) or [0]
    following = number(request.form.get("following")) or max(own) + 1
    try:
        draft = current_user.drafts.keep(draft_id, own, following, typed, note)
    except ClosedDraft as error:
        return jsonify({"closed": True, "sequence": error.sequence})
    except StaleDraft:
        return Response("Another tab went on with this draft.", 409, mimetype="text/plain")
    except TooManyDrafts:
        return Response("There are too many drafts.", 422, mimetype="text/plain")
    kept = {"sequence": draft.sequence, "at": draft.saved_at.isoformat()}
    if not _says_something(typed, note):
        db.session.delete(draft)
    db.session.commit()
    return jsonify(kept)


def _says_something(typed: Typed, note: Note | None) -> bool:
    """Whether there is anything that is not saved."""
    if note is None:
        return any(text.strip() for text in (typed.title, typed.body, typed.tags))
    saved = note.title, note.body, ", ".join(note.tag_names)
    return (typed.title, typed.body, typed.tags) != saved


def discard(draft_id: str) -> ResponseReturnValue:
    """Throw away what the list showed, and not what was typed since. Twice is as good as once."""
    drafts = current_user.drafts
    drafts.throw_away(draft_id, numbers(NoteForm().sequence.data))
    if drafts.get(draft_id) is not None:
        say("The draft is still here: more was typed meanwhile.")
    elif drafts.thrown_away(draft_id) is not None:
        say("The draft is thrown away.", undo=url_for("notes.take_back", draft_id=draft_id))
    else:
        abort(404)
    db.session.commit()
    return redirect(url_for("account.drafts"), 303)


def take_back(draft_id: str) -> ResponseReturnValue:
    draft = current_user.drafts.thrown_away(draft_id)
    if draft is not None:
        draft.closed = False
    elif current_user.drafts.get(draft_id) is None:
        abort(404)
    db.session.commit()
    say("The draft is here again.")
    return redirect(url_for("account.drafts"), 303)


def asked_for(note: Note | None) -> Draft | None:
    """The draft that the address names, to go on with; 404 if it is gone, or another note's."""
    draft_id = request.args.get("draft")
    if draft_id is None:
        return None
    draft: Draft | None = current_user.drafts.get(draft_id) if is_id(draft_id) else None
    if draft is None or draft.note_id != (note and note.id):
        abort(404)
    return draft


def saved(form: NoteForm) -> None:
    """What was typed is in the note now, in the open transaction. What another editor typed into
    the same draft is not, and stays."""
    draft_id = _id(form)
    if draft_id is not None:
        current_user.drafts.close(draft_id, numbers(form.sequence.data), _typed(form))


def _typed(form: NoteForm) -> Typed:
    return Typed(
        title=normalise_line_ends(form.title.data or ""),
        body=normalise_line_ends(form.body.data or ""),
        tags=form.tags.data or "",
        version=number(form.version.data),
        key=form.key.data or "",
    )


def _id(form: NoteForm) -> str | None:
    found = form.draft.data or ""
    return found if is_id(found) else None


def is_id(text: str) -> bool:
    return re.fullmatch(DraftId.regex, text) is not None
