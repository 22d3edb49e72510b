"""A link that sets a password, once, for as long as it lasts."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ForeignKey, String, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from website.database import Instant, Model, changed, db, now, reading
from website.models.session import Session
from website.models.user import User, accepted_hash
from website.security.tokens import new_token, token_hash

FIRST = timedelta(hours=72)  # for a new account
RESET = timedelta(minutes=30)  # for one that has a password


class LinkEnded(Exception):
    """The link was used, has run out, or never was."""


class PasswordLink(Model):
    __tablename__ = "password_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"), index=True)
    expires_at: Mapped[datetime] = mapped_column(Instant)

    @classmethod
    def make(cls, user: User) -> tuple[str, timedelta]:
        """A new link's secret and how long it lasts. Earlier links of the person end."""
        token = new_token()
        lasts = RESET if user.password_hash else FIRST
        db.session.execute(delete(cls).where(cls.user_id == user.id))
        db.session.add(cls(token_hash=token_hash(token), user_id=user.id, expires_at=now() + lasts))
        return token, lasts

    @classmethod
    def find(cls, token: str) -> str | None:
        """The address of the person whose link this is, if it still holds."""
        with reading() as connection:
            return connection.scalar(
                select(User.email)
                .join(cls, cls.user_id == User.id)
                .where(cls.token_hash == token_hash(token), cls.expires_at > now())
            )

    @classmethod
    def use(cls, token: str, password: str) -> None:
        """Set the person's password, end their sessions and the link, in the open transaction.

        Raises LinkEnded, or PasswordRefused, after which the link can be used again.
        """
        email = cls.find(token)
        if email is None:
            raise LinkEnded
        password_hash = accepted_hash(email, password)
        user_id = db.session.scalar(
            delete(cls)
            .where(cls.token_hash == token_hash(token), cls.expires_at > now())
            .returning(cls.user_id)
        )
        if user_id is None:  # used by someone else in the meantime
            raise LinkEnded
        db.session.execute(
            update(User).where(User.id == user_id).values(password_hash=password_hash)
        )
        Session.end_all(user_id)

    @classmethod
    def sweep(cls) -> int:
        """Delete the links that have run out; returns how many."""
        return changed(delete(cls).where(cls.expires_at <= now()))
