"""docs/migrations.md tells every rule, and of every check of four other tools what became of it."""

import re
from collections import Counter
from pathlib import Path

from website.release.lint import NOT_WAIVABLE, RULES

DOCUMENT = (Path(__file__).parents[3] / "docs" / "migrations.md").read_text(encoding="utf-8")
SECTION = DOCUMENT.partition("## What lint looks for\n")[2].partition("\n## ")[0]
OURS, THEIRS = SECTION.split("### What other tools look for")
ALL = {*RULES, *NOT_WAIVABLE}


def test_the_document_has_each_rule_in_order() -> None:
    rows = re.findall(r"^\| `([a-z-]+)` \| .+ \| (any|both|SQLite|PostgreSQL) \|$", OURS, re.M)
    assert [rule for rule, _database in rows] == [*RULES, *NOT_WAIVABLE]


def test_a_rule_that_another_tool_s_check_was_taken_as_is_there() -> None:
    checks: Counter[str] = Counter()
    for cell, tool, here in re.findall(r"^\| (.*[`\"].*) \| ([\w-]+) \| (.+) \|$", THEIRS, re.M):
        rules = set(re.findall(r"`([a-z]+(?:-[a-z]+)*)`", here))
        assert rules <= ALL, (cell, here)
        assert "taken as `" in here or here.startswith("no: "), (cell, here)
        checks[tool] += len(re.findall(r"`[^`]+`", cell))
    told = {tool: int(number) for tool, number in re.findall(r"([\w-]+) \S+ \((\d+)\)", THEIRS)}
    assert checks == told
