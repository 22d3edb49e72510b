"""No row and no value is lost unnoticed: what a revision takes, it declares, or it is undone."""

from typing import Any

import pytest
import sqlalchemy as sa
from alembic.operations import Operations

from tests.migrations.schema import connected, dump
from tests.migrations.scratch import Chain, downgrade, upgrade
from tests.release.trial import Change, Trial, case, cases
from website.release import census
from website.release.schema import describe

MADE = (
    "CREATE TABLE word (id INTEGER PRIMARY KEY, said VARCHAR(40), meant TEXT, uses INTEGER)",
    "INSERT INTO word VALUES (1, 'rye', 'a grain', 12), (2, '', NULL, 0),"
    " (3, 'नोट \U0001f5d2', 'x', 7)",
    "CREATE TABLE empty (id INTEGER, said TEXT)",
)  # fmt: skip


@cases(
    case("a row", MADE, "DELETE FROM word WHERE id = 2", "rows:word"),
    case("all rows", MADE, "DELETE FROM word", "rows:word"),
    case("a row and a value of another",
         MADE, ("DELETE FROM word WHERE id = 1", "UPDATE word SET meant = NULL WHERE id = 3"),
         "rows:word", "values:word.meant"),
    case("a value", MADE, "UPDATE word SET meant = NULL WHERE id = 3", "values:word.meant"),
    case("an empty text, which is a value",
         MADE, "UPDATE word SET said = NULL WHERE id = 2", "values:word.said"),
    case("a value, while another one comes",
         MADE, "UPDATE word SET meant = CASE WHEN id = 2 THEN 'y' END", "values:word.meant"),
    case("a value, while a row comes that has none",
         MADE, ("UPDATE word SET meant = NULL WHERE id = 1", "INSERT INTO word (id) VALUES (4)"),
         "values:word.meant"),
    case("the end of a text", MADE, "UPDATE word SET said = substr(said, 1, 2)",
         "values:word.said"),
    case("all of a text", MADE, "UPDATE word SET meant = ''", "values:word.meant"),
    case("an emoji, with as many letters as before",
         MADE, "UPDATE word SET said = replace(said, '\U0001f5d2', '?')", "values:word.said"),
    case("the digits of a number", MADE, "UPDATE word SET uses = 0", "values:word.uses"),
    case("a column", MADE, "ALTER TABLE word DROP COLUMN meant", "drop:word.meant"),
    case("a table", MADE, "DROP TABLE word", "drop:word"),
    case("a table without a row", MADE, "DROP TABLE empty", "drop:empty"),
    case("a column without a value", MADE, "ALTER TABLE empty DROP COLUMN said",
         "drop:empty.said"),
    case("a column for one that looks like it",
         MADE, ("ALTER TABLE word ADD COLUMN sense TEXT", "UPDATE word SET sense = meant",
                "ALTER TABLE word DROP COLUMN meant"), "drop:word.meant"),
    case("a column for one of the same name, with as many values and bytes",
         MADE, ("ALTER TABLE word DROP COLUMN meant", "ALTER TABLE word ADD COLUMN meant TEXT",
                "UPDATE word SET meant = '???????' WHERE id = 1",
                "UPDATE word SET meant = '?' WHERE id = 3"), "drop:word.meant"),
    case("a table for one of the same name, with fewer rows",
         MADE, ("DROP TABLE word", MADE[0], "INSERT INTO word VALUES (1, 'rye', 'a grain', 12)"),
         "rows:word"),
    case("a row, where a temporary table stands before the table",
         MADE, ("CREATE TEMPORARY TABLE keep AS SELECT id, said, meant, uses FROM word",
                "DELETE FROM word WHERE id = 2", "ALTER TABLE keep RENAME TO word"),
         "rows:word"),
    case("a row, where the name of the table is an odd one",
         ('CREATE TABLE "order 66%: ""x"".y" (id INTEGER, "100% ''Group''" TEXT)',
          'INSERT INTO "order 66%: ""x"".y" VALUES (1, NULL)'),
         'DELETE FROM "order 66%: ""x"".y"', 'rows:order 66%: "x".y'),
)  # fmt: skip
def test_less_than_before_is_a_loss(
    made: Change, change: Change, losses: set[str], trial: Trial
) -> None:
    assert trial.lost(made, change) == losses


