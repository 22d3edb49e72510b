"""What a database is made of, in a form in which two states of it can be compared."""

import warnings
from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import count
from typing import Any, NamedTuple

from sqlalchemy import inspect
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, SAWarning
from sqlalchemy.sql import quoted_name

from website.release.ddl import body, extras, fold, is_virtual, normal, quoted, words

STATE_TABLE = "release_state"  # the room's own, see state.py


class Thing(NamedTuple):
    """What a revision could lose without anyone's rows being fewer: an index, a trigger …"""

    kind: str
    table: str  # or view, "" for what belongs to none
    name: str  # or what it says, where nobody gave it a name; of a column's COLLATE, the column
    named: bool = True

    def __str__(self) -> str:
        whole = not self.named and self.name.startswith(self.kind)
        said = self.name if whole else f"{self.kind} {self.name}"
        return f"{said} of {self.table}" if self.table else said

    @property
    def label(self) -> str:
        """As a revision names it."""
        return self.name if self.named else f"{self.table}.{self.name}"


@dataclass(frozen=True)
class Schema:
    columns: dict[str, dict[str, str]]  # by table and name: type, NOT NULL, default
    things: dict[Thing, str]  # with its definition in one spelling
    virtual: dict[str, str] = field(default_factory=dict)  # by name: the table of its rows, or ""
    apart: frozenset[str] = frozenset()  # tables whose rows a backup does not count, or not so
    folds: bool = False  # whether the case of a name means nothing

    @property
    def tables(self) -> list[str]:
        return list(self.columns)


def describe(
    connection: Connection, leave_out: frozenset[str] = frozenset(), *, elsewhere: bool = False
) -> Schema:
    """The schema of the database; Alembic's table and the room's own are not part of it.

    With `elsewhere`, also what this role owns in other schemas of PostgreSQL, as `schema.table`.
    """
    if connection.dialect.name == "sqlite":
        return _sqlite(connection, leave_out | {STATE_TABLE})
    return _postgresql(connection, leave_out | {STATE_TABLE}, ours(elsewhere=elsewhere))


_LOOKS = count()
_NAMELESS = {"autoincrement", "collation", "generated", "option"}  # called by table and column
_SQLITE_MASTER = """
    SELECT type, tbl_name, name, sql FROM sqlite_master
     WHERE sql IS NOT NULL AND substr(name, 1, 7) <> 'sqlite_' ORDER BY name
"""
_SQLITE_SHADOWS = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'shadow'"
# Where a virtual table keeps its index; what another module keeps is taken for data.
_SHADOWS = {
    "fts5": ("data", "idx", "content", "docsize", "config"),
    **dict.fromkeys(("fts3", "fts4"), ("content", "segments", "segdir", "docsize", "stat")),
    **dict.fromkeys(("rtree", "rtree_i32", "geopoly"), ("node", "rowid", "parent")),
}


def _sqlite(connection: Connection, leave_out: frozenset[str]) -> Schema:
    inspector = inspect(connection)
    objects = connection.exec_driver_sql(_SQLITE_MASTER).all()
    master = {name: sql for kind, _, name, sql in objects if kind == "table"}
    says = {name: body(sql) for name, sql in master.items() if is_virtual(sql)}
    shadows = {
        f"{name}_{part}"
        for name, said in says.items()
        for part in _SHADOWS.get(words(said)[1], ())  # USING module (…)
    }
    made = {
        name: sql for name, sql in master.items() if name not in leave_out | says.keys() | shadows
    }
    views = {name for kind, _, name, _ in objects if kind == "view"}
    keys = {fold(name): _key_columns(sql) for name, sql in made.items()}
    columns = {}
    things = {Thing("virtual table", "", name): said for name, said in says.items()}
    for table, sql in made.items():
        with warnings.catch_warnings():  # of a type that SQLAlchemy does not know
            warnings.simplefilter("ignore", SAWarning)
            found = inspector.get_columns(table, schema="main")
        columns[table] = {column["name"]: _column(column) for column in found}
        for kind, name, said in extras(sql, keys):
            _add(things, kind, table, name, said)
    for kind, table, name, sql in objects:
        if kind == "view":
            things[Thing(kind, "", name)] = body(sql) + _broken(connection, name)
        elif kind != "table" and (table in columns or table in views):
            things[Thing(kind, table, name)] = body(sql)
    return Schema(
        columns,
        things,
        {name: f"{name}_content" * (f"{name}_content" in master.keys() & shadows) for name in says},
        frozenset(connection.exec_driver_sql(_SQLITE_SHADOWS).scalars()),
        folds=True,
    )


