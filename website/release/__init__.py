"""Schema changes that lose nothing. Knows Alembic and the database, and nothing of our models."""

from collections.abc import Collection

from flask import Flask

from website.release.gate import Gate
from website.release.revisions import number_new_files

__all__ = ["init_app"]


def init_app(app: Flask, *, always_open: Collection[str] = ()) -> None:
    """Put the boot gate before every request of an app that uses Flask-Migrate.

    `always_open` names endpoints that answer whatever the schema is.
    """
    number_new_files(app.extensions["migrate"].migrate)
    gate = Gate(app)
    app.extensions["release_gate"] = gate

    @app.before_request
    def refuse_other_schemas() -> None:
        gate.check(always_open)
