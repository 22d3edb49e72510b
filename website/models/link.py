"""That a note links to another by its name, whether there is a note of that name or not."""

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from website.database import Model
from website.text.names import MAX_NAME_LENGTH


class Link(Model):
    __tablename__ = "link"
    __table_args__ = (Index("ix_link_name", "user_id", "name"),)

    note_id: Mapped[int] = mapped_column(
        ForeignKey("note.id", ondelete="CASCADE"), primary_key=True
    )
    name: Mapped[str] = mapped_column(String(MAX_NAME_LENGTH), primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
