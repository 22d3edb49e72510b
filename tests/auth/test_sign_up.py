"""Making an account: an address, a password that is not guessed early, and a first note."""

import pytest
from flask import Flask
from sqlalchemy import func, select

from tests.http.answers import Log, everything, refused, secure
from tests.http.page import Page
from tests.people import PASSWORD, Browser, Person, text_of
from website import db
from website.auth.sign_up import PER_NETWORK
from website.models import User

GOOD = "seven grey herons over Delft"


def people(app: Flask) -> list[str]:
    with app.app_context():
        return list(db.session.scalars(select(User.email).order_by(User.id)))


def test_a_person_makes_an_account_and_is_signed_in(client: Browser, log: Log) -> None:
    form = Page(client.get("/sign-up")).form("email", "password")
    answer = form.send(client, email="Ada@Example.org", password=GOOD)
    assert (answer.status_code, answer.location) == (303, "/notes")
    assert log.events == ["signed_up"]
    assert people(client.application) == ["ada@example.org"]
    assert "Welcome to Octavo" in client.get("/notes").text
    answer = client.get("/sign-up")
    assert (answer.status_code, answer.location) == (303, "/notes")


@pytest.mark.attack(22)
def test_a_taken_address_is_said_and_changes_nothing(client: Browser, alice: Person) -> None:
    before = everything(alice)
    for spelling in (alice.email, alice.email.upper()):
        answer = refused(client.submit("/sign-up", {"email": spelling, "password": GOOD}), 422)
        assert "Log in instead" in text_of(answer)
    assert everything(alice) == before
    assert client.get("/notes").status_code == 303


@pytest.mark.attack(46, 47)
def test_what_is_no_address_is_refused(client: Browser, subtests: pytest.Subtests) -> None:
    for email in (
        "", " ", "ada", "@example.org", "ada@", "a@b.c\r\nBcc: x@y.org", "a@b.org,c@d.org",
        "<ada@example.org>", '"a b"@example.org', f"{'a' * 65}@example.org", "ada@exa mple.org",
        f"ada@{'a' * 250}.org", "ada@example", "ada@127.0.0.1", "ada@[127.0.0.1]",
        "ada@localhost", "a@b.org\n", "ada\u202e@example.org", "ada@-example.org",
        "a..b@example.org",
    ):  # fmt: skip
        with subtests.test(repr(email[:30])):
            answer = secure(client.submit("/sign-up", {"email": email, "password": GOOD}))
            if email == "a@b.org\n":
                assert answer.status_code == 303  # blanks around it are no part of it
                client.submit("/log-out")
            else:
                refused(answer, 422)
    assert people(client.application) == ["a@b.org"]


@pytest.mark.attack(47)
def test_one_address_is_one_account_and_a_look_alike_is_another(app: Flask) -> None:
    def sign_up(email: str) -> int:
        client = app.test_client()
        assert isinstance(client, Browser)
        return client.submit("/sign-up", {"email": email, "password": GOOD}).status_code

    assert sign_up("admin@example.org") == 303
    assert sign_up("ADMIN@example.org") == 422
    assert sign_up("admin@ＥXAMPLE.org") == 422
    assert sign_up("аdmin@example.org") == 303  # a Cyrillic а
    assert sign_up("jos\u00e9@example.org") == 303
    assert sign_up("jose\u0301@example.org") == 422
    assert sign_up("stra\u00dfe@example.org") == 303
    assert sign_up("STRASSE@example.org") == 422
    assert len(people(app)) == 4


LISTED = [
    "1qaz2wsx3edc4rfv", "passwordpassword", "PasswordPassword", "octavo octavo 2026",
    "octavo-2026!!", "ada.lovelace@example.org", "Ada.Lovelace2026", "lovelace ada 1815",
    "123456789012",
    "aaaaaaaaaaaaaaaa", "abcabcabcabcabc", "qwertyuiop[]", "QWERTYUIOPASDFGHJKL", "short",
    "elevenchars", "🙂" * 11, "🙂" * 40,
]  # fmt: skip


@pytest.mark.attack(27)
def test_a_password_that_is_guessed_early_is_refused_with_the_reason(
    app: Flask, monkeypatch: pytest.MonkeyPatch, subtests: pytest.Subtests
) -> None:
    client = app.test_client()
    assert isinstance(client, Browser)
    monkeypatch.setattr("website.auth.sign_up.Throttle.reserve", lambda *_: None)
    for password in LISTED:
        with subtests.test(password):
            form = {"email": "ada.lovelace@example.org", "password": password}
            answer = refused(client.submit("/sign-up", form), 422)
            page = Page(answer)
            assert [e for e in page.elements if e.attributes.get("id") == "password-error"]
            assert page.form("password").fields["password"] == ""
    assert people(app) == []


@pytest.mark.attack(24)
def test_a_password_over_the_limit_is_never_hashed(
    client: Browser, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def never(_password: str) -> str:
        raise AssertionError("hashed")

    monkeypatch.setattr("website.models.user.hash_password", never)
    for length in (1_025, 1_000_000):
        form = {"email": "ada@example.org", "password": "ab c" * (length // 4 + 1)}
        assert "at most 1024" in text_of(refused(client.submit("/sign-up", form), 422))
        form = {"current": PASSWORD, "password": "ab c" * (length // 4 + 1)}
        assert "at most 1024" in text_of(
            refused(alice.client.submit("/account/password", form), 422)
        )


@pytest.mark.attack(22, 95)
def test_many_accounts_from_one_network_are_too_many(
    app: Flask, client: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("website.models.user.hash_password", lambda _password: "x")
    for number in range(PER_NETWORK.tries):
        form = {"email": f"person{number}@example.org", "password": "short"}
        refused(client.submit("/sign-up", form), 422)
    form = {"email": "ada@example.org", "password": GOOD}
    assert refused(client.submit("/sign-up", form), 429).headers["Retry-After"]
    assert people(app) == []
    elsewhere = {"REMOTE_ADDR": "198.51.100.1"}
    assert client.submit("/sign-up", form, environ_overrides=elsewhere).status_code == 303


@pytest.mark.parametrize("settings", [{"SIGN_UP": "closed"}, {"SIGN_UP": "invite"}])
def test_where_sign_up_is_not_open_nobody_makes_an_account(app: Flask, client: Browser) -> None:
    said = text_of(refused(client.get("/sign-up"), 403))
    assert ("by invitation" in said) == (app.config["SIGN_UP"] == "invite")
    refused(client.submit("/sign-up", {"email": "ada@example.org", "password": GOOD}), 403)
    with app.app_context():
        assert db.session.scalar(select(func.count(User.id))) == 0


def test_the_first_page_is_for_those_who_are_not_signed_in(client: Browser, alice: Person) -> None:
    assert "Notes that stay yours" in secure(client.get("/")).text
    answer = alice.client.get("/")
    assert (answer.status_code, answer.location) == (303, "/notes")
