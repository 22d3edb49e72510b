"""Each request has an id, on its answer, on its error page and on every line it logs."""

from time import perf_counter
from typing import Any

from flask import Flask, Response, g, request

from website import logs
from website.security.tokens import new_id


def init_app(app: Flask) -> None:
    app.before_request(begin)
    app.after_request(end)


def begin() -> None:
    g.request_id = new_id()[:12]
    g.began = perf_counter()


def event(name: str, **fields: Any) -> None:
    """Log an event of this request: with its id, the client's address and who is signed in."""
    person = g.get("_login_user")
    logs.event(
        name,
        request_id=g.get("request_id"),
        address=request.remote_addr,
        user=getattr(person, "id", None),
        **fields,
    )


def end(response: Response) -> Response:
    response.headers["X-Request-Id"] = g.request_id
    # The rule, not the path: a path can hold a link's secret or a note's id.
    rule = None if request.url_rule is None else request.url_rule.rule
    milliseconds = round(1000 * (perf_counter() - g.began), 1)
    event(
        "request", method=request.method, route=rule, status=response.status_code, ms=milliseconds
    )
    return response
