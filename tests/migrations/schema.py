"""What a database holds, in a form in which two databases can be compared."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from typing import Any

from sqlalchemy import create_engine, event, inspect, make_url, text
from sqlalchemy.engine import Connection
from sqlalchemy.pool import NullPool
from sqlalchemy.sql.elements import TextClause

Row = dict[str, Any]
Rows = dict[str, list[Row]]  # by table

_VERSION = "alembic_version"
_NOT_OURS = {_VERSION, "release_state"}  # Alembic's, and the release room's
_SCHEMA_OBJECTS = {
    "sqlite": "SELECT name, sql FROM sqlite_master"
    " WHERE type IN ('trigger', 'view') OR sql LIKE 'CREATE VIRTUAL%'",
    "postgresql": "SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal"
    " UNION SELECT viewname, definition FROM pg_views WHERE schemaname = 'public'",
}


@contextmanager
def connected(url: str, *, foreign_keys: bool = True) -> Iterator[Connection]:
    """A transaction that is not the site's; committed at the end."""
    engine = create_engine(url, poolclass=NullPool)
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def prepare(connection: sqlite3.Connection, _record: Any) -> None:
            connection.isolation_level = None
            connection.execute(f"PRAGMA foreign_keys={foreign_keys:d}")

        event.listen(engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def described(connection: Connection) -> dict[str, str]:
    """The schema's meaning: one entry for each thing in it, whatever CREATE said word for word."""
    inspector = inspect(connection)
    found: dict[str, str] = {}
    for table in inspector.get_table_names():
        if table in _NOT_OURS:
            continue
        kinds: dict[str, Sequence[Mapping[str, Any]]] = {
            "column": inspector.get_columns(table),
            "primary key": [inspector.get_pk_constraint(table)],
            "foreign key": inspector.get_foreign_keys(table),
            "unique": inspector.get_unique_constraints(table),
            "index": inspector.get_indexes(table),
            "check": inspector.get_check_constraints(table),
        }
        for kind, things in kinds.items():
            found |= {f"{kind} {table}.{thing['name']}": _text(thing) for thing in things}
    for name, sql in connection.execute(text(_SCHEMA_OBJECTS[connection.dialect.name])):
        found[f"object {name}"] = " ".join(sql.split())
    return found


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{key}: {_text(value[key])}" for key in sorted(value) if key != "name")
    return str(value) if isinstance(value, TextClause) else repr(value)


def rows(connection: Connection) -> Rows:
    """Every row of every table as the driver gives it, in one order whatever the database's."""
    quoted = connection.dialect.identifier_preparer.quote
    found = {}
    for table in inspect(connection).get_table_names():
        if table not in _NOT_OURS:
            read = connection.exec_driver_sql(f"SELECT * FROM {quoted(table)}").mappings()
            found[table] = _in_order([dict(row) for row in read])
    return found


def in_both(one: Rows, other: Rows) -> tuple[Rows, Rows]:
    """The rows of the one and of the other, cut to the tables and columns that both have."""
    names = {
        table: set(_names(one[table])) & set(_names(other[table]))
        for table in one.keys() & other.keys()
    }

    def cut(whole: Rows) -> Rows:
        return {
            table: _in_order([{name: row[name] for name in sorted(kept)} for row in whole[table]])
            for table, kept in names.items()
        }

    return cut(one), cut(other)


def _names(table: list[Row]) -> list[str]:
    return list(table[0]) if table else []


def _in_order(table: list[Row]) -> list[Row]:
    return sorted(table, key=repr)


def dump(url: str) -> Any:
    """All of a database: equal dumps, equal databases."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(str(address.database))) as connection:
            return list(connection.iterdump())
    with connected(url) as connection:
        version: Sequence[Any] = ()
        if inspect(connection).has_table(_VERSION):
            version = connection.execute(text(f"SELECT * FROM {_VERSION}")).all()
        return described(connection), rows(connection), version
