"""The names of the notes that are there, from their headings.

In lower case, as the database has it. `flask jobs`, which draws these notes anew and so finds what
they link to, folds them as the application does.

Revision ID: 3d90c1f7a2e4
Revises: 5115ea99ee68
"""

from alembic import op

revision = "3d90c1f7a2e4"
down_revision = "5115ea99ee68"
branch_labels = None
depends_on = None

phase = "expand"
# On the way back: they are made from the headings, and made again on the way there.
expected_loss = ["values:note.name"]


def upgrade():
    op.execute("UPDATE note SET name = substr(lower(heading), 1, 200)")


def downgrade():
    op.execute("UPDATE note SET name = ''")
