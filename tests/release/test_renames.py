"""What has another name is not lost, and what has only the name of another is."""

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.operations import Operations

from tests.release.trial import Change, Trial, case, cases

NOTE = """CREATE TABLE note (id INTEGER NOT NULL, body TEXT, title TEXT, owner INTEGER,
    CONSTRAINT pk_note PRIMARY KEY (id), CONSTRAINT uq_note_title UNIQUE (title),
    CONSTRAINT ck_note_body CHECK (body <> title OR body = 'body'),
    CONSTRAINT fk_note_owner FOREIGN KEY (owner) REFERENCES person (id) ON DELETE CASCADE)"""
MADE = (
    "CREATE TABLE person (id INTEGER NOT NULL, name TEXT, CONSTRAINT pk PRIMARY KEY (id))", NOTE,
    "INSERT INTO person VALUES (1, 'Ada')",
    "INSERT INTO note VALUES (1, 'Flour, water', 'Rye', 1), (2, 'Milk', 'Oat', NULL)",
    "CREATE INDEX ix_note_body ON note (lower(body)) WHERE title <> ''",
    "CREATE VIEW titles AS SELECT note.title, body AS said FROM note"
    " JOIN person ON person.id = note.owner WHERE note.body <> 'title'",
)  # fmt: skip
PLAIN = (
    "CREATE TABLE note (id INTEGER NOT NULL PRIMARY KEY, body TEXT, title TEXT)",
    "INSERT INTO note VALUES (1, 'Flour, water', 'Rye'), (2, 'Milk', 'Oat')",
    "CREATE INDEX ix_note_body ON note (body)",
)
ODD = (
    'CREATE TABLE "Group" (id INTEGER NOT NULL PRIMARY KEY, "order" TEXT, "my ""own"", words" TEXT,'
    ' "Select" TEXT, CONSTRAINT ck CHECK ("order" <> "my ""own"", words"))',
    'INSERT INTO "Group" VALUES (1, \'a\', \'b\', \'c\')',
    'CREATE INDEX "my ix" ON "Group" ("Select", "order")',
)  # fmt: skip


def native(table: str, old: str, new: str) -> Callable[[Operations], object]:
    return lambda op: op.alter_column(table, old, new_column_name=new)


def by_batch(table: str, old: str, new: str, **options: Any) -> Callable[[Operations], object]:
    def change(op: Operations) -> None:
        with op.batch_alter_table(table, recreate="always") as batch:
            batch.alter_column(old, new_column_name=new, **options)

    return change


def each(*changes: Callable[[Operations], object]) -> Change:
    return lambda op: [change(op) for change in changes]


def run(*statements: str) -> Callable[[Operations], object]:
    return lambda op: [op.execute(statement) for statement in statements]


def swapped_by_batch(op: Operations) -> None:
    with op.batch_alter_table("note", recreate="always") as batch:
        batch.alter_column("body", new_column_name="title")
        batch.alter_column("title", new_column_name="body")


REBUILD = (
    "CREATE TABLE new (id INTEGER NOT NULL PRIMARY KEY, body TEXT, title TEXT)",
    "INSERT INTO new SELECT id, body, title FROM note", "DROP TABLE note",
    "ALTER TABLE new RENAME TO note", "CREATE INDEX ix_note_body ON note (body)",
)  # fmt: skip
ASIDE = (
    "ALTER TABLE note RENAME TO note_old", PLAIN[0],
    "INSERT INTO note SELECT id, body, title FROM note_old",
)  # fmt: skip


