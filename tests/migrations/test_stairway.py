"""Up, down and up again: each revision takes back exactly what it did."""

import flask_migrate

from tests.migrations.schema import connected, described
from tests.migrations.scratch import CHANGES, site_on, undoing
from tests.migrations.test_data import data_of


def test_each_revision_up_down_and_up_again_leads_to_the_same_schema(empty_url: str) -> None:
    def schema() -> dict[str, str]:
        with connected(empty_url) as connection:
            return described(connection)

    with site_on(empty_url):
        for script in CHANGES:
            before = schema()
            flask_migrate.upgrade(revision=script.revision)
            after = schema()
            assert after != before or hasattr(data_of(script), "MOVES"), script.path
            flask_migrate.downgrade(revision=undoing(script))
            assert schema() == before, script.path
            flask_migrate.upgrade(revision=script.revision)
            assert schema() == after, script.path
