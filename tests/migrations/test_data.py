"""Rows that were there before a revision are there after it, and after the way back."""

import importlib
from pathlib import Path
from types import ModuleType

import flask_migrate
from alembic.script import Script

from tests.migrations.schema import Rows, connected, in_both, rows
from tests.migrations.scratch import CHAIN, each_revision, site_on


def data_of(script: Script) -> ModuleType:
    """What `tests/migrations/data/` holds for this revision."""
    return importlib.import_module(f"tests.migrations.data.r{Path(script.path).stem}")


@each_revision
def test_a_revision_comes_with_rows_that_it_must_keep(script: Script) -> None:
    data = data_of(script)
    for function in ("seed", "check_upgraded", "check_downgraded"):
        assert callable(getattr(data, function))


def test_every_row_survives_each_revision_and_its_way_back(empty_url: str) -> None:
    with site_on(empty_url):
        for script in CHAIN:
            data = data_of(script)
            with connected(empty_url) as connection:
                data.seed(connection)
                before = rows(connection)
            flask_migrate.upgrade(revision=script.revision)
            with connected(empty_url) as connection:
                kept, now = in_both(before, rows(connection))
                assert now == kept, script.path
                data.check_upgraded(connection)
            flask_migrate.downgrade(revision=script.down_revision or "base")
            with connected(empty_url) as connection:
                data.check_downgraded(connection)
                assert rows(connection) == before, script.path
            flask_migrate.upgrade(revision=script.revision)
        assert all(before.values()), "each table was filled by the seed of a later revision"


def test_the_way_back_from_the_head_takes_only_what_each_revision_made(empty_url: str) -> None:
    def present() -> Rows:
        with connected(empty_url) as connection:
            return rows(connection)

    with site_on(empty_url):
        for script in CHAIN:
            with connected(empty_url) as connection:
                data_of(script).seed(connection)
            flask_migrate.upgrade(revision=script.revision)
        for script in reversed(CHAIN):
            before = present()
            flask_migrate.downgrade(revision=script.down_revision or "base")
            kept, now = in_both(before, present())
            assert now == kept, script.path
        assert not present()
