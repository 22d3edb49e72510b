"""Notes, and the HTML of each one's present version.

Revision ID: dfa5745d7c45
Revises: 16cf5fa6334b
"""

import sqlalchemy as sa
from alembic import op

revision = "dfa5745d7c45"
down_revision = "16cf5fa6334b"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "note",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("public_id", sa.String(length=26), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("creation_key", sa.String(length=64), nullable=True),
        sa.Column("heading", sa.String(length=200), server_default=sa.text("''"), nullable=False),
        sa.Column("excerpt", sa.String(length=160), server_default=sa.text("''"), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("pinned", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("trashed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("title", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.Column("body", sa.Text(), server_default=sa.text("''"), nullable=False),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_note_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_note")),
        sa.UniqueConstraint("public_id", name=op.f("uq_note_public_id")),
        sa.UniqueConstraint(
            "user_id", "creation_key", name=op.f("uq_note_user_id_creation_key")
        ),
    )
    for name, columns, where in (
        (
            "ix_note_listed",
            ["user_id", "pinned", "updated_at", "public_id"],
            "trashed_at IS NULL AND archived_at IS NULL",
        ),
        (
            "ix_note_archived",
            ["user_id", "updated_at", "public_id"],
            "trashed_at IS NULL AND archived_at IS NOT NULL",
        ),
        ("ix_note_trashed", ["user_id", "trashed_at", "public_id"], "trashed_at IS NOT NULL"),
    ):
        op.create_index(
            name, "note", columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
        )
    op.create_table(
        "rendering",
        sa.Column("note_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("renderer", sa.Integer(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["note_id"], ["note.id"], name=op.f("fk_rendering_note_id_note"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("note_id", name=op.f("pk_rendering")),
    )


def downgrade():
    op.drop_table("rendering")
    op.drop_table("note")
