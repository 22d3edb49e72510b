"""A note can be moved to the trash and back; only from there can it be deleted for ever."""

from datetime import datetime, timedelta
from math import ceil

from sqlalchemy.orm import Mapped, mapped_column

from website.database import Instant, now

TRASH_DAYS = 30  # that a note stays in the trash


def days_left(trashed_at: datetime) -> int:
    """How many days the note has left, counting the one that has begun; 0 when it may go."""
    left = trashed_at + timedelta(days=TRASH_DAYS) - now()
    return max(0, ceil(left / timedelta(days=1)))


class Trashable:
    trashed_at: Mapped[datetime | None] = mapped_column(Instant)

    def trash(self) -> None:
        """Move to the trash; a note that is there already keeps its date."""
        self.trashed_at = self.trashed_at or now()

    def stay(self) -> None:
        """Someone goes on with it: in the trash, its days begin anew."""
        if self.trashed_at is not None:
            self.trashed_at = now()

    def restore(self) -> None:
        """Back to where it was, list or archive."""
        self.trashed_at = None
