"""The index on PostgreSQL: the numbers of a note as an array, behind GIN."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    FromClause,
    Integer,
    Select,
    bindparam,
    column,
    or_,
    select,
    table,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import ARRAY

from website.database import db
from website.models.findable import Findable

# GIN gives all that it finds, in no order: a common word is met sooner on the way from the newest.
# Notes of the person that are walked along before it is asked; the second, if it finds OFTEN.
WINDOWS: tuple[int, ...] = (1_000, 15_000)
OFTEN = 2_000  # are read as soon as so many notes are walked along
_index = table("findable_index", column("id", BigInteger), column("grams", ARRAY(Integer)))
_ADD = text("INSERT INTO findable_index (id, grams) VALUES (:id, CAST(:grams AS integer[]))")
_CLEAR = text("DELETE FROM findable_index")


def add(row_id: int, grams: Iterable[int]) -> None:
    db.session.execute(_ADD, {"id": row_id, "grams": array(grams)})


def array(grams: Iterable[int]) -> str:
    """As PostgreSQL writes it; for a list of a thousand psycopg takes five times as long."""
    return f"{{{','.join([str(_signed(gram)) for gram in grams])}}}"


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
    # In order by themselves, so that of what GIN finds no more is read than is shown; and computed,
    # so that nobody walks along the index of everyone's ids.
    place = (_index.c.id + 0).label("place")
    ids = select(_index.c.id, place).where(*_conditions(clauses)).order_by(place.desc()).subquery()
    found: Any = Findable.__table__
    return ids.join(found, found.c.id == ids.c.id), true(), ids.c.place


def asked(clauses: Sequence[Sequence[Sequence[int]]]) -> dict[str, Any]:
    """Every clause, of which one term must hold, of which all numbers must."""
    return {
        f"numbers_{at}_{term}": [*map(_signed, numbers)]
        for at, clause in enumerate(clauses)
        for term, numbers in enumerate(clause)
    }


def often(clauses: Sequence[int]) -> Select[Any]:
    """Gives a row where the index finds more than OFTEN."""
    return select(_index.c.id).where(*_conditions(clauses)).offset(OFTEN).limit(1)


def _conditions(clauses: Sequence[int]) -> Iterator[ColumnElement[bool]]:
    for at, terms in enumerate(clauses):
        yield or_(*(_index.c.grams.contains(_parameter(at, term)) for term in range(terms)))


def _parameter(at: int, term: int) -> Any:
    return bindparam(f"numbers_{at}_{term}", type_=ARRAY(Integer))


def _signed(number: int) -> int:
    return number - 2**31
