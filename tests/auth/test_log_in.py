"""Logging in: your password exactly, a few tries, and the same answer to every stranger."""

import threading
from collections.abc import Callable
from itertools import count
from statistics import median
from time import perf_counter
from typing import Any

import pytest
import time_machine
from argon2 import PasswordHasher
from flask import Flask
from sqlalchemy import select, update

from tests.http.answers import Log, everything, refused, secure
from tests.http.page import Page
from tests.people import PASSWORD, Browser, Person, enrol, text_of
from website import db
from website.database import now
from website.models import Throttle, User, log_in
from website.models.log_in import PER_ACCOUNT, PER_DEVICE, PER_NETWORK
from website.models.throttle import Limit
from website.security import passwords
from website.security.passwords import MAX_LENGTH, hash_password

WRONG = "eleven grey herons over Delft"


def fresh(app: Flask) -> Browser:
    client = app.test_client()
    assert isinstance(client, Browser)
    return client


def attempt(
    client: Browser, email: str, password: str = WRONG, address: str = "203.0.113.9"
) -> Any:
    """The answer to one try from this address."""
    form = {"email": email, "password": password}
    return client.submit("/log-in", form, environ_overrides={"REMOTE_ADDR": address})


@pytest.fixture
def verified(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The passwords that were really compared with a hash."""
    seen: list[str] = []

    def counting(stored: str | None, password: str) -> bool:
        seen.append(password)
        return passwords.verify_password(stored, password)

    monkeypatch.setattr(log_in, "verify_password", counting)
    return seen


@pytest.fixture
def free(monkeypatch: pytest.MonkeyPatch) -> None:
    """No limit is reached: for tests that speak of something else."""
    for name in ("PER_ACCOUNT", "PER_NETWORK", "PER_DEVICE"):
        limit = getattr(log_in, name)
        monkeypatch.setattr(log_in, name, Limit(limit.name, 1_000_000, limit.window))


def at_once(number: int, call: Callable[[int], None]) -> None:
    """Call it in so many threads, started together."""
    barrier = threading.Barrier(number)

    def run(which: int) -> None:
        barrier.wait()
        call(which)

    threads = [threading.Thread(target=run, args=(which,)) for which in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_a_person_logs_in_and_lands_on_the_list(client: Browser, alice: Person, log: Log) -> None:
    form = Page(client.get("/log-in")).form("email", "password")
    answer = form.send(client, email=f"  {alice.email.upper()} ", password=PASSWORD)
    assert (answer.status_code, answer.location) == (303, "/notes")
    assert log.events == ["sign_in"]
    assert log.fields("sign_in")[0]["account"] == alice.id
    answer = client.get("/log-in?next=/account")
    assert (answer.status_code, answer.location) == (303, "/account")


def test_who_pressed_a_button_without_a_session_lands_on_the_page_where_it_stood(
    client: Browser, alice: Person
) -> None:
    note_id = alice.write("Note")
    for came_from, lands in (
        (f"http://localhost/notes/{note_id}", f"/notes/{note_id}"),
        ("http://localhost/tags?x=1", "/tags?x=1"),
        (f"http://elsewhere.example/notes/{note_id}", "/notes"),
        ("", "/notes"),
    ):
        stranger = client.application.test_client()
        assert isinstance(stranger, Browser)
        asked = stranger.submit(f"/notes/{note_id}/pin", headers={"Referer": came_from})
        assert asked.status_code == 401
        form = Page(asked).form("email", "password")
        answer = form.send(stranger, email=alice.email, password=PASSWORD)
        assert (answer.status_code, answer.location) == (303, lands)


def test_what_is_wrong_is_said_beside_the_fields(client: Browser, alice: Person, log: Log) -> None:
    answer = refused(client.submit("/log-in", {"email": alice.email, "password": WRONG}), 422)
    assert "There is no account with this address and password." in text_of(answer)
    assert log.events == ["sign_in_failed"]
    form = Page(answer).form("email", "password")
    assert form.fields["email"] == alice.email
    assert form.fields["password"] == ""
    assert WRONG not in answer.text
    answer = refused(client.submit("/log-in", {}), 422)
    assert "Write your e-mail address." in text_of(answer)
    assert "Write your password." in text_of(answer)


@pytest.mark.parametrize("settings", [{"SIGN_UP": "closed"}])
def test_without_sign_up_the_page_does_not_speak_of_it(client: Browser) -> None:
    assert "Sign up" not in text_of(client.get("/log-in"))


def test_a_disabled_person_and_one_without_a_password_stay_out(app: Flask, alice: Person) -> None:
    runner = app.test_cli_runner()
    runner.invoke(args=["users", "disable", alice.email])
    runner.invoke(args=["users", "create", "new@example.org"])
    refused(attempt(fresh(app), alice.email, PASSWORD), 422)
    for password in ("", "None", PASSWORD, "\N{NULL}".replace("\0", " nobody has this one ")):
        refused(attempt(fresh(app), "new@example.org", password), 422)
    runner.invoke(args=["users", "enable", alice.email])
    assert attempt(fresh(app), alice.email, PASSWORD).status_code == 303


@pytest.mark.attack(17)
def test_of_fifty_guesses_at_once_no_more_than_the_limit_are_compared(
    app: Flask, alice: Person, verified: list[str]
) -> None:
    statuses: list[int] = []
    browsers = [fresh(app) for _ in range(50)]
    tokens = [browser.csrf_token() for browser in browsers]

    def guess(which: int) -> None:
        form = {"email": alice.email, "password": f"{WRONG} {which}", "csrf_token": tokens[which]}
        statuses.append(browsers[which].post("/log-in", data=form).status_code)

    at_once(50, guess)
    assert len(verified) <= PER_ACCOUNT.tries
    assert sorted(set(statuses)) == [422, 429]
    assert statuses.count(422) == len(verified) > 0
    assert refused(attempt(fresh(app), alice.email, PASSWORD), 429).headers["Retry-After"]


@pytest.mark.attack(17)
def test_a_reached_limit_ends_with_its_window_and_says_when(
    app: Flask, verified: list[str], log: Log
) -> None:
    with time_machine.travel("2026-03-01 12:00 +0000", tick=False) as clock:
        alice = enrol(app, "alice@example.org")
        for _ in range(PER_ACCOUNT.tries):
            refused(attempt(fresh(app), alice.email), 422)
        clock.shift(60)
        log.clear()
        answer = refused(attempt(fresh(app), alice.email, PASSWORD), 429)
        assert int(answer.headers["Retry-After"]) == 14 * 60 + 1
        assert "15 minutes" in text_of(answer)
        assert log.events == ["throttled"]
        clock.shift(int(answer.headers["Retry-After"]))
        assert attempt(fresh(app), alice.email, PASSWORD).status_code == 303
        assert len(verified) == PER_ACCOUNT.tries + 1


@pytest.mark.attack(17)
def test_spelling_the_address_otherwise_is_no_new_account(
    app: Flask, alice: Person, verified: list[str]
) -> None:
    spellings = [
        "alice@example.org",
        "ALICE@example.org",
        " alice@EXAMPLE.org ",
        "Alice@Example.Org",
    ]
    spellings += ["ａｌｉｃｅ@example.org", "alice@ｅxample.org", "alice@example。org"]
    for spelling in spellings:
        attempt(fresh(app), spelling)
    with app.app_context():
        names = set(db.session.scalars(select(Throttle.name)))
    accounts = [name for name in names if name.startswith("log-in account")]
    # Addresses that are the same person's count together; the others are nobody's.
    assert len(verified) <= PER_ACCOUNT.tries + len(accounts) - 1
    refused(attempt(fresh(app), alice.email, PASSWORD), 422 if len(accounts) > 5 else 429)


@pytest.mark.attack(17)
def test_logging_in_does_not_use_up_the_tries(app: Flask, alice: Person) -> None:
    for _ in range(PER_ACCOUNT.tries + 2):
        assert attempt(fresh(app), alice.email, PASSWORD).status_code == 303
    with app.app_context():
        assert set(db.session.scalars(select(Throttle.tries))) == {0}


@pytest.mark.attack(18)
@pytest.mark.parametrize("network", ["203.0.113.{}", "2001:db8:1:2:{:x}::1"])
def test_one_password_for_many_accounts_is_stopped_by_network(
    app: Flask, network: str, verified: list[str], log: Log
) -> None:
    browser = fresh(app)
    statuses = [
        attempt(browser, f"person{number}@example.org", address=network.format(number)).status_code
        for number in range(PER_NETWORK.tries + 20)
    ]
    assert statuses == [422] * PER_NETWORK.tries + [429] * 20
    assert len(verified) == PER_NETWORK.tries
    assert log.events[-1] == "throttled"
    # Elsewhere people still log in.
    refused(attempt(browser, "someone@example.org", address="198.51.100.1"), 422)
    refused(attempt(browser, "someone@example.org", address="2001:db8:1:3::1"), 422)


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> Limit:
    """A low limit for a network, so that a test is quick to reach it."""
    limit = Limit(PER_NETWORK.name, 6, PER_NETWORK.window)
    monkeypatch.setattr(log_in, "PER_NETWORK", limit)
    return limit


@pytest.mark.attack(18)
def test_logging_in_to_one_s_own_account_in_between_buys_no_tries(
    app: Flask, alice: Person, narrow: Limit
) -> None:
    mallory = enrol(app, "mallory@example.org")
    tries = 0
    for number in range(narrow.tries + 2):
        tries += attempt(fresh(app), f"victim{number}@example.org").status_code == 422
        attempt(fresh(app), mallory.email, PASSWORD)
    assert tries == narrow.tries
    refused(attempt(fresh(app), alice.email, PASSWORD), 429)


@pytest.mark.attack(20)
def test_nobody_can_lock_the_owner_out_of_a_browser_they_have_used(
    app: Flask, alice: Person, narrow: Limit
) -> None:
    known = fresh(app)
    assert attempt(known, alice.email, PASSWORD).status_code == 303
    known.submit("/log-out")
    for number in range(narrow.tries + 1):  # from one network, and from many
        attempt(fresh(app), alice.email)
        attempt(fresh(app), alice.email, address=f"198.51.{number}.1")
    refused(attempt(fresh(app), alice.email, PASSWORD), 429)
    assert attempt(known, alice.email, PASSWORD).status_code == 303


@pytest.mark.attack(17, 20)
def test_a_known_browser_has_a_limit_too_and_its_mark_is_for_its_account_alone(
    app: Flask, alice: Person, bob: Person, verified: list[str]
) -> None:
    known = fresh(app)
    assert attempt(known, alice.email, PASSWORD).status_code == 303
    known.submit("/log-out")
    verified.clear()
    for _ in range(PER_DEVICE.tries):
        refused(attempt(known, alice.email), 422)
    refused(attempt(known, alice.email, PASSWORD), 429)
    assert len(verified) == PER_DEVICE.tries
    verified.clear()
    for _ in range(PER_ACCOUNT.tries):
        refused(attempt(known, bob.email), 422)
    refused(attempt(known, bob.email), 429)
    assert len(verified) == PER_ACCOUNT.tries


@pytest.mark.attack(20)
def test_a_browser_is_known_to_the_last_five_accounts(app: Flask) -> None:
    browser = fresh(app)
    for number in range(7):
        person = enrol(app, f"person{number}@example.org")
        assert attempt(browser, person.email, PASSWORD).status_code == 303
        browser.submit("/log-out")
    with app.app_context():
        db.session.execute(Throttle.__table__.delete())
        db.session.commit()
    for number in range(7):
        attempt(browser, f"person{number}@example.org")
    with app.app_context():
        names = list(db.session.scalars(select(Throttle.name)))
    assert sum(name.startswith("log-in device") for name in names) == 5


@pytest.mark.attack(21)
@pytest.mark.usefixtures("free")
def test_a_stranger_cannot_tell_who_has_an_account(app: Flask, alice: Person, log: Log) -> None:
    disabled = enrol(app, "disabled@example.org")
    with app.app_context():
        db.session.execute(update(User).where(User.id == disabled.id).values(disabled_at=now()))
        db.session.add(User(email="invited@example.org", password_hash=None))
        db.session.commit()
    # Addresses of one length, so that the pages are.
    kinds = {
        "known": alice.email,
        "unknown": "nobod@example.org",
        "disabled": disabled.email,
        "invited": "invited@example.org",
        "no address": "no address",
    }
    seen: dict[str, Any] = {}
    for kind, email in kinds.items():
        log.clear()
        answer = refused(attempt(fresh(app), email), 422)
        varying = ("X-Request-Id", "Content-Security-Policy", "Content-Length")
        headers = [pair for pair in answer.headers if pair[0] not in varying]
        headers = [(k, v.partition("=")[0] if k == "Set-Cookie" else v) for k, v in headers]
        page = Page(answer)
        shapes = [element.shape for element in page.elements]
        seen[kind] = (headers, page.words, shapes, log.events)
    for kind in kinds:
        assert seen[kind] == seen["known"], kind

    spent: dict[str, list[float]] = {"known": [], "unknown": []}
    browser = fresh(app)
    for _ in range(40):
        for kind, times in spent.items():
            began = perf_counter()
            attempt(browser, kinds[kind])
            times.append(perf_counter() - began)
    known, unknown = (median(times) for times in spent.values())
    assert max(known, unknown) / min(known, unknown) < 1.3


@pytest.mark.attack(24)
@pytest.mark.usefixtures("free")
def test_a_password_over_the_limit_is_refused_and_not_compared(
    app: Flask, alice: Person, verified: list[str], log: Log
) -> None:
    for length in (MAX_LENGTH + 1, 1_000_000, 9_000_000):
        answer = attempt(fresh(app), alice.email, "x" * length)
        assert refused(answer, answer.status_code).status_code in {413, 422}
    assert verified == []
    assert log.events[0] == "sign_in_failed"
    # Someone who has such a password by other means than the form does not get in either.
    refused(attempt(fresh(app), alice.email, PASSWORD + " " * MAX_LENGTH), 422)


PAIRS = {
    "a blank at the end": ("seven pale herons ", "seven pale herons"),
    "a blank at the front": (" seven pale herons", "seven pale herons"),
    "case": ("Seven Pale Herons", "seven pale herons"),
    "NFC and NFD": ("caf\u00e9 am Fluss im Mai", "cafe\u0301 am Fluss im Mai"),
    "the 73rd byte": ("a b" * 24 + "x", "a b" * 24 + "y"),
    "emoji": ("herons over Delft 🙂", "herons over Delft 🙃"),
    "full width": ("ｓｅｖｅｎ herons over", "seven herons over"),
    "what no eye sees": ("seven\u200bpale herons", "sevenpale herons"),
    "1,024 characters": ("ab 🙂" * 256, "ab 🙂" * 255 + "ab 🙃"),
}


@pytest.mark.attack(25)
@pytest.mark.usefixtures("free")
def test_a_password_is_compared_exactly_as_typed(app: Flask, subtests: pytest.Subtests) -> None:
    for number, (what, (right, other)) in enumerate(PAIRS.items()):
        with subtests.test(what):
            email = f"person{number}@example.org"
            with app.app_context():
                db.session.add(User(email=email, password_hash=hash_password(right)))
                db.session.commit()
            refused(attempt(fresh(app), email, other), 422)
            assert attempt(fresh(app), email, right).status_code == 303


@pytest.mark.attack(25)
def test_a_password_of_any_characters_is_set_and_used_as_typed(app: Flask) -> None:
    password = "  \t‮ñ 🙂 Ω é' \" <b> & %00 \\ ; -- \u2028 "
    client = fresh(app)
    form = {"email": "ada@example.org", "password": password}
    assert client.submit("/sign-up", form).status_code == 303
    client.submit("/log-out")
    refused(attempt(client, "ada@example.org", password.strip()), 422)
    assert attempt(client, "ada@example.org", password).status_code == 303


@pytest.mark.attack(28)
@pytest.mark.usefixtures("free")
def test_many_log_ins_at_once_are_hashed_two_at_a_time(
    app: Flask, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    hasher, lock = passwords._hasher, threading.Lock()
    inside, most, entered = 0, 0, count()

    class Watched:
        def verify(self, stored: str, password: str) -> bool:
            nonlocal inside, most
            with lock:
                inside, most = inside + 1, max(most, inside + 1)
                next(entered)
            try:
                return bool(hasher.verify(stored, password))
            finally:
                with lock:
                    inside -= 1

        def __getattr__(self, name: str) -> Any:
            return getattr(hasher, name)

    monkeypatch.setattr(passwords, "_hasher", Watched())
    statuses: list[int] = []
    browsers = [fresh(app) for _ in range(20)]
    tokens = [browser.csrf_token() for browser in browsers]

    def try_it(which: int) -> None:
        form = {"email": alice.email, "password": PASSWORD, "csrf_token": tokens[which]}
        statuses.append(browsers[which].post("/log-in", data=form).status_code)

    at_once(20, try_it)
    assert set(statuses) <= {303, 503}
    assert statuses.count(303) >= 1
    assert next(entered) >= 1
    assert 1 <= most <= 2
    assert hasher.memory_cost <= 19 * 1024


DAMAGED = [
    "",
    "x",
    "$2b$12$abcdefghijklmnopqrstuvABCDEFGHIJKLMNOPQRSTUVWXYZ012345",
    "pbkdf2:sha256:600000$salt$abcdef",
    "$argon2id$",
    "$argon2id$v=19$m=19456,t=2,p=1$",
    "$argon2id$v=19$m=4294967295,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo",
    "$argon2id$v=19$m=8,t=0,p=0$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo",
    "$argon2id$v=19$m=19456,t=2,p=1$é🙂$aGFzaGhhc2hoYXNo",
    "é🙂",
]


@pytest.fixture
def damage(app: Flask, alice: Person) -> Callable[[str], None]:
    def set_hash(stored: str) -> None:
        with app.app_context():
            db.session.execute(update(User).where(User.id == alice.id).values(password_hash=stored))
            db.session.commit()

    return set_hash


@pytest.mark.attack(29)
@pytest.mark.usefixtures("free")
def test_a_damaged_hash_lets_nobody_in_and_is_reported(
    app: Flask, alice: Person, damage: Callable[[str], None], log: Log, subtests: pytest.Subtests
) -> None:
    whole = hash_password(PASSWORD)
    half = [whole[:-1], whole[:-20]]  # it may still be read, and is another password's
    for stored in (*DAMAGED, *half, whole[:40], f"{whole} ", whole.replace("2id", "2x")):
        with subtests.test(stored[:50]):
            damage(stored)
            log.clear()
            answer = refused(attempt(fresh(app), alice.email, PASSWORD), 422)
            assert "There is no account with this address and password." in text_of(answer)
            assert log.events[0] == "sign_in_failed"
            assert stored in half or log.events[1:] == ["hash_unreadable"]
            assert whole not in answer.text
    damage(whole)
    assert attempt(fresh(app), alice.email, PASSWORD).status_code == 303


@pytest.mark.attack(29)
def test_a_damaged_hash_is_no_error_of_the_page_that_changes_it(
    alice: Person, damage: Callable[[str], None], log: Log
) -> None:
    damage("")
    form = {"current": PASSWORD, "password": "eleven amber otters rowing"}
    refused(alice.client.submit("/account/password", form), 422)
    assert "hash_unreadable" in log.events


def test_a_weaker_hash_is_renewed_at_the_next_log_in(
    app: Flask, alice: Person, damage: Callable[[str], None]
) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    damage(weak)
    refused(attempt(fresh(app), alice.email), 422)
    assert everything(alice)["user"][0][2] == weak
    assert attempt(fresh(app), alice.email, PASSWORD).status_code == 303
    renewed = everything(alice)["user"][0][2]
    assert renewed.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert attempt(fresh(app), alice.email, PASSWORD).status_code == 303


@pytest.mark.attack(47)
def test_an_address_is_one_person_however_it_is_written(app: Flask, alice: Person) -> None:
    for spelling in ("ALICE@EXAMPLE.ORG", "alice@EXAMPLE.org", "\talice@example.org\n"):
        assert attempt(fresh(app), spelling, PASSWORD).status_code == 303
    for other in ("аlice@example.org", "alice@example.org.", "alice\u200b@example.org", "alice"):
        refused(attempt(fresh(app), other, PASSWORD), 422)


@pytest.mark.attack(77, 79)
def test_what_was_typed_comes_back_as_text(client: Browser) -> None:
    evil = '"><script>alert(1)</script>{{7*7}}'
    answer = secure(client.submit("/log-in", {"email": evil, "password": evil, "next": evil}))
    page = Page(answer)
    assert page.form("email").fields["email"] == evil
    assert len([item for item in page.elements if item.tag == "script"]) == 2
