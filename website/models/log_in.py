"""A try to log in: counted before the password is looked at, as slow for a stranger as for you."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select, update

from website.database import db, reading
from website.models.session import Session
from website.models.throttle import Limit, Throttle
from website.models.user import EmailRefused, User, accepted_hash, normalise_email
from website.security.passwords import MAX_LENGTH, hash_password, needs_rehash, verify_password
from website.security.tokens import token_hash

# For each account, from browsers that it has never logged in from.
PER_ACCOUNT = Limit("log-in account", 5, timedelta(minutes=15))
# For each /24 or /64 network, over all accounts.
PER_NETWORK = Limit("log-in network", 30, timedelta(minutes=15))
# For each browser that has logged in to the account before: it counts for itself alone, so nobody
# can lock the owner out by guessing from elsewhere (ASVS 5.0, 6.1.1).
PER_DEVICE = Limit("log-in device", 10, timedelta(minutes=15))


class WrongCredentials(Exception):
    """No account, another password, or a disabled account: which of them is nobody's business."""


@dataclass(frozen=True)
class LogIn:
    """Address and password as typed; `network` they came from; `device` that the account knows."""

    email: str
    password: str
    network: str
    device: str | None = None

    def attempt(self) -> int:
        """The id of the person, in a fresh transaction.

        Raises TooManyTries, WrongCredentials, or HashUnreadable when the stored hash is damaged.
        """
        email = _address(self.email)
        buckets = (
            [(PER_DEVICE, self.device)]
            if self.device
            else [(PER_ACCOUNT, token_hash(email or self.email)), (PER_NETWORK, self.network)]
        )
        for limit, of in buckets:
            Throttle.reserve(limit, of)
        if len(self.password) > MAX_LENGTH:  # nobody has one, and hashing it would take long
            raise WrongCredentials
        user_id = self._verified(email)
        for limit, of in buckets:
            Throttle.give_back(limit, of)
        return user_id

    def change_password(self, new: str) -> None:
        """Prove oneself with the old password, keep the new one, end every session.

        Raises as `attempt`, and PasswordRefused.
        """
        # Hashed first: inside the transaction it would hold up every other writer.
        password_hash = accepted_hash(self.email, new)
        user_id = self.attempt()
        db.session.execute(
            update(User).where(User.id == user_id).values(password_hash=password_hash)
        )
        Session.end_all(user_id)

    def _verified(self, email: str | None) -> int:
        statement = select(User.id, User.password_hash, User.disabled_at).where(User.email == email)
        with reading() as connection:
            row = connection.execute(statement).one_or_none()
        stored = None if row is None else row.password_hash
        right = verify_password(stored, self.password)
        if row is None or stored is None or not right or row.disabled_at:
            raise WrongCredentials
        if needs_rehash(stored):
            renewed = hash_password(self.password)
            db.session.execute(update(User).where(User.id == row.id).values(password_hash=renewed))
        return int(row.id)


def _address(typed: str) -> str | None:
    try:
        return normalise_email(typed)
    except EmailRefused:
        return None