@cases(
    case("a column that an index, a check and a view speak of",
         MADE, native("note", "body", "text")),
    case("a column that is unique", MADE, native("note", "title", "heading")),
    case("a column that has a foreign key", MADE, native("note", "owner", "person_id")),
    case("a column that a foreign key refers to", MADE, native("person", "id", "number")),
    case("a table", MADE, lambda op: op.rename_table("note", "memo")),
    case("a table that a foreign key refers to",
         MADE, lambda op: op.rename_table("person", "human")),
    case("tables and columns, one after another",
         MADE, each(native("note", "body", "text"), lambda op: op.rename_table("note", "memo"),
                    native("memo", "title", "heading"), native("memo", "text", "said"),
                    native("person", "id", "number"), native("person", "name", "title"))),
    case("there and back",
         MADE, each(native("note", "body", "text"), lambda op: op.rename_table("note", "memo"),
                    lambda op: op.rename_table("memo", "note"), native("note", "text", "body"))),
    case("two columns that change their names",
         PLAIN, each(native("note", "body", "x"), native("note", "title", "body"),
                     native("note", "x", "title"))),
    case("two tables that change their names",
         MADE, each(lambda op: op.rename_table("note", "x"),
                    lambda op: op.rename_table("person", "note"),
                    lambda op: op.rename_table("x", "person"))),
    case("a column in a batch", PLAIN, by_batch("note", "body", "text")),
    case("a column in a batch on a table that has just got another name",
         PLAIN, each(lambda op: op.rename_table("note", "memo"), by_batch("memo", "body", "text"))),
    case("a column in a batch, and then the table",
         PLAIN, each(by_batch("note", "body", "text"), lambda op: op.rename_table("note", "memo"))),
    case("a column in two batches and on its own between them",
         PLAIN, each(by_batch("note", "body", "a"), native("note", "a", "b"),
                     by_batch("note", "b", "c", type_=sa.String(99)))),
    case("a column in a batch that also gives it a type",
         PLAIN, by_batch("note", "body", "text", type_=sa.String(99), existing_type=sa.Text())),
    case("two columns that change their names in one batch", PLAIN, swapped_by_batch),
    case("names with capitals, spaces and quotes, and reserved words",
         ODD, each(native("Group", "order", "Order"), native("Group", 'my "own", words', "a b"),
                   lambda op: op.rename_table("Group", "where"),
                   native("where", "Select", "from \"to\"; x"))),
    case("a column with an odd name in a batch on a table with an odd name",
         (ODD[0].partition(", CONSTRAINT")[0] + ")", *ODD[1:]),
         each(by_batch("Group", "order", "to, (rename)"),
              by_batch("Group", 'my "own", words', "from"))),
    case("a column, in statements that are written in any way",
         PLAIN, ('/* first */ alter\ntable"note"rename column"body"to"Text" -- done',
                 'ALTER TABLE note RENAME title TO "rename"')),
    case("a table that is made anew, filled and put in its place", PLAIN, REBUILD),
    case("a column, whose table is made anew after that",
         PLAIN, ("ALTER TABLE note RENAME body TO text",
                 *(statement.replace("body", "text") for statement in REBUILD[:-1]),
                 "CREATE INDEX ix_note_body ON note (text)")),
    case("a table that is put aside, made anew, filled and dropped",
         PLAIN, (*ASIDE, "DROP TABLE note_old", "CREATE INDEX ix_note_body ON note (body)")),
    case("a table that is put aside, filled anew, and taken to pieces",
         PLAIN, (*ASIDE, "ALTER TABLE note_old DROP title", "DROP TABLE note_old",
                 "CREATE INDEX ix_note_body ON note (body)")),
    case("a table that is put aside and made anew, without a row", PLAIN, ASIDE[:2]),
    case("a table that is put aside, while a new one comes and gets a third name",
         PLAIN, (*ASIDE[:2], "ALTER TABLE note RENAME TO note_new")),
)  # fmt: skip
def test_what_has_another_name_is_not_lost(
    made: Change, change: Change, losses: set[str], trial: Trial
) -> None:
    assert not trial.lost(made, change)


