"""The revisions stand in one line, in the order of their numbers, and each has a way back."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from alembic.script import Script
from alembic.util import to_tuple

from tests.migrations.scratch import CHAIN, MIGRATIONS, SCRIPTS, each_revision


def _tree(script: Script) -> ast.Module:
    return ast.parse(Path(script.path).read_text(encoding="utf-8"))


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def test_there_is_one_head() -> None:
    assert len(SCRIPTS.get_heads()) == 1
    assert len(SCRIPTS.get_bases()) == 1


def test_the_files_are_numbered_without_a_gap_in_the_order_of_the_chain() -> None:
    files = sorted(file.name for file in (MIGRATIONS / "versions").glob("*.py"))
    assert [Path(script.path).name for script in CHAIN] == files
    place = {script.revision: number for number, script in enumerate(CHAIN)}
    for script in CHAIN:
        for earlier in to_tuple(script.down_revision, default=()):
            assert place[earlier] < place[script.revision], script.path
    assert [file[:5] for file in files] == [f"{number:04}_" for number in range(1, len(files) + 1)]


@each_revision
def test_a_revision_has_a_random_id_and_not_its_number(script: Script) -> None:
    assert re.fullmatch(r"[0-9a-f]{12}", script.revision)


@each_revision
def test_a_revision_does_something_and_can_be_taken_back(script: Script) -> None:
    bodies = {
        node.name: [
            step
            for step in node.body
            if not isinstance(step, ast.Pass)
            and not (isinstance(step, ast.Expr) and isinstance(step.value, ast.Constant))
        ]
        for node in _tree(script).body
        if isinstance(node, ast.FunctionDef)
    }
    assert bodies["upgrade"]
    assert bodies["downgrade"]


@each_revision
def test_a_revision_imports_nothing_of_the_application(script: Script) -> None:
    imported = set(_imported(_tree(script)))
    assert not {name for name in imported if name.startswith(".")}
    assert not {name.partition(".")[0] for name in imported} & {"website", "main", "tests"}
