"""The connection that revisions run on: on SQLite whole or not at all, and with no cascade."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import create_engine, event
from sqlalchemy.engine import URL, Connection
from sqlalchemy.pool import NullPool

LOCK_SECONDS = 60  # how long to wait for another upgrade, or for the site's writers
_LOCK = 0x6F637461766F  # PostgreSQL's advisory lock for "this database is being migrated"


class BrokenReferences(Exception):
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
    engine = create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args=arguments)
    if sqlite:
        event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite if sqlite else _begin_postgresql)
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None
    connection.execute("PRAGMA foreign_keys=OFF")
    assert connection.execute("PRAGMA foreign_keys").fetchone() == (0,)


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def _begin_postgresql(connection: Connection) -> None:
    connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")


def broken_references(connection: Connection) -> set[tuple[Any, ...]]:
    """Rows whose parent is missing: (table, rowid, parent, which key). PostgreSQL allows none."""
    if connection.dialect.name != "sqlite":
        return set()
    return {tuple(row) for row in connection.exec_driver_sql("PRAGMA foreign_key_check")}


def refuse_broken_references(connection: Connection, before: set[tuple[Any, ...]]) -> None:
    """Raise BrokenReferences, inside the transaction, if there are more than `before`."""
    new = broken_references(connection) - before
    if new:
        tables = ", ".join(sorted({f"{row[0]} (to {row[2]})" for row in new}))
        raise BrokenReferences(
            f"{len(new)} rows would refer to a row that is gone, in: {tables}. Nothing was changed."
        )
