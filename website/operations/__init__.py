"""For the person who runs the site: commands, and pages that a monitor asks."""

from flask import Blueprint, Flask

from website.operations import health, jobs, notes, seed, serve, users
from website.operations.smoke import SMOKE

__all__ = ["SMOKE", "init_app"]

blueprint = Blueprint("operations", __name__)
blueprint.add_url_rule("/health", view_func=health.health)
blueprint.add_url_rule("/ready", view_func=health.ready)


def init_app(app: Flask) -> None:
    app.register_blueprint(blueprint)
    for command in (serve.serve, users.users, notes.notes, seed.seed, jobs.jobs):
        app.cli.add_command(command)
