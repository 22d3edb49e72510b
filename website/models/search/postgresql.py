"""The index on PostgreSQL: the numbers of a note as an array, behind GIN."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    and_,
    bindparam,
    column,
    or_,
    select,
    table,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY

from website.database import db
from website.models.findable import Findable

_index = table("findable_index", column("id", BigInteger), column("grams", ARRAY(Integer)))
_ADD = text("INSERT INTO findable_index (id, grams) VALUES (:id, :grams)")
_CLEAR = text("DELETE FROM findable_index")


def add(row_id: int, grams: Iterable[int]) -> None:
    db.session.execute(_ADD, {"id": row_id, "grams": [signed(gram) for gram in grams]})


def remove(row_id: int, grams: Iterable[int]) -> None:
    """Nothing: it goes with the row that it belongs to."""


def clear() -> None:
    db.session.execute(_CLEAR)


def kept() -> Select[Any]:
    """The ids of what is in it."""
    return select(_index.c.id)


def among(clauses: Sequence[int]) -> tuple[FromClause, ColumnElement[bool], ColumnElement[Any]]:
    """What to read from, the condition, and the ids to order by; for clauses of so many terms,
    whose numbers `asked` gives."""
    conditions = (
        or_(*(_index.c.grams.contains(_parameter(at, term)) for term in range(terms)))
        for at, terms in enumerate(clauses)
    )
    found: Any = Findable.__table__
    source = _index.join(found, found.c.id == _index.c.id)
    return source, and_(*conditions), found.c.id


def asked(clauses: Sequence[Sequence[Sequence[int]]]) -> dict[str, Any]:
    """Every clause, of which one term must hold, of which all numbers must."""
    return {
        f"numbers_{at}_{term}": [*map(signed, numbers)]
        for at, clause in enumerate(clauses)
        for term, numbers in enumerate(clause)
    }


def _parameter(at: int, term: int) -> Any:
    return bindparam(f"numbers_{at}_{term}", type_=ARRAY(Integer))


def signed(number: int) -> int:
    """A number of 32 bits as PostgreSQL's integer has it."""
    return number - 2**31
