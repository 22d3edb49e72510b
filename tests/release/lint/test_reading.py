"""Lint reads what the code would do, and is silent about code that is as it should be."""

import textwrap
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory

from tests.migrations.scratch import CHAIN, Chain
from tests.release.lint.bookshop import Bookshop
from website import db
from website.release.lint import Finding, Tables, lint, lint_code

SILENT = '''
def downgrade():
    """Nothing to undo in an example."""
'''


def rules(body: str, header: str = "", downgrade: str = SILENT) -> set[str]:
    return {finding.rule for finding in findings(body, header, downgrade)}


def findings(body: str, header: str = "", downgrade: str = SILENT) -> list[Finding]:
    code = "import sqlalchemy as sa\nfrom alembic import op\n" + textwrap.dedent(header)
    code += "\ndef upgrade():\n" + textwrap.indent(textwrap.dedent(body).strip(), "    ")
    return lint_code(code + downgrade, after=CHAIN)


@pytest.mark.parametrize("tables", [None, Tables.of(db.metadata)], ids=["files", "models"])
def test_our_own_revisions_have_no_finding(tables: Tables | None) -> None:
    assert [one for one in lint(CHAIN, tables) if not one.waived] == []


def test_what_the_older_revisions_made_is_known(tmp_path: Path) -> None:
    chain = Chain(tmp_path)
    chain.add(
        "shorter",
        'op.alter_column("user", "email", type_=sa.String(100))',
        "raise ValueError('x y')",
    )
    (last,) = list(ScriptDirectory(str(chain.directory)).walk_revisions())[:1]
    (finding,) = [one for one in lint([last]) if one.rule == "type-narrowing"]
    assert finding.what == "user.email changes from String(length=254) to String(length=100)."
    assert (finding.revision, finding.file) == (last.revision, Path(last.path).name)


def test_a_renamed_column_keeps_what_is_known_of_it(tmp_path: Path) -> None:
    bookshop = Bookshop(tmp_path)
    bookshop.add('def upgrade():\n    op.alter_column("book", "title", new_column_name="name")')
    bookshop.add('def upgrade():\n    op.rename_table("book", "volume")')
    bookshop.add(
        "def upgrade():\n"
        '    with op.batch_alter_table("volume") as batch:\n'
        '        batch.alter_column("name", type_=sa.String(100))\n'
    )
    found = {one.rule: one.what for one in lint(bookshop.scripts[3:])}
    assert found == {
        "type-narrowing": "volume.name changes from String(length=200) to String(length=100).",
        "batch-drops-triggers": "The batch rebuilds volume and drops its triggers: book_words.",
    }


@pytest.mark.parametrize(
    "body",
    [
        'for table in ("note", "tag"):\n    op.execute(f"DELETE FROM {table}")',
        'for t, column in [("note", "body"), ("tag", "name")]:\n    op.drop_column(t, column)',
        'tables = ["note", "tag"]\nfor table in tables:\n    op.drop_table(table)',
        'drop("note")\ndrop("tag")',
        'drop(table="note")\ndrop(table="tag")',
        'with op.batch_alter_table("note"):\n    pass\nop.drop_table(table_name="note")\n'
        'op.drop_table("tag", schema=None)',
        'op.execute("DROP TABLE note; DROP TABLE IF EXISTS public.tag")',
        'op.execute(sa.text("drop table `note`"))\n'
        'op.get_bind().exec_driver_sql("DROP TABLE [tag]")',
        'if True:\n    op.drop_table("note")\nelse:\n    op.drop_table("tag")',
        'try:\n    op.drop_table("note")\nexcept ValueError:\n    op.drop_table("tag")\n'
        "finally:\n    pass",
        'match 1:\n    case 1:\n        op.drop_table("note")\n'
        '    case _:\n        op.drop_table("tag")',
        'while True:\n    op.drop_table("note")\n    [op.drop_table("tag") for _ in "a"]',
        'op.get_bind().execute(NOTE.delete())\nop.execute(sa.delete(sa.table("tag")))',
    ],
)
def test_a_loss_is_seen_however_it_is_written(body: str) -> None:
    header = """
    NOTE = sa.table("note", sa.column("id"))

    def drop(table):
        op.drop_table(table)
    """
    lost = [one.instead for one in findings(body, header) if one.rule == "undeclared-loss"]
    assert len(lost) == 2
    assert any("note" in one for one in lost)
    assert any("tag" in one for one in lost)


