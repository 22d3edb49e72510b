"""A table that SQLite can only change by rebuilding it keeps its rows, and its children's."""

import re
import shutil
from pathlib import Path

import flask_migrate
import pytest

from tests.migrations.schema import connected, dump, in_both, rows
from tests.migrations.scratch import Chain, flask, upgrade

REBUILD = """
with op.batch_alter_table("user", recreate="always") as batch:
    batch.add_column(sa.Column("colour", sa.String(20)))
"""
CHILDREN = ("note", "note_tag", "rendering", "session", "tag")


@pytest.mark.sqlite_only
def test_on_sqlite_a_rebuilt_table_keeps_its_rows_and_its_childrens(
    written: str, chain: Chain
) -> None:
    chain.add("colour", REBUILD)
    with connected(written) as connection:
        before = rows(connection)
    assert all(before[table] for table in CHILDREN)
    upgrade(written, directory=chain.directory)
    with connected(written) as connection:
        after = rows(connection)
    assert "colour" in after["user"][0]
    kept, now = in_both(before, after)
    assert now == kept
    assert kept == in_both(before, before)[0]


@pytest.mark.sqlite_only
def test_on_sqlite_the_stock_environment_loses_the_children(written: str, chain: Chain) -> None:
    """The trap that env.py is there for. If this fails, it is gone: simplify env.py."""
    stock = Path(flask_migrate.__file__).parent / "templates" / "flask"
    shutil.copy(stock / "env.py", chain.directory)
    shutil.copy(stock / "alembic.ini.mako", chain.directory / "alembic.ini")
    chain.add("colour", REBUILD)
    with connected(written) as connection:
        people = in_both(rows(connection), {"user": [{"email": ""}]})
    done = flask(written, "db", "upgrade", "--directory", str(chain.directory))
    assert done.returncode == 0, done.stderr
    with connected(written) as connection:
        after = rows(connection)
        assert not connection.exec_driver_sql("PRAGMA foreign_key_check").all()
    assert in_both(after, {"user": [{"email": ""}]}) == people
    assert not [table for table in CHILDREN if after[table]]


@pytest.mark.sqlite_only
def test_on_sqlite_a_revision_that_leaves_rows_without_a_parent_is_undone(
    written: str, chain: Chain, caplog: pytest.LogCaptureFixture
) -> None:
    chain.add("orphans", "op.add_column('note', sa.Column('colour', sa.String(20)))\n"
                         "op.execute('DELETE FROM user')",
              losses=("rows:user",))  # fmt: skip
    before = dump(written)
    with pytest.raises(SystemExit):  # Flask-Migrate's way to say it in a sentence
        upgrade(written, directory=chain.directory)
    assert re.search(r"in: findable \(to user\), .*Nothing was changed", caplog.text)
    assert dump(written) == before


@pytest.mark.sqlite_only
def test_on_sqlite_rows_without_a_parent_from_before_do_not_stop_an_upgrade(
    written: str, chain: Chain
) -> None:
    with connected(written, foreign_keys=False) as connection:
        connection.exec_driver_sql("UPDATE session SET user_id = 404 WHERE user_id = 1")
    chain.add("colour", REBUILD)
    upgrade(written, directory=chain.directory)
    with connected(written) as connection:
        assert "colour" in rows(connection)["user"][0]
