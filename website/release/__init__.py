"""Schema changes that lose nothing. Knows Alembic and the database, and nothing of our models."""

from collections.abc import Callable, Collection, Mapping

from flask import Flask
from sqlalchemy.engine import Engine

from website.release.commands import release
from website.release.gate import Gate
from website.release.revisions import configure
from website.release.site import Check, Remake, Site, Smoke

__all__ = ["init_app"]


def init_app(
    app: Flask,
    *,
    always_open: Collection[str] = ("static",),
    checks: Mapping[str, Check] | None = None,
    smoke: Mapping[str, Smoke] | None = None,
    prepare: Callable[[Engine], None] | None = None,
    indexes: Mapping[str, Remake] | None = None,
) -> None:
    """Give an app that uses Flask-Migrate `flask release`, the boot gate and the maintenance page.

    `always_open` names endpoints that answer whatever the schema is. `checks` are the application's
    own for `verify`, by name: each is handed a connection and returns a sentence for everything
    that is wrong. `smoke` are for `rehearse`: each is handed a test client of the app on a migrated
    copy. `prepare` does for an engine on that copy what the app does for its own. `indexes` are
    tables that only make finding fast: `move` takes none of their rows along, and hands a
    connection to the new database to each of these functions instead.

    Configuration: BACKUP_DIR, BACKUP_KEEP, PUBLIC_URL, ALLOW_DB_UPGRADE.
    """
    site = Site(app, checks=checks, smoke=smoke, prepare=prepare, indexes=indexes)
    app.extensions["release"] = site
    configure(app.extensions["migrate"])
    gate = Gate(site)
    app.extensions["release_gate"] = gate
    app.cli.add_command(release)

    @app.before_request
    def refuse_other_schemas() -> None:
        gate.check(always_open)
