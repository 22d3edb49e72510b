"""A revision's file as lint reads it: what it does, what it says of itself, never run."""

import ast
import io
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from website.release.lint.expressions import Scope
from website.release.lint.reader import Reader, Where
from website.release.lint.step import Step


@dataclass
class Revision:
    code: str
    file: str
    tree: ast.Module
    release: Sequence["Revision"] = ()  # those that are released together, this one too

    @classmethod
    def read(cls, code: str, file: str) -> "Revision":
        """Raises SyntaxError."""
        try:
            revision = cls(code, file, ast.parse(code))
            revision.upgrade, revision.downgrade  # noqa: B018  # read now, so that it fails now
        except (ValueError, RecursionError, MemoryError) as error:
            raise SyntaxError(str(error) or "it is nested too deeply") from error
        return revision

    @classmethod
    def load(cls, path: Path) -> "Revision":
        """Raises SyntaxError."""
        with tokenize.open(path) as file:
            return cls.read(file.read(), path.name)

    @property
    def id(self) -> str:
        return self.scope.string(self.said("revision"))

    @property
    def parents(self) -> tuple[str, ...]:
        """The ids of the revisions that this one follows or depends on."""
        nodes = [self.said("down_revision"), self.said("depends_on")]
        return tuple(
            part
            for node in nodes
            for part in (self.scope.strings(node) or (self.scope.string(node),))
            if part
        )

    @property
    def phase(self) -> Any:
        node = self.said("phase")
        return None if node is None else self.scope.literal(node)

    @cached_property
    def _assigned(self) -> dict[str, ast.expr]:
        found: dict[str, ast.expr] = {}
        for node in self.tree.body:
            if isinstance(node, ast.Assign):
                found |= {
                    target.id: node.value for target in node.targets if isinstance(target, ast.Name)
                }
            elif (
                isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value
            ):
                found[node.target.id] = node.value
        return found

    def said(self, name: str) -> ast.expr | None:
        """What the module assigns to this name."""
        return self._assigned.get(name)

    @property
    def scope(self) -> Scope:
        """The names of the module, anew for each reading."""
        scope = Scope()
        for name, value in self._assigned.items():
            scope.bind(ast.Name(name), value)
        return scope

    @cached_property
    def functions(self) -> dict[str, ast.FunctionDef]:
        return {node.name: node for node in self.tree.body if isinstance(node, ast.FunctionDef)}

    @cached_property
    def upgrade(self) -> list[Step]:
        return self._steps("upgrade")

    @cached_property
    def downgrade(self) -> list[Step]:
        return self._steps("downgrade")

    def _steps(self, name: str) -> list[Step]:
        reader = Reader(self.functions, self.scope)
        for function in self.entries(name):
            reader.read(function.body, Where())
        return reader.steps

    def entries(self, name: str) -> list[ast.FunctionDef]:
        """`upgrade`, or with several databases `upgrade_engine1` … that it calls by their names."""
        used = {node.id for node in ast.walk(self.tree) if isinstance(node, ast.Name)}
        return [
            function for known, function in self.functions.items()
            if known == name or (known.startswith(f"{name}_") and known not in used)
        ]  # fmt: skip

    def steps(self, *kinds: str, on: str | None = None) -> Iterator[Step]:
        """The steps of upgrade() of these kinds, in batches too, that run on this database."""
        for step in self.upgrade:
            if step.kind in kinds and (on is None or on in step.dialects):
                yield step

    @cached_property
    def created(self) -> set[str]:
        """The tables that upgrade() makes: empty still, and used by nobody."""
        return {step.table for step in self.upgrade if step.kind == "create_table"}

    def is_old(self, step: Step) -> bool:
        """Whether the step is about a table that there was before."""
        return bool(step.table) and step.table not in self.created

    def has_comment(self, line: int) -> bool:
        """Whether there is a comment on the line, or one of its own right above."""
        above = self.code.splitlines()[line - 2 : line - 1]
        return line in self._comments or any(text.lstrip().startswith("#") for text in above)

    @cached_property
    def _comments(self) -> set[int]:
        try:
            tokens = list(tokenize.generate_tokens(io.StringIO(self.code).readline))
        except (tokenize.TokenError, SyntaxError):
            return set()
        return {token.start[0] for token in tokens if token.type == tokenize.COMMENT}
