"""What every page needs and no page owns, in the order in which a request travels through it."""

from flask import Flask

from website.http import (
    access,
    assets,
    csrf,
    errors,
    headers,
    hosts,
    limits,
    origin,
    pages,
    sessions,
    text,
)


def init_app(app: Flask) -> None:
    """Put every request through these, in this order; what comes after the view is in reverse.

    `trail` comes before them all, in the roof: the boot gate stands between.
    """
    headers.init_app(app)
    hosts.init_app(app)
    app.before_request(text.refuse_broken_query)
    limits.init_app(app)
    origin.init_app(app)
    sessions.init_app(app)
    access.init_app(app)
    text.init_app(app)
    csrf.init_app(app)
    errors.init_app(app)
    assets.init_app(app)
    pages.init_app(app)