def test_the_ways_to_import_operations_are_known() -> None:
    assert "undeclared-loss" in rules("alembic.op.drop_table('note')", "import alembic.op")
    assert "undeclared-loss" in rules("drop_table('note')", "from alembic.op import drop_table")


@pytest.mark.parametrize(
    ("body", "found"),
    [
        ('if bind.dialect.name == "sqlite":\n    {}', False),
        ('if bind.dialect.name == "postgresql":\n    {}', True),
        ('if bind.dialect.name != "postgresql":\n    {}', False),
        ('if bind.dialect.name in ("sqlite", "mysql"):\n    {}', False),
        ('if "x" in sys.argv:\n    {}', True),
        ('if bind.dialect.name == "postgresql":\n    pass\nelse:\n    {}', False),
        ('if bind.dialect.name == "postgresql":\n    return\n{}', False),
        ('if bind.dialect.name == "sqlite":\n    return\n{}', True),
        ('dialect = bind.dialect\nif not dialect.name == "sqlite":\n    {}', True),
        ('name = op.get_context().dialect.name\nif name == "sqlite":\n    {}', False),
        ('on_sqlite = bind.dialect.name == "sqlite"\nif on_sqlite:\n    {}', False),
    ],
)
def test_what_runs_on_sqlite_alone_is_not_measured_by_postgresql_s_locks(
    body: str, found: bool
) -> None:
    body = "bind = op.get_bind()\n" + body.format('op.create_index("ix_n", "note", ["body"])')
    assert ("non-concurrent-index" in rules(body)) == found


