"""The log tells what happened, one line a request, and never a secret or a word of a note."""

import json
import logging
import sys
from typing import Any

import click
import pytest
from flask import Flask
from flask.cli import ScriptInfo
from flask.testing import FlaskCliRunner
from werkzeug.test import TestResponse

from tests.http.answers import Log, secure
from tests.http.page import Page
from tests.people import PASSWORD, Browser, Person
from website import logs
from website.logs import OneLine

EVIL = "\r\n{}\x1b[2J\u2028\u2029\x85\x00 \u202e 'a'=\"b\" \\n"


@pytest.mark.attack(105)
def test_each_request_leaves_one_line_of_json(
    app: Flask, alice: Person, log: Log, subtests: pytest.Subtests
) -> None:
    latin = EVIL.encode().decode("latin-1")
    form = {"email": f"{EVIL}@example.org", "password": "wrong", "next": EVIL}
    requests = {
        "a path": lambda: alice.client.get("/", environ_overrides={"PATH_INFO": f"/{latin}"}),
        "a query": lambda: alice.client.get("/notes", query_string={"tag": EVIL.replace("\0", "")}),
        "an agent": lambda: alice.client.get(
            "/notes", environ_overrides={"HTTP_USER_AGENT": latin, "HTTP_REFERER": latin}
        ),
        "an origin": lambda: alice.client.post("/notes", environ_overrides={"HTTP_ORIGIN": latin}),
        "a host": lambda: alice.client.get("/notes", environ_overrides={"HTTP_HOST": latin}),
        "an address": lambda: alice.client.get("/notes", environ_overrides={"REMOTE_ADDR": latin}),
        "a method": lambda: alice.client.open(
            "/notes", environ_overrides={"REQUEST_METHOD": f"G{latin}"}
        ),
        "a name": lambda: app.test_client().submit("/log-in", form),
    }
    for what, request in requests.items():
        with subtests.test(what):
            log.clear()
            answer = secure(request())
            assert answer.status_code < 500
            assert len(log.fields("request")) == 1
            (fields,) = log.fields("request")
            assert fields["request_id"] == answer.headers["X-Request-Id"]
            assert fields["status"] == answer.status_code
            for line in log.lines:
                assert line.isascii()
                assert line.isprintable()
                assert isinstance(json.loads(line), dict)
            assert not [line for line in log.lines if "evil" in json.loads(line)["event"]]


@pytest.mark.attack(105)
def test_an_agent_with_strange_characters_signs_in_all_the_same(app: Flask, alice: Person) -> None:
    for agent in (EVIL.encode().decode("latin-1"), "x" * 8_000, ""):
        client = app.test_client()
        assert isinstance(client, Browser)
        form = {"email": alice.email, "password": PASSWORD}
        answer = client.submit("/log-in", form, environ_overrides={"HTTP_USER_AGENT": agent})
        assert answer.status_code == 303


class Canaries:
    """Secrets that nobody else may ever see."""

    password = "twelve lilac giraffes wading 7Q"
    second = "eleven amber otters rowing 8R"
    wrong = "ninety teal badgers humming 9S"
    title = "Kanarietitle"
    body = "kanariebody"
    tag = "kanarietag"
    email = "kanarie@example.org"

    def __init__(self) -> None:
        self.made: dict[str, str] = {}

    def text(self) -> dict[str, str]:
        """What she wrote."""
        return {"title": self.title, "body": self.body, "tag": self.tag}

    def secrets(self) -> dict[str, str]:
        """What not even her own pages show."""
        given = {"password": self.password, "second": self.second, "wrong": self.wrong}
        return {**given, **self.made}


