"""A pinned note stays on top of the list."""

from sqlalchemy import false
from sqlalchemy.orm import Mapped, mapped_column


class Pinnable:
    pinned: Mapped[bool] = mapped_column(default=False, server_default=false())

    def pin(self) -> None:
        self.pinned = True

    def unpin(self) -> None:
        self.pinned = False
