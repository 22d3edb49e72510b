"""Notes wait for the search index or are in it; then come two indexes, and every row stays."""

from sqlalchemy import inspect
from sqlalchemy.engine import Connection

from tests.migrations.data import change

INDEXES = {"ix_note_created", "ix_note_titled"}


def seed(connection: Connection) -> None:
    change(connection, "findable", 1, {"indexed": True, "folding": 7, "text": "ß '%_ 日本"})


def check_upgraded(connection: Connection) -> None:
    assert _indexes(connection) >= INDEXES


def check_downgraded(connection: Connection) -> None:
    assert not _indexes(connection) & INDEXES


def _indexes(connection: Connection) -> set[str | None]:
    return {index["name"] for index in inspect(connection).get_indexes("note")}
