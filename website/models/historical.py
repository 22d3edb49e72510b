"""Every version of a note is kept, and none is ever thinned out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Mapped

from website.database import db
from website.models.content import Content
from website.models.user import User
from website.models.version import Version

PAGE_SIZE = 50


@dataclass(frozen=True)
class Entry:
    """A version as a list shows it; no text is read for it."""

    number: int
    title: str
    saved_at: datetime
    author: str | None  # an address; None where the account is gone


class Historical:
    """The first version is kept when the second is saved: a note that is never edited costs none.

    So was it for the notes that were there before their history.
    """

    id: Mapped[int]
    user_id: Mapped[int]
    title: Mapped[str]
    version: Mapped[int]
    updated_at: Mapped[datetime]

    @property
    def content(self) -> Content:
        raise NotImplementedError

    def keep_version(
        self,
        number: int,
        content: Content,
        saved_at: datetime,
        before: Version | None = None,
        body_before: str = "",
    ) -> Version:
        """Keep a content, in the open transaction; as what differs from `before`, if given."""
        version = Version(note_id=self.id, number=number, author_id=self.user_id, saved_at=saved_at)
        version.keep(content, before, body_before)
        db.session.add(version)
        return version

    def history(self, before: int | None = None) -> tuple[list[Entry], int | None]:
        """Up to PAGE_SIZE versions, the newest first, and where the older ones begin."""
        found = self._entries(before, PAGE_SIZE + 1)
        return found[:PAGE_SIZE], found[PAGE_SIZE - 1].number if len(found) > PAGE_SIZE else None

    def entry(self, number: int) -> tuple[Entry | None, int | None]:
        """What is known of one version, and the number of the one before it."""
        found = self._entries(number + 1, 2)
        if not found or found[0].number != number:
            return None, None
        return found[0], found[1].number if len(found) > 1 else None

    def _entries(self, before: int | None, limit: int) -> list[Entry]:
        rows = (
            select(Version.number, Version.title, Version.saved_at, User.email)
            .outerjoin(User, User.id == Version.author_id)
            .where(Version.note_id == self.id)
            .order_by(Version.number.desc())
            .limit(limit)
        )
        if before is not None:
            before = max(0, min(before, self.version + 1))
            rows = rows.where(Version.number < before)
        found = [Entry(*row) for row in db.session.execute(rows)]
        # The present version is kept when the next one is saved.
        shown = before is None or before > self.version
        if shown and (not found or found[0].number != self.version):
            author = db.session.get(User, self.user_id)
            email = author.email if author else None
            found.insert(0, Entry(self.version, self.title, self.updated_at, email))
        return found[:limit]

    def kept(self, number: int) -> Version | None:
        return db.session.get(Version, (self.id, number))

    def content_at(self, number: int) -> Content | None:
        """What was saved as this version; None if it was never kept. Raises HistoryDamaged."""
        last = self.kept(number)
        if last is None:
            return self.content if number == self.version else None
        chain = select(Version).where(
            Version.note_id == self.id, Version.number.between(number - last.distance, number)
        )
        body = ""
        for version in db.session.scalars(chain.order_by(Version.number)):
            body = version.body(body)
        return last.content(body)
