"""A note, rendered."""

from flask import render_template
from flask.typing import ResponseReturnValue

from website.http.access import own_note


def show(note_id: str) -> ResponseReturnValue:
    return render_template("notes/show.html", note=own_note(note_id))
