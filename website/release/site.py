"""What the release room knows of the application that it works for, and nothing more."""

import traceback
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from alembic.config import Config
from alembic.script import Script, ScriptDirectory
from alembic.util import CommandError
from flask import Flask, current_app
from flask.testing import FlaskClient
from sqlalchemy import MetaData, column, inspect, select, table
from sqlalchemy.engine import Connection, Engine

from website.release.dialects import Database, database_at
from website.release.errors import Pending, UnknownRevision, WrongUse, counted
from website.release.lint import Tables

Check = Callable[[Connection], Iterable[str]]  # what is wrong, a sentence each
Remake = Callable[[Connection], None]  # of an index, in a database that has everything else
Smoke = Callable[[FlaskClient], Iterable[str]]  # the same, from asking the application


def heads_of(scripts: ScriptDirectory) -> tuple[str, ...]:
    """The last revision, if there is any; raises UnknownRevision if there are several."""
    heads = tuple(scripts.get_heads())
    if len(heads) > 1:
        raise UnknownRevision(
            f"The code has several heads ({', '.join(heads)}): two lines of revisions that"
            " nobody joined. Type: flask db merge heads -m 'Join'",
            heads=list(heads),
        )
    return heads


def _place(error: Exception) -> str:
    """Where it happened; a mistake of syntax says so itself."""
    at = traceback.extract_tb(error.__traceback__)[-1]
    syntax = isinstance(error, SyntaxError)
    return "" if syntax else f"{Path(at.filename).name}, line {at.lineno}: "


class Site:
    """An application with Flask-Migrate, its revisions and its database."""

    def __init__(
        self,
        app: Flask,
        *,
        checks: Mapping[str, Check] | None = None,
        smoke: Mapping[str, Smoke] | None = None,
        prepare: Callable[[Engine], None] | None = None,
        indexes: Mapping[str, Remake] | None = None,
    ) -> None:
        self.app = app
        self.checks = checks or {}
        self.smoke = smoke or {}
        self.prepare = prepare
        self.indexes = indexes or {}

    @staticmethod
    def current() -> "Site":
        site = current_app.extensions["release"]
        assert isinstance(site, Site)
        return site

    @property
    def _migrate(self) -> Any:
        return self.app.extensions["migrate"]

    @property
    def engine(self) -> Engine:
        """The application's own, in its context."""
        engine = self._migrate.db.engine
        assert isinstance(engine, Engine)
        return engine

    @property
    def engines(self) -> dict[str | None, Engine]:
        """By bind key, as Flask-SQLAlchemy keeps them; another may be put in its place."""
        engines: dict[str | None, Engine] = self._migrate.db.engines
        return engines

    @property
    def database(self) -> Database:
        """Raises WrongUse for one that no release can be made on."""
        return database_at(self.engine.url)

    @property
    def metadata(self) -> MetaData:
        metadata = self._migrate.db.metadata
        assert isinstance(metadata, MetaData)
        return metadata

    @property
    def tables(self) -> Tables:
        """What lint needs to know of the schema: the models', and the database's triggers."""
        if not self.database.exists():
            return Tables.of(self.metadata)
        with self.database.reading() as connection:
            return Tables.of(self.metadata, connection)

    @property
    def options(self) -> dict[str, Any]:
        """What the application tells Alembic."""
        return dict(self._migrate.configure_args)

    @property
    def directory(self) -> str:
        return str(self._migrate.directory)

    @property
    def config(self) -> Config:
        try:
            config = self._migrate.migrate.get_config(self.directory)
        except ValueError as error:
            raise WrongUse(
                f"Alembic's settings cannot hold a % in a path: move the project out of"
                f" {self.directory}."
            ) from error
        assert isinstance(config, Config)
        return config

    @cached_property
    def scripts(self) -> ScriptDirectory:
        """The code's revisions, all of them read; raises UnknownRevision if that fails."""
        scripts = ScriptDirectory.from_config(self.config)
        try:
            list(scripts.walk_revisions())
        except CommandError:
            raise
        except Exception as error:  # whatever a file that is no revision raises when it is run
            raise UnknownRevision(f"A revision cannot be read: {_place(error)}{error}.") from error
        return scripts

    @property
    def version_table(self) -> str:
        return str(self.options.get("version_table", "alembic_version"))

    @property
    def backups(self) -> Path:
        return Path(self.app.config.get("BACKUP_DIR") or Path(self.app.instance_path) / "backups")

    @property
    def is_public(self) -> bool:
        """Whether other machines reach the site: its PUBLIC_URL is not on loopback."""
        host = urlsplit(self.app.config.get("PUBLIC_URL") or "").hostname
        if host in {None, "localhost"}:
            return False
        try:
            return not ip_address(host).is_loopback
        except ValueError:
            return True

    @cached_property
    def heads(self) -> tuple[str, ...]:
        """The code's; raises UnknownRevision if there is not one."""
        return heads_of(self.scripts)

    def applied(self, connection: Connection) -> tuple[str, ...]:
        """The revisions that the database is at; empty before the first one."""
        schema = self.options.get("version_table_schema")
        if not inspect(connection).has_table(self.version_table, schema=schema):
            return ()
        versions = table(self.version_table, column("version_num"), schema=schema)
        return tuple(sorted(connection.scalars(select(versions.c.version_num))))

    def pending(self, applied: tuple[str, ...]) -> list[Script]:
        """The revisions that the database does not have yet, the next one first.

        Raises UnknownRevision where the code does not know what the database is at.
        """
        heads = self.heads
        unknown = [name for name in applied if not self._known(name)]
        if unknown:
            raise UnknownRevision(
                f"The database is at revision {', '.join(unknown)}, which this code does not know:"
                " it is newer than the code, or of another project. Start the newer version.",
                applied=list(applied),
            )
        if not heads or set(applied) == set(heads):
            return []
        found = self.scripts.iterate_revisions(heads, applied or "base", implicit_base=True)
        return list(found)[::-1]

    def _known(self, revision: str) -> bool:
        return revision in {script.revision for script in self.scripts.walk_revisions()}

    def now(self, database: Database | None = None) -> tuple[tuple[str, ...], list[Script]]:
        """What the database is at, and what it does not have yet."""
        database = database or self.database
        if not database.exists():
            return (), self.pending(())
        with database.reading() as connection:
            applied = self.applied(connection)
        return applied, self.pending(applied)

    def at_head(self, database: Database | None = None) -> tuple[str, ...]:
        """What the database is at; raises Pending if that is not the code's head."""
        applied, pending = self.now(database)
        if pending:
            raise Pending(
                f"{counted(len(pending), 'revision')} not applied yet. Type: flask release apply",
                pending=[script.revision for script in pending],
            )
        return applied
