"""Column types: read from code or SQL, and whether every value of one fits into another."""

import ast
import re
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import types as generic
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.types import TypeDecorator, TypeEngine

from website.release.lint.expressions import UNKNOWN, Scope, called

_SQL_NAMES: dict[str, Any] = {
    **{name.upper(): kind for name, kind in sqlite.base.ischema_names.items()},
    **{name.upper(): kind for name, kind in postgresql.base.ischema_names.items()},
    "SERIAL": sa.Integer, "BIGSERIAL": sa.BigInteger, "SMALLSERIAL": sa.SmallInteger,
}  # fmt: skip
# Families of types, and the rung in them: every value of a lower rung is one of a higher too.
# What inherits from another stands before it.
_RUNGS: dict[type[TypeEngine[Any]], tuple[str, int]] = {
    sa.SmallInteger: ("whole", 0), sa.BigInteger: ("whole", 2), sa.Integer: ("whole", 1),
    sa.Numeric: ("whole", 3), sa.Double: ("float", 1), sa.Float: ("float", 0),
    sa.Date: ("time", 0), sa.DateTime: ("time", 1),
    postgresql.JSONB: ("json", 1), sa.JSON: ("json", 0),
}  # fmt: skip


def type_of(node: ast.expr | None, scope: Scope) -> TypeEngine[Any] | None:
    """The type that `sa.String(200)` makes, or None if it is none of SQLAlchemy's.

    Only SQLAlchemy's own types are made here, and only of what is written out.
    """
    if node is None:
        return None
    node = scope.resolve(node)
    if called(node) == "with_variant" and isinstance(node, ast.Call):
        return _variant(node, scope)
    name, call = called(node), node if isinstance(node, ast.Call) else None
    kind = next((getattr(home, name, None) for home in (generic, postgresql, sqlite)
                 if isinstance(getattr(home, name, None), type)), None)  # fmt: skip
    positional = [scope.literal(value) for value in call.args] if call else []
    named = {key.arg: scope.literal(key.value) for key in call.keywords if key.arg} if call else {}
    return _made(kind, [value for value in positional if value is not UNKNOWN],
                 {key: value for key, value in named.items() if value is not UNKNOWN})  # fmt: skip


def _variant(call: ast.Call, scope: Scope) -> TypeEngine[Any] | None:
    base = type_of(call.func.value, scope) if isinstance(call.func, ast.Attribute) else None
    other = type_of(call.args[0], scope) if call.args else None
    names = [name for value in call.args[1:] if (name := scope.string(value))]
    return base.with_variant(other, *names) if base and other and names else base


def type_of_sql(text: str) -> TypeEngine[Any] | None:
    """The type that `varchar(200)` names."""
    match = re.match(r"\s*([a-z][a-z ]*[a-z0-9])\s*(?:\(([\d\s,]+)\))?(.*)", text, re.I | re.S)
    if match is None:
        return None
    name = " ".join((match[1] + (match[3] if "zone" in match[3].lower() else "")).upper().split())
    sizes = [int(part) for part in (match[2] or "").split(",") if part.strip()]
    if name.startswith("TIME"):
        return _made(_SQL_NAMES.get(name), [], {"timezone": name.endswith("WITH TIME ZONE")})
    return _made(_SQL_NAMES.get(name), sizes)


def _made(
    kind: Any, positional: Sequence[Any], named: dict[str, Any] | None = None
) -> TypeEngine[Any] | None:
    if not (isinstance(kind, type) and issubclass(kind, TypeEngine)):
        return None
    try:
        return kind(*positional, **(named or {}))
    except (TypeError, ValueError, AttributeError, SQLAlchemyError):
        return None


def plain(kind: TypeEngine[Any], dialect: str = "") -> TypeEngine[Any]:
    """The SQL type behind a type of the application, on this database if it says any."""
    kind = kind._variant_mapping.get(dialect, kind)
    return kind.impl_instance if isinstance(kind, TypeDecorator) else kind


def shown(kind: TypeEngine[Any] | None) -> str:
    return "a type that lint cannot see" if kind is None else repr(plain(kind))


def alike(one: TypeEngine[Any] | None, other: TypeEngine[Any] | None) -> bool:
    """Whether values of one could be meant for the other; a type unknown is like any."""
    if one is None or other is None:
        return True
    return plain(one)._type_affinity is plain(other)._type_affinity


def fits(old: TypeEngine[Any], new: TypeEngine[Any]) -> bool:
    """Whether every value of the old type is one of the new type."""
    old, new = plain(old), plain(new)
    if isinstance(new, sa.Enum):
        return isinstance(old, sa.Enum) and set(old.enums) <= set(new.enums)
    if isinstance(new, sa.String):  # any value can be written as a text, if that is long enough
        longest = max(map(len, old.enums), default=0) if isinstance(old, sa.Enum) else None
        longest = old.length if longest is None and isinstance(old, sa.String) else longest
        return new.length is None or (longest is not None and longest <= new.length)
    if isinstance(new, sa.Numeric) and new.precision is not None:
        return isinstance(old, sa.Numeric) and _digits_fit(old, new)
    if isinstance(old, sa.DateTime) and isinstance(new, sa.DateTime):
        return new.timezone or not old.timezone
    (family, rung), (other, higher) = _rung(old), _rung(new)
    return family == other and rung <= higher


def rewrites(old: TypeEngine[Any], new: TypeEngine[Any]) -> bool:
    """Whether PostgreSQL writes the whole table anew to make the one the other."""
    old, new = plain(old), plain(new)
    padded = (sa.CHAR, sa.Enum)
    if isinstance(old, sa.String) and isinstance(new, sa.String):
        return isinstance(old, padded) or isinstance(new, padded) or not fits(old, new)
    if isinstance(old, sa.Numeric) and isinstance(new, sa.Numeric):
        return not fits(old, new) or (new.precision is not None and old.scale != new.scale)
    return repr(old) != repr(new)


def _rung(kind: TypeEngine[Any]) -> tuple[str, int]:
    found = (rung for family, rung in _RUNGS.items() if isinstance(kind, family))
    return next(found, ((kind._type_affinity or type(kind)).__name__, 0))


def _digits_fit(old: sa.Numeric[Any], new: sa.Numeric[Any]) -> bool:
    if old.precision is None or new.precision is None:
        return new.precision is None
    more = (new.scale or 0) - (old.scale or 0)
    return 0 <= more <= new.precision - old.precision