@pytest.mark.parametrize(
    "body",
    [
        'op.execute("CREATE INDEX ix_n ON note (body)")',
        'op.create_index(op.f("ix_n"), "note", ["body"], unique=False)',
        'op.add_column("note", sa.Column("x", sa.Text(), index=True))',
        'with op.batch_alter_table("note") as batch_op:\n'
        '    batch_op.create_index(batch_op.f("ix_n"), ["body"])',
    ],
)
def test_an_index_is_seen_however_it_is_written(body: str) -> None:
    assert rules(body) == {"non-concurrent-index"}


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("ALTER TABLE note ADD COLUMN x text NOT NULL", "not-null-without-default"),
        ("ALTER TABLE note ADD x timestamptz DEFAULT clock_timestamp()", "non-constant-default"),
        ("ALTER TABLE note ADD x int GENERATED ALWAYS AS (1) STORED", "stored-column"),
        ("ALTER TABLE note ADD COLUMN x bigserial", "stored-column"),
        ("ALTER TABLE note ADD COLUMN x json", "json-column"),
        ("ALTER TABLE note ALTER COLUMN creation_key SET NOT NULL, ADD x int", "set-not-null"),
        ("ALTER TABLE note ALTER title TYPE varchar(20)", "type-narrowing"),
        ("ALTER TABLE note ALTER version TYPE bigint USING version::bigint", "type-change"),
        ("ALTER TABLE note ADD CONSTRAINT c CHECK (version > 0)", "constraint-without-not-valid"),
        ("ALTER TABLE note ADD CONSTRAINT c UNIQUE (title)", "constraint-builds-index"),
        ("ALTER TABLE note ADD EXCLUDE USING gist (title WITH &&)", "unnamed-constraint"),
        ("ALTER DOMAIN email ADD CONSTRAINT c CHECK (true)", "constraint-without-not-valid"),
        ("ALTER TABLE note DETACH PARTITION old", "blocks-table"),
        ("ALTER TABLE note DETACH PARTITION old CONCURRENTLY", "concurrently-in-transaction"),
        ("ALTER TABLE note SET UNLOGGED", "blocks-table"),
        ("VACUUM (FULL) note", "blocks-table"),
        ("VACUUM note", "concurrently-in-transaction"),
        ("TRUNCATE TABLE note CASCADE", "cascade"),
        ("TRUNCATE note", "undeclared-loss"),
        ("DROP TRIGGER t ON note", "undeclared-loss"),
        ("DROP MATERIALIZED VIEW v", "undeclared-loss"),
        ("/* so */ PRAGMA journal_mode=WAL", "pragma"),
        ("BEGIN; SELECT 1; COMMIT", "transaction-control"),
    ],
)
def test_sql_is_read_as_well(statement: str, rule: str) -> None:
    assert rule in rules(f"op.execute({statement!r})")


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE note ADD COLUMN x text DEFAULT ''",
        "ALTER TABLE note ADD COLUMN x text NOT NULL DEFAULT 'it''s; DROP TABLE note'",
        "ALTER TABLE note ADD CONSTRAINT u UNIQUE USING INDEX u",
        "ALTER TABLE note ADD CONSTRAINT c CHECK (version > 0) NOT VALID",
        "CREATE TRIGGER t AFTER INSERT ON note BEGIN DELETE FROM x; COMMIT; END",
        "DO $$ BEGIN DELETE FROM note; END $$",
        "ROLLBACK TO SAVEPOINT here",
        "SELECT 1; -- DROP TABLE note",
        "CREATE VIRTUAL TABLE s USING fts5(a); INSERT INTO s(s) VALUES ('rebuild')",
        "ANALYZE note",
        "",
    ],
)
def test_harmless_sql_gives_no_finding(statement: str) -> None:
    assert rules(f"op.execute({statement!r})") == set()


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("sa.create_engine(op.get_bind().engine.url)", True),
        ("engine = op.get_bind().engine\nwith engine.connect() as other:\n    pass", True),
        ("with ENGINE.begin() as other:\n    pass", True),
        ("sqlite3.connect('octavo.db').execute('UPDATE note SET body = 1')", True),
        ("with psycopg.connect('') as other:\n    pass", True),
        ("Session(bind=op.get_bind().engine)", True),
        ("sa.inspect(op.get_bind().engine)", True),
        ("op.get_bind().engine.raw_connection()", True),
        ("fill()", True),
        ("Session(bind=op.get_bind())", False),
        ("sa.inspect(op.get_bind())", False),
        ("name = op.get_bind().engine.dialect.name", False),
        ("with op.get_bind().begin_nested():\n    pass", False),
        ("connect_them()", False),
    ],
)
def test_a_connection_of_its_own_is_told_from_the_one_that_there_is(line: str, found: bool) -> None:
    header = """
    ENGINE = sa.create_engine("sqlite://")

    def fill():
        with connect() as other:
            pass

    def connect_them():
        pass
    """
    assert rules(line, header) == ({"own-connection"} if found else set())


@pytest.mark.parametrize(
    "statement",
    ['f"UPDATE {table} SET x = 1"', '"UPDATE %s SET x = 1" % table', '"UPDATE " + table',
     '"UPDATE {}".format(table)', 'sa.text(f"UPDATE {table}")', '" ".join(table)'],
)  # fmt: skip
def test_a_statement_of_strings_is_found_when_a_part_is_not_known(statement: str) -> None:
    assert "string-built-sql" in rules(f"op.execute({statement})")
    assert "string-built-sql" not in rules(f"table = 'note'\nop.execute({statement})") or (
        ".format" in statement or "%" in statement or "join" in statement
    )


def test_an_index_that_the_downgrade_makes_is_partial_on_both_databases_or_on_none() -> None:
    downgrade = """
def downgrade():
    with op.batch_alter_table("note") as batch:
        batch.create_index("ix", ["title"], {})
"""
    for where, found in (
        ("sqlite_where=sa.text('title > 1')", {"partial-on-one-database"}),
        ("postgresql_where=sa.column('title') > 1", {"partial-on-one-database"}),
        ("postgresql_where=sa.text('1'), sqlite_where=sa.text('1')", set()),
        ("postgresql_where=None", set()),
    ):
        assert rules('op.execute("SELECT 1")', downgrade=downgrade.format(where)) == found


