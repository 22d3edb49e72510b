"""Every rule finds what it is for, leaves alone what is as it should be, and can be waived."""

from pathlib import Path

import pytest

from tests.release.lint.bookshop import Bookshop
from tests.release.lint.examples import EXAMPLES
from website.release.lint import RULES, Finding, lint

each_rule = pytest.mark.parametrize("rule", RULES)


def test_each_rule_has_its_examples() -> None:
    assert EXAMPLES.keys() == RULES.keys()


def found(folder: Path, *codes: str, header: str = "") -> list[Finding]:
    """The findings about the last of these revisions, which are released together."""
    bookshop = Bookshop(folder)
    for code in codes[:-1]:
        bookshop.add(code)
    bookshop.add(codes[-1], header)
    scripts = bookshop.scripts
    return [one for one in lint(scripts[1:]) if one.revision == scripts[-1].revision]


def bad(folder: Path, rule: str, header: str = "") -> list[Finding]:
    example = EXAMPLES[rule]
    return found(folder, *filter(None, [example.before, example.bad]), header=header)


@each_rule
def test_a_rule_finds_its_bad_example_and_leaves_its_good_one_alone(
    rule: str, tmp_path: Path
) -> None:
    (finding,) = [one for one in bad(tmp_path / "bad", rule) if one.rule == rule]
    assert finding.waived is None
    assert finding.file.endswith("_example.py")
    assert finding.line > 7
    assert found(tmp_path / "good", EXAMPLES[rule].good) == []


@each_rule
def test_a_revision_waives_a_rule_with_a_reason(rule: str, tmp_path: Path) -> None:
    header = f'lint_waive = {{"{rule}": "it is an example"}}\n'
    findings = bad(tmp_path, rule, header)
    assert [one.waived for one in findings if one.rule == rule] == ["it is an example"]
    assert not [one for one in findings if one.rule != rule and one.waived]
    assert not [one for one in findings if one.rule == "waiver"]


@each_rule
def test_a_finding_says_what_and_why_on_which_database_and_what_instead(
    rule: str, tmp_path: Path
) -> None:
    for finding in bad(tmp_path, rule):
        assert finding.what.endswith(".")
        assert finding.why.startswith(("Any database: ", "SQLite: ", "PostgreSQL: "))
        assert finding.why.endswith(".")
        assert finding.instead


@each_rule
def test_what_is_good_runs_on_a_database_with_rows(
    rule: str, empty_url: str, tmp_path: Path
) -> None:
    bookshop = Bookshop(tmp_path)
    bookshop.add(EXAMPLES[rule].good)
    with bookshop.open(empty_url) as connection:
        bookshop.upgrade(connection)