def _add(things: dict[Thing, str], kind: str, table: str, name: str, says: str) -> None:
    named = kind not in _NAMELESS and bool(name)
    if not name:
        name = {"primary key": kind, "check": f"check ({says})"}.get(kind, says)
    thing = Thing(kind, table, name, named)  # SQLite lets two constraints have one name
    things[thing] = f"{things[thing]}; {says}" if thing in things else says


def _key_columns(sql: str) -> str:
    """What a foreign key refers to that names no columns."""
    says = next((says for kind, _, says in extras(sql) if kind == "primary key"), "")
    return says.removeprefix("primary key (").partition(")")[0]


def _broken(connection: Connection, view: str) -> str:
    """SQLite keeps a view on a table that is gone."""
    try:  # never with the same words, which the driver would not prepare again
        connection.exec_driver_sql(f"EXPLAIN SELECT {next(_LOOKS)} FROM {quoted(view)}").close()
    except DBAPIError:
        return " (which is broken)"
    return ""


def _column(column: Mapping[str, Any]) -> str:
    default = column.get("default")
    worth = "" if default is None else f" default {default}"
    return f"{str(column['type']).lower()}{'' if column['nullable'] else ' not null'}{worth}"


def ours(*, elsewhere: bool) -> str:
    """WITH … of PostgreSQL. Partitions are counted in the table whose parts they are."""
    more = """
        OR nspname <> 'information_schema' AND left(nspname, 3) <> 'pg_'
       AND pg_get_userbyid(relowner) = current_user"""
    return f"""
        WITH ours AS (
            SELECT c.oid, relkind, nspname <> current_schema() AS elsewhere,
                   CASE WHEN nspname = current_schema() THEN relname::text
                        ELSE quote_ident(nspname) || '.' || quote_ident(relname) END AS name
              FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
             WHERE NOT relispartition AND (nspname = current_schema(){more * elsewhere}))
    """