def test_a_column_that_the_downgrade_restores_needs_a_default_too() -> None:
    downgrade = """
def downgrade():
    op.add_column("note", sa.Column("x", sa.Text(), nullable=False))
"""
    assert rules('op.execute("SELECT 1")', downgrade=downgrade) == {"not-null-without-default"}


def test_a_constraint_without_a_name_cannot_be_dropped_on_the_way_back() -> None:
    downgrade = "\n\ndef downgrade():\n    op.drop_constraint(None, 'note')\n"
    assert rules('op.execute("SELECT 1")', downgrade=downgrade) == {"unnamed-constraint"}


@pytest.mark.parametrize(
    ("default", "constant"),
    [
        ('"1"', True), ("sa.false()", True), ("sa.text('0')", True), ("json.dumps({})", True),
        ("sa.text(\"'{}'::jsonb\")", True), ("sa.text('(1)')", True), ("DEFAULT", True),
        ("sa.func.now()", False), ("sa.text('random()')", False), ("func.lower('A')", False),
        ("sa.text('CURRENT_TIMESTAMP')", False), ("sa.text('(1 + 1)')", False),
    ],
)  # fmt: skip
def test_a_default_is_a_constant_or_not(default: str, constant: bool) -> None:
    body = f'op.add_column("note", sa.Column("x", sa.Text(), server_default={default}))'
    assert rules(body) == (set() if constant else {"non-constant-default"})


def test_on_postgresql_alone_a_default_that_is_the_same_for_all_rows_will_do() -> None:
    body = (
        'if op.get_bind().dialect.name == "postgresql":\n'
        '    op.add_column("note", sa.Column("x", sa.Text(), server_default=sa.func.{}()))'
    )
    assert rules(body.format("now")) == set()
    assert rules(body.format("gen_random_uuid")) == {"non-constant-default"}


@pytest.mark.parametrize(
    ("line", "change"),
    [
        ('op.drop_column("note", "body")', "drops note.body"),
        ('op.drop_table("note")', "drops the table note"),
        ('op.rename_table("note", "memo")', "renames the table note"),
        ('op.alter_column("note", "body", new_column_name="text")', "renames note.body"),
        ('op.alter_column("note", "body", type_=sa.Text())', "changes the type of note.body"),
        ('op.alter_column("note", "body", nullable=False)', "refuses NULL in note.body"),
        ('op.create_index("u", "note", ["body"], unique=True)', "refuses like rows in note"),
        ('op.create_unique_constraint("u", "note", ["body"])', "refuses like rows in note"),
        ('op.create_check_constraint("c", "note", "1 = 1")', "refuses some rows in note"),
        ("op.execute(\"ALTER TYPE mood RENAME VALUE 'a' TO 'b'\")", "renames a value of an enum"),
        ('op.execute("ALTER SCHEMA a RENAME TO b")', "renames a schema"),
        ('op.alter_column("note", "body", nullable=True)', ""),
        ('op.create_index("i", "note", ["body"])', ""),
        ('op.add_column("note", sa.Column("x", sa.Text()))', ""),
    ],
)
def test_what_old_code_cannot_live_with_is_no_expansion(line: str, change: str) -> None:
    said = [one.what for one in findings(line, 'phase = "expand"')
            if one.rule == "expand-breaks-old-code"]  # fmt: skip
    expected = [f"The revision is in the expand phase and {change}."] if change else []
    assert said == expected
    assert "expand-breaks-old-code" not in rules(line)


def test_the_type_of_a_dropped_column_is_read_from_the_way_back() -> None:
    downgrade = """
def downgrade():
    op.add_column("other", sa.Column("old", sa.{}()))
"""
    body = 'op.add_column("other", sa.Column("new", sa.Text()))\nop.drop_column("other", "old")'
    assert "rename-as-drop-and-add" in rules(body, downgrade=downgrade.format("Text"))
    assert "rename-as-drop-and-add" not in rules(body, downgrade=downgrade.format("Integer"))


