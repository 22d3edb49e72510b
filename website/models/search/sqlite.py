"""The index on SQLite: an FTS5 table that keeps the numbers of a note, and not what they were."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Select,
    Text,
    bindparam,
    column,
    select,
    table,
    text,
)

from website.database import db
from website.models.findable import Findable

WINDOWS: tuple[int, ...] = ()  # FTS5 itself goes from the newest, and stops when it is told
_index = table("findable_index", column("rowid"), column("findable_index"))
_sizes = table("findable_index_docsize", column("id"))  # FTS5 has a row there for each of its own
_ADD = text("INSERT INTO findable_index (rowid, grams) VALUES (:id, :grams)")
# FTS5 must be told what it was given.
_REMOVE = text(
    "INSERT INTO findable_index (findable_index, rowid, grams) VALUES ('delete', :id, :grams)"
)
_CLEAR = text("INSERT INTO findable_index (findable_index) VALUES ('delete-all')")


def add(row_id: int, grams: Iterable[int]) -> None:
    db.session.execute(_ADD, {"id": row_id, "grams": " ".join(map(str, grams))})


def remove(row_id: int, grams: Iterable[int]) -> None:
    db.session.execute(_REMOVE, {"id": row_id, "grams": " ".join(map(str, grams))})


def clear() -> None:
    db.session.execute(_CLEAR)


def kept() -> Select[Any]:
    """The ids of what is in it."""
    return select(_sizes.c.id)


def among(clauses: Sequence[int]) -> tuple[FromClause, ColumnElement[bool], ColumnElement[Any]]:
    """What to read from, the condition, and the ids in the index's own order; for clauses of so
    many terms, whose numbers `asked` gives."""
    found: Any = Findable.__table__
    source = _index.join(found, found.c.id == _index.c.rowid)
    match = _index.c.findable_index.op("MATCH")(bindparam("match", type_=Text()))
    return source, match, _index.c.rowid


def asked(clauses: Sequence[Sequence[Sequence[int]]]) -> dict[str, Any]:
    """Every clause, of which one term must hold, of which all numbers must."""
    alone = {number for clause in clauses if len(clause) == 1 for number in clause[0]}
    parts = [_all(sorted(alone))] if alone else []
    parts += [
        f"({' OR '.join(f'({_all(numbers)})' for numbers in clause)})"
        for clause in clauses
        if len(clause) > 1
    ]
    return {"match": " AND ".join(parts)}


def _all(numbers: Sequence[int]) -> str:
    return " AND ".join(f'"{number}"' for number in numbers)