@cases(
    case("a row that a table has no more which was made anew",
         PLAIN, (REBUILD[0], f"{REBUILD[1]} WHERE id > 1", *REBUILD[2:]), "rows:note"),
    case("a value that a table has no more which was made anew",
         PLAIN, (REBUILD[0], "INSERT INTO new SELECT id, NULL, title FROM note", *REBUILD[2:]),
         "values:note.body"),
    case("an index that a table has no more which was made anew",
         PLAIN, REBUILD[:-1], "object:ix_note_body"),
    case("a column that gets another name while its table is made anew: nobody could tell",
         PLAIN, (REBUILD[0].replace("body", "text"), *REBUILD[1:-1],
                 "CREATE INDEX ix_note_body ON note (text)"), "drop:note.body"),
    case("rows of a table that has another name",
         PLAIN, ("ALTER TABLE note RENAME TO memo", "DELETE FROM memo WHERE id = 1"), "rows:note"),
    case("a value of a column that has another name",
         PLAIN, ("ALTER TABLE note RENAME body TO text", "UPDATE note SET text = 'x'"),
         "values:note.body"),
    case("a table that has another name",
         PLAIN, ("ALTER TABLE note RENAME TO memo", "DROP TABLE memo"), "drop:note"),
    case("a column that has another name",
         PLAIN, each(native("note", "title", "x"), lambda op: op.drop_column("note", "x")),
         "drop:note.title"),
    case("the rows of a table that was put aside and dropped",
         PLAIN, (*ASIDE[:2], "INSERT INTO note SELECT * FROM note_old WHERE id = 1",
                 "DROP TABLE note_old"), "rows:note", "object:ix_note_body"),
    case("a table whose name another one takes",
         (*PLAIN, "CREATE TABLE old (id INTEGER, body TEXT, title TEXT)",
          "INSERT INTO old VALUES (1, 'longer than the', 'others'), (2, '', ''), (3, '', '')"),
         ("DROP TABLE note", "ALTER TABLE old RENAME TO note"), "drop:note"),
    case("a column whose name another one takes",
         PLAIN, each(lambda op: op.drop_column("note", "title"), native("note", "body", "title")),
         "drop:note.title"),
    case("a column that a batch drops and makes anew with as many values and bytes",
         PLAIN, each(lambda op: dropped_and_added(op, "body", "'Flour, water'"),
                     run("UPDATE note SET body = 'Milk' WHERE id = 2"),
                     run("CREATE INDEX ix_note_body ON note (body)")), "drop:note.body"),
    case("a column that is dropped and made anew, before a batch",
         (*PLAIN[:2],), each(lambda op: op.drop_column("note", "body"),
                             run("ALTER TABLE note ADD body TEXT DEFAULT 'Flour, water'"),
                             by_batch("note", "title", "heading")), "drop:note.body"),
    case("a column that a batch drops, while another one in it gets another name",
         PLAIN, lambda op: dropped_and_renamed(op), "drop:note.title"),
    case("an index over another column than the one that has another name",
         PLAIN, ("ALTER TABLE note RENAME body TO text", "DROP INDEX ix_note_body",
                 "CREATE INDEX ix_note_body ON note (title)"), "object:ix_note_body"),
    case("the check of a column that has another name",
         MADE[:4], each(native("note", "body", "text"), lambda op: no_check(op)),
         "object:ck_note_body"),
)  # fmt: skip
def test_what_has_the_name_of_another_or_is_gone_under_its_new_name_is_lost(
    made: Change, change: Change, losses: set[str], trial: Trial
) -> None:
    assert trial.lost(made, change) == losses


def dropped_and_added(op: Operations, name: str, default: str) -> None:
    with op.batch_alter_table("note") as batch:
        batch.drop_index("ix_note_body")
        batch.drop_column(name)
        batch.add_column(sa.Column(name, sa.Text(), server_default=sa.text(default)))


def dropped_and_renamed(op: Operations) -> None:
    with op.batch_alter_table("note", recreate="always") as batch:
        batch.drop_column("title")
        batch.alter_column("body", new_column_name="title")


def no_check(op: Operations) -> None:
    with op.batch_alter_table("note") as batch:
        batch.drop_constraint("ck_note_body", type_="check")


TRIGGER = (
    "CREATE TABLE log (said TEXT)",
    "CREATE TRIGGER tr AFTER UPDATE OF body ON note WHEN new.body <> 'body'"
    " BEGIN INSERT INTO log SELECT title FROM note WHERE body = old.body; END",
)


@pytest.mark.sqlite_only
@cases(
    case("a column and tables that a trigger speaks of",
         (*PLAIN, *TRIGGER), each(native("note", "body", "text"),
                                  lambda op: op.rename_table("note", "memo"),
                                  lambda op: op.rename_table("log", "diary"))),
    case("a table and a column that are spelled with other capitals",
         PLAIN, ("ALTER TABLE NOTE RENAME COLUMN Body TO TEXT", "ALTER TABLE Note RENAME TO Memo")),
    case("nothing but capitals", PLAIN, "ALTER TABLE note RENAME body TO Body"),
    case("a table that is made anew with other capitals",
         PLAIN, ("CREATE TABLE new (ID INTEGER NOT NULL PRIMARY KEY, Body TEXT, Title TEXT)",
                 *REBUILD[1:3], "ALTER TABLE new RENAME TO Note", REBUILD[4])),
    case("names in brackets, backticks and strings",
         PLAIN, ("ALTER TABLE main.[note] RENAME `body` TO 'my text'",
                 "ALTER TABLE 'note' RENAME TO [select]")),
    case("a table that a view reads and its trigger writes",
         (*PLAIN, "CREATE VIEW v AS SELECT * FROM note",
          "CREATE TRIGGER tr INSTEAD OF DELETE ON v BEGIN DELETE FROM note; END"),
         "ALTER TABLE note RENAME TO memo"),
)  # fmt: skip
def test_on_sqlite_what_has_another_name_is_not_lost(
    made: Change, change: Change, losses: set[str], trial: Trial
) -> None:
    assert not trial.lost(made, change)


