"""What a database is made of, in a form in which two states of it can be compared."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import inspect
from sqlalchemy.engine import Connection, Inspector

from website.release.ddl import extras, is_virtual, normal

STATE_TABLE = "release_state"  # the room's own, see state.py


class Thing(NamedTuple):
    """What a revision could lose without anyone's rows being fewer: an index, a trigger …"""

    kind: str
    table: str
    name: str

    def __str__(self) -> str:
        return (
            f"{self.kind} {self.name} of {self.table}" if self.table else f"{self.kind} {self.name}"
        )


@dataclass(frozen=True)
class Schema:
    columns: dict[str, dict[str, str]]  # by table and name: type, NOT NULL, default
    things: dict[Thing, str]  # with its definition in one spelling

    @property
    def tables(self) -> list[str]:
        return list(self.columns)


def describe(connection: Connection, leave_out: frozenset[str] = frozenset()) -> Schema:
    """The schema of the database; Alembic's table and the room's own are not part of it."""
    inspector = inspect(connection)
    sqlite = connection.dialect.name == "sqlite"
    master: dict[str, str] = (
        {row[0]: row[1] for row in connection.exec_driver_sql(_SQLITE_TABLES)} if sqlite else {}
    )
    virtual = [name for name, sql in master.items() if is_virtual(sql)]
    columns, things = (
        {},
        {Thing("virtual table", "", name): normal(master[name]) for name in virtual},
    )
    for table in sorted(inspector.get_table_names()):
        if table in leave_out | {STATE_TABLE} or table in virtual:
            continue
        if table.startswith(tuple(f"{name}_" for name in virtual)):
            continue  # where a virtual table keeps its index
        columns[table] = {
            column["name"]: _column(column) for column in inspector.get_columns(table)
        }
        things.update(_constraints(inspector, table))
        things.update(
            {Thing(kind, table, name): says for kind, name, says in extras(master.get(table, ""))}
        )
    statements = _SQLITE_OBJECTS if sqlite else _POSTGRESQL_OBJECTS
    for kind, table, name, says in connection.exec_driver_sql(statements):
        if table in columns or kind == "view":
            things[Thing(kind, "" if kind == "view" else table, name)] = normal(says)
    return Schema(columns, things)


_SQLITE_TABLES = "SELECT name, sql FROM sqlite_master WHERE type = 'table'"
_SQLITE_OBJECTS = (
    "SELECT type, tbl_name, name, sql FROM sqlite_master"
    " WHERE type IN ('index', 'trigger', 'view') AND sql IS NOT NULL"
)
_POSTGRESQL_OBJECTS = """
    SELECT 'index', tablename, indexname, indexdef FROM pg_indexes
     WHERE schemaname = current_schema() AND NOT EXISTS (
           SELECT FROM pg_constraint WHERE conindid = (quote_ident(schemaname) || '.' ||
                                                       quote_ident(indexname))::regclass)
    UNION ALL
    SELECT 'trigger', relname, tgname, pg_get_triggerdef(t.oid)
      FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
     WHERE NOT tgisinternal AND relnamespace = current_schema()::regnamespace
    UNION ALL
    SELECT 'check', relname, conname, pg_get_constraintdef(k.oid)
      FROM pg_constraint k JOIN pg_class c ON c.oid = conrelid
     WHERE contype IN ('c', 'x') AND relnamespace = current_schema()::regnamespace
    UNION ALL
    SELECT 'view', '', viewname, definition FROM pg_views WHERE schemaname = current_schema()
    UNION ALL
    SELECT 'view', '', matviewname, definition FROM pg_matviews WHERE schemaname = current_schema()
    UNION ALL
    SELECT 'collation', relname, attname, collname
      FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid JOIN pg_type t ON t.oid = atttypid
      JOIN pg_collation o ON o.oid = attcollation
     WHERE attnum > 0 AND NOT attisdropped AND attcollation <> typcollation AND relkind = 'r'
       AND relnamespace = current_schema()::regnamespace
    UNION ALL
    SELECT 'autoincrement', relname, attname, 'yes'
      FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid
     WHERE attnum > 0 AND NOT attisdropped AND relkind = 'r'
       AND relnamespace = current_schema()::regnamespace
       AND pg_get_serial_sequence(quote_ident(relname), attname) IS NOT NULL
"""


def _column(column: Mapping[str, Any]) -> str:
    default = column.get("default")
    said = [str(column["type"]).lower()]
    said += [] if column["nullable"] else ["not null"]
    said += [] if default is None else [f"default {default}"]
    return " ".join(said)


def _constraints(inspector: Inspector, table: str) -> Iterator[tuple[Thing, str]]:
    key = inspector.get_pk_constraint(table)
    if key and key["constrained_columns"]:
        yield (
            Thing("primary key", table, key["name"] or "primary key"),
            _list(key["constrained_columns"]),
        )
    for unique in inspector.get_unique_constraints(table):
        columns = _list(unique["column_names"])
        yield Thing("unique", table, unique["name"] or f"unique ({columns})"), columns
    for foreign in inspector.get_foreign_keys(table):
        columns = _list(foreign["constrained_columns"])
        rules = " ".join(
            f"{word} {foreign['options'][word].lower()}"
            for word in ("ondelete", "onupdate")
            if foreign["options"].get(word, "NO ACTION").upper() != "NO ACTION"
        )
        target = f"{foreign['referred_table']} ({_list(foreign['referred_columns'])})"
        says = f"{columns} references {target} {rules}".strip()
        yield Thing("foreign key", table, foreign["name"] or says), says


def _list(names: Any) -> str:
    return ", ".join(names)
