"""PostgreSQL's rows: streamed out, copied in, and references looked at when all rows are there."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from psycopg import capabilities
from sqlalchemy.engine import Connection

from website.release.dialects.rows import Counters, Row, Rows

# One spelling of every value, whatever the server and the role are set to.
_SPELLING = {
    "timezone": "UTC",
    "datestyle": "ISO",
    "intervalstyle": "postgres",
    "bytea_output": "hex",
    "extra_float_digits": "1",
    "synchronize_seqscans": "off",
}
_AT_ONCE = 16 if capabilities.has_stream_chunked() else 1  # rows that libpq hands over
_PLACE = re.compile(r"^COPY .*?, line (\d+)(?:, column (\w+))?")
_HERE = "current_schema()::regnamespace"
_TABLES = f"SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = {_HERE} ORDER BY 1"
_INHERITED = f"""
    SELECT relname FROM pg_class c WHERE relnamespace = {_HERE} AND (relkind = 'p'
        OR relkind = 'r' AND EXISTS (SELECT FROM pg_inherits WHERE c.oid IN (inhrelid, inhparent)))
     ORDER BY 1
"""
_ELSEWHERE = f"""
    SELECT 'table ' || schemaname || '.' || tablename FROM pg_tables
     WHERE schemaname NOT IN (current_schema(), 'information_schema') AND schemaname !~ '^pg_'
     UNION
    SELECT 'foreign table ' || relname FROM pg_class WHERE relkind = 'f' AND relnamespace = {_HERE}
     UNION
    SELECT 'large objects' WHERE EXISTS (SELECT FROM pg_largeobject_metadata) ORDER BY 1
"""
# What is made again when the rows are there: indexes and keys, then the foreign keys that need
# them. An index stays where a view or a subscriber depends on it.
_LATER = f"""
    SELECT CASE WHEN k.oid IS NULL THEN format('DROP INDEX %s', indexrelid::regclass)
                ELSE format('ALTER TABLE %s DROP CONSTRAINT %I', indrelid::regclass, conname) END,
           CASE WHEN k.oid IS NULL THEN pg_get_indexdef(indexrelid)
                ELSE format('ALTER TABLE %s ADD CONSTRAINT %I %s', indrelid::regclass, conname,
                            pg_get_constraintdef(k.oid)) END, 1 AS turn
      FROM pg_index JOIN pg_class c ON c.oid = indrelid
      LEFT JOIN pg_constraint k ON conindid = indexrelid AND contype IN ('p', 'u', 'x')
     WHERE relnamespace = {_HERE} AND NOT indisreplident AND NOT indisclustered
       AND NOT EXISTS (SELECT FROM pg_depend
                        WHERE classid = 'pg_rewrite'::regclass AND refobjid IN (indexrelid, k.oid))
     UNION ALL
    SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
           format('ALTER TABLE %s ADD CONSTRAINT %I %s', conrelid::regclass, conname,
                  pg_get_constraintdef(oid)), 2
      FROM pg_constraint WHERE contype = 'f' AND connamespace = {_HERE}
     ORDER BY turn
"""
_TRIGGERS = f"""
    SELECT tgrelid::regclass::text, quote_ident(tgname), tgenabled = 'A',
           pg_get_triggerdef(t.oid) || ' ' || prosrc
      FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid JOIN pg_proc p ON p.oid = tgfoid
     WHERE NOT tgisinternal AND tgenabled IN ('O', 'A') AND relnamespace = {_HERE}
"""
# A column has a sequence of its own (serial, identity), or its default asks one.
_SEQUENCES = f"""
    WITH used (sequence, relation, number) AS (
        SELECT objid, refobjid, refobjsubid FROM pg_depend
         WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass
           AND deptype IN ('a', 'i') AND refobjsubid > 0
         UNION
        SELECT refobjid, adrelid, adnum FROM pg_depend d JOIN pg_attrdef a ON a.oid = objid
         WHERE classid = 'pg_attrdef'::regclass AND refclassid = 'pg_class'::regclass)
    SELECT s.oid::regclass::text, coalesce(t.relname, ''), coalesce(attname, s.relname)
      FROM pg_class s LEFT JOIN used ON sequence = s.oid
      LEFT JOIN pg_class t ON t.oid = relation
      LEFT JOIN pg_attribute a ON attrelid = relation AND attnum = number
     WHERE s.relkind = 'S' AND s.relnamespace = {_HERE}
