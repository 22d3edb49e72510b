"""A note: what a person wrote, kept byte for byte, found only through that person."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from website.database import Instant, Model, now
from website.models.archivable import Archivable
from website.models.pinnable import Pinnable
from website.models.tickable import Tickable
from website.models.trashable import Trashable
from website.security.tokens import ID_LENGTH, new_id

LISTED = "trashed_at IS NULL AND archived_at IS NULL"
ARCHIVED = "trashed_at IS NULL AND archived_at IS NOT NULL"
TRASHED = "trashed_at IS NOT NULL"


def _index(name: str, *columns: str, where: str) -> Index:
    return Index(name, *columns, sqlite_where=text(where), postgresql_where=text(where))


class Note(Tickable, Pinnable, Archivable, Trashable, Model):
    __tablename__ = "note"
    # One index for each list, in the order in which the list is read (backwards).
    __table_args__ = (
        UniqueConstraint("user_id", "creation_key"),
        Index("ix_note_name", "user_id", "name"),
        _index("ix_note_listed", "user_id", "pinned", "updated_at", "public_id", where=LISTED),
        _index("ix_note_created", "user_id", "pinned", "created_at", "public_id", where=LISTED),
        _index("ix_note_titled", "user_id", "pinned", "name", "public_id", where=LISTED),
        _index("ix_note_archived", "user_id", "updated_at", "public_id", where=ARCHIVED),
        _index("ix_note_trashed", "user_id", "trashed_at", "public_id", where=TRASHED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(ID_LENGTH), unique=True, default=new_id)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    creation_key: Mapped[str | None] = mapped_column(String(64))  # of the form that made it
    heading: Mapped[str] = mapped_column(String(200), default="", server_default=text("''"))
    excerpt: Mapped[str] = mapped_column(String(160), default="", server_default=text("''"))
    created_at: Mapped[datetime] = mapped_column(Instant, default=now)
    # Last in the row: SQLite would walk through a long body to reach a column behind it.
    title: Mapped[str] = mapped_column(Text, default="", server_default=text("''"), sort_order=1)
    body: Mapped[str] = mapped_column(Text, default="", server_default=text("''"), sort_order=2)
