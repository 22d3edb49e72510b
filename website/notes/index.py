"""The list of notes, pinned first, then the newest edit; or what a search finds among them."""

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from website.http.pages import wants_json
from website.http.trail import event
from website.models.listing import BadCursor, Page, Place, Sort
from website.models.search.grammar import MAX_QUERY, parse
from website.models.search.patience import TookTooLong


def index() -> ResponseReturnValue:
    typed = request.args.get("q", "").replace("\0", " ")
    if typed.strip():
        return found(typed)
    tag = request.args.get("tag") or None
    sort = sorted_by()
    page = read_page(Place.LIST, tag, sort)
    return render_template("notes/index.html", page=page, tag=tag, sort=sort.value)


def sorted_by() -> Sort:
    """The order that the address asks for; the usual one, if it means none."""
    try:
        return Sort(request.args.get("sort"))
    except ValueError:
        return Sort.EDITED


def found(typed: str) -> ResponseReturnValue:
    query = parse(typed)
    try:
        page = current_user.search.page(query, request.args.get("after"))
    except BadCursor:
        abort(404)
    except TookTooLong:
        event("search_given_up")
        page = None
    json = wants_json() and page is not None
    template = "notes/hits.html" if json else "notes/found.html"
    html = render_template(template, page=page, typed=typed[:MAX_QUERY])
    if page is None:
        return html, 503
    return {"html": html, "title": f"Search: {typed[:MAX_QUERY]} · Octavo"} if json else html


def read_page(place: Place, tag: str | None = None, sort: Sort = Sort.EDITED) -> Page:
    """The page that the address asks for; 404 for one that there never was."""
    after = request.args.get("after")
    try:
        page: Page = current_user.notes.page(place, sort, after=after, tag=tag)
    except BadCursor:
        abort(404)
    return page
