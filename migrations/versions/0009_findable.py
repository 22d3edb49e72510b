"""What is looked through in place of the notes, and an index of it.

The notes that are there are found at once, by looking through them in lower case, as the database
has it. `flask notes reindex`, or `flask jobs`, folds them as the application does, and takes them
into the index. That is no model's: an FTS5 table on SQLite, an array behind GIN on PostgreSQL.

Revision ID: a4e8d1b96f27
Revises: 3d90c1f7a2e4
"""

import sqlalchemy as sa
from alembic import op

revision = "a4e8d1b96f27"
down_revision = "3d90c1f7a2e4"
branch_labels = None
depends_on = None

phase = "expand"
WAITING = {
    "sqlite_where": sa.text('"indexed" = 0'), "postgresql_where": sa.text("NOT indexed"),
}  # fmt: skip


def upgrade():
    op.create_table(
        "findable",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("note_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("indexed", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("folding", sa.Integer(), nullable=False),
        sa.Column("has_task", sa.Boolean(), nullable=False),
        sa.Column("has_link", sa.Boolean(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["note_id"], ["note.id"], name=op.f("fk_findable_note_id_note"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user.id"], name=op.f("fk_findable_user_id_user"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_findable")),
        sa.UniqueConstraint("note_id", name=op.f("uq_findable_note_id")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_findable_user_id", "findable", ["user_id", "id"])
    op.create_index("ix_findable_waiting", "findable", ["user_id", "id"], **WAITING)
    if op.get_context().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE findable_index"
            " USING fts5(grams, content='', detail='none', tokenize='ascii')"
        )
    else:
        op.execute(
            "CREATE TABLE findable_index (id bigint NOT NULL CONSTRAINT pk_findable_index"
            " PRIMARY KEY CONSTRAINT fk_findable_index_id_findable REFERENCES findable (id)"
            " ON DELETE CASCADE, grams integer[] NOT NULL)"
        )
        op.execute("CREATE INDEX ix_findable_index_grams ON findable_index USING gin (grams)")
    op.execute(
        """
        INSERT INTO findable
            (note_id, user_id, version, folding, has_task, has_link, title, text)
        SELECT note.id, note.user_id, note.version, 0,
            coalesce(html LIKE '%<input type="checkbox"%', false),
            coalesce(html LIKE '%<a href="http%' OR html LIKE '%<a href="/%', false),
            lower(note.heading), lower(note.body)
        FROM note LEFT JOIN rendering ON rendering.note_id = note.id
        ORDER BY note.updated_at, note.id
        """
    )


def downgrade():
    op.execute("DROP TABLE findable_index")
    op.drop_table("findable")
