"""What is looked through in place of a note: its text, folded."""

from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column

from website.database import Model

# As the condition is written for either: otherwise the index is not used.
_WAITING: Any = {"sqlite_where": text('"indexed" = 0'), "postgresql_where": text("NOT indexed")}


class Findable(Model):
    """A later save has a greater id, so that the newest is found first; none is given twice.

    One that is not in the index yet is found too, by looking through it.
    """

    __tablename__ = "findable"
    __table_args__ = (
        Index("ix_findable_user_id", "user_id", "id"),
        Index("ix_findable_waiting", "user_id", "id", **_WAITING),
        {"sqlite_autoincrement": True},
    )  # fmt: skip

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer(), "sqlite"), primary_key=True
    )
    note_id: Mapped[int] = mapped_column(ForeignKey("note.id", ondelete="CASCADE"), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    indexed: Mapped[bool] = mapped_column(default=False, server_default=false())
    version: Mapped[int]  # of the note
    folding: Mapped[int]  # website.text.folding.FOLDING at the time
    has_task: Mapped[bool]
    has_link: Mapped[bool]
    title: Mapped[str] = mapped_column(Text)  # folded: what the note is called
    text: Mapped[str] = mapped_column(Text)  # folded: the body