"""


class PostgresqlRows(Rows):
    def __init__(self, connection: Connection) -> None:
        super().__init__(connection)
        for name, value in _SPELLING.items():
            connection.exec_driver_sql(f"SET LOCAL {name} = '{value}'")

    def identity(self) -> Any:
        asked = "SELECT pg_postmaster_start_time(), current_database()"
        return tuple(self._ask(asked)[0])

    def tables(self) -> list[str]:
        return [name for (name,) in self._ask(_TABLES)]

    def problems(self) -> Iterator[str]:
        for (table,) in self._ask(_INHERITED):
            yield f"Table {table} is partitioned or inherited, and those are not known here."

    def elsewhere(self) -> list[str]:
        return [name for (name,) in self._ask(_ELSEWHERE)]

    def codes(self, table: str, names: Sequence[str]) -> list[Any]:
        columns, of = self._names(names), self._quoted(table)
        with self._run(f"SELECT {columns} FROM {of} LIMIT 0") as found:
            return [column[1] for column in found.cursor.description]

    def read(self, table: str, names: Sequence[str], as_text: Collection[str]) -> Iterator[Row]:
        columns = ", ".join(f"{self._quoted(name)}{'::text' * (name in as_text)}" for name in names)
        statement = f"SELECT {columns} FROM {self._quoted(table)}"
        yield from self._driver.cursor().stream(statement, size=_AT_ONCE)

    def write(self, table: str, names: Sequence[str], rows: Iterable[Row]) -> None:
        statement = f"COPY {self._quoted(table)} ({self._names(names)}) FROM STDIN"
        with self._driver.cursor().copy(statement) as copy:
            for row in rows:
                copy.write_row(row)

    def told(self, error: Exception) -> tuple[int | None, str]:
        diagnosis = getattr(error, "diag", None)
        said = getattr(diagnosis, "message_primary", None) or str(error).partition("\n")[0]
        place = _PLACE.search(getattr(diagnosis, "context", None) or "")
        if place is None:
            detail = getattr(diagnosis, "message_detail", None)
            return None, f"{said}: {detail}" if detail else said
        return int(place[1]), f"column {place[2]}: {said}" if place[2] else said

    @contextmanager
    def filling(self, derived: Collection[str]) -> Iterator[None]:
        """Keys and indexes are made when the rows are there: that is faster, needs no order of the
        tables, and what makes it also looks whether every reference is right."""
        off = [
            (table, name, "ALWAYS" if always else "")
            for table, name, always, says in self._ask(_TRIGGERS)
            if not set(derived) & set(re.findall(r"\w+", says))
        ]
        later = self._ask(_LATER)
        for table, name, _always in off:
            self._run(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
        for drop, _make, _turn in reversed(later):
            self._run(drop)
        yield
        for _drop, make, _turn in later:
            self._run(make)
        for table, name, always in off:
            self._run(f"ALTER TABLE {table} ENABLE {always} TRIGGER {name}")

    def counters(self) -> Counters:
        given = "SELECT last_value - CASE WHEN is_called THEN 0 ELSE 1 END FROM {}"
        return {
            (table, column): self._ask(given.format(sequence))[0][0]
            for sequence, table, column in self._ask(_SEQUENCES)
        }

    def go_on_counting(self, after: Counters) -> list[str]:
        found = self._ask(_SEQUENCES)
        for sequence, table, column in found:
            highest = after.get((table, column), 0)
            if table:
                most = f"SELECT max({self._quoted(column)}) FROM {self._quoted(table)}"
                highest = max(highest, self._ask(most)[0][0] or 0)
            if highest > 0:
                set_to = "SELECT setval(%s::regclass, %s)"
                self.connection.exec_driver_sql(set_to, (sequence, highest))
        known = {(table, column) for _sequence, table, column in found}
        return [f"sequence {name}" for table, name in after.keys() - known if not table]
