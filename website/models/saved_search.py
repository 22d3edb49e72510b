"""What a person looks for again and again, kept as it was typed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, String, UniqueConstraint, delete, func, select
from sqlalchemy.orm import Mapped, mapped_column

from website.database import Instant, Model, changed, db, insert, now
from website.models.search.grammar import MAX_QUERY
from website.security.tokens import ID_LENGTH, new_id, token_hash

MAX_SAVED = 100  # searches of one person


class TooManySearches(Exception):
    """A person has MAX_SAVED of them."""


class SavedSearch(Model):
    __tablename__ = "saved_search"
    __table_args__ = (UniqueConstraint("user_id", "digest"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(ID_LENGTH), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    digest: Mapped[str] = mapped_column(String(64))  # of what was typed, which is long for an index
    typed: Mapped[str] = mapped_column(String(MAX_QUERY))
    saved_at: Mapped[datetime] = mapped_column(Instant)


@dataclass(frozen=True)
class SavedSearches:
    """One person's: the only door to them."""

    user_id: int

    def all(self) -> list[SavedSearch]:
        """In the order of their words."""
        found = select(SavedSearch).where(SavedSearch.user_id == self.user_id)
        return list(db.session.scalars(found.order_by(SavedSearch.typed)))

    def keep(self, typed: str) -> None:
        """Save what was typed, blanks around it aside; once is enough. Raises TooManySearches."""
        query = typed[:MAX_QUERY].strip()
        of = SavedSearch.user_id == self.user_id
        others = select(func.count()).where(of, SavedSearch.typed != query)
        if (db.session.scalar(others) or 0) >= MAX_SAVED:
            raise TooManySearches
        new = insert(SavedSearch).on_conflict_do_nothing(index_elements=["user_id", "digest"])
        values = {"public_id": new_id(), "user_id": self.user_id, "saved_at": now()}
        db.session.execute(new, values | {"typed": query, "digest": token_hash(query)})

    def forget(self, public_id: str) -> str | None:
        """Delete one; what it was, or None if there is no such search of this person's."""
        this = SavedSearch.user_id == self.user_id, SavedSearch.public_id == public_id
        query = db.session.scalar(select(SavedSearch.typed).where(*this))
        return query if changed(delete(SavedSearch).where(*this)) else None
