"""The list of notes: pinned first, then the newest edit, fifty to a page."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from website.models.shelf import BadCursor, Page, Place


def index() -> ResponseReturnValue:
    tag = request.args.get("tag") or None
    page = read_page(Place.LIST, tag)
    return render_template("notes/index.html", page=page, tag=tag)


def read_page(place: Place, tag: str | None = None) -> Page:
    """The page that the address asks for; 404 for one that there never was."""
    try:
        page: Page = current_user.notes.page(place, after=request.args.get("after"), tag=tag)
    except BadCursor:
        abort(404)
    return page
