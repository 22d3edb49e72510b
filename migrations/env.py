"""How `flask db` runs revisions: all of them or none, and never over a table that is not ours."""

import warnings
from pathlib import Path

from alembic import context
from flask import current_app
from sqlalchemy.exc import SAWarning

from website.release.engine import (
    broken_references,
    migrating,
    refuse_broken_references,
    refuse_missing,
)
from website.release.revisions import drop_empty, owned_tables, plain_types

extension = current_app.extensions["migrate"]
url = extension.db.engine.url
options = {
    **extension.configure_args,
    "target_metadata": extension.db.metadata,
    "include_name": owned_tables(extension.db.metadata, Path(__file__).parent / "versions"),
    "process_revision_directives": drop_empty,
    "render_item": plain_types,
}

if context.is_offline_mode():
    context.configure(url=url, literal_binds=True, **options)
    with context.begin_transaction():
        context.run_migrations()
else:
    try:
        context.get_revision_argument()
    except KeyError:  # `current`, `check` and `migrate` only look
        refuse_missing(url)
    with migrating(url) as connection:
        # SQLite's DDL is transactional, whatever Alembic assumes.
        context.configure(connection=connection, transactional_ddl=True, **options)
        with context.begin_transaction():
            before = broken_references(connection)
            with warnings.catch_warnings():
                # "Skipped unsupported reflection" is an index or a CHECK that a rebuild would lose.
                warnings.simplefilter("error", SAWarning)
                warnings.filterwarnings("error", module="alembic")
                context.run_migrations()
            refuse_broken_references(connection, before)
