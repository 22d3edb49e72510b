"""What notes link to, and what they are called for that.

Revision ID: 5115ea99ee68
Revises: 7c2f9e41d05b
"""

import sqlalchemy as sa
from alembic import op

revision = "5115ea99ee68"
down_revision = "7c2f9e41d05b"
branch_labels = None
depends_on = None

phase = "expand"
lint_waive = {
    "non-concurrent-index": "of a column that is new and the same in every row: built in a moment,"
    " and CONCURRENTLY would end the transaction that keeps the database as it was",
}


def upgrade():
    op.create_table(
        "link",
        sa.Column("note_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["note_id"], ["note.id"], name=op.f("fk_link_note_id_note"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_link_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("note_id", "name", name=op.f("pk_link")),
    )
    op.create_index("ix_link_name", "link", ["user_id", "name"])
    op.add_column(
        "note", sa.Column("name", sa.String(length=200), server_default=sa.text("''"), nullable=False)
    )
    op.create_index("ix_note_name", "note", ["user_id", "name"])


def downgrade():
    op.drop_index("ix_note_name", "note")
    op.drop_column("note", "name")
    op.drop_table("link")