@pytest.mark.sqlite_only
def test_on_sqlite_a_check_that_compares_with_the_old_name_as_a_text_is_lost(trial: Trial) -> None:
    change = by_batch("Group", "order", "place")
    assert trial.lost(ODD, change) == {"object:ck"}
    check = "SELECT sql LIKE '%CHECK (\"order\" <>%' FROM sqlite_master WHERE name = 'Group'"
    assert trial.connection.exec_driver_sql(check).scalar(), "Alembic has learnt to rename there"


@pytest.mark.sqlite_only
def test_on_sqlite_a_rename_that_failed_has_renamed_nothing(trial: Trial) -> None:
    def change(op: Operations) -> None:
        with pytest.raises(sa.exc.OperationalError, match="duplicate column"):
            op.execute("ALTER TABLE note RENAME body TO title")

    assert not trial.lost(PLAIN, change)


SCHEMA = (
    *PLAIN, "CREATE SCHEMA audit", 'CREATE TABLE audit."Log" (id serial, said text)',
    "INSERT INTO audit.\"Log\" (said) VALUES ('x')",
)  # fmt: skip


@pytest.mark.postgresql_only
@cases(
    case("several, in one string of statements",
         PLAIN, "SELECT 1; ALTER TABLE IF EXISTS ONLY public.note RENAME body TO text;"
                " ALTER TABLE note RENAME TO memo"),
    case("names that PostgreSQL writes in small letters",
         PLAIN, ("ALTER TABLE NOTE RENAME COLUMN Body TO Text", "ALTER TABLE Note RENAME TO Memo")),
    case("a table in another schema and its column",
         SCHEMA, ('ALTER TABLE audit."Log" RENAME said TO "Said"',
                  'ALTER TABLE audit."Log" RENAME TO log')),
    case("a table that moves to another schema, and is renamed there",
         SCHEMA, ("ALTER TABLE note SET SCHEMA audit", "ALTER TABLE audit.note RENAME TO memo",
                  "ALTER TABLE audit.memo RENAME body TO text")),
    case("a column in a batch in another schema",
         (*SCHEMA, 'ALTER TABLE audit."Log" DROP id'), lambda op: in_schema(op)),
    case("a column that views take from one another",
         (*PLAIN, "CREATE VIEW a AS SELECT id, body FROM note",
          "CREATE VIEW b AS SELECT x.body FROM (SELECT body FROM note) x JOIN a USING (body)"),
         "ALTER TABLE note RENAME body TO text"),
    case("a column that a trigger hears of",
         (*PLAIN, "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN new; END'",
          "CREATE TRIGGER tr BEFORE UPDATE OF body ON note FOR EACH ROW WHEN (new.body <> 'body')"
          " EXECUTE FUNCTION f()"),
         ("ALTER TABLE note RENAME body TO text", "ALTER TABLE note RENAME TO memo")),
    case("a table whose numbering goes on",
         (*SCHEMA, "CREATE TABLE bill (id serial)", "INSERT INTO bill DEFAULT VALUES"),
         ("ALTER TABLE bill RENAME id TO number", "ALTER TABLE bill RENAME TO invoice")),
)  # fmt: skip
def test_on_postgresql_what_has_another_name_is_not_lost(
    made: Change, change: Change, losses: set[str], trial: Trial
) -> None:
    assert not trial.lost(made, change)


def in_schema(op: Operations) -> None:
    with op.batch_alter_table("Log", schema="audit", recreate="always") as batch:
        batch.alter_column("said", new_column_name="Said")


@pytest.mark.postgresql_only
@cases(
    case("a rename that stands in a text",
         (*PLAIN, "ALTER TABLE note ADD text text"),
         ("INSERT INTO note (id, body) VALUES (3, '; ALTER TABLE note RENAME body TO text;')",
          "UPDATE note SET text = body", "ALTER TABLE note DROP body"), "drop:note.body"),
    case("a rename that stands in a function",
         PLAIN, ("CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS"
                 " $a$ BEGIN NULL; ALTER TABLE note RENAME TO memo; END $a$",
                 "CREATE TABLE memo (id int)", "DROP TABLE note"), "drop:note"),
    case("a column that differs from another one in its capitals",
         (*PLAIN, 'ALTER TABLE note ADD "Body" text', 'UPDATE note SET "Body" = body'),
         "ALTER TABLE note DROP body", "drop:note.body"),
)  # fmt: skip
def test_on_postgresql_what_only_looks_renamed_is_lost(
    made: Change, change: Change, losses: set[str], trial: Trial
) -> None:
    assert trial.lost(made, change) == losses