class Tour:
    """Every page of the site, for one person with canaries; `answers` is all that was sent."""

    def __init__(self, app: Flask, runner: FlaskCliRunner) -> None:
        self.canaries = Canaries()
        self.answers: list[TestResponse] = []
        self.client = self._browser(app)
        self._walk(app, runner)

    def _browser(self, app: Flask) -> Browser:
        client = app.test_client()
        assert isinstance(client, Browser)
        send = client.open

        def noting(*arguments: Any, **more: Any) -> TestResponse:
            answer = send(*arguments, **more)
            self.answers.append(answer)
            return answer

        client.open = noting  # type: ignore[method-assign]
        return client

    def _note_secrets(self, when: str) -> None:
        with self.client.session_transaction() as session:
            for name in ("sid", "csrf_token"):
                if name in session:
                    self.canaries.made[f"{name} {when}"] = session[name]
        for name in ("octavo", "octavo-device"):
            if cookie := self.client.get_cookie(name):
                self.canaries.made[f"cookie {name} {when}"] = cookie.value

    def _walk(self, app: Flask, runner: FlaskCliRunner) -> None:
        client, canaries = self.client, self.canaries
        account = {"email": canaries.email, "password": canaries.password}
        note = {"title": canaries.title, "body": canaries.body, "tags": canaries.tag}
        client.get("/sign-up")
        self._note_secrets("before")
        assert client.submit("/sign-up", account).status_code == 303
        self._note_secrets("signed up")
        location = client.submit("/notes", {**note, "key": "k"}).location
        for address in ("", "/edit", "/delete", "/nowhere"):
            client.get(location + address)
        client.submit(location, {**note, "version": "0", "body": f"{canaries.body} 2"})
        client.submit(location, {**note, "title": canaries.title * 100})
        client.submit(location, {**note, "body": f"{canaries.body}\0"})
        client.post(location, data=note)
        client.submit(location, note, headers={"Origin": "https://evil.example"})
        client.submit("/nowhere", note)
        client.submit("/trash", note)
        client.post("/notes", data={**note, "body": canaries.body * 1_000_000})
        for act in ("pin", "unpin", "archive", "unarchive", "trash"):
            client.submit(f"{location}/{act}")
        for address in ("/notes", "/tags", "/trash", "/archive", "/account", "/account/whose", "/"):
            client.get(address)
        client.submit(f"{location}/restore")
        form = {"current": canaries.wrong, "password": canaries.second}
        client.submit("/account/password", form)
        form = {"current": canaries.password, "password": canaries.email}
        client.submit("/account/password", form)
        form = {"current": canaries.password, "password": canaries.second}
        assert client.submit("/account/password", form).status_code == 303
        self._note_secrets("changed")
        client.submit("/log-out")
        client.submit(location, note)
        client.get(location)
        client.submit("/log-in", {**account, "password": canaries.wrong})
        client.submit("/log-in", {"email": "someone@example.org", "password": canaries.second})
        done = runner.invoke(args=["users", "reset-password", canaries.email])
        token = done.stdout.strip().rpartition("/")[2]
        self.canaries.made["link"] = token
        client.get(f"/set-password/{token}")
        client.submit(f"/set-password/{token}", {"password": "short"})
        client.delete(f"/set-password/{token}")
        form = {"password": canaries.password}
        assert client.submit(f"/set-password/{token}", form).status_code == 303
        client.get(f"/set-password/{token}")
        client.submit("/log-in", {**account, **{f"kept_{k}": v for k, v in note.items()}})
        self._note_secrets("logged in")


@pytest.mark.attack(106, 45)
def test_no_secret_and_no_word_of_a_note_gets_out(
    app: Flask, runner: FlaskCliRunner, alice: Person, caplog: pytest.LogCaptureFixture, log: Log
) -> None:
    caplog.set_level(logging.DEBUG)
    tour = Tour(app, runner)
    canaries = tour.canaries
    assert len(canaries.secrets()) > 10
    assert min(map(len, canaries.secrets().values())) > 15
    # The log: neither what she wrote nor who she is.
    lines = [line for line in log.lines if json.loads(line).get("logger", "website") == "website"]
    assert len(lines) > 40
    for what, canary in {**canaries.secrets(), **canaries.text(), "mail": canaries.email}.items():
        assert not [line for line in lines if canary.casefold() in line.casefold()], what
    # What any library says at the level of a server.
    for record in caplog.records:
        if record.levelno >= logging.WARNING:
            line = OneLine().format(record)
            assert "kanarie" not in line.casefold(), line
    # Addresses, which end up in histories and other people's logs.
    for answer in tour.answers:
        for what, canary in {**canaries.secrets(), **canaries.text()}.items():
            assert canary not in answer.headers.get("Location", ""), what
            for line in answer.headers.getlist("Set-Cookie"):
                assert canary not in line or canary in canaries.made.values(), what
    # Her own pages: what she wrote, and no secret.
    for answer in tour.answers:
        for what, canary in canaries.secrets().items():
            assert canary not in answer.text, (what, answer.request.path)
    assert any(canaries.body in answer.text for answer in tour.answers)
    # Other people's pages: nothing at all.
    for address in (
        "/notes",
        "/tags",
        "/archive",
        "/trash",
        "/account",
        "/nowhere",
        "/notes?tag=x",
    ):
        for client in (alice.client, app.test_client()):
            assert "kanarie" not in client.get(address).text.casefold()


