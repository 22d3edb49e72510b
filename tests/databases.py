"""One migrated database a run, copied for each test: a file copy, or CREATE DATABASE … TEMPLATE."""

import shutil
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import flask_migrate
from sqlalchemy import create_engine, text

from website import create_app, db


class Sqlite:
    def __init__(self, folder: Path) -> None:
        self.template = folder / "template.db"
        self.folder = folder
        upgrade(f"sqlite:///{self.template}")

    @contextmanager
    def copy(self) -> Iterator[str]:
        path = self.folder / f"{uuid.uuid4().hex}.db"
        shutil.copyfile(self.template, path)
        yield f"sqlite:///{path}"
        for file in self.folder.glob(f"{path.name}*"):
            file.unlink()


class Postgresql:
    def __init__(self, server_url: str) -> None:
        self.url = server_url
        self.template = f"template_{uuid.uuid4().hex}"
        self._admin = create_engine(f"{server_url}/postgres", isolation_level="AUTOCOMMIT")
        self._do(f"CREATE DATABASE {self.template}")
        upgrade(f"{server_url}/{self.template}")

    @contextmanager
    def copy(self) -> Iterator[str]:
        name = f"test_{uuid.uuid4().hex}"
        self._do(f"CREATE DATABASE {name} TEMPLATE {self.template}")
        yield f"{self.url}/{name}"
        self._do(f"DROP DATABASE {name} WITH (FORCE)")

    def _do(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(statement))

    def close(self) -> None:
        self._do(f"DROP DATABASE {self.template} WITH (FORCE)")
        self._admin.dispose()


def upgrade(url: str) -> None:
    """Bring the database of this address to head, as `flask db upgrade` does."""
    app = make_app(url)
    with app.app_context():
        flask_migrate.upgrade()
        db.engine.dispose()


def make_app(url: str, **config: Any) -> Any:
    """The site on this database, as the tests use it."""
    return create_app(
        {
            "TESTING": True,
            "SECRET_KEY": "only for tests: 0123456789abcdef",
            "SQLALCHEMY_DATABASE_URI": url,
            **config,
        }
    )
