"""A connection to an SQLite file on which revisions run whole or not at all, with no cascade."""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from website.release.dialects.base import LOCK_SECONDS
from website.release.errors import LockTimeout, MigrationFailed
from website.release.files import make_file


def connect(path: Path, mode: str) -> sqlite3.Connection:
    """Open the file as `ro` or `rw`: SQLite never makes one, and the driver begins nothing."""
    if mode == "ro" and Path(f"{path}-journal").exists():
        # Of one that was killed: SQLite must undo its half before anyone can read.
        with closing(connect(path, "rw")) as writer:
            writer.execute("SELECT count(*) FROM sqlite_master").fetchone()
    connection = sqlite3.connect(
        f"file:{quote(str(path))}?mode={mode}",
        uri=True, timeout=LOCK_SECONDS, isolation_level=None, check_same_thread=False,
    )  # fmt: skip
    try:
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA secure_delete=ON")  # a note that goes later leaves no trace
    except sqlite3.Error:
        connection.close()  # or it would hold its lock on a ruin
        raise
    return connection


def new_file(path: Path) -> sqlite3.Connection:
    """An empty file to copy a database into; it refuses one that is there."""
    make_file(path, fresh=True)
    connection = connect(path, "rw")
    connection.execute("PRAGMA journal_mode=OFF")  # nobody needs half of it back
    connection.execute("PRAGMA synchronous=OFF")
    connection.execute("PRAGMA cache_size=100")
    return connection


def reading_engine(path: Path) -> Engine:
    engine = create_engine(
        "sqlite://", creator=lambda: connect(path, "ro"), poolclass=NullPool, hide_parameters=True
    )
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return engine


def migrating_engine(path: Path) -> Engine:
    engine = create_engine(
        "sqlite://", creator=lambda: connect(path, "rw"), poolclass=NullPool, hide_parameters=True
    )
    event.listen(engine, "connect", _without_cascade)
    event.listen(engine, "begin", _begin)
    event.listen(engine, "commit", _allow_end)
    event.listen(engine, "rollback", _allow_end)
    event.listen(engine, "before_cursor_execute", _refuse_outside)
    return engine


def _without_cascade(connection: Any, _record: Any) -> None:
    connection.execute("PRAGMA foreign_keys=OFF")
    assert connection.execute("PRAGMA foreign_keys").fetchone() == (0,)


def _driver(connection: Connection) -> sqlite3.Connection:
    return cast("sqlite3.Connection", connection.connection.dbapi_connection)


def _begin(connection: Connection) -> None:
    driver = _driver(connection)
    try:
        driver.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError as error:
        if "locked" not in str(error):
            raise OperationalError("BEGIN IMMEDIATE", None, error) from error
        raise LockTimeout(
            f"Someone else was writing to the database for over {LOCK_SECONDS:.0f} seconds."
            " Nothing was changed."
        ) from error
    driver.set_authorizer(_transaction_is_kept)


def _transaction_is_kept(action: int, what: str | None, *_more: Any) -> int:
    """A revision that says COMMIT, or calls `executescript`, which does, is "not authorized"."""
    ends = action == sqlite3.SQLITE_TRANSACTION and what in {"COMMIT", "ROLLBACK"}
    return sqlite3.SQLITE_DENY if ends else sqlite3.SQLITE_OK


def _allow_end(connection: Connection) -> None:
    if not connection.invalidated:  # as Ctrl-C leaves it: closed, and so undone
        _driver(connection).set_authorizer(None)


def _refuse_outside(connection: Connection, *_statement: Any) -> None:
    """SQLite ends a transaction by itself when the disk is full: a revision that catches the error
    and goes on would change the database for good with each further statement."""
    if connection.in_transaction() and not _driver(connection).in_transaction:
        raise MigrationFailed("The database ended the transaction: its disk may be full.")
