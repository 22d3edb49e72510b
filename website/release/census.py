"""What there is to lose: rows, values and bytes of every column, and everything in the schema."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.engine import Connection
from sqlalchemy.sql import quoted_name

from website.release.ddl import quoted
from website.release.renames import Renames
from website.release.schema import Schema, Thing, describe, ours
from website.release.successors import Successors

_PLAIN = {
    "TimeZone": "UTC",
    "DateStyle": "ISO",
    "IntervalStyle": "postgres",
    "extra_float_digits": "1",
    "bytea_output": "hex",
}
_NUMBERS = """
    SELECT name, attname, CASE WHEN s.relkind = 'S' AND has_sequence_privilege(objid, 'SELECT')
                               THEN pg_sequence_last_value(objid) END
      FROM pg_depend d JOIN ours o ON o.oid = refobjid JOIN pg_class s ON s.oid = objid
      JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
     WHERE s.relkind = 'S' AND deptype IN ('a', 'i')
"""


@dataclass(frozen=True)
class Column:
    values: int  # how many are not NULL
    size: int  # bytes of all of them


@dataclass(frozen=True)
class Census:
    rows: dict[str, int]
    columns: dict[tuple[str, str], Column]
    schema: Schema
    numbers: dict[tuple[str, str], int] = field(default_factory=dict)  # the last one given, ever


def take(connection: Connection, leave_out: frozenset[str] = frozenset()) -> Census:
    """Count everything, in the transaction that is under way. `leave_out` names tables."""
    schema = describe(connection, leave_out, elsewhere=True)
    was = _written_as(connection, _PLAIN)
    rows: dict[str, int] = dict.fromkeys(schema.virtual, 0)
    columns = {}
    for table, kinds in (schema.columns | _stored(connection, schema)).items():
        place = schema.virtual.get(table) or table
        found = connection.exec_driver_sql(_counts(connection, place, kinds)).one()
        rows[table] = int(found[0])
        for at, name in enumerate(kinds):
            columns[table, name] = Column(int(found[1 + 2 * at]), int(found[2 + 2 * at] or 0))
    _written_as(connection, was)
    return Census(rows, columns, schema, _numbers(connection, schema))


def _written_as(connection: Connection, settings: dict[str, str]) -> dict[str, str]:
    """How PostgreSQL writes a value as text, whatever a revision has set; returns how it did."""
    if connection.dialect.name == "sqlite":
        return {}
    was = connection.execute(select(*(func.current_setting(name) for name in settings))).one()
    connection.execute(select(*(func.set_config(*pair, True) for pair in settings.items())))
    return dict(zip(settings, was, strict=True))


def count_rows(connection: Connection, schema: Schema) -> dict[str, int]:
    """How many rows each table has that a backup counts too, and under the same name."""
    return {
        table: int(connection.exec_driver_sql(_counts(connection, table, {})).scalar_one())
        for table in schema.columns
        if table not in schema.apart
    }


def _counts(connection: Connection, table: str, kinds: dict[str, str]) -> str:
    sqlite = connection.dialect.name == "sqlite"
    wanted = ["count(*)"]
    for name, kind in kinds.items():
        value = quoted(name)
        if sqlite:
            size = f"sum(length(CAST({value} AS BLOB)))"  # of a text, the characters are counted
        elif re.match(r"bytea( |$)", kind):
            size = f"sum(octet_length({value}))"
        elif re.match(r"boolean( |$)", kind):
            size = f"count({value})"  # "false" is no longer than "true"
        elif re.match(r"timestamp(\(\d\))? with time zone( |$)", kind):
            size = f"sum(octet_length(({value} AT TIME ZONE 'UTC')::text))"
        else:  # of a text, PostgreSQL knows it without reading it
            size = f"sum(octet_length({value}::text))"
        wanted += [f"count({value})", size]
    # One statement a table: its names come from the database itself. With its schema, since a
    # temporary table of that name would be read instead.
    schema = "main" if sqlite else connection.dialect.default_schema_name or "public"
    source = table if isinstance(table, quoted_name) else f"{quoted(schema)}.{quoted(table)}"
    statement = f"SELECT {', '.join(wanted)} FROM {source}"
    return statement if sqlite else statement.replace("%", "%%")  # as psycopg wants it


def _stored(connection: Connection, schema: Schema) -> dict[str, dict[str, str]]:
    """The columns of those virtual tables of SQLite that hold what is nowhere else."""
    of = "SELECT name FROM pragma_table_info(?) WHERE pk = 0"
    return {
        table: dict.fromkeys(connection.exec_driver_sql(of, (place,)).scalars(), "")
        for table, place in schema.virtual.items()
        if place
    }


def _numbers(connection: Connection, schema: Schema) -> dict[tuple[str, str], int]:
    numbered = {thing.table: thing.name for thing in schema.things if thing.kind == "autoincrement"}
    if not numbered:
        return {}
    if connection.dialect.name != "sqlite":
        found = connection.exec_driver_sql(ours(elsewhere=True) + _NUMBERS)
        return {(table, column): number or 0 for table, column, number in found}
    given = connection.exec_driver_sql("SELECT name, seq FROM sqlite_sequence")
    return {
        (table, numbered[table]): int(number or 0) for table, number in given if table in numbered
    }


@dataclass(frozen=True)
class Loss:
    name: str  # as a revision declares it, "rows:note"
    sentence: str
    by_drop: bool = False  # of a whole table or column
    thing: Thing | None = None


def losses(before: Census, after: Census, renames: Renames) -> Iterator[Loss]:
    """What was there before and is not there after, under whatever name."""
    now = Successors(before.schema, after.schema, _tables(before), _tables(after), renames)
    fewer = {}
    for table, rows in before.rows.items():
        place = now.tables[table]
        if place is None:
            sentence = f"table {table} with {_rows(rows)} is dropped"
            yield Loss(f"drop:{table}", sentence, by_drop=True)
            continue
        fewer[table] = max(0, rows - after.rows[place])
        if fewer[table]:
            sentence = f"table {table}: {_rows(fewer[table])} of {rows:,} are gone"
            yield Loss(f"rows:{table}", sentence)
    for (table, column), name in now.columns.items():
        was, place = before.columns[table, column], now.tables[table]
        if name is None or (table, column) in now.anew:
            anew = " and made anew" if name else ""
            sentence = f"column {table}.{column} with {was.values:,} values is dropped{anew}"
            yield Loss(f"drop:{table}.{column}", sentence, by_drop=not name)
            continue
        found = after.columns[str(place), name]
        if found.values < was.values - fewer[table]:
            sentence = f"column {table}.{column}: {was.values - found.values:,} values are gone"
            yield Loss(f"values:{table}.{column}", sentence)
        elif found.size < was.size and not fewer[table]:
            sentence = f"column {table}.{column}: {was.size - found.size:,} bytes are gone"
            yield Loss(f"values:{table}.{column}", sentence)
    for thing, sentence in now.lost():
        yield Loss(f"object:{thing.label}", sentence, thing=thing)
    for (table, column), number in before.numbers.items():
        numbering = now.thing(Thing("autoincrement", table, column, named=False))
        if numbering in after.schema.things:
            is_now = after.numbers.get((numbering.table, numbering.name), 0)
            if is_now < number:
                sentence = f"{numbering} had given {number:,} and goes on after {is_now:,}"
                yield Loss(f"object:{table}.{column}", sentence, thing=numbering)


def _tables(census: Census) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {table: [] for table in census.rows}
    for table, column in census.columns:
        found[table].append(column)
    return found


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"
