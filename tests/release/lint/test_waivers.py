"""A waiver and a declaration say something true, or they are findings themselves."""

import pytest

from website.release.lint import Finding, Tables, lint_code
from website.release.lint.step import Column
from website.release.lint.tables import Table

TABLES = Tables({"book": Table({"title": Column("title")})})

REVISION = '''
import sqlalchemy as sa
from alembic import op

{header}

def upgrade():
    op.create_index("ix_note_body", "note", ["body"])
    op.drop_column("note", "title")


def downgrade():
    """Nothing to undo in an example."""
'''


def findings(header: str, rule: str) -> list[Finding]:
    return [one for one in lint_code(REVISION.format(header=header), TABLES) if one.rule == rule]


@pytest.mark.parametrize(
    ("waiver", "what"),
    [
        ('{"no-such-rule": "why"}', "lint_waive names 'no-such-rule', which is no rule."),
        ('{"waiver": "why"}', "lint_waive names 'waiver', which is no rule."),
        ('{"non-concurrent-index": " "}', "lint_waive gives no reason for non-concurrent-index."),
        ('{"non-concurrent-index": 1}', "lint_waive gives no reason for non-concurrent-index."),
        ('{"pragma": "why"}', "lint_waive waives pragma, which finds nothing here."),
        ('["pragma"]', "lint_waive is no dict that is written out."),
        ("{**others}", "lint_waive names '', which is no rule."),
    ],
)
def test_a_waiver_that_means_nothing_is_a_finding(waiver: str, what: str) -> None:
    (finding,) = findings(f"lint_waive = {waiver}", "waiver")
    assert finding.what == what
    assert (finding.waived, finding.line) == (None, 5)
    assert [one.waived for one in findings(f"lint_waive = {waiver}", "non-concurrent-index")] == [
        None
    ]


def test_a_waiver_is_for_one_rule_and_keeps_the_finding_with_its_reason() -> None:
    header = 'REASON = "small"\nlint_waive: dict = {"non-concurrent-index": REASON}'
    assert findings(header, "waiver") == []
    assert [one.waived for one in findings(header, "non-concurrent-index")] == ["small"]
    assert [one.waived for one in findings(header, "undeclared-loss")] == [None]


@pytest.mark.parametrize(
    "losses",
    [
        '["drop:note.title"]  # moved to the body',
        '("drop:note.title",)  # moved to the body',
        '[\n    # moved to the body\n    "drop:note.title",\n]',
        '[\n    "drop:note.title",  # moved to the body\n    "rows:note",  # the empty ones\n'
        '    "values:note.body",  # cut to size\n    "object:ix_note",  # unused\n]',
    ],
)
def test_a_declared_loss_with_its_reason_is_no_finding(losses: str) -> None:
    header = f"expected_loss = {losses}"
    assert findings(header, "undeclared-loss") == findings(header, "malformed-loss") == []


@pytest.mark.parametrize(
    ("losses", "what"),
    [
        ('["drop:note.title"]', 'The loss "drop:note.title" is declared without a reason.'),
        ('["note.title"]  # why', "expected_loss has 'note.title'."),
        ('["values:note"]  # why', "expected_loss has 'values:note'."),
        ('["rows:book.title"]  # why', "expected_loss has 'rows:book.title'."),
        ("[1]  # why", "expected_loss has no string here."),
        ("sorted(losses)  # why", "expected_loss is no list that is written out."),
        ('["drop:note.title",  # why\n    # why\n    "rows:note",\n    "object:ix"]',
         'The loss "object:ix" is declared without a reason.'),
    ],
)  # fmt: skip
def test_a_declaration_that_says_too_little_is_a_finding(losses: str, what: str) -> None:
    assert [one.what for one in findings(f"expected_loss = {losses}", "malformed-loss")] == [what]
