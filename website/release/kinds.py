"""How a column's values travel from one kind of database to the other and stay what they are."""

import json
import warnings
from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, time
from typing import Any

from sqlalchemy import JSON, Boolean, Date, Integer, LargeBinary, Numeric, String, Text, Uuid
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import SAWarning
from sqlalchemy.types import NullType, TypeDecorator, TypeEngine

Kind = TypeEngine[Any]
Convert = Callable[[Any], Any]

# What both drivers hand out alike, the bytes of a pickle or of a secret included.
_ALIKE = (String, Integer, LargeBinary)
_COMPARABLE = (NullType, Boolean, Date, Numeric, Uuid)


class JsonText(TypeDecorator[str]):
    """JSON as it is written down: read by Python, its null and SQL's NULL would be the same."""

    impl = Text
    cache_ok = True

    def process_result_value(self, value: Any, dialect: Dialect) -> str:
        # A column of the type JSON makes numbers of digits on SQLite.
        return value if isinstance(value, str) else json.dumps(value)


def travelling(kind: Kind, *dialects: Dialect) -> Kind:
    """The type as which values travel: no type of the application is asked where both databases
    store the same, so that these values stay as they are to the last byte."""
    stored = [_stored(kind, dialect) for dialect in dialects]
    if all(isinstance(one, JSON) for one in stored):
        return JsonText()
    alike = (all(isinstance(one, plain) for one in stored) for plain in _ALIKE)
    return NullType() if any(alike) else kind


def _stored(kind: Kind, dialect: Dialect) -> Kind:
    stored: Kind = kind.dialect_impl(dialect)
    while isinstance(stored, TypeDecorator):
        stored = stored.impl_instance
    return stored


def reader(kind: Kind, dialect: Dialect, code: Any) -> Convert | None:
    """What makes Python's value of the driver's; None where they are the same."""
    with _quietly():
        return kind.dialect_impl(dialect).result_processor(dialect, code)


def writer(kind: Kind, dialect: Dialect) -> Convert | None:
    """What makes the driver's value of Python's."""
    with _quietly():
        return kind.dialect_impl(dialect).bind_processor(dialect)


def comparer(kind: Kind) -> Convert | None:
    """What makes equal values of both databases equal for `hash`."""
    if isinstance(kind, JsonText):
        return lambda written: ("json", comparable(json.loads(written)))
    return None if isinstance(kind, _COMPARABLE) else comparable


def comparable(value: Any) -> Any:
    """A moment without a time zone is one in UTC, and the order of keys means nothing."""
    if isinstance(value, datetime | time):
        return value if value.tzinfo else value.replace(tzinfo=UTC)
    if isinstance(value, dict):
        return frozenset((key, comparable(one)) for key, one in value.items())
    if isinstance(value, list | tuple):
        return tuple(map(comparable, value))
    if isinstance(value, set):
        return frozenset(map(comparable, value))
    return value if isinstance(value, Hashable) else repr(value)


@contextmanager
def _quietly() -> Iterator[None]:
    """That Numeric is a float on SQLite is known, and was the application's choice."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", SAWarning)
        yield
