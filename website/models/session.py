"""One browser, signed in. Delete the row and that browser is signed out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask_login import UserMixin
from sqlalchemy import ForeignKey, String, bindparam, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from website.database import Instant, Model, changed, db, now, reading, writing
from website.models.draft import Drafts
from website.models.saved_search import SavedSearches
from website.models.search.search import Search
from website.models.shelf import Shelf
from website.models.tagging import Tagging
from website.models.undoing import Changes
from website.models.user import User
from website.models.web import Web
from website.security.tokens import new_token, token_hash

IDLE = timedelta(days=14)  # without a request, a session ends after this long
ABSOLUTE = timedelta(days=30)  # and after this long in any case
SEEN_EVERY = timedelta(minutes=5)  # last_seen_at is written at most this often
MAX_SESSIONS = 20  # a person's oldest session ends when there is one more


@dataclass(frozen=True)
class SignedIn(UserMixin):
    """The person behind a request, as Flask-Login's current_user; made by one small query."""

    id: int
    email: str
    session_id: int
    last_seen_at: datetime

    @property
    def notes(self) -> Shelf:
        return Shelf(self.id)

    @property
    def changes(self) -> Changes:
        return Changes(self.id)

    @property
    def drafts(self) -> Drafts:
        return Drafts(self.id)

    @property
    def search(self) -> Search:
        return Search(self.id)

    @property
    def searches(self) -> SavedSearches:
        return SavedSearches(self.id)

    @property
    def tags(self) -> Tagging:
        return Tagging(self.id)

    @property
    def web(self) -> Web:
        return Web(self.id)


class Session(Model):
    __tablename__ = "session"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime] = mapped_column(Instant, default=now)
    last_seen_at: Mapped[datetime] = mapped_column(Instant, default=now)
    authenticated_at: Mapped[datetime] = mapped_column(Instant, default=now)
    method: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(45))
    agent: Mapped[str] = mapped_column(String(300))

    @classmethod
    def start(cls, user_id: int, *, method: str, address: str, agent: str) -> str:
        """A new session in the open transaction; returns its secret, which is kept nowhere else."""
        token = new_token()
        newest = (
            select(cls.id)
            .where(cls.user_id == user_id)
            .order_by(cls.id.desc())
            .limit(MAX_SESSIONS - 1)
        )
        kept = db.session.scalars(newest).all()
        db.session.execute(delete(cls).where(cls.user_id == user_id, cls.id.not_in(kept)))
        db.session.add(
            cls(
                token_hash=token_hash(token),
                user_id=user_id,
                method=method,
                address=address[:45],
                agent=agent[:300],
            )
        )
        return token

    @classmethod
    def find(cls, token: str) -> SignedIn | None:
        """Who holds this secret, or None if nobody does, it has run out or they are disabled.

        One statement on a connection of its own, so that no transaction is left open.
        """
        with reading() as connection:
            row = connection.execute(_find, {"token_hash": token_hash(token)}).one_or_none()
        if row is None or now() - row.created_at > ABSOLUTE or now() - row.last_seen_at > IDLE:
            return None
        return SignedIn(row.user_id, row.email, row.id, row.last_seen_at)

    @classmethod
    def seen(cls, session_id: int) -> None:
        """Note that the session is in use, in a transaction of its own."""
        with writing() as connection:
            connection.execute(update(cls).where(cls.id == session_id).values(last_seen_at=now()))

    @classmethod
    def end(cls, session_id: int) -> None:
        db.session.execute(delete(cls).where(cls.id == session_id))

    @classmethod
    def end_all(cls, user_id: int) -> None:
        """Sign this person out of every browser."""
        db.session.execute(delete(cls).where(cls.user_id == user_id))

    @classmethod
    def sweep(cls) -> int:
        """Delete the sessions that have run out; returns how many."""
        out = (cls.created_at < now() - ABSOLUTE) | (cls.last_seen_at < now() - IDLE)
        return changed(delete(cls).where(out))


# Built once: building it for each request would cost more than running it.
_find = (
    select(Session.id, Session.user_id, Session.created_at, Session.last_seen_at, User.email)
    .join(User, User.id == Session.user_id)
    .where(Session.token_hash == bindparam("token_hash"), User.disabled_at.is_(None))
)
