"""The list of notes by when they were made and by what they are called, each with its index.

Revision ID: c81f5d2e7a90
Revises: a4e8d1b96f27
"""

import sqlalchemy as sa
from alembic import op

revision = "c81f5d2e7a90"
down_revision = "a4e8d1b96f27"
branch_labels = None
depends_on = None

phase = "expand"
lint_waive = {
    "non-concurrent-index": "writers wait during a release in any case, and CONCURRENTLY would end"
    " the transaction that keeps the database as it was",
}
LISTED = sa.text("trashed_at IS NULL AND archived_at IS NULL")


def upgrade():
    for name, column in (("ix_note_created", "created_at"), ("ix_note_titled", "name")):
        op.create_index(
            name, "note", ["user_id", "pinned", column, "public_id"],
            sqlite_where=LISTED, postgresql_where=LISTED,
        )  # fmt: skip


def downgrade():
    op.drop_index("ix_note_titled", "note")
    op.drop_index("ix_note_created", "note")
