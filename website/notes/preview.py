"""What a text will look like when it is saved. Nothing is written for that."""

from flask import jsonify, render_template, request
from flask.typing import ResponseReturnValue

from website.http.kept import place_to_save
from website.http.pages import wants_json
from website.notes.form import NoteForm


def preview() -> ResponseReturnValue:
    """A page with the editor under it; for a script `{"html": …}`, or `{"error": …}` with 422."""
    form = NoteForm()
    content = form.content()
    status = 200 if content else 422
    if wants_json():
        if content is None:
            return jsonify({"error": next(iter(form.errors.values()))[0]}), status
        return jsonify({"html": content.html})
    page = render_template(
        "notes/preview.html",
        form=form, content=content, address=place_to_save(request.form.get("address", "")),
    )  # fmt: skip
    return page, status
