"""A note as it was saved once, kept as what differs from the version before it."""

from __future__ import annotations

from datetime import datetime
from zlib import crc32

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from website.database import Instant, Model
from website.models.content import Content
from website.text.delta import Delta, apply, delta
from website.text.tags import join, split

CHAIN = 50  # versions after which one is kept whole: so many are read for one, at most


class HistoryDamaged(Exception):
    """What is kept of a version no longer makes the text that was saved."""


class Version(Model):
    __tablename__ = "version"

    note_id: Mapped[int] = mapped_column(
        ForeignKey("note.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    author_id: Mapped[int | None] = mapped_column(
        ForeignKey("user.id", ondelete="SET NULL"), index=True
    )
    saved_at: Mapped[datetime] = mapped_column(Instant)
    title: Mapped[str] = mapped_column(Text)
    tags: Mapped[str] = mapped_column(Text)  # as they are typed, with commas
    distance: Mapped[int]  # to the last version that was kept whole; 0 for such a one
    begins: Mapped[int]  # characters of the version before
    ends: Mapped[int]
    packed: Mapped[bytes] = mapped_column(LargeBinary)  # what is between them
    checksum: Mapped[int] = mapped_column(BigInteger)  # CRC-32 of the body

    def keep(self, content: Content, before: Version | None, body_before: str) -> None:
        """Keep this content, as what differs from the version before where there is one."""
        distance = 0 if before is None else (before.distance + 1) % CHAIN
        change = delta(content.body, body_before if distance else "")
        self.title, self.tags = content.title, join(content.tags)
        self.distance = distance
        self.begins, self.ends, self.packed = change.begins, change.ends, change.packed
        self.checksum = crc32(content.body.encode())

    def body(self, body_before: str) -> str:
        """The text; raises HistoryDamaged if it is not what was saved."""
        change = Delta(self.begins, self.ends, self.packed)
        try:
            body = apply(change, body_before if self.distance else "")
        except ValueError:
            body = None
        if body is None or self.checksum != crc32(body.encode()):
            raise HistoryDamaged(f"version {self.number} of note {self.note_id}")
        return body

    def content(self, body: str) -> Content:
        return Content(self.title, body, split(self.tags))

    def has(self, content: Content) -> bool:
        """Whether this is what was saved as the version."""
        return self.checksum == crc32(content.body.encode()) and self.content("").is_same(
            Content(content.title, "", content.tags)
        )
