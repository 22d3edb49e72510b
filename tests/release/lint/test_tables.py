"""What is known of a schema from models and a database, where the revisions do not tell."""

from pathlib import Path

import pytest
import sqlalchemy as sa

from tests.release.lint.bookshop import Bookshop
from website.release.lint import Tables, lint, lint_code
from website.release.lint.step import Column, Step

BATCH = '''
from alembic import op

def upgrade():
    with op.batch_alter_table("{table}") as batch:
        batch.alter_column("{column}", new_column_name="other")

def downgrade():
    """Nothing to undo in an example."""
'''


@pytest.fixture
def metadata() -> sa.MetaData:
    metadata = sa.MetaData()
    sa.Table("author", metadata, sa.Column("id", sa.Integer(), primary_key=True))
    sa.Table(
        "book",
        metadata,
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("author_id", sa.ForeignKey("author.id")),
        sa.Column("title", sa.String(50, collation="NOCASE")),
        sa.Column("day", sa.Date(), sa.CheckConstraint("day > 0")),
        sa.UniqueConstraint("title", name="uq_title"),
        sa.Index("ix_newest", sa.desc("day")),
        sa.Index("ix_lower", sa.text("lower(title)")),
        sa.Index("ix_plain", "title"),
        sqlite_autoincrement=True,
    )
    return metadata


def test_a_batch_on_a_model_that_others_refer_to_is_found(metadata: sa.MetaData) -> None:
    code = BATCH.format(table="author", column="id")
    assert lint_code(code) == []
    (finding,) = lint_code(code, Tables.of(metadata))
    assert finding.rule == "batch-on-parent"
    assert finding.what.endswith("the parent by foreign key of book.")


def test_what_a_rebuild_of_a_model_forgets_is_named(metadata: sa.MetaData) -> None:
    (finding,) = lint_code(BATCH.format(table="book", column="title"), Tables.of(metadata))
    assert finding.rule == "batch-loses-details"
    for lost in ("AUTOINCREMENT", "COLLATE NOCASE of title", "the descending index ix_newest",
                 "the expression index ix_lower", "the unnamed CHECK (day > 0)"):  # fmt: skip
        assert lost in finding.what
    assert "ix_plain" not in finding.what
    assert "uq_title" not in finding.what


TRIGGER = "CREATE TRIGGER watch AFTER INSERT ON word BEGIN SELECT 1; END"
BATCH_ON_WORD = """
    def upgrade():
        with op.batch_alter_table("word") as batch:
            batch.alter_column("uses", new_column_name="used")
    """


@pytest.mark.sqlite_only
def test_triggers_that_no_revision_made_come_from_an_sqlite_database(
    empty_url: str, tmp_path: Path
) -> None:
    bookshop = Bookshop(tmp_path)
    bookshop.add(BATCH_ON_WORD)
    with bookshop.open(empty_url) as connection:
        connection.exec_driver_sql(TRIGGER)
        tables = Tables.of(sa.MetaData(), connection)
    (finding,) = lint(bookshop.scripts[1:], tables)
    assert finding.what == "The batch rebuilds word and drops its triggers: watch."


@pytest.mark.sqlite_only
def test_what_a_later_revision_made_was_not_there_before(empty_url: str, tmp_path: Path) -> None:
    bookshop = Bookshop(tmp_path)
    bookshop.add(BATCH_ON_WORD)
    bookshop.add(f"def upgrade():\n    op.execute({TRIGGER!r})")
    bookshop.add("""
    def upgrade():
        op.create_table("page", sa.Column("w", sa.ForeignKey("word.id", name="fk_page_w")))
    """)
    metadata = sa.MetaData()
    sa.Table("word", metadata, sa.Column("id", sa.Integer()), sqlite_autoincrement=True)
    sa.Table("page", metadata, sa.Column("w", sa.ForeignKey("word.id", name="fk_page_w")))
    with bookshop.open(empty_url) as connection:
        connection.exec_driver_sql(TRIGGER)
        tables = Tables.of(metadata, connection)
    assert lint(bookshop.scripts[1:2], tables) == lint(bookshop.scripts, tables) == []


def test_a_trigger_of_postgresql_is_not_lost_on_sqlite(tmp_path: Path) -> None:
    bookshop = Bookshop(tmp_path)
    bookshop.add(
        "def upgrade():\n"
        '    if op.get_bind().dialect.name == "postgresql":\n'
        f"        op.execute({TRIGGER!r})\n"
    )
    bookshop.add(BATCH_ON_WORD)
    assert lint(bookshop.scripts) == []


def test_the_revisions_know_better_than_the_models_of_today(tmp_path: Path) -> None:
    """The models have the new type already."""
    metadata = sa.MetaData()
    sa.Table("word", metadata, sa.Column("word", sa.String(20)), sa.Column("more", sa.Text()))
    bookshop = Bookshop(tmp_path)
    bookshop.add("""
    def upgrade():
        if op.get_context().dialect.name == "postgresql":
            op.alter_column("word", "word", type_=sa.String(20))
    """)
    (finding,) = lint(bookshop.scripts[1:], Tables.of(metadata))
    assert finding.what == "word.word changes from String(length=40) to String(length=20)."


def test_tables_become_what_the_steps_make_of_them() -> None:
    key = Step("create_foreign_key", name="fk", to="author", of=("author_id",))
    tables = Tables.after([
        Step("create_table", table="author", columns=(Column("id"),)),
        Step("create_table", table="book", columns=(Column("a"), Column("b")), parts=(key,)),
        Step("create_trigger", table="book", name="watch"),
        Step("drop_column", table="book", columns=(Column("a"),)),
        Step("alter_column", table="book", columns=(Column("b", sa.Text()),), to="c"),
        Step("rename_table", table="author", to="writer"),
        Step("rename_table", table="book", to="volume"),
        Step("drop_table", table="nothing"),
    ])  # fmt: skip
    assert tables.children("writer") == ["volume"]
    assert list(tables.columns("volume")) == ["c"]
    assert isinstance(tables.columns("volume")["c"].type, sa.Text)
    assert [step.name for step in tables.objects("volume", "create_trigger")] == ["watch"]
    tables.apply(Step("drop_constraint", table="volume", name="fk"))
    tables.apply(Step("drop_trigger", name="watch"))
    assert tables.children("writer") == tables.objects("volume", "create_trigger") == []
    tables.apply(Step("drop_table", table="volume"))
    assert tables.columns("volume") == {}
