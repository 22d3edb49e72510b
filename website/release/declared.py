"""What a revision says of itself: the losses that are meant, and its phase."""

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from alembic.script import Script

from website.release.census import Loss
from website.release.ddl import tokens
from website.release.errors import MigrationFailed

# A name is as the database has it: `schema.table`, with spaces, or what a CHECK without one says.
FORM = re.compile(r"(drop|rows|object):.+|values:.+\..+", re.DOTALL)


@dataclass(frozen=True)
class Declared:
    script: Script
    losses: frozenset[str]  # "drop:note.body", "rows:note", "values:note.body", "object:ix_note"
    expand: bool  # the code before may run on the schema after

    @classmethod
    def of(cls, script: Script) -> "Declared":
        """Raises MigrationFailed for a declaration that means nothing."""
        losses = getattr(script.module, "expected_loss", None) or []
        phase = getattr(script.module, "phase", None)
        file = Path(script.path).name
        wrong = [loss for loss in losses if not (isinstance(loss, str) and FORM.fullmatch(loss))]
        if wrong:
            raise MigrationFailed(
                f"{file}: expected_loss = [{wrong[0]!r}] means nothing. Write drop:TABLE,"
                " drop:TABLE.COLUMN, rows:TABLE, values:TABLE.COLUMN or object:NAME."
            )
        if phase not in {None, "expand", "contract"}:
            raise MigrationFailed(f'{file}: phase is "expand" or "contract", not {phase!r}.')
        return cls(script, frozenset(losses), expand=phase == "expand")

    def made(self, loss: Loss, *, upgrade: bool) -> bool:
        """Whether a way back takes only what the way there had made.

        Tables and columns that a downgrade drops, and an index, constraint, trigger or the like
        that the revision's `upgrade` names, need no declaration.
        """
        if upgrade:
            return False
        thing = loss.thing  # one that is called by its column could be any table's
        return loss.by_drop or (thing is not None and thing.named and thing.name in self._named)

    @property
    def has_way_back(self) -> bool:
        """False where the first thing that `downgrade` does is to raise: it says why not."""
        body = self._function("downgrade")
        told = [step for step in body if not isinstance(getattr(step, "value", None), ast.Constant)]
        return bool(told) and not isinstance(told[0], ast.Raise)

    @cached_property
    def _named(self) -> set[str]:
        """Every word of the strings in the revision's `upgrade` and in what it uses of the file."""
        tree = ast.parse(Path(self.script.path).read_text("utf-8"))
        parts = {name: part for part in tree.body for name in _names(part)}
        found: set[str] = set()
        used, left = set(), ["upgrade"]
        while left:
            name = left.pop()
            if name in used or name not in parts:
                continue
            used.add(name)
            nodes = list(ast.walk(parts[name]))
            prose = {node.value for node in nodes if isinstance(node, ast.Expr)}  # a docstring
            for node in nodes:
                if isinstance(node, ast.Name):
                    left.append(node.id)
                elif isinstance(node, ast.Constant) and node not in prose:
                    said = str(node.value)
                    found |= {said, *tokens(said)}
        return found

    def _function(self, name: str) -> list[ast.stmt]:
        tree = ast.parse(Path(self.script.path).read_text("utf-8"))
        return [
            statement
            for function in tree.body
            if isinstance(function, ast.FunctionDef) and function.name == name
            for statement in function.body
        ]


def _names(part: ast.stmt) -> Iterator[str]:
    """What a statement of a module gives a value to."""
    if isinstance(part, ast.FunctionDef):
        yield part.name
    elif isinstance(part, ast.Assign | ast.AnnAssign):
        targets = part.targets if isinstance(part, ast.Assign) else [part.target]
        for node in (node for target in targets for node in ast.walk(target)):
            if isinstance(node, ast.Name):
                yield node.id
