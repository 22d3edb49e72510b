"""What is being written, kept while it is typed; the editor offers it, and never by itself."""

import re

from flask import Response, abort, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import current_user

from website.database import db
from website.http.access import DraftId
from website.http.pages import say
from website.models.draft import ClosedDraft, Draft, StaleDraft, TooManyDrafts, Typed
from website.notes.form import NoteForm, number
from website.text.lines import normalise_line_ends


def keep() -> ResponseReturnValue:
    """For a script: 200 with the number of this keeping; 409 if another tab went on with it.

    `closed` if it was saved or thrown away meanwhile: no error, since nothing is to be kept.
    """
    form = NoteForm()
    form.whole("body")
    draft_id = _id(form)
    if draft_id is None:
        abort(400)
    typed = Typed(
        title=normalise_line_ends(form.title.data or ""),
        body=normalise_line_ends(form.body.data or ""),
        tags=form.tags.data or "",
        version=number(form.version.data),
        key=form.key.data or "",
    )
    note = current_user.notes.get(request.form.get("note", ""))
    sequence = number(request.form.get("sequence")) or 0
    try:
        draft = current_user.drafts.keep(draft_id, sequence, typed, note)
    except ClosedDraft:
        return jsonify({"closed": True})
    except StaleDraft:
        return Response("Another tab went on with this draft.", 409, mimetype="text/plain")
    except TooManyDrafts:
        return Response("There are too many drafts.", 422, mimetype="text/plain")
    kept = {"sequence": draft.sequence, "at": draft.saved_at.isoformat()}
    db.session.commit()
    return jsonify(kept)


def discard(draft_id: str) -> ResponseReturnValue:
    if current_user.drafts.get(draft_id) is None:
        abort(404)
    current_user.drafts.close(draft_id)
    db.session.commit()
    say("The draft is thrown away.")
    return redirect(url_for("account.drafts"), 303)


def asked_for() -> Draft | None:
    """The draft that the address names, to go on with; 404 if it is gone."""
    draft_id = request.args.get("draft")
    if draft_id is None:
        return None
    draft: Draft | None = current_user.drafts.get(draft_id) if is_id(draft_id) else None
    if draft is None:
        abort(404)
    return draft


def saved(form: NoteForm) -> None:
    """What was typed is in the note now, in the open transaction."""
    draft_id = _id(form)
    if draft_id is not None:
        current_user.drafts.close(draft_id)


def _id(form: NoteForm) -> str | None:
    found = form.draft.data or ""
    return found if is_id(found) else None


def is_id(text: str) -> bool:
    return re.fullmatch(DraftId.regex, text) is not None
