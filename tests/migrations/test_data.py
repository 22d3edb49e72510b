"""Rows that were there before a revision are there after it, and after the way back."""

import importlib
from pathlib import Path
from types import ModuleType

import flask_migrate
import pytest
from alembic.script import Script

from tests.migrations.schema import Rows, connected, in_both, rows
from tests.migrations.scratch import CHAIN, CHANGES, each_revision, site_on, undoing

DATA = Path(__file__).with_name("data")
FUNCTIONS = ("seed", "check_upgraded", "check_downgraded")


def data_of(script: Script) -> ModuleType:
    """What `tests/migrations/data/` holds for this revision."""
    revision = Path(script.path)
    name = f"r{revision.stem}"
    if not (DATA / f"{name}.py").exists():
        pytest.fail(
            f"{revision.name} comes without the rows that it must keep. Write"
            f" tests/migrations/data/{name}.py with {', '.join(FUNCTIONS)};"
            " tests/migrations/data/__init__.py says what each of them is for.",
            pytrace=False,
        )
    return importlib.import_module(f"tests.migrations.data.{name}")


@each_revision
def test_a_revision_comes_with_rows_that_it_must_keep(script: Script) -> None:
    data = data_of(script)
    for function in FUNCTIONS:
        assert callable(getattr(data, function, None)), f"{data.__file__} has no {function}()"


def but(found: Rows, data: ModuleType) -> Rows:
    """The rows without what the revision is there to fill."""
    moves: dict[str, set[str]] = getattr(data, "MOVES", {})
    return {
        name: [{key: row[key] for key in row if key not in moves.get(name, ())} for row in listed]
        for name, listed in found.items()
    }


def test_every_row_survives_each_revision_and_its_way_back(empty_url: str) -> None:
    with site_on(empty_url):
        for script in CHANGES:
            data = data_of(script)
            with connected(empty_url) as connection:
                data.seed(connection)
                before = rows(connection)
            flask_migrate.upgrade(revision=script.revision)
            with connected(empty_url) as connection:
                kept, now = in_both(before, rows(connection))
                assert but(now, data) == but(kept, data), script.path
                data.check_upgraded(connection)
            flask_migrate.downgrade(revision=undoing(script))
            with connected(empty_url) as connection:
                data.check_downgraded(connection)
                assert but(rows(connection), data) == but(before, data), script.path
            flask_migrate.upgrade(revision=script.revision)
        # Of the search index, with the tables that FTS5 keeps for it, everything is made anew.
        kept = {table: found for table, found in before.items() if "findable_index" not in table}
        empty = [table for table, found in kept.items() if not found]
        assert not empty, f"{data.__file__}: its seed has to fill {empty} too, as the last one"


def test_the_way_back_from_the_head_takes_only_what_each_revision_made(empty_url: str) -> None:
    def present() -> Rows:
        with connected(empty_url) as connection:
            return rows(connection)

    with site_on(empty_url):
        for script in CHANGES:
            with connected(empty_url) as connection:
                data_of(script).seed(connection)
            flask_migrate.upgrade(revision=script.revision)
        for script in reversed(CHAIN):
            before = present()
            flask_migrate.downgrade(revision=undoing(script))
            kept, now = in_both(before, present())
            data = data_of(script)
            assert but(now, data) == but(kept, data), script.path
        assert not present()
