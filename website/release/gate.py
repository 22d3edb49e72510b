"""The app answers only on a schema that its code can run on, and not while that is changed."""

from collections.abc import Collection
from time import monotonic

from alembic.script import ScriptDirectory
from flask import request
from sqlalchemy import inspect
from sqlalchemy.engine import Connection
from werkzeug.exceptions import ServiceUnavailable

from website.release import maintenance, state
from website.release.site import Site

RECHECK_SECONDS = 1.0  # how soon a running app notices that its database was migrated


class SchemaMismatch(ServiceUnavailable):
    """503: the database's schema is not the code's. The description says why and what to type."""

    event = "schema_mismatch"
    seconds = 10  # after which it is worth asking again


def _revisions(directory: str) -> tuple[frozenset[str], frozenset[str]]:
    """The code's heads, and every revision that it knows; none where they cannot be read."""
    try:
        scripts = ScriptDirectory(directory)
        known = frozenset(script.revision for script in scripts.walk_revisions())
        return frozenset(scripts.get_heads()), known
    except Exception:  # whatever a file that is no revision raises when it is run
        return frozenset(), frozenset()


class Gate:
    def __init__(self, site: Site) -> None:
        self._site = site
        # Read now: after a `git pull` the files on the disk are another version's than this code.
        self._heads, self._known = _revisions(site.directory)
        self._checked_at = -RECHECK_SECONDS
        self._problem: str | None = None
        self._closed = False
        self.recheck_seconds = RECHECK_SECONDS

    def check(self, always_open: Collection[str]) -> None:
        """Raise Closed or SchemaMismatch unless the endpoint is open, or all is well."""
        if request.endpoint in always_open:
            return
        problem = self.problem()
        if self._closed:
            raise maintenance.Closed
        if problem:
            raise SchemaMismatch(problem, retry_after=SchemaMismatch.seconds)

    def problem(self) -> str | None:
        """Why this code may not run on this database now, as a sentence, or None."""
        database = self._site.database
        closed = database.mark_is_a_file and database.maintenance() is not None
        due = self._closed or monotonic() - self._checked_at >= self.recheck_seconds
        if not closed and due:
            with self._site.engine.connect() as connection:
                closed = database.maintenance(connection) is not None
                self._problem = None if closed else self._compare(connection)
            self._checked_at = monotonic()
        self._closed = closed
        return "The site is closed for maintenance." if closed else self._problem

    def _compare(self, connection: Connection) -> str | None:
        if not self._heads:
            return "The revisions of this version cannot be read. Type: flask release status"
        applied = set(self._site.applied(connection))
        if applied == self._heads:
            return None
        if not applied and set(inspect(connection).get_table_names()) & set(
            self._site.metadata.tables
        ):
            return (
                "The database has tables, but no record of the revision that they are at. Restore"
                " a backup or, if you know the revision, type: flask db stamp REVISION"
            )
        if not applied:
            return "The database is empty. Type: flask release apply"
        if applied - self._known:
            return self._ahead(connection, applied)
        return "The database is behind this version of the code. Type: flask release apply"

    def _ahead(self, connection: Connection, applied: set[str]) -> str | None:
        if state.lets_in(connection, applied, set(self._heads)):
            return None
        unknown = ", ".join(sorted(applied - self._known))
        return (
            f"The database is at revision {unknown}, which this version of the code does not know:"
            " it is newer than the code. Start the newer version."
        )
