"""A database that is locked, full, gone or damaged, for a while."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

# A writer that finds the SQLite file locked gives up at once, where the site waits five seconds.
IMPATIENT: dict[str, Any] = {"SQLALCHEMY_ENGINE_OPTIONS": {"connect_args": {"timeout": 0.01}}}


def file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


@contextmanager
def writing(url: str) -> Iterator[None]:
    """Another process that writes to this SQLite file and does not end."""
    connection = sqlite3.connect(file_of(url), isolation_level=None)
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")
        connection.close()


@contextmanager
def gone(url: str) -> Iterator[None]:
    """The SQLite file is not where it was."""
    path = file_of(url)
    aside = path.rename(path.with_suffix(".aside"))
    try:
        yield
    finally:
        aside.rename(path)
