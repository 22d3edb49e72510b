"""A note can be moved to the trash and back; only from there can it be deleted for ever."""

from datetime import datetime

from sqlalchemy.orm import Mapped, mapped_column

from website.database import Instant, now


class Trashable:
    trashed_at: Mapped[datetime | None] = mapped_column(Instant)

    def trash(self) -> None:
        """Move to the trash; a note that is there already keeps its date."""
        self.trashed_at = self.trashed_at or now()

    def restore(self) -> None:
        """Back to where it was, list or archive."""
        self.trashed_at = None