_COLUMNS = """
    SELECT name, relkind, elsewhere, attname, format_type(atttypid, atttypmod), attnotnull,
           pg_get_expr(adbin, adrelid), attidentity, attgenerated,
           CASE WHEN attcollation <> typcollation THEN quote_ident(collname) END
      FROM ours o
      LEFT JOIN pg_attribute a ON attrelid = o.oid AND attnum > 0 AND NOT attisdropped
      LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
      LEFT JOIN pg_type t ON t.oid = atttypid LEFT JOIN pg_collation l ON l.oid = attcollation
     WHERE relkind IN ('r', 'p') ORDER BY name, attnum
"""
_THINGS = """
    SELECT 'index', name, relname, pg_get_indexdef(indexrelid)
      FROM pg_index JOIN ours o ON o.oid = indrelid JOIN pg_class i ON i.oid = indexrelid
     WHERE NOT EXISTS (
           SELECT FROM pg_constraint WHERE conindid = indexrelid AND contype IN ('p', 'u', 'x'))
    UNION ALL
    SELECT 'trigger', name, tgname, pg_get_triggerdef(t.oid) ||
           CASE tgenabled WHEN 'D' THEN ' (disabled)' ELSE '' END
      FROM pg_trigger t JOIN ours o ON o.oid = tgrelid WHERE NOT tgisinternal
    UNION ALL
    SELECT CASE contype WHEN 'p' THEN 'primary key' WHEN 'u' THEN 'unique' WHEN 'f' THEN
           'foreign key' WHEN 'x' THEN 'exclusion' ELSE 'check' END, name, conname,
           pg_get_constraintdef(k.oid)
      FROM pg_constraint k JOIN ours o ON o.oid = conrelid
     WHERE contype IN ('p', 'u', 'f', 'x', 'c')
    UNION ALL
    SELECT 'rule', name, rulename, pg_get_ruledef(r.oid)
      FROM pg_rewrite r JOIN ours o ON o.oid = ev_class WHERE rulename <> '_RETURN'
    UNION ALL
    SELECT 'policy', name, polname, concat_ws(' ', polcmd, polpermissive, polroles::regrole[],
           pg_get_expr(polqual, polrelid), 'check', pg_get_expr(polwithcheck, polrelid))
      FROM pg_policy JOIN ours o ON o.oid = polrelid
    UNION ALL
    SELECT 'option', name, 'row level security', 'yes'
      FROM pg_class c JOIN ours o ON o.oid = c.oid WHERE relrowsecurity
    UNION ALL
    SELECT 'view', '', name, CASE relkind WHEN 'm' THEN 'materialized ' ELSE '' END ||
           pg_get_viewdef(oid) FROM ours WHERE relkind IN ('v', 'm')
    UNION ALL
    SELECT 'sequence', '', name, 'yes' FROM ours o WHERE relkind = 'S' AND NOT EXISTS (
           SELECT FROM pg_depend
            WHERE objid = o.oid AND classid = 'pg_class'::regclass AND deptype IN ('a', 'i'))
    UNION ALL
    SELECT 'function', '', proname, string_agg(md5(pg_get_functiondef(p.oid)), ' ' ORDER BY p.oid)
      FROM pg_proc p WHERE pronamespace = current_schema()::regnamespace AND prokind IN ('f', 'p')
       AND NOT EXISTS (SELECT FROM pg_depend
            WHERE objid = p.oid AND classid = 'pg_proc'::regclass AND deptype = 'e')
     GROUP BY proname
"""


def _postgresql(connection: Connection, leave_out: frozenset[str], scope: str) -> Schema:
    columns: dict[str, dict[str, str]] = {}
    things: dict[Thing, str] = {}
    apart: set[str] = set()
    for row in connection.exec_driver_sql(scope + _COLUMNS):
        table, kind, elsewhere, name, type_, strict, default, identity, generated, collation = row
        if table in leave_out:
            continue
        if elsewhere:
            table = quoted_name(table, quote=False)  # as it stands in a statement
        known = columns.setdefault(table, {})
        apart |= {table} if kind == "p" else set()
        if name is None:
            continue
        worth = f" default {default}" if default and not generated else ""
        known[name] = f"{type_}{' not null' * strict}{worth}"
        facts = {
            "collation": collation,
            "autoincrement": "yes" * (identity != "" or (default or "").startswith("nextval(")),
            "generated": default if generated else "",
        }
        for kind, says in facts.items():
            if says:
                _add(things, kind, table, name, normal(says, folds=False))
    for kind, table, name, sql in connection.exec_driver_sql(scope + _THINGS):
        if table not in leave_out:
            things[Thing(kind, table, name, kind not in _NAMELESS)] = _definition(kind, sql)
    return Schema(columns, things, apart=frozenset(apart))


def _definition(kind: str, sql: str) -> str:
    """Without the name, which an index or a trigger has in its statement."""
    said = words(sql, folds=False)
    if kind == "index":
        at = said.index("USING", 3)
        at += 2 if said[at + 1] == "btree" else 0  # as a constraint says it
        said = ["UNIQUE"] * (said[1] == "UNIQUE") + said[at:]
    elif kind == "trigger":
        said = said[: said.index("TRIGGER") + 1] + said[said.index("TRIGGER") + 2 :]
    return " ".join(said)
