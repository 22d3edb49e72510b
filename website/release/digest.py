"""Whether a table holds the same rows as before, to the last character and in whatever order."""

import sqlite3
from collections.abc import Iterable
from typing import Any

from sqlalchemy import Text, cast, column, select, table
from sqlalchemy.engine import Connection

_MODULUS = 1 << 61
_ROWS = 1_000  # fetched at a time


def digest(connection: Connection, name: str, columns: Iterable[str]) -> int:
    """A number that is equal for equal rows, within one process; NULL is not the empty text.

    Of what is stored, whatever type a model makes of it, and what Python has no word for too: text
    that is not UTF-8 on SQLite, infinity among PostgreSQL's moments.
    """
    driver: Any = connection.connection.driver_connection
    stored: list[Any] = [column(one) for one in columns]
    if isinstance(driver, sqlite3.Connection):
        driver.text_factory = _text
    else:
        stored = [cast(one, Text) for one in stored]
    rows = select(*stored).select_from(table(name))
    found: Any = connection.execute(rows, execution_options={"yield_per": _ROWS})
    return sum(hash(tuple(map(_plain, row))) for row in found) % _MODULUS


def _text(stored: bytes) -> str:
    return stored.decode("utf-8", "surrogateescape")


def _plain(value: Any) -> Any:
    # -1 has the hash of -2, and 1.0 that of 1.
    return repr(value) if value == -1 or isinstance(value, float) else value
