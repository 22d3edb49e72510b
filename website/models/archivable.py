"""A note can be put aside in the archive, out of the list but not out of reach."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from website.database import Instant, now


class Archivable:
    archived_at: Mapped[datetime | None] = mapped_column(Instant)

    def archive(self) -> None:
        self.archived_at = self.archived_at or now()

    def unarchive(self) -> None:
        self.archived_at = None
