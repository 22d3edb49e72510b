"""Reads one call of an Alembic operation as a step."""

import ast
import inspect
from collections.abc import Iterable, Iterator
from typing import Any

from alembic.operations import BatchOperations, Operations

from website.release.lint.expressions import Scope, called
from website.release.lint.step import Column, Step
from website.release.lint.types import type_of

_OTHERS = {"batch_alter_table", "bulk_insert", "rename_table"}
NAMES = {
    name
    for name in dir(Operations)
    if name.startswith(("add_", "alter_", "create_", "drop_")) or name in _OTHERS
} - {"create_module_class_proxy"}
_CONSTRAINTS = {
    "ForeignKeyConstraint": "create_foreign_key",
    "CheckConstraint": "create_check_constraint",
    "UniqueConstraint": "create_unique_constraint",
    "ExcludeConstraint": "create_exclude_constraint",
    "ForeignKey": "create_foreign_key",
}
_TABLES = {"table", "Table", "create_table"}
# Keyword of an operation to the flag of its step, where it is given and not False.
_FLAGS = {
    "unique": "unique", "postgresql_concurrently": "concurrently",
    "sqlite_where": "where on sqlite", "postgresql_where": "where on postgresql",
    "postgresql_not_valid": "not valid", "sqlite_autoincrement": "autoincrement",
    "inline_references": "inline", "copy_from": "described", "table_args": "described",
    "table_kwargs": "described", "reflect_args": "described", "reflect_kwargs": "described",
}  # fmt: skip


def operation(call: ast.Call, scope: Scope, batch: Step | None) -> Step:
    """The step that `op.create_index(…)` is, or `batch.create_index(…)` of that batch."""
    kind = called(call)
    given = _arguments(BatchOperations if batch else Operations, kind, call)
    name = next((given[key] for key in ("constraint_name", "index_name") if key in given), None)
    table = next((given[key] for key in ("table_name", "source_table", "old_table_name", "table")
                  if key in given), None)  # fmt: skip
    to = next((given[key] for key in ("new_table_name", "new_column_name", "referent_table")
               if key in given), None)  # fmt: skip
    # What a table or a column is made of; the `columns` of an index are one expression.
    items = [given["column"]] if "column" in given else given.get("columns")
    items = items if isinstance(items, tuple | list) else []
    flags = {flag for key, flag in _FLAGS.items() if key in given
             and scope.literal(given[key]) not in (False, None)}  # fmt: skip
    if "recreate" in given:
        flags.add(f"recreate {scope.string(given['recreate'])}")
    of = given.get("columns" if kind != "create_foreign_key" else "local_cols")
    return Step(
        "insert" if kind == "bulk_insert" else kind,
        call.lineno,
        batch.table if batch else table_name(table, scope),
        None if scope.literal(name) is None and name else scope.string(name),
        scope.string(to),
        tuple(_columns(given, items, scope)),
        () if isinstance(of, tuple) else scope.strings(of),
        type_of(given.get("existing_type"), scope),
        tuple(part for item in items for part in _parts(item, scope)),
        frozenset(flags | (_expressions(of, scope) if kind == "create_index" else set())),
        scope.string(given.get("condition")),
        batch,
    )


def _arguments(home: type, kind: str, call: ast.Call) -> dict[str, Any]:
    """The expressions by the names of Alembic's parameters, whether positional or by keyword."""
    positional = [None, *(value for value in call.args if not isinstance(value, ast.Starred))]
    named: dict[str, Any] = {key.arg: key.value for key in call.keywords if key.arg}
    try:
        bound = inspect.signature(getattr(home, kind)).bind_partial(*positional, **named)
    except (TypeError, AttributeError):  # Alembic will refuse it as well
        return named
    found: dict[str, Any] = dict(bound.arguments)
    for key in ("kw", "dialect_kw"):
        found |= found.pop(key, {})
    return found


def table_name(node: ast.expr | None, scope: Scope) -> str:
    """The name of a table that is given by its name, or as `sa.table("note", …)` and the like."""
    node = scope.resolve(node) if node is not None else None
    if isinstance(node, ast.Call) and called(node) in _TABLES and node.args:
        node = node.args[0]
    return scope.string(node)


