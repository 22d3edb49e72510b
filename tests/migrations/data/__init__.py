"""Rows for each revision: `r0007_….py` stands beside `migrations/versions/0007_….py`.

`seed` writes parents and children into the schema as it is before the revision, on top of what
the earlier modules wrote there. `check_upgraded` and `check_downgraded` look at what the revision
itself made; that all other rows are unchanged is looked at for every revision, elsewhere. What
`check_upgraded` writes, it writes into tables that the way back drops. `MOVES` names the columns
of each table that the revision is there to fill.
No models here: they are of today, and the revision is of its day.
"""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import MetaData, Table, inspect, select
from sqlalchemy.engine import Connection
from sqlalchemy.exc import IntegrityError

LONG_AGO = datetime(1999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC)
LATER = datetime(2024, 2, 29, tzinfo=UTC)


def table(connection: Connection, name: str) -> Table:
    return Table(name, MetaData(), autoload_with=connection, resolve_fks=False)


def insert(connection: Connection, name: str, *rows: dict[str, Any]) -> None:
    for row in rows:
        connection.execute(table(connection, name).insert().values(row))


def change(connection: Connection, name: str, key: int, values: dict[str, Any]) -> None:
    of = table(connection, name)
    connection.execute(of.update().where(of.c.id == key).values(values))


def refuses(connection: Connection, name: str, row: dict[str, Any]) -> None:
    """Assert that a key or a constraint keeps this row out."""
    with pytest.raises(IntegrityError), connection.begin_nested():
        insert(connection, name, row)


def read(connection: Connection, name: str) -> list[dict[str, Any]]:
    """The rows of a table, in the order of its primary key."""
    of = table(connection, name)
    rows = connection.execute(select(of).order_by(*of.primary_key)).mappings()
    return [dict(row) for row in rows]


def absent(connection: Connection, *names: str) -> bool:
    """True if there are no such tables."""
    return not set(names) & set(inspect(connection).get_table_names())
