"""Is it alive, and is it ready: for monitors and load balancers, as plain text."""

from flask import Response, current_app
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError

from website.http.access import public


def _say(text: str, status: int = 200) -> Response:
    return Response(f"{text}\n", status, mimetype="text/plain")


@public
def health() -> ResponseReturnValue:
    """200 while the process answers; no database is asked."""
    return _say("ok")


@public
def ready() -> ResponseReturnValue:
    """200 when the database answers and its schema is the code's; else 503 and why."""
    try:
        problem = current_app.extensions["release_gate"].problem()
    except DBAPIError:
        problem = "The database does not answer."
    return _say(problem, 503) if problem else _say("ready")
