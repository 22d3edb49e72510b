"""What an expression of a revision's code says, without running any of it."""

import ast
from collections.abc import Iterator, Mapping
from typing import Any, Final

from website.release.lint.step import DIALECTS

UNKNOWN: Final = object()
_SAME_TEXT = {"f", "text", "quoted_name", "dedent", "DDL", "literal_column", "cleandoc"}
_MANY = 100  # a longer loop is read once, without its values


def called(node: ast.AST) -> str:
    """The last name of what a call calls: `create_table` of op.create_table(…)."""
    function = node.func if isinstance(node, ast.Call) else node
    if isinstance(function, ast.Attribute):
        return function.attr
    return function.id if isinstance(function, ast.Name) else ""


class Scope:
    """The names that are known at a place, each with the expression behind it."""

    def __init__(self, names: Mapping[str, ast.expr] | None = None) -> None:
        self._names = dict(names or {})

    def bind(self, target: ast.expr, value: ast.expr | None) -> None:
        """`target = value`, where None is a value that cannot be told."""
        if isinstance(target, ast.Tuple | ast.List):
            values = self.elements(value) if value else None
            if values is None or len(values) != len(target.elts):
                values = [None] * len(target.elts)
            for one, part in zip(target.elts, values, strict=True):
                self.bind(one, part)
        elif isinstance(target, ast.Name):
            known = UNKNOWN if value is None else self.literal(value)
            if value is None:
                self._names.pop(target.id, None)
            elif isinstance(known, str | int | float | bool):
                self._names[target.id] = ast.Constant(known)
            else:
                self._names[target.id] = self.resolve(value)

    def resolve(self, node: ast.expr) -> ast.expr:
        """The expression behind a name, or the expression itself."""
        scope = self
        while isinstance(node, ast.Name) and node.id in scope._names:
            scope, node = scope._without(node.id), scope._names[node.id]
        return node

    def _without(self, name: str) -> "Scope":
        # So that `x = f(x)` is not followed for ever.
        return Scope({known: value for known, value in self._names.items() if known != name})

    def elements(self, node: ast.expr) -> list[ast.expr | None] | None:
        """The elements of a list that is written out, or None."""
        node = self.resolve(node)
        return list(node.elts) if isinstance(node, ast.Tuple | ast.List | ast.Set) else None

    def rounds(self, node: ast.expr) -> list[ast.expr | None]:
        """What a loop over this takes in turn; once something unknown where that is not told."""
        found = self.elements(node)
        return found if found and len(found) <= _MANY else [None]

    def literal(self, node: ast.expr | None) -> Any:
        """The string, number or list that is written there, or UNKNOWN."""
        if isinstance(node, ast.Constant):
            return node.value
        if isinstance(node, ast.Name):
            behind = self._names.get(node.id)
            return UNKNOWN if behind is None else self._without(node.id).literal(behind)
        if isinstance(node, ast.Tuple | ast.List):
            found = [self.literal(part) for part in node.elts]
            return UNKNOWN if UNKNOWN in found else found
        parts: list[Any] = [UNKNOWN]
        if isinstance(node, ast.JoinedStr):
            parts = [self.literal(part) for part in node.values]
        elif isinstance(node, ast.FormattedValue) and node.format_spec is None:
            parts = [self.literal(node.value)]
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
            parts = [self.literal(node.left), self.literal(node.right)]
        elif isinstance(node, ast.Call) and called(node) in _SAME_TEXT and node.args:
            return self.literal(node.args[0])
        return "".join(parts) if all(isinstance(part, str) for part in parts) else UNKNOWN

    def string(self, node: ast.expr | None) -> str:
        """The string that is written there, or ""."""
        found = self.literal(node)
        return found if isinstance(found, str) else ""

    def strings(self, node: ast.expr | None) -> tuple[str, ...]:
        found = self.literal(node)
        return (
            tuple(part for part in found if isinstance(part, str))
            if isinstance(found, list)
            else ()
        )

    def is_built(self, node: ast.expr) -> bool:
        """Whether a text is put together here from parts that cannot be told."""
        node = self.resolve(node)
        if self.literal(node) is not UNKNOWN:
            return False
        if isinstance(node, ast.Call) and called(node) in _SAME_TEXT and node.args:
            return self.is_built(node.args[0])
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            return called(node) in {"format", "join", "replace"} and (
                isinstance(self.literal(node.func.value), str)
            )
        if isinstance(node, ast.BinOp):
            return any(self._has_text(side) for side in (node.left, node.right))
        return isinstance(node, ast.JoinedStr)

    def _has_text(self, node: ast.expr) -> bool:
        return isinstance(self.literal(node), str) or self.is_built(node)

    def dialects(self, test: ast.expr) -> frozenset[str] | None:
        """The databases for which a test such as bind.dialect.name == "sqlite" holds, or None."""
        test = self.resolve(test)
        if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
            inner = self.dialects(test.operand)
            return None if inner is None else DIALECTS - inner
        if not isinstance(test, ast.Compare) or len(test.ops) != 1:
            return None
        left, right = self.resolve(test.left), test.comparators[0]
        if not isinstance(left, ast.Attribute) or left.attr != "name":
            return None
        if called(self.resolve(left.value)) != "dialect":
            return None
        named = frozenset(self.strings(right) or (self.string(right),)) & DIALECTS
        return named if isinstance(test.ops[0], ast.Eq | ast.In) else DIALECTS - named


def calls(node: ast.AST) -> Iterator[ast.Call]:
    """Every call in an expression, from the outermost."""
    return (part for part in ast.walk(node) if isinstance(part, ast.Call))