def test_a_column_moved_to_a_new_one_is_no_rename() -> None:
    body = (
        'op.add_column("note", sa.Column("text", sa.Text()))\n'
        'op.execute("UPDATE note SET text = body")\n'
        'op.drop_column("note", "body")'
    )
    assert rules(body) == {"data-and-schema", "undeclared-loss"}


def test_an_index_that_goes_with_its_column_or_table_needs_no_declaration_of_its_own() -> None:
    header = 'expected_loss = ["drop:note.title", "drop:throttle"]  # both are done with'
    body = (
        'op.drop_index("ix_throttle_resets_at", "throttle")\nop.drop_table("throttle")\n'
        'op.drop_constraint("uq_x", "note")\n'
        'op.create_unique_constraint("uq_x", "note", ["body"])\n'
        'op.drop_column("note", "title")'
    )
    assert "undeclared-loss" not in rules(body, header)


def test_a_drop_of_a_computed_table_cannot_be_declared_unseen() -> None:
    assert "undeclared-loss" in rules("op.drop_table(op.get_bind().engine.name)")


def test_several_databases_have_an_upgrade_each() -> None:
    header = """
    def upgrade_engine1():
        op.drop_table("note")

    def upgrade_engine2():
        pass
    """
    assert "undeclared-loss" in rules('globals()["upgrade_%s" % engine_name]()', header)


@pytest.mark.parametrize(
    ("downgrade", "fine"),
    [
        ("", False),
        ("def downgrade():\n    ...", False),
        ("def downgrade():\n    raise NotImplementedError", False),
        ("def downgrade():\n    raise NotImplementedError('never')", False),
        ("def downgrade():\n    raise NotImplementedError('The bodies are gone.')", True),
        ("def downgrade():\n    op.drop_column('note', 'x')", True),
    ],
)
def test_the_way_back_is_there_or_the_reason_why_not(downgrade: str, fine: bool) -> None:
    body = 'op.add_column("note", sa.Column("x", sa.Text()))'
    assert rules(body, downgrade="\n\n" + downgrade) == (set() if fine else {"missing-downgrade"})


def test_two_heads_that_are_joined_have_nothing_to_undo() -> None:
    assert rules("pass", downgrade="\n\ndef downgrade():\n    pass") == set()


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("from website.models import Note", True),
        ("from flask import current_app", True),
        ("from . import siblings", True),
        ("import no_such_module_anywhere", True),
        ("import json, alembic.op", False),
        ("from sqlalchemy.dialects import postgresql", False),
        ("from __future__ import annotations", False),
    ],
)
def test_an_import_of_the_application_is_told_from_one_of_a_package(line: str, found: bool) -> None:
    assert rules("pass", line) == ({"application-import"} if found else set())


@pytest.mark.parametrize("batch", ['"user"', '"user", recreate="auto"', 'table_name="user"'])
def test_a_batch_that_needs_no_rebuild_is_left_alone(batch: str) -> None:
    body = (
        f"with op.batch_alter_table({batch}) as b:\n"
        '    b.add_column(sa.Column("x", sa.Integer(), server_default="1"))'
    )
    assert rules(body) == set()
    assert rules(body.replace('"1"', 'sa.text("1")')) == {"batch-on-parent"}
    assert rules(body.replace('"user"', '"user", recreate="always"', 1)) >= (
        {"batch-on-parent"} if "recreate" not in batch else set()
    )


def test_triggers_that_are_made_again_after_the_batch_are_not_lost(tmp_path: Path) -> None:
    bookshop = Bookshop(tmp_path)
    bookshop.add("""
    def upgrade():
        with op.batch_alter_table("book", recreate="always") as batch:
            batch.alter_column("blurb", new_column_name="praise")
        op.execute("CREATE TRIGGER book_words AFTER INSERT ON book BEGIN SELECT 1; END")
    """)
    assert lint(bookshop.scripts[1:]) == []
