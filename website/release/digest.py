"""Whether two databases hold the same rows, to the last character and in whatever order."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from sqlalchemy import column, select, table
from sqlalchemy.engine import Connection

_MODULUS = 1 << 61
_ROWS = 1_000  # fetched at a time


def digest(connection: Connection, rows: Any) -> int:
    """A number that is equal for equal rows, within one process; NULL is not the empty text.

    `rows` is a SELECT.
    """
    found: Any = connection.execute(rows, execution_options={"yield_per": _ROWS})
    return sum(hash(tuple(map(_plain, row))) for row in found) % _MODULUS


def as_stored(name: str, columns: Iterable[str]) -> Any:
    """The rows of a table as the driver gives them, whatever type a model makes of them."""
    return select(*(column(one) for one in columns)).select_from(table(name))


def _plain(value: Any) -> Any:
    # A list or a dict comes from JSON and arrays, and has no hash; -1 has the hash of -2.
    return repr(value) if value == -1 or isinstance(value, list | dict | float | Decimal) else value
