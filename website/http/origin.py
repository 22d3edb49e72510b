"""A change is made only from the site's own pages: a browser says where a request comes from."""

from urllib.parse import urlsplit

from flask import Flask, current_app, request
from werkzeug.exceptions import Forbidden

from website.config import is_loopback

SAFE_METHODS = {"GET", "HEAD", "OPTIONS", "TRACE"}


class OriginRefused(Forbidden):
    event = "origin_refused"
    description = "This came from another site, so it was not done."


def init_app(app: Flask) -> None:
    app.before_request(refuse_other_sites)


def refuse_other_sites() -> None:
    """Raise OriginRefused for a change that another site's page sent, whatever token it holds.

    A client that says nothing of where it comes from (no browser of today) is left to its CSRF
    token; under https it must at least send a referrer.
    """
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site is not None:
        allowed = site in {"same-origin", "none"}
    elif origin is not None:
        allowed = _is_ours(origin)
    elif current_app.config["PUBLIC_URL"].startswith("https:") and request.cookies:
        allowed = _is_ours(request.headers.get("Referer", ""))
    else:
        allowed = True
    if allowed and origin is not None and site is not None:
        allowed = _is_ours(origin)
    if not allowed:
        raise OriginRefused


def _is_ours(url: str) -> bool:
    try:
        theirs, ours = urlsplit(url), urlsplit(current_app.config["PUBLIC_URL"])
        if (theirs.scheme, theirs.hostname, theirs.port) == (ours.scheme, ours.hostname, ours.port):
            return True
        # On this machine localhost and 127.0.0.1 are one, and so is the port that was asked.
        return (
            is_loopback(ours.hostname)
            and theirs.scheme == ours.scheme
            and is_loopback(theirs.hostname)
            and theirs.netloc == request.host
        )
    except ValueError:
        return False
