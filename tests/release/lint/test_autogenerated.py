"""Before `flask db migrate` writes a file, lint says what is dangerous in it."""

from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import produce_migrations
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import ops
from alembic.runtime.environment import EnvironmentContext
from alembic.script import ScriptDirectory

from tests.release.lint.bookshop import Bookshop
from website.release.lint import Finding, warnings


def models(*columns: Any, name: str = "note") -> sa.MetaData:
    metadata = sa.MetaData()
    sa.Table(name, metadata, sa.Column("id", sa.Integer(), primary_key=True), *columns)
    return metadata


def found(url: str, before: sa.MetaData, after: sa.MetaData, **options: Any) -> list[Finding]:
    """The findings for what autogenerate makes of the difference."""
    engine = sa.create_engine(url)
    with engine.connect() as connection:
        before.create_all(connection)
        context = MigrationContext.configure(connection, opts={"target_metadata": after, **options})
        script = produce_migrations(context, after)
        findings = warnings(context, script.upgrade_ops, script.downgrade_ops, None)
    engine.dispose()
    return findings


def test_a_renamed_column_is_suggested_with_the_lines_to_write(empty_url: str) -> None:
    before = models(sa.Column("body", sa.Text()), sa.Column("pinned", sa.Boolean()))
    after = models(sa.Column("text", sa.Text()), sa.Column("pinned", sa.Boolean()))
    findings = {one.rule: one for one in found(empty_url, before, after)}
    assert findings.keys() == {"rename-as-drop-and-add", "undeclared-loss"}
    rename = findings["rename-as-drop-and-add"]
    assert rename.what == "note.body is dropped, and note.text, which looks like it, is added."
    assert rename.instead.splitlines()[0] == (
        'op.alter_column("note", "body", new_column_name="text")'
    )
    assert rename.instead.splitlines()[-1] == (
        'op.alter_column("note", "text", new_column_name="body")'
    )


def test_of_several_columns_the_one_with_the_likest_name_is_suggested(empty_url: str) -> None:
    before = models(sa.Column("title_text", sa.Text()))
    after = models(sa.Column("author", sa.Text()), sa.Column("title", sa.String(20)))
    (rename,) = [one for one in found(empty_url, before, after) if one.rule.startswith("rename")]
    assert 'new_column_name="title"' in rename.instead


def test_a_column_of_another_type_is_no_rename(empty_url: str) -> None:
    before, after = models(sa.Column("body", sa.Text())), models(sa.Column("size", sa.Integer()))
    assert [one.rule for one in found(empty_url, before, after)] == ["undeclared-loss"]


def test_a_renamed_table_is_suggested(empty_url: str) -> None:
    before = models(sa.Column("body", sa.Text()), sa.Column("made", sa.DateTime()))
    after = models(sa.Column("body", sa.Text()), sa.Column("made", sa.DateTime()), name="memo")
    (rename,) = [one for one in found(empty_url, before, after) if one.rule.startswith("rename")]
    assert rename.instead.splitlines()[0] == 'op.rename_table("note", "memo")'


def test_a_table_that_is_not_like_the_dropped_one_is_no_rename(empty_url: str) -> None:
    before = models(sa.Column("body", sa.Text()), sa.Column("made", sa.DateTime()))
    after = models(sa.Column("price", sa.Integer()), sa.Column("sold", sa.Boolean()), name="sale")
    assert [one.rule for one in found(empty_url, before, after)] == ["undeclared-loss"]


@pytest.mark.parametrize("batch", [False, True])
def test_what_is_dangerous_is_said_before_it_is_written(empty_url: str, batch: bool) -> None:
    before, after = models(), models(sa.Column("size", sa.Integer(), nullable=False, index=True))
    rules = {one.rule for one in found(empty_url, before, after, render_as_batch=batch)}
    assert rules == {"not-null-without-default", "non-concurrent-index"}


def test_nothing_to_say_of_a_column_that_may_be_empty(empty_url: str) -> None:
    assert found(empty_url, models(), models(sa.Column("size", sa.Integer()))) == []


def test_the_way_back_of_a_partial_index_is_partial_on_this_database_alone(empty_url: str) -> None:
    where = sa.text("size > 1")
    before, after = models(sa.Column("size", sa.Integer())), models(sa.Column("size", sa.Integer()))
    note = before.tables["note"]
    sa.Index("ix", note.c.size, sqlite_where=where, postgresql_where=where)
    findings = {one.rule: one for one in found(empty_url, before, after)}
    other = "PostgreSQL" if empty_url.startswith("sqlite") else "SQLite"
    said = findings["partial-on-one-database"].what
    assert said == f"The index ix is partial, but not on {other}."


def test_what_the_revisions_made_is_known_before_the_next_is_written(
    empty_url: str, tmp_path: Path
) -> None:
    bookshop, said = Bookshop(tmp_path), []
    shorter = ops.AlterColumnOp("book", "title", modify_type=sa.String(20))

    def look(_revision: Any, context: MigrationContext) -> list[Any]:
        said.extend(warnings(context, ops.UpgradeOps([shorter]), None))
        return []

    with bookshop.open(empty_url) as connection:
        scripts = ScriptDirectory(str(bookshop.directory))
        with EnvironmentContext(Config(), scripts, fn=look) as environment:
            environment.configure(connection=connection)
            environment.run_migrations()
    assert [one.what for one in said] == [
        "book.title changes from String(length=200) to String(length=20)."
    ]
