"""What cannot be done is said plainly, with what was typed; nobody sees a traceback."""

import re
import traceback

from flask import Flask, Response, g, make_response, render_template
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, ServiceUnavailable

from website.database import db
from website.http import kept
from website.http.limits import too_many
from website.http.trail import event
from website.logs import logger
from website.models.throttle import TooManyTries
from website.security.tokens import new_id

_SENTENCES = {
    400: "This request could not be read.",
    403: "This came from another site, so it was not done.",
    404: "There is no such page, or it is not yours.",
    405: "This page cannot be used that way.",
    413: "This is larger than the site accepts.",
    429: "That was tried too often.",
    500: "Something went wrong here, and it is our fault.",
    503: "The notes cannot be reached just now. Try again in a moment.",
}
_TITLES = {
    400: "Not understood", 403: "Refused", 404: "Not found", 405: "Not possible",
    413: "Too large", 415: "Not a form", 429: "Too often", 500: "Our mistake",
    503: "Not available just now",
}  # fmt: skip


def init_app(app: Flask) -> None:
    app.register_error_handler(HTTPException, refused)
    app.register_error_handler(TooManyTries, lambda error: refused(too_many(error)))
    app.register_error_handler(DBAPIError, database_failed)
    app.register_error_handler(PoolTimeout, busy)
    app.register_error_handler(Exception, failed)


def refused(error: HTTPException) -> Response:
    """The page for a request that was refused, with the text that came along.

    An error that carries the name of an `event` has a sentence of its own for the person.
    """
    code = error.code or 500
    if error.response is not None or code < 400:
        return make_response(error.get_response())
    sentence = _SENTENCES.get(code, error.description or "")
    happened = getattr(error, "event", None)
    if happened is not None:
        sentence = error.description or sentence
    elif isinstance(error, CSRFError):
        happened = "csrf_refused"
        sentence = "This form was made before you signed in or out. Try again from here."
    elif code == 413:
        happened = "too_large"
    if happened is not None:
        event(happened, sentence=sentence)
    response = page(code, sentence)
    for name, value in error.get_headers():
        if name != "Content-Type":
            response.headers[name] = value
    return response


def database_failed(error: DBAPIError) -> Response:
    """503 when the database is locked, full, missing or unreachable; 500 when we misused it."""
    db.session.rollback()
    # InternalError is PostgreSQL's for a standby that only reads.
    unreachable = isinstance(error, OperationalError | InterfaceError | InternalError)
    broken = re.search("malformed|not a database", str(error.orig))
    if not unreachable and not error.connection_invalidated and not broken:
        return failed(error)
    event("database_unavailable", problem=str(error.orig).partition("\n")[0])
    return refused(ServiceUnavailable(retry_after=5))


def busy(error: PoolTimeout) -> Response:
    """503 when every connection to the database is taken for too long."""
    event("database_unavailable", problem=str(error))
    return refused(ServiceUnavailable(retry_after=5))


def failed(error: Exception) -> Response:
    """500: logged with the request's id, which the page shows, and nothing else of it."""
    db.session.rollback()
    fields = {"request_id": g.get("request_id")}
    if isinstance(error, DBAPIError):
        # Not its message: PostgreSQL's shows the row that it refused, and so a person's words.
        kind = f"{type(error.orig).__name__} {getattr(error.orig, 'sqlstate', '')}".strip()
        trail = "".join(traceback.format_tb(error.__traceback__))
        logger.error("exception", extra={"fields": {**fields, "problem": kind, "traceback": trail}})
    else:
        logger.exception("exception", extra={"fields": fields})
    return page(500, _SENTENCES[500])


def page(code: int, sentence: str) -> Response:
    """An error page: asks no database, so that it can be shown when there is none."""
    text = kept.from_request()
    if text is not None and not text.form.key.data:
        text.form.key.data = new_id()  # so that saving it twice makes one note
    html = render_template(
        "errors/error.html",
        code=code,
        title=_TITLES.get(code, "Not possible"),
        sentence=sentence,
        kept=text,
        request_id=g.get("request_id"),
    )
    return make_response(html, code)
