"""What there is to lose: rows, values and bytes of every column, and everything in the schema."""

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy.engine import Connection

from website.release.ddl import normal
from website.release.renames import Renames
from website.release.schema import Schema, Thing, describe


@dataclass(frozen=True)
class Column:
    values: int  # how many are not NULL
    size: int  # bytes of all of them


@dataclass(frozen=True)
class Census:
    rows: dict[str, int]
    columns: dict[tuple[str, str], Column]
    schema: Schema


def take(connection: Connection, leave_out: frozenset[str] = frozenset()) -> Census:
    """Count everything, in the transaction that is under way. `leave_out` names tables."""
    schema = describe(connection, leave_out)
    rows, columns = {}, {}
    for table, names in schema.columns.items():
        found = connection.exec_driver_sql(_counts(connection, table, schema)).one()
        rows[table] = int(found[0])
        for at, name in enumerate(names):
            columns[table, name] = Column(int(found[1 + 2 * at]), int(found[2 + 2 * at] or 0))
    return Census(rows, columns, schema)


def count_rows(connection: Connection, schema: Schema) -> dict[str, int]:
    """How many rows each table has."""
    quote = connection.dialect.identifier_preparer.quote
    counts = (f"SELECT count(*) FROM {quote(table)}" for table in schema.columns)
    return {
        table: int(connection.exec_driver_sql(statement).scalar_one())
        for table, statement in zip(schema.columns, counts, strict=True)
    }


def _counts(connection: Connection, table: str, schema: Schema) -> str:
    quote = connection.dialect.identifier_preparer.quote
    sqlite = connection.dialect.name == "sqlite"
    wanted = ["count(*)"]
    for name, kind in schema.columns[table].items():
        value = quote(name)
        if sqlite:
            size = f"length(CAST({value} AS BLOB))"  # of a text, the characters would be counted
        elif kind.startswith("bytea"):
            size = f"octet_length({value})"
        else:
            # Of a text, PostgreSQL knows it without reading it; an ENUM says that it is a VARCHAR.
            size = f"octet_length({value}::text)"
        wanted += [f"count({value})", f"sum({size})"]
    # One statement a table: its names come from the database itself.
    return f"SELECT {', '.join(wanted)} FROM {quote(table)}"


@dataclass(frozen=True)
class Loss:
    name: str  # as a revision declares it, "rows:note"
    sentence: str
    by_drop: bool = False  # of a whole table or column
    thing: Thing | None = None


def losses(before: Census, after: Census, renames: Renames) -> Iterator[Loss]:
    """What was there before and is not there after, under whatever name."""
    # A table may have made room for its successor: renamed away, and made anew under its name.
    now = {table: renames.table(table) for table in before.rows}
    now = {old: new if new in after.rows else old for old, new in now.items()}
    gone, fewer = set(), {}
    for table, rows in before.rows.items():
        if now[table] not in after.rows:
            gone.add(table)
            yield Loss(
                f"drop:{table}", f"table {table} with {_rows(rows)} is dropped", by_drop=True
            )
            continue
        fewer[table] = max(0, rows - after.rows[now[table]])
        if fewer[table]:
            yield Loss(
                f"rows:{table}", f"table {table}: {_rows(fewer[table])} of {rows:,} are gone"
            )
    dropped = set()
    for (table, column), was in before.columns.items():
        if table in gone:
            continue
        found = after.columns.get((now[table], renames.column(table, column)))
        if found is None:
            dropped.add((table, column))
            sentence = f"column {table}.{column} with {was.values:,} values is dropped"
            yield Loss(f"drop:{table}.{column}", sentence, by_drop=True)
        elif found.values < was.values - fewer[table]:
            sentence = f"column {table}.{column}: {was.values - found.values:,} values are gone"
            yield Loss(f"values:{table}.{column}", sentence)
        elif found.size < was.size and not fewer[table]:
            sentence = f"column {table}.{column}: {was.size - found.size:,} bytes are gone"
            yield Loss(f"values:{table}.{column}", sentence)
    yield from _things(before, after, renames, now, dropped)


def _things(
    before: Census,
    after: Census,
    renames: Renames,
    now: dict[str, str],
    dropped: set[tuple[str, str]],
) -> Iterator[Loss]:
    for thing, was in before.schema.things.items():
        about = set(_words(was)) | {thing.name.lower()}
        if thing.table and now[thing.table] not in after.rows:
            continue  # it went with its table
        if any(table == thing.table and name.lower() in about for table, name in dropped):
            continue  # or with its column
        new = {old.lower(): new.lower() for old, new in now.items()} | {
            name.lower(): renames.column(table, name).lower()
            for table, name in before.columns
            if thing.table in {table, ""}
        }
        name = renames.column(thing.table, thing.name)
        found = after.schema.things.get(Thing(thing.kind, now.get(thing.table, ""), name))
        if found is None:
            yield Loss(f"object:{thing.name}", f"{thing} is gone", thing=thing)
        elif [new.get(word, word) for word in _words(was)] != _words(found):
            yield Loss(f"object:{thing.name}", f"{thing} was ({was}) and is ({found})", thing=thing)


def _words(says: str) -> list[str]:
    """A definition, whatever its spaces: names and signs in small letters, strings as they are."""
    return normal(says).split(" ")


def _rows(count: int) -> str:
    return f"{count:,} row{'' if count == 1 else 's'}"
