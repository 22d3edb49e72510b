"""Random names that cannot be guessed, and the hash under which they are kept."""

import hashlib
import secrets

# Digits and small letters without i, l, o and u: 32 signs that survive being read aloud.
ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"
ID_LENGTH = 26  # 130 bits
TOKEN_LENGTH = 43  # 256 bits in URL-safe base 64


def new_id() -> str:
    """A random, opaque id for an address: 130 bits in 26 characters of ALPHABET."""
    # Each byte's lower five bits choose a sign: 32 divides 256, so every sign is as likely.
    return "".join(ALPHABET[byte & 31] for byte in secrets.token_bytes(ID_LENGTH))


def new_token() -> str:
    """A secret of 256 random bits, safe in an address and a cookie."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> str:
    """What the database keeps of a token: SHA-256, in hex. The hash cannot be used as the token."""
    return hashlib.sha256(token.encode()).hexdigest()
