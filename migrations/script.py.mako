<%
    import re
    from alembic.script import ScriptDirectory
    from website.release.lint import lint_code

    scripts = ScriptDirectory.from_config(config)
    slug = "" if message == "empty message" else message  # what Alembic says for no message
    name = scripts._rev_path("", up_revision, slug, create_date).stem
    code = f"def upgrade():\n    {upgrades or 'pass'}"
    found = lint_code(code, after=[*scripts.walk_revisions()][::-1])
    lost = [re.search('"(.+?)"', one.instead)[1] for one in found if one.rule == "undeclared-loss"]
    if any(one.rule == "rename-as-drop-and-add" for one in found):
        lost = []  # what was meant is a rename, which loses nothing
    losses = ", ".join(f'"{loss}"' for loss in lost or ["drop:TABLE.COLUMN"])
    joins = isinstance(down_revision, tuple)
%>\
"""${message}

Revision ID: ${up_revision}
Revises: ${down_revision | comma,n}
Create Date: ${create_date}
"""

import sqlalchemy as sa
from alembic import op
${imports if imports else ""}
revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}
branch_labels = ${repr(branch_labels)}
depends_on = ${repr(depends_on)}
% if not joins:

# Write tests/migrations/data/r${name}.py as well:
# rows as they are before this (seed), and what has to be true of them after it (check_upgraded)
# and after the way back (check_downgraded). Below, keep what is true, and delete the rest:
# phase = "expand"  # the code of before runs on the schema of after; "contract": it need not any more
# expected_loss = [${losses}]  # and here why nobody needs it any more
# lint_waive = {"RULE": "why it is no danger here"}
% endif


def upgrade():
% if joins:
    """Joins ${" and ".join(down_revision)}, and changes nothing."""
% else:
    ${upgrades if upgrades else "pass"}
% endif


def downgrade():
% if joins:
    """There is nothing to take back."""
% else:
    ${downgrades if downgrades else "pass"}
% endif
