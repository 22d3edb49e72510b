"""A task's box, ticked on the page of its note."""

from flask import jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from website.database import db
from website.http.access import own_note
from website.http.pages import wants_json
from website.models.tickable import TaskGone
from website.notes.form import number
from website.notes.show import page_of


def tick(note_id: str) -> ResponseReturnValue:
    """Back to the page; 409 if the task is not there any more.

    For a script `{"version": …}`, in which the boxes are counted as on the page that it has.
    """
    done = "tick" in request.form
    which = number(request.form.get("tick" if done else "clear"))
    version = number(request.form.get("version"))
    note = own_note(note_id)
    try:
        counted = note.tick(-1 if which is None else which, version or 0, done=done)
    except TaskGone:
        return render_template("notes/show.html", **page_of(note), task_gone=True), 409
    db.session.commit()
    if wants_json():
        return jsonify({"version": counted})
    return redirect(url_for("notes.show", note_id=note_id, _anchor=f"task-{which}"), 303)
