"""Octavo: notes that stay yours. `create_app` is the roof; nobody imports it from inside."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import Migrate

from website import account, auth, database, http, notes, operations, release
from website.config import load
from website.database import db
from website.http import trail
from website.models.search import index

__all__ = ["create_app", "db"]

ROOT = Path(__file__).parent.parent


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """The site as a Flask application.

    `config` is Flask configuration that goes over the settings of the environment. Touches no
    global state: several applications on several databases can live in one process.
    Raises SettingError with a sentence for a setting that makes no sense.
    """
    app = Flask(__name__, instance_path=str(ROOT / "instance"), static_folder=None)
    app.config.from_mapping(load(ROOT, Path(app.instance_path), config or {}))
    database.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), compare_server_default=True)
    trail.init_app(app)  # first, so that a refusal by the gate has an id too
    release.init_app(
        app,
        always_open={"static", "operations.health", "operations.ready"},
        smoke=operations.SMOKE,
        prepare=database.prepare,
        checks={"search": index.check},
        indexes={"findable_index": index.remake},
    )
    http.init_app(app)
    app.register_blueprint(auth.blueprint)
    app.register_blueprint(notes.blueprint)
    app.register_blueprint(account.blueprint)
    operations.init_app(app)
    return app
