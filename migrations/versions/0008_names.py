"""The names of the notes that are there, from their headings.

What they link to is found by `flask jobs`, which draws them anew: that needs the renderer.

Revision ID: 3d90c1f7a2e4
Revises: 5115ea99ee68
"""

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "3d90c1f7a2e4"
down_revision = "5115ea99ee68"
branch_labels = None
depends_on = None

phase = "expand"
# On the way back: they are made from the headings, and made again on the way there.
expected_loss = ["values:note.name"]

BATCH = 1000
note = sa.table("note", sa.column("id"), sa.column("heading"), sa.column("name"))


def folded(heading):
    """As website.text.names makes it on the day of this revision."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", heading).casefold())[:200]


def upgrade():
    connection = op.get_bind()
    last = 0
    while True:
        found = sa.select(note.c.id, note.c.heading).where(note.c.id > last)
        rows = connection.execute(found.order_by(note.c.id).limit(BATCH)).all()
        if not rows:
            break
        connection.execute(
            sa.update(note)
            .where(note.c.id == sa.bindparam("of"))
            .values(name=sa.bindparam("called")),
            [{"of": row.id, "called": folded(row.heading)} for row in rows],
        )
        last = rows[-1].id


def downgrade():
    op.execute(sa.update(note).values(name=""))
