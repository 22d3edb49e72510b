"""What a release leaves in the database for the processes that come after it."""

import json
from typing import Any

from sqlalchemy import Column, MetaData, String, Table, Text, inspect, select
from sqlalchemy.engine import Connection

from website.release.schema import STATE_TABLE

# Not in the application's metadata, and so no business of its revisions.
_table = Table(
    STATE_TABLE,
    MetaData(),
    Column("name", String(40), primary_key=True),
    Column("fact", Text, nullable=False),
)


def read(connection: Connection, name: str) -> Any:
    """The fact of this name, as it was written; None where there is none."""
    if not inspect(connection).has_table(STATE_TABLE):
        return None
    found = connection.scalar(select(_table.c.fact).where(_table.c.name == name))
    return None if found is None else json.loads(found)


def lets_in(connection: Connection, applied: set[str], heads: set[str]) -> bool:
    """Whether code of these heads may run on a schema that it does not know: an expand revision
    allows the code before it, and `apply` wrote down which."""
    fact = read(connection, "may_run") or {}
    return set(fact.get("schema", ())) == applied and heads <= set(fact.get("runs", ()))


def write(connection: Connection, name: str, fact: Any) -> None:
    """Put a fact in the place of an earlier one, in the transaction that is under way."""
    _table.create(connection, checkfirst=True)
    connection.execute(_table.delete().where(_table.c.name == name))
    if fact is not None:
        connection.execute(_table.insert().values(name=name, fact=json.dumps(fact)))
