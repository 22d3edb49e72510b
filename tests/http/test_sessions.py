"""A browser is signed in while its row is there: by its secret, for its time, and no longer."""

from datetime import UTC, datetime, timedelta
from time import thread_time
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskCliRunner
from flask_login.utils import encode_cookie
from itsdangerous import URLSafeSerializer
from sqlalchemy import func, select, text

from tests.databases import make_app
from tests.http.answers import refused, secure
from tests.http.broken import IMPATIENT, writing
from tests.http.page import Page
from tests.people import PASSWORD, Browser, Person, enrol
from website import db
from website.models import Session
from website.models.session import ABSOLUTE, IDLE, MAX_SESSIONS, SEEN_EVERY

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def cookie(client: Browser, name: str = "octavo") -> str:
    found = client.get_cookie(name)
    assert found is not None
    return found.value


def with_cookie(app: Flask, value: str, name: str = "octavo") -> Browser:
    client = app.test_client()
    client.set_cookie(name, value)
    assert isinstance(client, Browser)
    return client


def signed(app: Flask, **values: Any) -> str:
    """A session cookie with these values, as only the site can sign it."""
    serializer = app.session_interface.get_signing_serializer(app)  # type: ignore[attr-defined]
    return str(serializer.dumps(values))


def is_in(client: Browser) -> bool:
    status = secure(client.get("/notes")).status_code
    assert status in {200, 303}
    return status == 200


def sessions(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count(Session.id))) or 0


@pytest.mark.attack(1)
def test_a_second_browser_without_cookies_is_nobody(app: Flask, alice: Person) -> None:
    assert is_in(alice.client)
    stranger = app.test_client()
    assert stranger.get("/notes").status_code == 303
    assert refused(stranger.post("/notes"), 401)


@pytest.mark.attack(2)
def test_a_cookie_from_before_logging_out_opens_nothing(app: Flask, alice: Person) -> None:
    kept = cookie(alice.client)
    answer = alice.client.submit("/log-out")
    assert (answer.status_code, answer.location) == (303, "/")
    assert any(
        line.startswith("octavo=;") and "Max-Age=0" in line
        for line in answer.headers.getlist("Set-Cookie")
    )
    assert "cookies" not in answer.headers["Clear-Site-Data"]
    assert sessions(app) == 0
    replay = with_cookie(app, kept)
    assert not is_in(replay)
    refused(replay.submit("/notes", {"title": "t", "body": "b"}), 401)


@pytest.mark.attack(3)
def test_logging_in_gives_a_planted_browser_a_new_name(app: Flask, alice: Person) -> None:
    # The attacker's browser: known to the site, signed in as someone else or as nobody.
    planted = app.test_client()
    assert isinstance(planted, Browser)
    planted.get("/log-in")
    before, token = cookie(planted), planted.csrf_token()
    victim = with_cookie(app, before)
    answer = victim.submit("/log-in", {"email": alice.email, "password": PASSWORD})
    assert answer.status_code == 303
    assert cookie(victim) != before
    assert is_in(victim)
    assert not is_in(planted)
    # The token from before, which the attacker knows, is of no more use either.
    refused(victim.post("/notes", data={"csrf_token": token, "body": "b"}), 400)


@pytest.mark.attack(3)
def test_logging_in_again_ends_the_session_from_before(app: Flask, alice: Person) -> None:
    before = cookie(alice.client)
    form = {"email": alice.email, "password": PASSWORD, "kept_body": "b", "kept_address": "/notes"}
    assert alice.client.submit("/log-in", form).status_code == 200
    assert is_in(alice.client)
    assert not is_in(with_cookie(app, before))
    assert sessions(app) == 1


FORGED = {
    "a token alone": "A" * 43,
    "zero": "0",
    "empty": '""',
    "NUL": "a\0b",
    "not ASCII": "\xff\xfe",
    "a megabyte": "A" * 1_000_000,
    "only dots": "." * 5_000,
    "zipped nonsense": ".eJw" + "A" * 50,
    "unsigned": "eyJzaWQiOiJBQUFBIn0.aaaaaa.AAAAAAAAAAAAAAAAAAAAAAAAAAA",
}


@pytest.mark.attack(6)
def test_a_forged_cookie_is_nobody(app: Flask, alice: Person, subtests: pytest.Subtests) -> None:
    client = app.test_client(use_cookies=False)
    for what, value in FORGED.items():
        for header in (f"octavo={value}", f"octavo={value}; octavo={value}", f'octavo="{value}"'):
            with subtests.test(what):
                sent = {"Cookie": header}
                began = thread_time()
                assert secure(client.get("/notes", headers=sent)).status_code == 303
                assert thread_time() - began < 4
                assert secure(client.get("/log-in", headers=sent)).status_code == 200
                refused(client.post("/notes", headers=sent, data={"body": "b"}), 401)
    assert sessions(app) == 1


