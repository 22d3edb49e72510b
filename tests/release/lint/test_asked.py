"""What the census asks a revision to declare, lint accepts, whatever the thing is called."""

import ast
from collections.abc import Iterator
from typing import Any

import pytest

from tests.migrations.scratch import empty_database
from tests.release.trial import Change, Trial, case, cases, trial_at
from website.release.lint import lint_code
from website.release.watch import not_declared

REVISION = '''
from alembic import op

{declared}  # nobody needs them

def upgrade():
    op.execute({statements!r})


def downgrade():
    """Nothing to undo in an example."""
'''


@pytest.fixture(scope="module")
def address(backend: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with empty_database(backend, tmp_path_factory.mktemp("trial")) as url:
        yield url


@pytest.fixture
def trial(address: str) -> Iterator[Trial]:
    with trial_at(address) as trial:
        yield trial


def asked(trial: Trial, made: Change, change: Change) -> str:
    """The line that whoever reads the message copies into the revision."""
    message = str(not_declared("0005_x.py", trial.losses(made, change)))
    return "expected_loss = " + message.rpartition("expected_loss = ")[2]


def holds(trial: Trial, made: Change, change: str, losses: set[str]) -> None:
    line = asked(trial, made, change)
    assert set(ast.literal_eval(line.partition(" = ")[2])) == losses
    found = lint_code(REVISION.format(declared=line, statements=change))
    rules = {"malformed-loss", "undeclared-loss"}
    assert [one.what for one in found if one.rule in rules] == []


ODD = ('CREATE TABLE "a book: x.y" (id INTEGER, "the ""title"", so" TEXT, "b" TEXT)',
       """INSERT INTO "a book: x.y" VALUES (1, 'Rye', 'x'), (2, 'Oat', 'y')""")  # fmt: skip


@cases(
    case("a table", ODD, 'DROP TABLE "a book: x.y"', "drop:a book: x.y"),
    case("rows", ODD, 'DELETE FROM "a book: x.y" WHERE id = 1', "rows:a book: x.y"),
    case("a column", ODD, 'ALTER TABLE "a book: x.y" DROP COLUMN b', "drop:a book: x.y.b"),
    case("values", ODD, 'UPDATE "a book: x.y" SET "the ""title"", so" = NULL',
         'values:a book: x.y.the "title", so'),
    case("an index", (*ODD, 'CREATE INDEX "ix: one\\two" ON "a book: x.y" (b)'),
         'DROP INDEX "ix: one\\two"', "object:ix: one\\two"),
    case("a view", (*ODD, 'CREATE VIEW "my books" AS SELECT b FROM "a book: x.y"'),
         'DROP VIEW "my books"', "object:my books"),
)  # fmt: skip
def test_the_loss_of_what_has_an_odd_name(
    made: Change, change: str, losses: set[str], trial: Trial
) -> None:
    holds(trial, made, change, losses)


BILL = "CREATE TABLE bill (id INTEGER PRIMARY KEY{}, name TEXT{}, price INTEGER{})"


def anew(number: str = "", name: str = "", price: str = "", end: str = "") -> tuple[str, str]:
    """A table with something that has no name, and what a batch would do to it."""
    change = f"DROP TABLE bill; {BILL.format('', '', '')}"
    return BILL.format(number, name, price) + end, change


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("tables", "loss"),
    [
        (anew(price=", CHECK (price > 0\n AND name <> 'a\nb')"),
         "check (price > 0 and name <> 'a\nb')"),
        (anew(number=" AUTOINCREMENT"), "id"),
        (anew(name=" COLLATE NOCASE"), "name"),
        (anew(name=" UNIQUE"), "unique (name)"),
        (anew(price=" REFERENCES bill ON DELETE SET NULL"),
         "price references bill (id) on delete set null"),
        (anew(end=" STRICT"), "strict"),
    ],
    ids=["CHECK", "AUTOINCREMENT", "COLLATE", "UNIQUE", "FOREIGN KEY", "STRICT"],
)  # fmt: skip
def test_on_sqlite_the_loss_of_what_has_no_name(
    tables: tuple[str, str], loss: str, trial: Trial
) -> None:
    made, change = tables
    line = asked(trial, made, change.split(";"))
    assert lint_code(REVISION.format(declared=line, statements="SELECT 1")) == []
    assert ast.literal_eval(line.partition(" = ")[2]) == [f"object:bill.{loss}"]


ELSEWHERE = ("CREATE SCHEMA audit", 'CREATE TABLE audit.log (id int, said text, "by whom" text)',
             "INSERT INTO audit.log VALUES (1, 'x', 'y')",
             "CREATE VIEW audit.seen AS SELECT id FROM audit.log")  # fmt: skip


@pytest.mark.postgresql_only
@cases(
    case("a table", ELSEWHERE[:2], "DROP TABLE audit.log", "drop:audit.log"),
    case("rows", ELSEWHERE, "DELETE FROM audit.log", "rows:audit.log"),
    case("a column", ELSEWHERE, "ALTER TABLE audit.log DROP said", "drop:audit.log.said"),
    case("values", ELSEWHERE, 'UPDATE audit.log SET "by whom" = NULL',
         "values:audit.log.by whom"),
    case("a view", ELSEWHERE, "DROP VIEW audit.seen", "object:audit.seen"),
    case("row level security",
         (*ELSEWHERE, "ALTER TABLE audit.log ENABLE ROW LEVEL SECURITY"),
         "ALTER TABLE audit.log DISABLE ROW LEVEL SECURITY",
         "object:audit.log.row level security"),
    case("a numbering",
         "CREATE TABLE bill (id serial)", "ALTER TABLE bill ALTER id DROP DEFAULT",
         "object:bill.id"),
)  # fmt: skip
def test_on_postgresql_the_loss_of_what_is_in_another_schema_or_has_no_name(
    made: Change, change: str, losses: set[str], trial: Trial
) -> None:
    holds(trial, made, change, losses)
