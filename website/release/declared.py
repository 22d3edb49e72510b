"""What a revision says of itself: the losses that are meant, and its phase."""

import ast
import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from alembic.script import Script

from website.release.census import Loss
from website.release.errors import MigrationFailed

_FORM = re.compile(r"(drop|rows|values|object):.+", re.DOTALL)


@dataclass(frozen=True)
class Declared:
    script: Script
    losses: frozenset[str]  # "drop:note.body", "rows:note", "values:note.body", "object:ix_note"
    expand: bool  # the code before may run on the schema after

    @classmethod
    def of(cls, script: Script) -> "Declared":
        """Raises MigrationFailed for a declaration that means nothing."""
        losses = getattr(script.module, "expected_loss", [])
        phase = getattr(script.module, "phase", None)
        file = Path(script.path).name
        wrong = [loss for loss in losses if not (isinstance(loss, str) and _FORM.fullmatch(loss))]
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

        Tables and columns that a downgrade drops, and an index or constraint that the revision's
        `upgrade` names, need no declaration.
        """
        if upgrade:
            return False
        return loss.by_drop or (loss.thing is not None and loss.thing.name in self._named)

    @property
    def has_way_back(self) -> bool:
        """False where the first thing that `downgrade` does is to raise: it says why not."""
        body = self._function("downgrade")
        told = [step for step in body if not isinstance(getattr(step, "value", None), ast.Constant)]
        return bool(told) and not isinstance(told[0], ast.Raise)

    @cached_property
    def _named(self) -> set[str]:
        """Every word that stands as a string in the revision's `upgrade`."""
        return {
            node.value
            for statement in self._function("upgrade")
            for node in ast.walk(statement)
            if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }

    def _function(self, name: str) -> list[ast.stmt]:
        tree = ast.parse(Path(self.script.path).read_text("utf-8"))
        return [
            statement
            for function in tree.body
            if isinstance(function, ast.FunctionDef) and function.name == name
            for statement in function.body
        ]
