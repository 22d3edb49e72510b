"""The app answers only on the schema that its code was written for; it never migrates itself."""

from collections.abc import Collection
from functools import cached_property
from time import monotonic

from alembic.script import ScriptDirectory
from flask import Flask, request
from sqlalchemy import column, inspect, select, table
from werkzeug.exceptions import ServiceUnavailable

RECHECK_SECONDS = 1.0  # how soon a running app notices that its database was migrated


class SchemaMismatch(ServiceUnavailable):
    """503: the database's schema is not the code's. The description says why and what to type."""

    event = "schema_mismatch"
    seconds = 10  # after which it is worth asking again


class Gate:
    def __init__(self, app: Flask) -> None:
        self._migrate = app.extensions["migrate"]
        self._checked_at = -RECHECK_SECONDS
        self._problem: str | None = None
        self.recheck_seconds = RECHECK_SECONDS

    @cached_property
    def _scripts(self) -> ScriptDirectory:
        return ScriptDirectory(self._migrate.directory)

    @cached_property
    def _heads(self) -> frozenset[str]:
        return frozenset(self._scripts.get_heads())

    @cached_property
    def _known(self) -> frozenset[str]:
        return frozenset(script.revision for script in self._scripts.walk_revisions())

    def check(self, always_open: Collection[str]) -> None:
        """Raise SchemaMismatch unless the request's endpoint is open or the schema is ours."""
        if request.endpoint not in always_open and (problem := self.problem()):
            raise SchemaMismatch(problem, retry_after=SchemaMismatch.seconds)

    def problem(self) -> str | None:
        """Why this code may not run on this database, as a sentence, or None."""
        if monotonic() - self._checked_at >= self.recheck_seconds:
            self._problem = self._compare()
            self._checked_at = monotonic()
        return self._problem

    def _compare(self) -> str | None:
        # Not by Alembic's MigrationContext, which logs two lines at each look.
        name = self._migrate.configure_args.get("version_table", "alembic_version")
        with self._migrate.db.engine.connect() as connection:
            tables = set(inspect(connection).get_table_names())
            applied = (
                set(connection.scalars(select(column("version_num")).select_from(table(name))))
                if name in tables
                else set()
            )
        if applied == self._heads:
            return None
        if not applied and tables & set(self._migrate.db.metadata.tables):
            return (
                "The database has tables, but no record of the revision that they are at. Restore"
                " a backup or, if you know the revision, type: flask db stamp REVISION"
            )
        if not applied:
            return "The database is empty. Type: flask db upgrade"
        if applied - self._known:
            unknown = ", ".join(sorted(applied - self._known))
            return (
                f"The database is at revision {unknown}, which this version of the code does not"
                " know: it is newer than the code. Start the newer version."
            )
        return "The database is behind this version of the code. Type: flask db upgrade"
