"""A note, rendered."""

from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from flask_login import current_user

from website.http.access import own_note
from website.models import Note
from website.text.markdown.headings import contents
from website.text.markdown.tasks import as_buttons
from website.text.markdown.wiki import ADDRESS, marked
from website.text.names import name_of_link

MANY_HEADINGS = 4  # from so many on a note has a table of contents


def show(note_id: str) -> ResponseReturnValue:
    return render_template("notes/show.html", **page_of(own_note(note_id)))


def page_of(note: Note) -> dict[str, Any]:
    """What a note's page shows."""
    html = note.html
    headings = contents(html)
    if ADDRESS in html and (missing := current_user.web.missing(note)):
        html = marked(html, lambda title: name_of_link(title) not in missing)
    return {
        "note": note,
        "html": as_buttons(html, "tasks"),
        "headings": headings if len(headings) >= MANY_HEADINGS else [],
        "linking": current_user.web.linking_to(note),
    }
