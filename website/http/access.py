"""Private by default: a page is open to strangers only if it says so, a note only to its owner."""

from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, abort, current_app, redirect, request, url_for
from flask_login import current_user
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import BaseConverter, IntegerConverter
from werkzeug.wrappers import Response

from website.http import log_in_page
from website.http.origin import SAFE_METHODS
from website.http.trail import event
from website.models import Note
from website.models.draft import MAX_ID_LENGTH
from website.security.tokens import ALPHABET, ID_LENGTH, TOKEN_LENGTH

View = TypeVar("View", bound=Callable[..., Any])


class PublicId(BaseConverter):
    """An id in an address, as we make them; anything else is 404 and asks no database."""

    regex = f"[{ALPHABET}]{{{ID_LENGTH}}}"


class Version(IntegerConverter):
    """The number of a version, as a database can hold it."""

    def __init__(self, map: Any) -> None:  # noqa: A002 - Werkzeug's name
        super().__init__(map, min=1, max=2**31 - 2)


class DraftId(BaseConverter):
    """An id that a script gave to a draft."""

    regex = f"[0-9a-z]{{{ID_LENGTH},{MAX_ID_LENGTH}}}"


class Token(BaseConverter):
    """A link's secret, as we make them."""

    regex = f"[A-Za-z0-9_-]{{{TOKEN_LENGTH}}}"


def init_app(app: Flask) -> None:
    app.url_map.converters.update(id=PublicId, token=Token, version=Version, draft=DraftId)
    # One address for each page: `/notes//new` is no other name of it.
    app.url_map.merge_slashes = False
    app.before_request(admit)


def public(view: View) -> View:
    """Mark a view as open to people who are not signed in."""
    view.public = True  # type: ignore[attr-defined]
    return view


def own_note(note_id: str) -> Note:
    """The signed-in person's note of this id; 404 for anyone else's and for none."""
    to_change = request.method not in SAFE_METHODS
    note: Note | None = current_user.notes.get(note_id, to_change=to_change)
    if note is None:
        event("not_yours")
        abort(404)
    return note


def admit() -> Response | tuple[str, int] | None:
    """Send strangers to the log-in page; a change that they sent comes along, not lost."""
    endpoint, arguments = request.endpoint, request.view_args or {}
    wrong_method = request.routing_exception
    if isinstance(wrong_method, MethodNotAllowed):
        endpoint, arguments = _meant(wrong_method)
    if endpoint is None or getattr(current_app.view_functions[endpoint], "public", False):
        return None
    if not current_user.is_authenticated:
        if request.method in SAFE_METHODS:
            return redirect(url_for("auth.log_in", next=request.full_path.rstrip("?")), 303)
        return log_in_page.instead()
    if wrong_method is not None and "note_id" in arguments:
        own_note(arguments["note_id"])  # a stranger learns nothing from a wrong method
    return None


def _meant(error: MethodNotAllowed) -> tuple[str | None, dict[str, Any]]:
    """The page at this address, found by a method that it has."""
    try:
        method = next(iter(error.valid_methods or ["GET"]))
        adapter = current_app.create_url_adapter(request)
        assert adapter is not None
        endpoint, arguments = adapter.match(method=method)
    except NotFound:
        return None, {}
    return endpoint, dict(arguments)
