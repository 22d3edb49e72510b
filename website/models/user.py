"""A person with an account."""

from __future__ import annotations

from datetime import datetime

from email_validator import EmailNotValidError, validate_email
from sqlalchemy import String, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from website.database import Instant, Model, db, now
from website.security.passwords import hash_password, objection

MAX_EMAIL_LENGTH = 254


class EmailRefused(ValueError):
    """Not an e-mail address; the message says why."""


class EmailTaken(ValueError):
    """There is an account with this address already."""


class PasswordRefused(ValueError):
    """A password that is too easily guessed; the message says why."""


def normalise_email(typed: str) -> str:
    """The one form under which an address is kept: Unicode-normalised and case-folded before the @.

    Raises EmailRefused.
    """
    if len(typed) > 2 * MAX_EMAIL_LENGTH:  # checking takes long where the text is
        raise EmailRefused("The address is too long.")
    try:
        checked = validate_email(typed.strip(), check_deliverability=False, strict=True)
    except EmailNotValidError as error:
        raise EmailRefused(str(error)) from error
    # The domain is in lower case by now; to fold it would make another domain of some.
    email = f"{checked.local_part.casefold()}@{checked.domain}"
    if len(email) > MAX_EMAIL_LENGTH:
        raise EmailRefused("The address is too long.")
    return email


class User(Model):
    __tablename__ = "user"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(MAX_EMAIL_LENGTH), unique=True)
    password_hash: Mapped[str | None] = mapped_column(String(255))
    created_at: Mapped[datetime] = mapped_column(Instant, default=now)
    disabled_at: Mapped[datetime | None] = mapped_column(Instant)

    @classmethod
    def by_email(cls, typed: str) -> User | None:
        """The person with this address, however it is written; None for no address at all."""
        try:
            email = normalise_email(typed)
        except EmailRefused:
            return None
        return db.session.scalar(select(cls).where(cls.email == email))

    @classmethod
    def enrol(cls, email: str, password: str | None) -> User:
        """A new person, in the open transaction.

        Raises EmailRefused, PasswordRefused or EmailTaken.
        """
        address = normalise_email(email)
        # Hashed before the transaction begins: inside, it would hold up every other writer.
        password_hash = None if password is None else accepted_hash(address, password)
        person = cls(email=address, password_hash=password_hash)
        try:
            with db.session.begin_nested():
                db.session.add(person)
        except IntegrityError as error:
            raise EmailTaken(address) from error
        return person


def accepted_hash(email: str, password: str) -> str:
    """The hash to keep for this person's new password. Raises PasswordRefused with the reason."""
    local, _, domain = email.partition("@")
    names = (email, local, *local.replace("+", ".").split("."), domain.split(".")[0])
    if reason := objection(password, names):
        raise PasswordRefused(reason)
    return hash_password(password)