def _columns(given: dict[str, Any], items: Iterable[ast.expr], scope: Scope) -> Iterator[Column]:
    if "column_name" in given:
        nullable = scope.literal(given.get("nullable"))
        yield Column(
            scope.string(given["column_name"]),
            type_of(given.get("type_"), scope),
            nullable if isinstance(nullable, bool) else None,
        )
    for item in items:
        node = scope.resolve(item)
        if isinstance(node, ast.Call) and called(node) == "Column":
            yield _column(node, scope)


def _column(call: ast.Call, scope: Scope) -> Column:
    named = {key.arg: key.value for key in call.keywords}
    values = [*call.args, *(named[key] for key in ("name", "type_") if key in named)]
    kinds = [kind for value in values if (kind := type_of(value, scope)) is not None]
    items = {called(value): value for value in values if isinstance(value, ast.Call)}
    nullable = scope.literal(named.get("nullable"))
    default = named.get("server_default", items.get("FetchedValue"))
    flags = set()
    if isinstance(default, ast.Call) and called(default) in {"Computed", "Identity"}:
        items[called(default)] = default
        default = None
    if any(key.arg == "persisted" and scope.literal(key.value) is True
           for key in getattr(items.get("Computed"), "keywords", ())):  # fmt: skip
        flags.add("stored")
    if "Identity" in items or scope.literal(named.get("autoincrement")) is True:
        flags.add("numbered")
    if scope.literal(named.get("primary_key")) is True:
        flags.add("primary key")
    if default is not None and not isinstance(scope.resolve(default), ast.Constant):
        flags.add("clause")
    return Column(
        next((name for value in values if (name := scope.string(value))), ""),
        kinds[0] if kinds else None,
        nullable if isinstance(nullable, bool) else None,
        _default(default, scope),
        frozenset(flags),
        getattr(kinds[0], "collation", None) if kinds else None,
    )


def _default(node: ast.expr | None, scope: Scope) -> str | None:
    """A server's default as the database sees it."""
    node = scope.resolve(node) if node is not None else None
    if node is None or (isinstance(node, ast.Constant) and node.value is None):
        return None
    if isinstance(node, ast.Call) and called(node) in {"text", "literal_column"} and node.args:
        return scope.string(node.args[0])
    if isinstance(node, ast.Call) and called(getattr(node.func, "value", node)) == "func":
        return f"{called(node)}()"
    return f"'{scope.string(node)}'"  # sa.false() and what Python computes are constants too


def _parts(item: ast.expr, scope: Scope) -> Iterator[Step]:
    """The constraints and indexes that an element of a table, or a column, brings along."""
    node = scope.resolve(item)
    if not isinstance(node, ast.Call):
        return
    named = {key.arg: key.value for key in node.keywords}
    if called(node) == "Column":
        column = scope.string(node.args[0]) if node.args else ""
        for value in node.args:
            for part in _parts(value, scope):
                yield Step(part.kind, part.line, name=part.name, to=part.to, of=(column,),
                           sql=part.sql)  # fmt: skip
        if scope.literal(named.get("primary_key")) is True:
            yield Step("create_primary_key", node.lineno, of=(column,))
        if scope.literal(named.get("index")) is True:
            yield Step("create_index", node.lineno, of=(column,))
        elif scope.literal(named.get("unique")) is True:
            yield Step("create_unique_constraint", node.lineno, name=None, of=(column,))
    elif kind := _CONSTRAINTS.get(called(node)):
        name = named.get("name")
        first = node.args[0] if node.args else None
        refers = node.args[1] if called(node) == "ForeignKeyConstraint" and node.args[1:] else first
        target = scope.string(refers) or next(iter(scope.strings(refers)), "")
        yield Step(
            kind,
            node.lineno,
            name=None if name is None or scope.literal(name) is None else scope.string(name),
            to=target.rpartition(".")[0].rpartition(".")[2] if kind == "create_foreign_key" else "",
            of=scope.strings(first) or tuple(filter(None, map(scope.string, node.args))),
            sql=scope.string(first) if kind == "create_check_constraint" else "",
        )


def _expressions(node: ast.expr | None, scope: Scope) -> set[str]:
    """What of an index a rebuild on SQLite would not know how to make again."""
    elements = (scope.elements(node) if node is not None else None) or []
    computed = [part for part in elements if part is not None and isinstance(part, ast.Call)]
    if not computed:
        return set()
    return {"descending" if all(called(part) == "desc" for part in computed) else "expression"}
