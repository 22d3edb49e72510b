"""Every version of a note, as what differs from the one before.

Revision ID: 1b460ee708d0
Revises: b8cb8e71b34d
"""

import sqlalchemy as sa
from alembic import op

revision = "1b460ee708d0"
down_revision = "b8cb8e71b34d"
branch_labels = None
depends_on = None

phase = "expand"  # the code of before saves as it did; the next save of the new code keeps that


def upgrade():
    op.create_table(
        "version",
        sa.Column("note_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("saved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("tags", sa.Text(), nullable=False),
        sa.Column("distance", sa.Integer(), nullable=False),
        sa.Column("begins", sa.Integer(), nullable=False),
        sa.Column("ends", sa.Integer(), nullable=False),
        sa.Column("packed", sa.LargeBinary(), nullable=False),
        sa.Column("checksum", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user.id"], name=op.f("fk_version_author_id_user"), ondelete="SET NULL"
        ),
        sa.ForeignKeyConstraint(
            ["note_id"], ["note.id"], name=op.f("fk_version_note_id_note"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("note_id", "number", name=op.f("pk_version")),
    )
    op.create_index(op.f("ix_version_author_id"), "version", ["author_id"])


def downgrade():
    op.drop_table("version")
