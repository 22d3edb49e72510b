"""The connection that revisions run on: on SQLite whole or not at all, and with no cascade."""

import os
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic.util import CommandError
from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL, Connection
from sqlalchemy.pool import NullPool

LOCK_SECONDS = 60  # how long to wait for another upgrade, or for the site's writers
_LOCK = 0x6F637461766F  # PostgreSQL's advisory lock for "this database is being migrated"


class BrokenReferences(CommandError):
    """A revision left rows that refer to nothing; it was rolled back."""


@contextmanager
def migrating(url: URL) -> Iterator[Connection]:
    """A connection for revisions, on an engine of its own.

    On SQLite foreign keys are off, since Alembic rebuilds a table by dropping the old one, and
    ON DELETE CASCADE would take its children along; DDL is in the transaction, which the driver's
    own commits would break; BEGIN IMMEDIATE lets one upgrade at a time in. On PostgreSQL an
    advisory lock does the last.
    """
    sqlite = url.get_backend_name() == "sqlite"
    arguments = {"timeout": LOCK_SECONDS} if sqlite else {}
    if sqlite and url.database:
        # A new file is its owner's alone; SQLite gives the files beside it the same mode.
        os.close(os.open(url.database, os.O_RDWR | os.O_CREAT, 0o600))
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args=arguments)
    if sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "commit", _end_sqlite)
        event.listen(engine, "rollback", _end_sqlite)
    event.listen(engine, "begin", _begin_sqlite if sqlite else _begin_postgresql)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def refuse_missing(url: URL) -> None:
    """Raise CommandError if this is an SQLite file that is not there: looking makes none."""
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        raise CommandError(f"There is no database at {url.database}. Type: flask db upgrade")


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys=OFF")
    assert connection.execute("PRAGMA foreign_keys").fetchone() == (0,)


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    _sqlite(connection).set_authorizer(_transaction_is_kept)


def _transaction_is_kept(action: int, what: str | None, *_more: Any) -> int:
    """A revision that says COMMIT, or calls `executescript`, which does, is "not authorized"."""
    ends = action == sqlite3.SQLITE_TRANSACTION and what in {"COMMIT", "ROLLBACK"}
    return sqlite3.SQLITE_DENY if ends else sqlite3.SQLITE_OK


def _end_sqlite(connection: Connection) -> None:
    _sqlite(connection).set_authorizer(None)


def _sqlite(connection: Connection) -> Any:
    return connection.connection.dbapi_connection


def _begin_postgresql(connection: Connection) -> None:
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")


def broken_references(connection: Connection) -> Counter[tuple[str, str]]:
    """How many rows of which table miss their parent in which. PostgreSQL allows none.

    Counted, since a rebuilt table numbers its rows and its keys anew.
    """
    if connection.dialect.name != "sqlite":
        return Counter()
    found = connection.exec_driver_sql("PRAGMA foreign_key_check")
    return Counter((table, parent) for table, _rowid, parent, _key in found)


def refuse_broken_references(connection: Connection, before: Counter[tuple[str, str]]) -> None:
    """Raise BrokenReferences, inside the transaction, if there are more than `before`."""
    new = broken_references(connection) - before
    if new:
        tables = ", ".join(sorted(f"{table} (to {parent})" for table, parent in new))
        raise BrokenReferences(
            f"{new.total()} rows would refer to a row that is gone, in: {tables}."
            " Nothing was changed."
        )