@pytest.mark.attack(6)
def test_a_name_that_nobody_has_is_nobody(app: Flask, subtests: pytest.Subtests) -> None:
    for sid in ("A" * 43, "A" * 101, "", "\0", 0, True, None, [], {"a": 1}, 1.5):
        with subtests.test(repr(sid)):
            assert not is_in(with_cookie(app, signed(app, sid=sid)))
    assert sessions(app) == 0


@pytest.mark.attack(6)
def test_a_cookie_signed_for_something_else_is_nobody(app: Flask, alice: Person) -> None:
    with alice.client.session_transaction() as session:
        secret = session["sid"]
    keys = app.config["WTF_CSRF_SECRET_KEY"]
    for salt in ("known-device", "wtf-csrf-token", "cookie-session"):
        forged = URLSafeSerializer(keys, salt=salt).dumps({"sid": secret})
        assert not is_in(with_cookie(app, str(forged)))


@pytest.mark.attack(6)
def test_of_two_cookies_and_of_five_hundred_none_confuses(app: Flask, alice: Person) -> None:
    real = cookie(alice.client)
    client = app.test_client(use_cookies=False)
    for header in (f"octavo=forged; octavo={real}", f"octavo={real}; octavo=forged"):
        assert secure(client.get("/notes", headers={"Cookie": header})).status_code in {200, 303}
    many = "; ".join(f"octavo{number}=x" for number in range(500))
    assert client.get("/notes", headers={"Cookie": many}).status_code == 303
    assert client.get("/notes", headers={"Cookie": f"{many}; octavo={real}"}).status_code == 200


@pytest.mark.attack(7)
def test_a_remember_cookie_signs_nobody_in(app: Flask, alice: Person) -> None:
    with app.app_context():
        right = encode_cookie(str(alice.id))
    for name in ("remember_token", "\0"):
        for value in (right, f"{alice.id}|forged"):
            header = {"Cookie": f"{name}={value}"}
            answer = app.test_client(use_cookies=False).get("/notes", headers=header)
            assert answer.status_code == 303


