"""What one press of a button did to several notes, kept so that one more undoes it."""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import Enum

from sqlalchemy import ForeignKey, String, Text, delete
from sqlalchemy.orm import Mapped, mapped_column

from website.database import Instant, Model, changed, now
from website.security.tokens import ID_LENGTH, new_id

KEPT = timedelta(days=7)  # that it can be undone


class Act(Enum):
    PIN = "pin"
    UNPIN = "unpin"
    ARCHIVE = "archive"
    UNARCHIVE = "unarchive"
    TRASH = "trash"
    RESTORE = "restore"
    TAG = "tag"
    UNTAG = "untag"
    RENAME_TAG = "rename-tag"
    DELETE_TAG = "delete-tag"


class BulkChange(Model):
    __tablename__ = "bulk_change"

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(ID_LENGTH), unique=True, default=new_id)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    made_at: Mapped[datetime] = mapped_column(Instant, default=now)
    act: Mapped[str] = mapped_column(String(20))
    notes: Mapped[int] = mapped_column(default=0)  # that were changed, undone or not

    @classmethod
    def sweep(cls) -> int:
        """Delete what is too old to be undone; returns how many."""
        return changed(delete(cls).where(cls.made_at < now() - KEPT))


class ChangedNote(Model):
    """How a note was that was changed. One that was so already is not there, nor one that is as it
    was again: what is left can be undone, whatever died on the way."""

    __tablename__ = "changed_note"

    bulk_change_id: Mapped[int] = mapped_column(
        ForeignKey("bulk_change.id", ondelete="CASCADE"), primary_key=True
    )
    note_id: Mapped[int] = mapped_column(
        ForeignKey("note.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    was: Mapped[datetime | None] = mapped_column(Instant)  # when it had been archived or trashed
    removed: Mapped[str] = mapped_column(Text)  # tags, as they are typed, with commas
    added: Mapped[str] = mapped_column(Text)
