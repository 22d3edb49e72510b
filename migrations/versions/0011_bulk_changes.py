"""What one press of a button did to several notes, and how each of them was before.

Revision ID: 7d2b90e5f1a6
Revises: c81f5d2e7a90
"""

import sqlalchemy as sa
from alembic import op

revision = "7d2b90e5f1a6"
down_revision = "c81f5d2e7a90"
branch_labels = None
depends_on = None

phase = "expand"


def upgrade():
    op.create_table(
        "bulk_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("act", sa.String(length=20), nullable=False),
        sa.Column("notes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_bulk_change_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bulk_change")),
        sa.UniqueConstraint("public_id", name=op.f("uq_bulk_change_public_id")),
    )
    op.create_index(op.f("ix_bulk_change_user_id"), "bulk_change", ["user_id"])
    op.create_table(
        "changed_note",
        sa.Column("bulk_change_id", sa.Integer(), nullable=False),
        sa.Column("note_id", sa.Integer(), nullable=False),
        sa.Column("was", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed", sa.Text(), nullable=False),
        sa.Column("added", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bulk_change_id"], ["bulk_change.id"],
            name=op.f("fk_changed_note_bulk_change_id_bulk_change"), ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["note_id"], ["note.id"], name=op.f("fk_changed_note_note_id_note"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("bulk_change_id", "note_id", name=op.f("pk_changed_note")),
    )
    op.create_index(op.f("ix_changed_note_note_id"), "changed_note", ["note_id"])


def downgrade():
    op.drop_table("changed_note")
    op.drop_table("bulk_change")