@pytest.mark.attack(106)
def test_an_error_of_the_database_tells_no_word_of_a_note(
    app: Flask, alice: Person, log: Log, monkeypatch: pytest.MonkeyPatch
) -> None:
    # PostgreSQL's message about a row that it refuses holds the whole row.
    monkeypatch.setattr("website.models.versioned.excerpt", lambda *_: None)
    note_id = alice.client.submit("/notes", {"body": "x"}).location
    assert note_id is None
    log.clear()
    form = {"title": "Kanarietitle", "body": "kanariebody\nkanarieline", "tags": "kanarietag"}
    assert secure(alice.client.submit("/notes", form)).status_code == 500
    assert log.events == ["exception"]
    assert not [line for line in log.lines if "kanarie" in line.casefold()]
    assert any("Violation" in line or "IntegrityError" in line for line in log.lines)


def test_a_line_holds_what_is_needed_to_find_out_more(alice: Person, log: Log) -> None:
    alice.client.get("/notes", environ_overrides={"REMOTE_ADDR": "203.0.113.9"})
    (fields,) = log.fields("request")
    assert fields["user"] == alice.id
    assert (fields["method"], fields["route"], fields["status"]) == ("GET", "/notes", 200)
    assert fields["address"] == "203.0.113.9"
    assert 0 <= fields["ms"] < 10_000
    line = json.loads(log.lines[-1])
    assert (line["event"], line["level"]) == ("request", "info")
    assert line["time"].endswith("+00:00")


def test_a_line_of_another_logger_says_whose_it_is_and_what_went_wrong() -> None:
    try:
        raise ValueError("two\nlines")
    except ValueError:
        record = logging.LogRecord(
            "library", logging.ERROR, __file__, 1, "a %s", ("thing",), sys.exc_info()
        )
    line = OneLine().format(record)
    assert "\n" not in line
    said = json.loads(line)
    assert (said["event"], said["logger"], said["level"]) == ("a thing", "library", "error")
    assert "ValueError" in said["traceback"]


def test_an_event_that_is_not_in_the_inventory_is_a_mistake_of_ours() -> None:
    with pytest.raises(AssertionError):
        logs.event("something")


@pytest.fixture
def handlers(monkeypatch: pytest.MonkeyPatch) -> list[logging.Handler]:
    """What `log_to_stderr` sets up, and nothing of the test run's own is touched."""
    made: list[logging.Handler] = []
    monkeypatch.setattr(logging, "basicConfig", lambda **more: made.extend(more["handlers"]))
    monkeypatch.setattr(logs.logger, "level", logs.logger.level)
    alembic = logging.getLogger("alembic")
    monkeypatch.setattr(alembic, "level", alembic.level)
    return made


def test_a_server_logs_json(handlers: list[logging.Handler]) -> None:
    logs.log_to_stderr()
    (handler,) = handlers
    assert isinstance(handler.formatter, OneLine)
    assert logs.logger.level == logging.INFO


def test_a_command_logs_for_a_person_to_read(handlers: list[logging.Handler]) -> None:
    with click.Context(click.Command("flask"), obj=ScriptInfo()).scope():
        logs.log_to_stderr()
    (handler,) = handlers
    record = logging.LogRecord("alembic", logging.INFO, __file__, 1, "Running", (), None)
    assert handler.format(record) == "INFO: Running"
    assert logging.getLogger("alembic").level == logging.INFO


def test_every_page_shows_the_number_of_its_request_on_errors_alone(alice: Person) -> None:
    assert alice.client.get("/notes").headers["X-Request-Id"] not in alice.client.get("/notes").text
    answer = alice.client.get("/nowhere")
    assert answer.headers["X-Request-Id"] in Page(answer).words