def other_types(op: Operations) -> None:
    with op.batch_alter_table("word") as batch:
        batch.alter_column("said", type_=sa.Text(), existing_type=sa.String(40))
        batch.alter_column("uses", type_=sa.BigInteger(), existing_type=sa.Integer())
        batch.alter_column("id", type_=sa.BigInteger(), existing_type=sa.Integer())


BOOLEAN = ("CREATE TABLE flag (id INTEGER, up BOOLEAN)", "INSERT INTO flag VALUES (1, false)")


@cases(
    case("nothing is done", MADE, ()),
    case("rows, values, columns and tables are added",
         MADE, ("INSERT INTO word (id, said) VALUES (4, 'oat')", "UPDATE word SET meant = 'longer'"
                " WHERE meant IS NULL", "ALTER TABLE word ADD COLUMN more TEXT DEFAULT 'x'",
                "CREATE TABLE other (id INTEGER)")),
    case("a value is as long as before", MADE, "UPDATE word SET meant = 'a train' WHERE id = 1"),
    case("a type changes that the values fit into", MADE, other_types),
    case("true becomes false, and false true",
         (*BOOLEAN, "INSERT INTO flag VALUES (2, true)"), "UPDATE flag SET up = NOT up"),
    case("everything false becomes true", BOOLEAN, "UPDATE flag SET up = true"),
    case("everything true becomes false",
         (*BOOLEAN, "UPDATE flag SET up = true"), "UPDATE flag SET up = false"),
    case("a column of a new shape has the values of the old, and takes its name",
         MADE, ("ALTER TABLE word ADD COLUMN new TEXT", "UPDATE word SET new = meant",
                "ALTER TABLE word DROP COLUMN meant",
                "ALTER TABLE word RENAME COLUMN new TO meant")),
)  # fmt: skip
def test_nothing_is_lost_where(
    made: Change, change: Change, losses: set[str], trial: Trial
) -> None:
    assert not trial.lost(made, change)


def test_a_loss_is_told_with_how_much_it_is(trial: Trial) -> None:
    change = (
        "DELETE FROM word WHERE id = 2", "ALTER TABLE word DROP COLUMN said",
        "UPDATE word SET meant = NULL", "DROP TABLE empty",
    )  # fmt: skip
    assert {loss.sentence for loss in trial.losses(MADE, change)} == {
        "table empty with 0 rows is dropped",
        "table word: 1 row of 3 are gone",
        "column word.said with 3 values is dropped",
        "column word.meant: 2 values are gone",
    }


def test_a_change_that_failed_or_was_taken_back_is_not_believed(trial: Trial) -> None:
    trial.do(MADE)
    change = (
        "SAVEPOINT one", "ALTER TABLE word RENAME COLUMN said TO spoken",
        "ROLLBACK TO SAVEPOINT one", "ALTER TABLE word ADD COLUMN spoken TEXT",
        "UPDATE word SET spoken = said", "ALTER TABLE word DROP COLUMN said",
    )  # fmt: skip
    assert trial.lost((), change) == {"drop:word.said"}


