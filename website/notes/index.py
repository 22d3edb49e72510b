"""The list of notes, pinned first, then the newest edit; or what a search finds among them."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from website.http.pages import wants_json
from website.models.search.grammar import MAX_QUERY, parse
from website.models.shelf import BadCursor, Page, Place


def index() -> ResponseReturnValue:
    typed = request.args.get("q", "").replace("\0", " ")
    if typed.strip():
        return found(typed)
    tag = request.args.get("tag") or None
    page = read_page(Place.LIST, tag)
    return render_template("notes/index.html", page=page, tag=tag)


def found(typed: str) -> ResponseReturnValue:
    query = parse(typed)
    try:
        page = current_user.search.page(query, request.args.get("after"))
    except BadCursor:
        abort(404)
    json = wants_json()
    template = "notes/hits.html" if json else "notes/found.html"
    html = render_template(template, page=page, typed=typed[:MAX_QUERY])
    return {"html": html, "title": f"Search: {typed[:MAX_QUERY]} · Octavo"} if json else html


def read_page(place: Place, tag: str | None = None) -> Page:
    """The page that the address asks for; 404 for one that there never was."""
    try:
        page: Page = current_user.notes.page(place, after=request.args.get("after"), tag=tag)
    except BadCursor:
        abort(404)
    return page
