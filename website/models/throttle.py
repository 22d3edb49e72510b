"""How often something was tried, counted so that parallel tries cannot slip between."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import String, case, delete, update
from sqlalchemy.orm import Mapped, mapped_column

from website.database import Instant, Model, changed, db, insert, now, writing


class TooManyTries(Exception):
    """The limit of a throttle is reached; `seconds` until it is worth trying again."""

    def __init__(self, name: str, seconds: int) -> None:
        super().__init__(name)
        self.name = name
        self.seconds = seconds


@dataclass(frozen=True)
class Limit:
    """At most `tries` in each `window`, for each thing counted."""

    name: str
    tries: int
    window: timedelta


class Throttle(Model):
    __tablename__ = "throttle"

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    tries: Mapped[int]
    resets_at: Mapped[datetime] = mapped_column(Instant, index=True)

    @classmethod
    def reserve(cls, limit: Limit, of: str) -> None:
        """Count one try of `of`, in a transaction of its own, before it is made.

        One statement decides, so of fifty parallel tries no more than `limit.tries` go on.
        Raises TooManyTries. A database that fails makes the try fail.
        """
        moment = now()
        fresh = insert(cls).values(
            name=f"{limit.name}:{of}"[:200], tries=1, resets_at=moment + limit.window
        )
        over = cls.resets_at <= moment
        counted = fresh.on_conflict_do_update(
            index_elements=[cls.name],
            set_={
                "tries": case((over, 1), else_=cls.tries + 1),
                "resets_at": case((over, fresh.excluded.resets_at), else_=cls.resets_at),
            },
        ).returning(cls.tries, cls.resets_at)
        with writing() as connection:
            tries, resets_at = connection.execute(counted).one()
        if tries > limit.tries:
            raise TooManyTries(limit.name, max(1, int((resets_at - moment).total_seconds()) + 1))

    @classmethod
    def give_back(cls, limit: Limit, of: str) -> None:
        """Take back one reserved try that turned out well, in the open transaction."""
        db.session.execute(
            update(cls)
            .where(cls.name == f"{limit.name}:{of}"[:200], cls.tries > 0)
            .values(tries=cls.tries - 1)
        )

    @classmethod
    def sweep(cls) -> int:
        """Delete the counts that no longer matter; returns how many."""
        return changed(delete(cls).where(cls.resets_at <= now()))