@pytest.mark.attack(8)
def test_a_session_ends_when_it_is_not_used(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        client = enrol(app, "alice@example.org").client
        clock.shift(IDLE - timedelta(seconds=1))
        assert is_in(client)
        clock.shift(IDLE + timedelta(seconds=1))
        assert not is_in(client)
        refused(client.submit("/notes", {"body": "b"}), 401)


@pytest.mark.parametrize("back", [timedelta(seconds=2), timedelta(days=1)])
def test_a_clock_that_is_put_back_signs_nobody_out(app: Flask, back: timedelta) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        client = enrol(app, "alice@example.org").client
        editor = Page(client.get("/notes/new")).editor
        clock.shift(-back)
        assert is_in(client)
        assert editor.send(client, title="Then", body="and now").status_code == 303


@pytest.mark.attack(8)
def test_a_session_ends_however_much_it_is_used(app: Flask) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        client = enrol(app, "alice@example.org").client
        for _ in range(9):
            clock.shift(ABSOLUTE / 10)
            assert is_in(client)
        clock.shift(ABSOLUTE / 10 + timedelta(seconds=1))
        assert not is_in(client)
        assert app.test_cli_runner().invoke(args=["jobs"]).exit_code == 0
        assert sessions(app) == 0


@pytest.mark.attack(8)
def test_the_row_says_when_it_was_seen_to_five_minutes(app: Flask) -> None:
    def seen() -> datetime:
        with app.app_context():
            found = db.session.scalar(select(Session.last_seen_at))
        assert found is not None
        return found

    with time_machine.travel(NOON, tick=False) as clock:
        client = enrol(app, "alice@example.org").client
        clock.shift(SEEN_EVERY)
        assert is_in(client)
        assert seen() == NOON
        clock.shift(1)
        assert is_in(client)
        assert seen() == NOON + SEEN_EVERY + timedelta(seconds=1)


@pytest.mark.sqlite_only
@pytest.mark.parametrize("settings", [IMPATIENT])
def test_on_sqlite_reading_goes_on_while_another_writes(app: Flask, database_url: str) -> None:
    with time_machine.travel(NOON, tick=False) as clock:
        client = enrol(app, "alice@example.org").client
        clock.shift(2 * SEEN_EVERY)
        with writing(database_url):
            assert is_in(client)


@pytest.mark.attack(9)
def test_a_new_password_ends_every_other_session(app: Flask, alice: Person) -> None:
    others = [alice.another_browser(), alice.another_browser()]
    before = cookie(alice.client)
    form = {"current": PASSWORD, "password": "another seven herons over Gouda"}
    assert alice.client.submit("/account/password", form).status_code == 303
    assert is_in(alice.client)
    assert cookie(alice.client) != before
    for other in (*others, with_cookie(app, before)):
        assert not is_in(other)


@pytest.mark.attack(10)
def test_a_command_ends_a_session_at_once(app: Flask, runner: FlaskCliRunner) -> None:
    for number, command in enumerate([("disable",), ("sign-out",), ("delete", "--yes")]):
        person = enrol(app, f"person{number}@example.org")
        assert is_in(person.client)
        assert runner.invoke(args=["users", *command, person.email]).exit_code == 0
        assert not is_in(person.client)


@pytest.mark.attack(13)
def test_one_browser_more_than_the_limit_ends_the_oldest(app: Flask, alice: Person) -> None:
    second = alice.another_browser()
    for _ in range(MAX_SESSIONS - 1):
        newest = alice.another_browser()
    assert not is_in(alice.client)
    assert is_in(second)
    assert is_in(newest)
    assert sessions(app) == MAX_SESSIONS


@pytest.mark.attack(15)
def test_what_the_database_holds_opens_nothing(app: Flask, alice: Person) -> None:
    with app.app_context():
        stored = db.session.scalar(select(Session.token_hash))
    with alice.client.session_transaction() as session:
        assert session["sid"] != stored
    assert not is_in(with_cookie(app, signed(app, sid=stored)))
    assert not is_in(with_cookie(app, stored or ""))


@pytest.mark.attack(16)
def test_an_earlier_key_still_opens_sessions_and_forms(
    app: Flask, database_url: str, alice: Person
) -> None:
    page = Page(alice.client.get("/notes/new"))
    old, new = app.config["SECRET_KEY"], "another key: fedcba9876543210"
    rotated = make_app(database_url, SECRET_KEY=new, SECRET_KEY_FALLBACKS=[old])
    rotated.test_client_class = Browser
    browser = with_cookie(rotated, cookie(alice.client))
    assert is_in(browser)
    assert page.editor.send(browser, body="kept").status_code == 303
    forgotten = make_app(database_url, SECRET_KEY=new)
    forgotten.test_client_class = Browser
    assert not is_in(with_cookie(forgotten, cookie(alice.client)))
    for made in (rotated, forgotten):
        with made.app_context():
            db.engine.dispose()


def test_a_page_sets_no_cookie_that_the_browser_has_already(alice: Person) -> None:
    alice.client.get("/notes")
    for address in ("/notes", "/notes/new", "/account", "/tags"):
        assert "Set-Cookie" not in alice.client.get(address).headers


@pytest.mark.parametrize(
    ("settings", "name"),
    [({}, "octavo"), ({"PUBLIC_URL": "https://notes.example.org"}, "__Host-octavo")],
)
def test_every_cookie_is_for_this_site_alone(
    app: Flask, client: Browser, alice: Person, name: str
) -> None:
    home = app.config["PUBLIC_URL"]
    answer = client.submit(
        "/log-in", {"email": alice.email, "password": PASSWORD}, headers={"Origin": home}
    )
    assert answer.status_code == 303
    lines = answer.headers.getlist("Set-Cookie")
    assert {line.partition("=")[0] for line in lines} == {name, f"{name}-device"}
    for line in lines:
        parts = {part.strip() for part in line.split(";")[1:]}
        assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= parts
        assert ("Secure" in parts) == home.startswith("https:")
        assert not [part for part in parts if part.startswith("Domain")]


@pytest.mark.attack(17, 20)
def test_a_forged_mark_of_a_known_browser_is_none(app: Flask, alice: Person) -> None:
    client = app.test_client(use_cookies=False)
    wrong = {"email": alice.email, "password": "wrong password"}
    for mark in ("forged", "e30.forged", "", "A" * 3_000):
        answer = client.get("/log-in", headers={"Cookie": f"octavo-device={mark}\xff"})
        assert secure(answer).status_code == 200
        browser = with_cookie(app, mark, "octavo-device")
        refused(browser.submit("/log-in", wrong), 422)
    with app.app_context():
        names = list(db.session.scalars(text("SELECT name FROM throttle ORDER BY name")))
    assert [name.partition(":")[0] for name in names] == ["log-in account", "log-in network"]
