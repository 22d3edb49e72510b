"""Follows the code of upgrade() or downgrade(), and tells what it would do, step by step."""

import ast
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from website.release.lint.expressions import Scope, called, calls
from website.release.lint.operations import NAMES, operation, table_name
from website.release.lint.sql import steps_of
from website.release.lint.step import DIALECTS, Step

_RUNS = {"execute", "exec_driver_sql", "executescript", "executemany", "scalar", "scalars"}
_ENDS = {"commit", "rollback", "begin"}
_ENGINES = {"create_engine", "create_async_engine", "engine_from_config", "get_engine"}
_CONNECTS = _ENGINES | {"connect", "raw_connection"}
_CONSTRUCTS = {"insert", "update", "delete"}


@dataclass(frozen=True)
class Where:
    """What holds at a place in the code."""

    dialects: frozenset[str] = DIALECTS
    autocommit: bool = False


class Reader:
    """`steps` are what the functions that it was given do, in their order."""

    def __init__(self, functions: Mapping[str, ast.FunctionDef], scope: Scope) -> None:
        self.steps: list[Step] = []
        self._functions = functions
        self._scope = scope
        self._batches: dict[ast.expr, Step] = {}
        self._inside: list[str] = []  # the functions being read, so that recursion ends

    def read(self, body: Iterable[ast.stmt], where: Where) -> None:
        for statement in body:
            if isinstance(statement, ast.If):
                where = self._if(statement, where)
            elif isinstance(statement, ast.For | ast.AsyncFor):
                self._expression(statement.iter, where)
                for value in self._scope.rounds(statement.iter):
                    self._scope.bind(statement.target, value)
                    self.read(statement.body, where)
                self.read(statement.orelse, where)
            elif isinstance(statement, ast.With | ast.AsyncWith):
                self._with(statement, where)
            elif isinstance(statement, ast.Assign):
                self._expression(statement.value, where)
                for target in statement.targets:
                    self._scope.bind(target, statement.value)
            elif isinstance(statement, ast.AnnAssign | ast.AugAssign):
                self._expression(statement.value, where)
                told = statement.value if isinstance(statement, ast.AnnAssign) else None
                self._scope.bind(statement.target, told)
            elif not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
                self._other(statement, where)

    def _other(self, node: ast.AST, where: Where) -> None:
        """Any other statement: its expressions, and the blocks in it."""
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self._expression(child, where)
            elif not isinstance(child, ast.stmt):
                self._other(child, where)
        for _name, value in ast.iter_fields(node):
            if isinstance(value, list):
                self.read([part for part in value if isinstance(part, ast.stmt)], where)

    def _if(self, statement: ast.If, where: Where) -> Where:
        """Reads both branches; returns what holds after them."""
        self._expression(statement.test, where)
        named = self._scope.dialects(statement.test)
        then = where if named is None else replace(where, dialects=where.dialects & named)
        other = where if named is None else replace(where, dialects=where.dialects - named)
        self.read(statement.body, then)
        self.read(statement.orelse, other)
        leaves = isinstance(statement.body[-1], ast.Return | ast.Raise | ast.Continue | ast.Break)
        return other if leaves and not statement.orelse else where

    def _with(self, statement: ast.With | ast.AsyncWith, where: Where) -> None:
        for item in statement.items:
            self._expression(item.context_expr, where)
            if called(item.context_expr) == "autocommit_block":
                where = replace(where, autocommit=True)
            if item.optional_vars is not None:
                self._scope.bind(item.optional_vars, item.context_expr)
        self.read(statement.body, where)

    def _expression(self, node: ast.expr | None, where: Where) -> None:
        for call in calls(node) if node is not None else ():
            name = called(call)
            owner = call.func.value if isinstance(call.func, ast.Attribute) else None
            if name in NAMES:
                batch = self._batches.get(self._scope.resolve(owner)) if owner else None
                step = operation(call, self._scope, batch)
                self._add(step, call, where)
                if name == "batch_alter_table":
                    self._batches[call] = self.steps[-1]
            elif name in _RUNS and call.args and owner:
                self._runs(call, where)
            elif name in _CONNECTS - self._functions.keys() or self._has_engine(call, owner):
                self._add(Step("connection", sql=ast.unparse(call)[:60]), call, where)
            elif name in _ENDS and owner and not call.args:
                self._add(Step("transaction", sql=f"{name}()"), call, where)
            elif isinstance(call.func, ast.Name) and name in self._functions:
                self._follow(self._functions[name], call, where)

    def _has_engine(self, call: ast.Call, owner: ast.expr | None) -> bool:
        """Whether the call is handed an engine, or begins a transaction on one."""
        given = [*call.args, *(key.value for key in call.keywords)]
        given += [owner] if owner and called(call) == "begin" else []
        # The last name of `bind.engine`; of a call, that of what makes one.
        nodes = [
            node for each in given if not isinstance(node := self._scope.resolve(each), ast.Name)
        ]
        return any(called(node) in _ENGINES | {"engine"} for node in nodes)

    def _add(self, step: Step, call: ast.Call, where: Where) -> None:
        self.steps.append(
            replace(step, line=call.lineno, dialects=where.dialects, autocommit=where.autocommit)
        )

    def _runs(self, call: ast.Call, where: Where) -> None:
        """`execute` of a text, or of one of SQLAlchemy's constructs."""
        if called(call) == "executescript":
            self._add(Step("transaction", sql="executescript()"), call, where)
        statement = self._scope.resolve(call.args[0])
        if text := self._scope.string(statement):
            for step in steps_of(text):
                self._add(step, call, where)
        elif self._scope.is_built(statement):
            self._add(Step("built"), call, where)
        else:
            for part in calls(statement):
                if called(part) in _CONSTRUCTS:
                    table = part.args[0] if part.args else getattr(part.func, "value", None)
                    self._add(Step(called(part), table=table_name(table, self._scope)), call, where)
                    return

    def _follow(self, function: ast.FunctionDef, call: ast.Call, where: Where) -> None:
        """A function of the same file, with what it is called with."""
        if function.name in self._inside:
            return
        for parameter, value in zip(function.args.args, call.args, strict=False):
            self._scope.bind(ast.Name(parameter.arg), value)
        for key in call.keywords:
            if key.arg:
                self._scope.bind(ast.Name(key.arg), key.value)
        self._inside.append(function.name)
        self.read(function.body, where)
        self._inside.pop()
