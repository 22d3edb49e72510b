"""Passwords: hashed as they should be, two at a time, and refused when they are guessed early."""

import threading
from time import thread_time
from typing import Any

import pytest
from argon2 import PasswordHasher
from hypothesis import given, settings
from hypothesis import strategies as st

from website.security import passwords
from website.security.passwords import (
    MAX_LENGTH,
    MIN_LENGTH,
    HashUnreadable,
    hash_password,
    needs_rehash,
    objection,
    verify_password,
)

GOOD = "seven grey herons over Delft"
NAMES = ("ada.lovelace@example.org", "ada.lovelace", "ada", "lovelace", "example")


def test_a_hash_is_argon2id_with_the_parameters_of_owasp_and_a_salt() -> None:
    one, two = hash_password(GOOD), hash_password(GOOD)
    assert one != two
    assert one.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert verify_password(one, GOOD)
    assert not verify_password(one, GOOD + " ")
    assert not needs_rehash(one)
    assert needs_rehash(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(GOOD))


@pytest.mark.attack(21)
def test_without_a_hash_nothing_is_right_and_it_takes_as_long() -> None:
    assert verify_password(None, GOOD) is False
    assert not needs_rehash(passwords._NOBODY)  # the same work as for anyone's


@pytest.mark.attack(25)
@settings(max_examples=15, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60))
def test_every_text_is_its_own_password(text: str) -> None:
    stored = hash_password(text)
    assert verify_password(stored, text)
    for other in (text + " ", text + "\0", text[:-1] + chr(ord(text[-1]) ^ 1)):
        assert not verify_password(stored, other.encode("utf-8", "replace").decode())


@pytest.mark.attack(29)
@pytest.mark.parametrize(
    "stored",
    [
        "",
        "x",
        "$2b$12$abcdefghijklmnopqrstuvABCDEFGHIJKLMNOPQRSTUVWXYZ012345",
        "$argon2id$",
        "$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ",
        "$argon2id$v=19$m=4294967295,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo",
        "$argon2id$v=19$m=1,t=0,p=0$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo",
        "$argon2id$v=19$m=19456,t=2,p=1$é$aGFzaGhhc2hoYXNo",
        "é",
    ],
)
def test_a_damaged_hash_is_told_from_a_wrong_password(stored: str) -> None:
    with pytest.raises(HashUnreadable):
        verify_password(stored, GOOD)


@pytest.mark.attack(28)
def test_no_more_than_two_hash_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    lock, meeting = threading.Lock(), threading.Event()
    inside = most = 0

    class Watched:
        def _work(self, *_arguments: Any) -> Any:
            nonlocal inside, most
            with lock:
                inside, most = inside + 1, max(most, inside + 1)
                if most > 2:
                    meeting.set()
            meeting.wait(0.02)  # a third one, if there could be one, would come in now
            with lock:
                inside -= 1
            return "hash"

        hash = verify = _work

    monkeypatch.setattr(passwords, "_hasher", Watched())
    calls = [lambda: hash_password(GOOD), lambda: verify_password("x", GOOD)] * 5
    threads = [threading.Thread(target=call) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 2


REFUSED = {
    "eleven char": "too short",
    "🙂" * (MIN_LENGTH - 1): "too short",
    "a" * (MAX_LENGTH + 1): "too long",
    "aaaaaaaaaaaaaaaa": "repeats",
    "abcabcabcabc": "repeats",
    "AbcaBCabCabC": "repeats",
    "passwordpassword": "repeats",
    "PASSWORDpassword": "repeats",
    "1qaz2wsx3edc4rfv": "listed",
    "1QAZ2WSX3EDC4RFV": "listed",
    "vfr4cde3xsw2zaq1": "listed backwards",
    "qwertyuiopasdfghjkl": "listed",
    "123456789012": "listed",
    "octavo-octavo-2026": "of the site",
    "My Notes 2026!!": "of the site",
    "password octavo 1": "of the site",
    "ada.lovelace@example.org": "of the person",
    "ADA.LOVELACE@EXAMPLE.ORG": "of the person",
    "lovelace ada 1815!": "of the person",
    "example-example-1": "of the person",
}


@pytest.mark.attack(24, 27)
@pytest.mark.parametrize("password", REFUSED, ids=lambda text: text[:24])
def test_what_is_guessed_early_is_refused_with_a_sentence(password: str) -> None:
    reason = objection(password, NAMES)
    assert reason is not None
    assert reason.endswith(".")
    assert password not in reason


@pytest.mark.attack(27)
@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        "correct horse battery staple two",
        "ada and four grey herons",  # one's own name, and much more
        "octavo is where my thoughts are",
        "        a b c d        ",
        "Grüße aus Überlingen 🙂",
        "日本語のとても長い合言葉です",
        "f8!Kq2#Lz9@p",
        "xyz" * 300 + "no end to this one",
    ],
)
def test_what_is_long_and_one_s_own_is_taken_whatever_its_characters(password: str) -> None:
    assert objection(password, NAMES) is None


def test_a_name_of_two_letters_forbids_nothing() -> None:
    assert objection("no-no-no-grey-herons", ("no", "")) is None


@pytest.mark.attack(24, 94)
@pytest.mark.parametrize("password", ["ab" * 512, "a" * 1023 + "b", "octavo" * 170, "é" * 1024])
def test_looking_at_the_longest_password_takes_no_time(password: str) -> None:
    began = thread_time()
    objection(password, ("a", "oct", "octavo" * 20, *NAMES))
    assert thread_time() - began < 4
