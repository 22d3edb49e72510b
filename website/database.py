"""The database, and everything that is true of one dialect and not of the other."""

import os
import select
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast
from urllib.parse import quote

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.model import Model as FlaskModel
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import CursorResult, DateTime, MetaData, UpdateBase, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection, Dialect, Engine, make_url
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeDecorator

_IMMEDIATE = {"immediate": True}
# What is deleted is overwritten with zeros: no part of a note stays behind in the file.
PRAGMAS = ("foreign_keys=ON", "journal_mode=WAL", "synchronous=FULL", "secure_delete=ON")
BUSY_SECONDS = 5.0  # how long a writer waits for another before the page says 503


class Instant(TypeDecorator[datetime]):
    """A moment, always aware and in UTC. SQLite keeps it as UTC text, which sorts."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        if value is None or dialect.name != "sqlite":
            return value
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value if value is None else value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC)


class Base(DeclarativeBase):
    """Every constraint has a name from revision 1, or SQLite could never change it."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class SafeSession(FlaskSession):
    """A session writes, and on SQLite its transaction is IMMEDIATE, unless it is told to read.

    A deferred transaction that reads and then writes fails with "database is locked" when another
    writer came between, however long it may wait; an immediate one waits its turn.
    """

    def get_bind(self, *args: Any, **kwargs: Any) -> Any:
        how = "reader" if self.info.get("reads") else "writer"
        if how not in self.info:
            bind = super().get_bind(*args, **kwargs)
            self.info[how] = (
                _reader(bind) if how == "reader" else bind.execution_options(**_IMMEDIATE)
            )
        return self.info[how]


db = SQLAlchemy(model_class=Base, session_options={"class_": SafeSession})

if TYPE_CHECKING:

    class Model(Base, FlaskModel):
        __abstract__ = True

else:
    Model = db.Model  # made while the program runs, where the type checker cannot see it


def now() -> datetime:
    """This moment, aware, in UTC."""
    return datetime.now(UTC)


def read_only() -> None:
    """The session of this request only reads: on SQLite it holds up no writer."""
    db.session.info["reads"] = True


@contextmanager
def only_reading() -> Iterator[None]:
    """What is asked in the session meanwhile holds up no writer, in a request that writes then."""
    before = db.session.info.get("reads", False)
    read_only()
    try:
        yield
    finally:
        db.session.rollback()
        db.session.info["reads"] = before


def changed(statement: UpdateBase, values: Mapping[str, Any] | None = None) -> int:
    """Run an UPDATE or DELETE in the session; how many rows it changed."""
    return cast("CursorResult[Any]", db.session.execute(statement, values)).rowcount


@lru_cache(8)
def _reader(engine: Engine) -> Engine:
    """For what only reads. On PostgreSQL, as it comes (READ COMMITTED), each statement sees what is
    committed, with a transaction around several or without; and to begin and end one takes longer
    than most that are read."""
    if engine.dialect.name == "sqlite":
        return engine
    return engine.execution_options(isolation_level="AUTOCOMMIT")


def reading() -> Connection:
    """A connection for one read, outside the session: `with reading() as connection`."""
    return _reader(db.engine).connect()


def writing() -> AbstractContextManager[Connection]:
    """A transaction of its own, outside the session: `with writing() as connection`."""
    return db.engine.execution_options(**_IMMEDIATE).begin()


def leave_no_trace() -> None:
    """Take what was deleted out of SQLite's log, too, where it stands until that begins anew.

    While someone else reads it cannot be done, and `flask jobs` does it later. PostgreSQL does it
    by itself, when it vacuums.
    """
    if db.engine.dialect.name != "sqlite":
        return
    connection = db.engine.raw_connection()
    try:
        with suppress(sqlite3.Error):  # what was asked for is done, and committed
            connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.close()


_INSERTS: dict[str, Any] = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def insert(table: Any) -> Any:
    """The dialect's INSERT, the one that has `on_conflict_do_update`."""
    return _INSERTS[db.engine.dialect.name](table)


def upsert(
    kind: type[Base], key: Mapping[str, Any], values: Mapping[str, Any], **at_first: Any
) -> None:
    """Give the row of this key these values, or insert it, with those `at_first` as well."""
    statement = _upsert(db.engine.dialect.name, kind, tuple(key), tuple(values))
    db.session.execute(statement, {**key, **values, **at_first})


@cache  # building it each time would take six times what it takes to run it
def _upsert(dialect: str, kind: type[Base], key: tuple[str, ...], values: tuple[str, ...]) -> Any:
    new = _INSERTS[dialect](kind.__table__)
    changes = {name: new.excluded[name] for name in values}
    return new.on_conflict_do_update(index_elements=key, set_=changes)


def engine_options(url: str, threads: int) -> dict[str, Any]:
    """What `create_engine` is told. Parameters stay out of errors: they are people's words."""
    parts = make_url(url)
    options: dict[str, Any] = {"hide_parameters": True}
    if parts.database not in {None, "", ":memory:"}:
        options |= {"pool_size": threads, "max_overflow": 2}
    if parts.get_backend_name() == "sqlite":
        return options | {"connect_args": {"timeout": BUSY_SECONDS}}
    settings = [f"-c lock_timeout={BUSY_SECONDS:.0f}s", *parts.normalized_query.get("options", ())]
    # Not prepared: after some times PostgreSQL would plan a search without looking at its words.
    connect = {"connect_timeout": 5, "options": " ".join(settings), "prepare_threshold": None}
    return options | {"connect_args": connect}


def init_app(app: Flask) -> None:
    """Attach the database to the application; no connection is made yet."""
    options = engine_options(app.config["SQLALCHEMY_DATABASE_URI"], app.config["THREADS"])
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options | app.config.get(
        "SQLALCHEMY_ENGINE_OPTIONS", {}
    )
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)


def prepare(engine: Engine) -> None:
    """What an engine of ours needs before its first connection."""
    if engine.dialect.name == "sqlite":
        set_up_sqlite(engine)
    else:
        event.listen(engine, "checkout", _still_open)


def _still_open(connection: Any, _record: Any, _proxy: Any) -> None:
    """Make a connection anew of which the server has said that it ended: that waits to be read, and
    is seen without asking it."""
    waiting = select.poll()
    waiting.register(connection.fileno(), select.POLLIN)
    if waiting.poll(0):
        raise DisconnectionError("the server ended the connection")


def set_up_sqlite(engine: Engine) -> None:
    """Make SQLite keep what it has answered for, and never make a database by opening one."""

    @event.listens_for(engine, "do_connect")
    def open_existing(_dialect: Dialect, _record: Any, args: list[Any], params: Any) -> None:
        if args and args[0] != ":memory:" and not str(args[0]).startswith("file:"):
            args[0] = f"file:{quote(args[0])}?mode=rw"
            params["uri"] = True

    @event.listens_for(engine, "connect")
    def prepare(connection: sqlite3.Connection, record: Any) -> None:
        connection.isolation_level = None  # BEGIN is ours, below
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        record.info["file"] = _identity(engine)

    @event.listens_for(engine, "checkout")
    def same_file(_connection: Any, record: Any, _proxy: Any) -> None:
        # The file was moved or replaced: what this connection writes, nobody would find again.
        if record.info["file"] != _identity(engine):
            raise DisconnectionError("the database file was replaced")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        immediate = connection.get_execution_options().get("immediate", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")


def _identity(engine: Engine) -> tuple[int, int] | None:
    with suppress(OSError):
        found = os.stat(Path(engine.url.database or ""))
        return found.st_dev, found.st_ino
    return None
