"""What lint would say of a revision that autogenerate is about to write."""

from alembic.autogenerate import render_python_code
from alembic.migration import MigrationContext
from alembic.operations import ops
from alembic.script import Script

from website.release.lint.finding import Finding
from website.release.lint.linter import lint_code
from website.release.lint.tables import Tables

_FILE = """
def upgrade():
    {upgrade}


def downgrade():
    {downgrade}
"""


def warnings(
    context: MigrationContext,
    upgrade: ops.UpgradeOps,
    downgrade: ops.DowngradeOps | None,
    tables: Tables | None = None,
) -> list[Finding]:
    """The findings for these directives, a rename that was taken for drop and add among them.

    A finding's `instead` has the lines to write. Lines are counted in no file yet.
    """
    code = _FILE.format(
        upgrade=_rendered(context, upgrade),
        downgrade="raise NotImplementedError('it is not written yet')"
        if downgrade is None else _rendered(context, downgrade),
    )  # fmt: skip
    return lint_code(code, tables, after=_chain(context))


def _rendered(context: MigrationContext, directives: ops.UpgradeOps | ops.DowngradeOps) -> str:
    options = context.opts
    # With the directory of revisions, Alembic would want the models' metadata once more.
    bare = MigrationContext.configure(dialect=context.dialect)
    return render_python_code(
        directives,
        sqlalchemy_module_prefix=options.get("sqlalchemy_module_prefix") or "sa.",
        alembic_module_prefix=options.get("alembic_module_prefix") or "op.",
        render_as_batch=bool(options.get("render_as_batch")),
        render_item=options.get("render_item"),
        migration_context=bare,
        user_module_prefix=options.get("user_module_prefix"),
    )


def _chain(context: MigrationContext) -> list[Script]:
    """The revisions that there are, oldest first, if the context knows of any."""
    environment = context.environment_context
    return [] if environment is None else list(environment.script.walk_revisions())[::-1]
