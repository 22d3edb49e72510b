"""Counts of tries, for limits that hold under parallel requests.

Revision ID: b8cb8e71b34d
Revises: 640b16c88cd8
"""

import sqlalchemy as sa
from alembic import op

revision = "b8cb8e71b34d"
down_revision = "640b16c88cd8"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "throttle",
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("resets_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_throttle")),
    )
    op.create_index(op.f("ix_throttle_resets_at"), "throttle", ["resets_at"])


def downgrade():
    op.drop_table("throttle")
