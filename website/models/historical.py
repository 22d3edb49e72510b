"""Every version of a note is kept, and none is ever thinned out."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Mapped

from website.database import db
from website.models.content import Content
from website.models.version import Version


class Historical:
    """The first version is kept when the second is saved: a note that is never edited costs none.

    So was it for the notes that were there before their history.
    """

    id: Mapped[int]
    user_id: Mapped[int]
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
