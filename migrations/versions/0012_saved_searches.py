"""What people look for again and again.

Revision ID: e09a4c7d31b8
Revises: 7d2b90e5f1a6
"""

import sqlalchemy as sa
from alembic import op

revision = "e09a4c7d31b8"
down_revision = "7d2b90e5f1a6"
branch_labels = None
depends_on = None

phase = "expand"


def upgrade():
    op.create_table(
        "saved_search",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("typed", sa.String(length=1000), nullable=False),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_saved_search_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_saved_search")),
        sa.UniqueConstraint("public_id", name=op.f("uq_saved_search_public_id")),
        sa.UniqueConstraint("user_id", "digest", name=op.f("uq_saved_search_user_id_digest")),
    )


def downgrade():
    op.drop_table("saved_search")