@pytest.mark.parametrize("statements", [1, 2], ids=["one table", "two tables"])
def test_a_table_is_counted_by_one_statement(statements: int, trial: Trial) -> None:
    told: list[str] = []

    def hear(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        told.append(statement)

    trial.do(MADE if statements == 2 else MADE[:2])
    sa.event.listen(trial.connection, "before_cursor_execute", hear)
    census.take(trial.connection)
    assert len([one for one in told if "count(*)" in one]) == statements


BYTES = (
    "CREATE TABLE thing (id INTEGER PRIMARY KEY, body TEXT, file BLOB, size REAL, any_)",
    "INSERT INTO thing VALUES (1, 'a' || char(0) || 'bc', x'00ff00', 1.5, 5),"
    " (2, '', x'', -0.25, 'x')",
)
SEARCH = ("CREATE VIRTUAL TABLE search USING fts5(title, body)",
          "INSERT INTO search VALUES ('Rye', 'Flour, water, salt'), ('Oat', 'Milk')")  # fmt: skip
OUTER = (
    "CREATE TABLE note (id INTEGER PRIMARY KEY, body TEXT)", "INSERT INTO note VALUES (1, 'Rye')",
    "CREATE VIRTUAL TABLE search USING fts5(body, content='note', content_rowid='id')",
    "INSERT INTO search (search) VALUES ('rebuild')",
)  # fmt: skip


@pytest.mark.sqlite_only
@cases(
    case("what stands behind a NUL", BYTES, "UPDATE thing SET body = 'a' WHERE id = 1",
         "values:thing.body"),
    case("a byte of a blob", BYTES, "UPDATE thing SET file = x'00ff' WHERE id = 1",
         "values:thing.file"),
    case("an empty blob", BYTES, "UPDATE thing SET file = NULL WHERE id = 2",
         "values:thing.file"),
    case("what is behind the point", BYTES, "UPDATE thing SET size = CAST(size AS INTEGER)",
         "values:thing.size"),
    case("a row without a key and without a rowid",
         ("CREATE TABLE thing (id TEXT PRIMARY KEY) WITHOUT ROWID", "CREATE TABLE free (a, b)",
          "INSERT INTO thing VALUES ('x')", "INSERT INTO free VALUES (1, 2), (1, 2)"),
         ("DELETE FROM thing", "DELETE FROM free WHERE rowid = 1"), "rows:thing", "rows:free"),
    case("a value of a strict table",
         ("CREATE TABLE thing (id INTEGER PRIMARY KEY, any_ ANY) STRICT",
          "INSERT INTO thing VALUES (1, 'x')"), "UPDATE thing SET any_ = NULL",
         "values:thing.any_"),
    case("a generated column",
         ("CREATE TABLE thing (id INTEGER, twice INTEGER AS (id * 2))",
          "INSERT INTO thing VALUES (1)"), "ALTER TABLE thing DROP twice", "drop:thing.twice"),
    case("a row that is in a full text index alone",
         SEARCH, "DELETE FROM search WHERE rowid = 1", "rows:search"),
    case("a text that is in a full text index alone",
         SEARCH, "UPDATE search SET body = '' WHERE rowid = 2", "values:search.c1"),
    case("a full text index that has texts of its own",
         SEARCH, "DROP TABLE search", "drop:search"),
    case("a row of a table that is called like a full text index",
         (*SEARCH, "CREATE TABLE search_history (said TEXT)",
          "INSERT INTO search_history VALUES ('rye')"),
         "DELETE FROM search_history", "rows:search_history"),
)  # fmt: skip
def test_on_sqlite_less_than_before_is_a_loss_also_of(
    made: Change, change: Change, losses: set[str], trial: Trial
) -> None:
    assert trial.lost(made, change) == losses


@pytest.mark.sqlite_only
@cases(
    case("a full text index tidies up",
         SEARCH, ("INSERT INTO search (search) VALUES ('rebuild')",
                  "INSERT INTO search (search) VALUES ('optimize')")),
    case("a full text index of another table's texts is emptied",
         OUTER, "INSERT INTO search (search) VALUES ('delete-all')"),
    case("a full text index is made again",
         SEARCH, ("DROP TABLE search", *SEARCH)),
    case("a full text index has another name",
         SEARCH, "ALTER TABLE search RENAME TO seek"),
    case("an R-tree is turned about",
         ("CREATE VIRTUAL TABLE place USING rtree(id, x0, x1)",
          "INSERT INTO place VALUES (1, 0, 1), (2, 5, 6)"), "UPDATE place SET x0 = x0 + 0.5"),
    case("a strict column holds other numbers",
         ("CREATE TABLE thing (n ANY) STRICT", "INSERT INTO thing VALUES (5)"),
         "UPDATE thing SET n = 5.0"),
)  # fmt: skip
def test_on_sqlite_nothing_is_lost_where(
    made: Change, change: Change, losses: set[str], trial: Trial
) -> None:
    assert not trial.lost(made, change)


TYPES = (
    "CREATE TYPE text_kind AS ENUM ('one', 'three')",
    "CREATE TABLE thing (id int, tags text[], names varchar(9)[], facts jsonb, raw json,"
    " file bytea, at timestamptz, kind text_kind, fixed char(9), amount numeric(9, 2), key uuid,"
    " files bytea[], flags boolean[], times timestamptz(3)[], clock timestamp,"
    " lasts interval, share float8)",
    "INSERT INTO thing VALUES (1, '{a,b}', '{c}', '{\"a\": [1, 2]}', '{}', '\\x00ff',"
    " '2024-02-29 12:00:00.5Z', 'three', 'x', 1.50, gen_random_uuid(), '{}',"
    " '{true,false}', '{2024-02-29 12:00:00Z}', '2024-02-29 12:00',"
    " '1 day 02:03:04', 0.1234567890123)",
)  # fmt: skip
ELSEWHERE = (
    "CREATE SCHEMA audit", 'CREATE TABLE audit.log (id int, "Said" text)',
    "INSERT INTO audit.log VALUES (1, 'x')", "CREATE INDEX ix ON audit.log (id)",
)  # fmt: skip
PARTS = (
    "CREATE TABLE day (at date, said text) PARTITION BY RANGE (at)",
    "CREATE TABLE day_2023 PARTITION OF day FOR VALUES FROM ('2023-01-01') TO ('2024-01-01')",
    "CREATE TABLE day_rest PARTITION OF day DEFAULT",
    "INSERT INTO day VALUES ('2023-05-05', 'x'), ('2024-05-05', 'y'), ('2025-05-05', 'z')",
)  # fmt: skip


@pytest.mark.postgresql_only
@cases(
    case("an element of an array", TYPES, "UPDATE thing SET tags = '{a}'", "values:thing.tags"),
    case("an element of other arrays",
         TYPES, ("UPDATE thing SET flags = '{true}', times = '{}'",),
         "values:thing.flags", "values:thing.times"),
    case("a part of a JSON document",
         TYPES, "UPDATE thing SET facts = facts - 'a'", "values:thing.facts"),
    case("a byte of a bytea", TYPES, "UPDATE thing SET file = '\\x00'", "values:thing.file"),
    case("the fraction of a second",
         TYPES, "ALTER TABLE thing ALTER at TYPE timestamptz(0)", "values:thing.at"),
    case("the cents", TYPES, "ALTER TABLE thing ALTER amount TYPE numeric(9, 0)",
         "values:thing.amount"),
    case("a table in another schema", ELSEWHERE, "DROP TABLE audit.log", "drop:audit.log"),
    case("a whole schema", ELSEWHERE, "DROP SCHEMA audit CASCADE", "drop:audit.log"),
    case("rows and objects in another schema",
         ELSEWHERE, ("DELETE FROM audit.log", "DROP INDEX audit.ix"),
         "rows:audit.log", "object:ix"),
    case("a column in another schema",
         ELSEWHERE, 'ALTER TABLE audit.log DROP "Said"', "drop:audit.log.Said"),
    case("a partition that is dropped", PARTS, "DROP TABLE day_2023", "rows:day"),
    case("a partition that is taken out",
         PARTS, "ALTER TABLE day DETACH PARTITION day_2023", "rows:day"),
    case("rows of a partition", PARTS, "DELETE FROM day_rest", "rows:day"),
    case("what CASCADE takes along",
         ("CREATE TABLE a (id int PRIMARY KEY)",
          "CREATE TABLE b (id int REFERENCES a ON DELETE CASCADE)",
          "INSERT INTO a VALUES (1)", "INSERT INTO b VALUES (1)"),
         "DELETE FROM a", "rows:a", "rows:b"),
    case("a column that is dropped with others in one statement",
         MADE, "ALTER TABLE word ADD more int, DROP IF EXISTS meant CASCADE, ADD meant text"
               " DEFAULT 'a long, long text'", "drop:word.meant"),
    case("the only column of a table",
         "CREATE TABLE thing (id int)", "ALTER TABLE thing DROP id", "drop:thing.id"),
)  # fmt: skip
def test_on_postgresql_less_than_before_is_a_loss_also_of(
    made: Change, change: Change, losses: set[str], trial: Trial
) -> None:
    assert trial.lost(made, change) == losses


@pytest.mark.postgresql_only
def test_on_postgresql_counting_leaves_a_revisions_settings_alone(trial: Trial) -> None:
    trial.do(("SET TIME ZONE 'Asia/Kolkata'", "SET LOCAL extra_float_digits = -3"))
    census.take(trial.connection)
    shown = [
        trial.connection.exec_driver_sql(f"SHOW {name}").scalar()
        for name in ("TimeZone", "extra_float_digits", "DateStyle")
    ]
    assert shown == ["Asia/Kolkata", "-3", "ISO, MDY"]


@pytest.mark.postgresql_only
@cases(
    case("the values are of unusual types",
         TYPES, ("UPDATE thing SET key = gen_random_uuid()", "ALTER TABLE thing ADD more text[]")),
    case("types change that keep the bytes",
         TYPES, ("ALTER TABLE thing ALTER names TYPE text[], ALTER key TYPE text",
                 "ALTER TABLE thing ALTER kind TYPE text, ALTER fixed TYPE text",
                 "ALTER TABLE thing ALTER at TYPE timestamp USING at AT TIME ZONE 'UTC'",
                 "ALTER TABLE thing ALTER clock TYPE timestamptz USING clock AT TIME ZONE 'UTC'")),
    case("a number was 0 or 1 and is a boolean",
         ("CREATE TABLE flag (up int)", "INSERT INTO flag VALUES (1), (0)"),
         "ALTER TABLE flag ALTER up TYPE boolean USING up = 1"),
    case("a boolean is a number",
         ("CREATE TABLE flag (up boolean)", "INSERT INTO flag VALUES (true), (false)"),
         "ALTER TABLE flag ALTER up TYPE int USING up::int"),
    case("the revision looks at the clock in another place, and writes in another way",
         (*TYPES, "SET TIME ZONE 'Asia/Kolkata'", "SET bytea_output = hex"),
         ("SET TIME ZONE 'UTC'", "SET DateStyle = 'SQL'", "SET IntervalStyle = 'iso_8601'",
          "SET extra_float_digits = -15", "SET bytea_output = 'escape'")),
    case("a table moves to another schema",
         (*MADE, "CREATE SCHEMA audit"), "ALTER TABLE word SET SCHEMA audit"),
    case("rows move from one partition to another",
         PARTS, ("ALTER TABLE day DETACH PARTITION day_rest",
                 "CREATE TABLE day_2024 PARTITION OF day FOR VALUES"
                 " FROM ('2024-01-01') TO ('2025-01-01')",
                 "INSERT INTO day SELECT * FROM day_rest WHERE at < '2025-01-01'",
                 "DELETE FROM day_rest WHERE at < '2025-01-01'",
                 "ALTER TABLE day ATTACH PARTITION day_rest DEFAULT")),
    case("a table has no columns", "CREATE TABLE nothing ()", "CREATE TABLE more ()"),
    case("someone else's schema changes",
         ("CREATE ROLE stranger", "CREATE SCHEMA theirs", "CREATE TABLE theirs.log (id int)",
          "INSERT INTO theirs.log VALUES (1)", "ALTER TABLE theirs.log OWNER TO stranger"),
         ("DELETE FROM theirs.log",)),
)  # fmt: skip
def test_on_postgresql_nothing_is_lost_where(
    made: Change, change: Change, losses: set[str], trial: Trial
) -> None:
    assert not trial.lost(made, change)


@pytest.mark.sqlite_only
def test_on_sqlite_rows_are_counted_as_a_backup_counts_them(trial: Trial) -> None:
    trial.do((*SEARCH, "CREATE TABLE search_history AS SELECT 1 AS said"))
    assert census.count_rows(trial.connection, describe(trial.connection)) == {"search_history": 1}


@pytest.mark.postgresql_only
def test_on_postgresql_rows_are_counted_as_a_backup_counts_them(trial: Trial) -> None:
    trial.do((*PARTS, *ELSEWHERE, MADE[0]))
    assert census.count_rows(trial.connection, describe(trial.connection)) == {"word": 0}


# What a revision takes of the site's own database: (what is there besides, the revision, the loss).
SQLITE = {
    "trigger": "CREATE TRIGGER tr_note AFTER DELETE ON note BEGIN SELECT 1; END",
    "drop trigger": "DROP TRIGGER tr_note",
}
POSTGRESQL = {
    "trigger": "CREATE FUNCTION hear() RETURNS trigger LANGUAGE plpgsql"
    " AS 'BEGIN RETURN NULL; END'; CREATE TRIGGER tr_note AFTER DELETE ON note"
    " FOR EACH ROW EXECUTE FUNCTION hear()",
    "drop trigger": "DROP TRIGGER tr_note ON note",
}
CHECKED = """
with op.batch_alter_table("note") as batch:
    batch.create_check_constraint(op.f("ck_note_version"), sa.text("version > 0"))
"""
TAKEN = {
    "a table": ("", "op.drop_table('rendering')", "drop:rendering"),
    "a column": ("", "op.drop_column('note', 'excerpt')", "drop:note.excerpt"),
    "rows": ("", "op.execute('DELETE FROM note_tag')", "rows:note_tag"),
    "values": ("", "op.execute('UPDATE \"user\" SET password_hash = NULL')",
               "values:user.password_hash"),
    "the ends of texts": ("", "op.execute('UPDATE note SET body = substr(body, 1, 5)')",
                          "values:note.body"),
    "an index": ("", "op.drop_index('ix_note_listed')", "object:ix_note_listed"),
    "a view": ("CREATE VIEW titles AS SELECT title FROM note", "op.execute('DROP VIEW titles')",
               "object:titles"),
    "a trigger": ("trigger", "op.execute({drop trigger!r})", "object:tr_note"),
    "a unique constraint": (
        "", "with op.batch_alter_table('user') as batch: batch.drop_constraint('uq_user_email')",
        "object:uq_user_email"),
    "a foreign key": (
        "", "with op.batch_alter_table('tag') as batch:"
            " batch.drop_constraint('fk_tag_user_id_user')",
        "object:fk_tag_user_id_user"),
    "a foreign key's ON DELETE": (
        "", """
with op.batch_alter_table("tag") as batch:
    batch.drop_constraint("fk_tag_user_id_user")
    batch.create_foreign_key("fk_tag_user_id_user", "user", ["user_id"], ["id"])
""", "object:fk_tag_user_id_user"),
    "a check": (CHECKED, "with op.batch_alter_table('note') as batch:"
                " batch.drop_constraint(op.f('ck_note_version'), type_='check')",
                "object:ck_note_version"),
    "a primary key": ("", "with op.batch_alter_table('throttle') as batch:"
                      " batch.drop_constraint('pk_throttle', type_='primary')",
                      "object:pk_throttle"),
}  # fmt: skip


@pytest.mark.parametrize("what", TAKEN)
def test_a_revision_that_takes_something_is_undone_unless_it_declares_the_loss(
    what: str, written: str, chain: Chain, caplog: pytest.LogCaptureFixture
) -> None:
    said = SQLITE if written.startswith("sqlite") else POSTGRESQL
    made, change, loss = TAKEN[what]
    if made:
        revision = made if made == CHECKED else f"op.execute({said.get(made, made)!r})"
        chain.add("made", revision)
        upgrade(written, directory=chain.directory)
    before = dump(written)
    revision = chain.add("taken", change.format_map(said) if "{" in change else change)
    with pytest.raises(SystemExit):
        upgrade(written, directory=chain.directory)
    assert f"{revision.name} loses something that it does not declare: " in caplog.text
    assert "Nothing was changed. If that is meant, write into the revision" in caplog.text
    assert f'expected_loss = ["{loss}"]' in caplog.text
    assert dump(written) == before
    code = revision.read_text()
    assert "expected_loss = []" in code
    revision.write_text(code.replace("expected_loss = []", f"expected_loss = [{loss!r}]"))
    upgrade(written, directory=chain.directory)
    assert dump(written) != before


MADE_BY_UPGRADE = """
op.add_column("note", sa.Column("colour", sa.String(20)))
op.create_table("shelf", sa.Column("id", sa.Integer(), primary_key=True))
op.create_index("ix_note_title", "note", ["title"])
op.execute("CREATE VIEW titles AS SELECT title FROM note")
trigger()
"""
TAKEN_BACK = """
op.drop_index("ix_note_title", "note")
op.execute("DROP VIEW titles")
op.execute({drop trigger!r})
op.drop_column("note", "colour")
op.drop_table("shelf")
"""
BESIDE = "TRIGGER = {trigger!r}\n\n\ndef trigger():\n    op.execute(TRIGGER)\n"


def test_a_way_back_takes_what_the_way_there_made_and_says_so(
    written: str, chain: Chain, capsys: pytest.CaptureFixture[str]
) -> None:
    said = SQLITE if written.startswith("sqlite") else POSTGRESQL
    back = TAKEN_BACK.format_map(said)
    if written.startswith("postgresql"):
        back += '\nop.execute("DROP FUNCTION hear()")'
    chain.add("made", MADE_BY_UPGRADE, back, declared=BESIDE.format_map(said))
    before = dump(written)[:-1]
    upgrade(written, directory=chain.directory)
    with connected(written) as connection:
        connection.exec_driver_sql("UPDATE note SET colour = 'red'")
        connection.exec_driver_sql("INSERT INTO shelf VALUES (1)")
    downgrade(written, "-1", directory=chain.directory)
    told = capsys.readouterr().err
    for sentence in (
        "column note.colour with 4 values is dropped, which its upgrade had made.",
        "table shelf with 1 row is dropped, which its upgrade had made.",
        "index ix_note_title of note is gone, which its upgrade had made.",
        "view titles is gone, which its upgrade had made.",
        "trigger tr_note of note is gone, which its upgrade had made.",
    ):
        assert f"_made.py: {sentence}" in told
    if written.startswith("postgresql"):
        assert dump(written)[:-1] == before


BACK = {
    "rows": ("op.execute('DELETE FROM note_tag')", "rows:note_tag"),
    "values": ("op.execute('UPDATE \"user\" SET password_hash = NULL')",
               "values:user.password_hash"),
    "the ends of texts": ("op.execute('UPDATE note SET body = substr(body, 1, 5)')",
                          "values:note.body"),
    "an index that it did not make": ("op.drop_index('ix_note_listed', 'note')",
                                      "object:ix_note_listed"),
    "a column to make it anew": (
        "op.drop_column('note', 'excerpt')\n"
        "op.add_column('note', sa.Column('excerpt', sa.Text(), server_default='x' * 999))",
        "drop:note.excerpt"),
}  # fmt: skip


@pytest.mark.parametrize("what", BACK)
def test_a_way_back_that_takes_more_is_undone_unless_it_declares_the_loss(
    what: str, written: str, chain: Chain, caplog: pytest.LogCaptureFixture
) -> None:
    """In a docstring, ix_note_listed is named by nobody."""
    change, loss = BACK[what]
    there = '"""Leaves ix_note_listed alone."""\nop.add_column("note", sa.Column("x", sa.Text()))'
    back = f'op.drop_column("note", "x")\n{change}'
    revision = chain.add("taken", there, back)
    upgrade(written, directory=chain.directory)
    before = dump(written)
    with pytest.raises(SystemExit):
        downgrade(written, "-1", directory=chain.directory)
    assert f'expected_loss = ["{loss}"]' in caplog.text
    assert dump(written) == before
    code = revision.read_text()
    revision.write_text(code.replace("expected_loss = []", f"expected_loss = [{loss!r}]"))
    downgrade(written, "-1", directory=chain.directory)
    assert dump(written) != before


@pytest.mark.sqlite_only
@pytest.mark.parametrize("named", ["", "id"])
def test_on_sqlite_a_way_back_that_loses_a_numbering_is_undone_whatever_else_is_called_id(
    named: str, written: str, chain: Chain, caplog: pytest.LogCaptureFixture
) -> None:
    with connected(written) as connection:
        connection.exec_driver_sql("CREATE TABLE bill (id INTEGER PRIMARY KEY AUTOINCREMENT)")
    chain.add(
        "colour",
        f'op.add_column("bill", sa.Column("colour", sa.Text()))\nprint({named!r})',
        'with op.batch_alter_table("bill") as batch: batch.drop_column("colour")',
    )
    upgrade(written, directory=chain.directory)
    before = dump(written)
    with pytest.raises(SystemExit):
        downgrade(written, "-1", directory=chain.directory)
    assert 'expected_loss = ["object:bill.id"]' in caplog.text
    assert dump(written) == before


@pytest.mark.parametrize(
    ("declared", "said"),
    [
        ("expected_loss = ['note']", "expected_loss = ['note'] means nothing"),
        ("expected_loss = 'drop:note'", "expected_loss = ['d'] means nothing"),
        ("expected_loss = [None]", "expected_loss = [None] means nothing"),
        ("phase = 'later'", 'phase is "expand" or "contract", not \'later\''),
        ("expected_loss = None", ""),
    ],
    ids=lambda value: value if "=" in value and "means" not in value else "",
)
def test_a_declaration_that_means_nothing_is_refused(
    declared: str, said: str, written: str, chain: Chain, caplog: pytest.LogCaptureFixture
) -> None:
    chain.add("odd", "pass", declared=declared)
    before = dump(written)
    if not said:
        upgrade(written, directory=chain.directory)
        return
    with pytest.raises(SystemExit):
        upgrade(written, directory=chain.directory)
    assert said in caplog.text
    assert dump(written) == before
