"""The models and the migrated database say the same, also where autogenerate does not look."""

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from tests.migrations.schema import connected, described
from tests.migrations.scratch import site_on
from website import db


def test_autogenerate_finds_nothing_to_do(database_url: str) -> None:
    with site_on(database_url) as app, connected(database_url) as connection:
        options = {
            **app.extensions["migrate"].configure_args,
            "target_metadata": db.metadata,
        }
        assert options["compare_type"]
        assert options["compare_server_default"]
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, db.metadata) == []


def test_all_that_the_models_declare_is_in_the_migrated_database(
    database_url: str, empty_url: str
) -> None:
    with connected(empty_url) as connection:
        db.metadata.create_all(connection)
        declared = described(connection)
    with connected(database_url) as connection:
        migrated = described(connection)
    assert {name: migrated.get(name) for name in declared} == declared
