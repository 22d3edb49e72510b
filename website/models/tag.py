"""A word that a person files notes under; `work/berlin` lies within `work`."""

from sqlalchemy import Column, ForeignKey, String, Table, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from website.database import Model, db
from website.text.tags import MAX_FOLDED_LENGTH, MAX_TAG_LENGTH


class Tag(Model):
    __tablename__ = "tag"
    __table_args__ = (UniqueConstraint("user_id", "folded"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(MAX_TAG_LENGTH))
    folded: Mapped[str] = mapped_column(String(MAX_FOLDED_LENGTH))  # what makes two the same


note_tag = Table(
    "note_tag",
    db.metadata,
    Column("note_id", ForeignKey("note.id", ondelete="CASCADE"), primary_key=True),
    Column("tag_id", ForeignKey("tag.id", ondelete="CASCADE"), primary_key=True, index=True),
)
