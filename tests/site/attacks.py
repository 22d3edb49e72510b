"""The attack catalogue: which rows are answered by a test, and which wait for what."""

import ast
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

TESTS = Path(__file__).parents[1]
ROWS = range(1, 113)


@cache
def catalogue() -> dict[str, Any]:
    """What attacks.toml says: `tested` rows, and `waiting` parts with their rows."""
    return tomllib.loads((TESTS / "site" / "attacks.toml").read_text(encoding="utf-8"))


@cache
def marked() -> dict[int, list[str]]:
    """For each row the tests that carry its number."""
    found: dict[int, list[str]] = {}
    for path in sorted(TESTS.rglob("test_*.py")):
        for test, number in _marks(ast.parse(path.read_text(encoding="utf-8"))):
            found.setdefault(number, []).append(f"{path.relative_to(TESTS)}::{test}")
    return found


def _marks(tree: ast.Module) -> Iterator[tuple[str, int]]:
    for function in ast.walk(tree):
        if isinstance(function, ast.FunctionDef) and function.name.startswith("test_"):
            for mark in function.decorator_list:
                if isinstance(mark, ast.Call) and ast.unparse(mark.func) == "pytest.mark.attack":
                    for argument in mark.args:
                        yield function.name, ast.literal_eval(argument)


def waiting_lines() -> list[str]:
    """A line for each part that the catalogue waits for, to end a test run with."""
    return [
        f"{', '.join(map(str, part['rows']))}: {part['for']}" for part in catalogue()["waiting"]
    ]
