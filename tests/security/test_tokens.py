"""Random names: long enough, of the right signs, and kept only as a hash."""

import hashlib
import re

from website.security.tokens import ALPHABET, ID_LENGTH, new_id, new_token, token_hash


def test_an_id_has_130_bits_in_signs_that_survive_being_read_aloud() -> None:
    assert len(ALPHABET) == len(set(ALPHABET)) == 32
    assert not set("ilou") & set(ALPHABET)
    assert ALPHABET.lower() == ALPHABET
    made = {new_id() for _ in range(1_000)}
    assert len(made) == 1_000
    assert {len(name) for name in made} == {ID_LENGTH}
    assert set("".join(made)) == set(ALPHABET)
    assert 5 * ID_LENGTH >= 128


def test_a_token_has_256_bits_and_is_safe_in_an_address() -> None:
    made = {new_token() for _ in range(1_000)}
    assert len(made) == 1_000
    assert all(re.fullmatch(r"[\w-]{43}", token, re.ASCII) for token in made)


def test_what_is_kept_of_a_token_is_not_the_token() -> None:
    token = new_token()
    assert token_hash(token) == hashlib.sha256(token.encode()).hexdigest()
    assert token_hash(token_hash(token)) != token_hash(token)
    assert token_hash("é🙂\0")
