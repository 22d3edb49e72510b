"""When something breaks, people get a plain page with a number, and nothing of the insides."""

import sqlite3
from pathlib import Path
from typing import Any

import pytest
from flask import Flask, Response, abort
from sqlalchemy import event
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import Gone, ImATeapot, NotAcceptable

from tests.databases import make_app
from tests.http.answers import Log, refused, secure
from tests.http.broken import IMPATIENT, file_of, gone, writing
from tests.http.page import Page
from tests.people import Browser, Person
from website import db
from website.release.gate import Gate

PLANTED = "planted: /srv/octavo/secret.py <b>"
# A view of each blueprint, and the address that runs into it.
VIEWS = {
    "auth.log_in": "/log-in",
    "notes.index": "/notes",
    "account.overview": "/account",
    "operations.health": "/health",
    "static": "/static/site.css",
}
WRITTEN = {"title": "my title", "body": "my words", "tags": "mine", "version": "1"}


@pytest.fixture
def failing(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**_arguments: Any) -> Any:
        raise RuntimeError(PLANTED)

    fail.public = True  # type: ignore[attr-defined]
    for endpoint in (*VIEWS, "notes.save", "notes.create"):
        monkeypatch.setitem(app.view_functions, endpoint, fail)


@pytest.mark.attack(109)
@pytest.mark.parametrize("settings", [{"TESTING": False, "PROPAGATE_EXCEPTIONS": False}])
@pytest.mark.usefixtures("failing")
def test_an_error_in_any_blueprint_is_a_plain_page_with_a_number(
    app: Flask, alice: Person, log: Log
) -> None:
    endpoints = {rule.endpoint.partition(".")[0] for rule in app.url_map.iter_rules()}
    assert endpoints == {endpoint.partition(".")[0] for endpoint in VIEWS}
    for address in VIEWS.values():
        log.clear()
        answer = refused(alice.client.get(address), 500)
        assert "planted" not in answer.text
        assert answer.headers["X-Request-Id"] in answer.text
        assert log.events == ["exception"]
        (fields,) = log.fields("exception")
        assert fields["request_id"] == answer.headers["X-Request-Id"]
        (line,) = [line for line in log.lines if '"exception"' in line]
        assert "planted" in line  # who runs the site learns what happened
        assert "\n" not in line


@pytest.mark.attack(109)
def test_an_error_in_the_middle_of_a_save_rolls_back(
    alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    note_id = alice.write("Before", "before", ("before",))

    def fail(*_arguments: Any) -> Any:
        raise RuntimeError(PLANTED)

    monkeypatch.setattr("website.models.versioned.Versioned.keep_drawn", fail)
    refused(alice.client.submit(f"/notes/{note_id}", WRITTEN), 500)
    refused(alice.client.submit("/notes", WRITTEN), 500)
    monkeypatch.undo()
    note = alice.note(note_id)
    assert note is not None
    assert (note.version, note.title, note.tag_names) == (1, "Before", ("before",))
    assert "my title" not in alice.client.get("/notes").text
    assert "mine" not in alice.client.get("/tags").text


def recheck(app: Flask) -> None:
    """Have the gate look at the database again with the next request."""
    gate: Gate = app.extensions["release_gate"]
    gate.recheck_seconds = 0.0


@pytest.mark.attack(109)
@pytest.mark.sqlite_only
@pytest.mark.parametrize("settings", [IMPATIENT])
def test_a_locked_sqlite_file_stops_writing_and_not_reading(
    app: Flask, alice: Person, client: Browser, database_url: str, log: Log
) -> None:
    note_id = alice.write("Hers", "alone")
    recheck(app)
    with writing(database_url):
        for address in ("/notes", f"/notes/{note_id}", f"/notes/{note_id}/edit", "/tags", "/trash"):
            assert secure(alice.client.get(address)).status_code == 200
        assert secure(client.get("/ready")).status_code == 200
        log.clear()
        for address in ("/notes", f"/notes/{note_id}", f"/notes/{note_id}/trash", "/log-out"):
            answer = refused(alice.client.submit(address, WRITTEN), 503)
            assert answer.headers["Retry-After"]
            assert Page(answer).editor.fields["body"] == "my words"
        # Fails closed: what cannot be counted is not tried.
        form = {"email": alice.email, "password": "seven pale herons over Delft"}
        refused(client.submit("/log-in", form), 503)
        assert set(log.events) == {"database_unavailable"}
    assert alice.client.get(f"/notes/{note_id}").status_code == 200


@pytest.mark.attack(109)
@pytest.mark.sqlite_only
def test_a_sqlite_file_that_is_gone_is_503_and_no_new_one_is_made(
    app: Flask, alice: Person, client: Browser, database_url: str, log: Log
) -> None:
    alice.client.get("/notes")
    for moment in ("at the gate", "after the gate"):
        with gone(database_url):
            if moment == "at the gate":
                recheck(app)
            for address in ("/notes", "/account", "/log-in", "/"):
                assert refused(alice.client.get(address), 503).headers["Retry-After"]
            answer = refused(alice.client.submit("/notes", WRITTEN), 503)
            assert Page(answer).editor.fields["body"] == "my words"
            refused(client.submit("/log-in", {"email": alice.email, "password": "x"}), 503)
            if moment == "at the gate":
                assert secure(client.get("/ready")).status_code == 503
            assert secure(client.get("/health")).status_code == 200
            assert client.get("/static/site.css").status_code == 200
            assert not file_of(database_url).exists()
        assert alice.client.get("/notes").status_code == 200
        app.extensions["release_gate"].recheck_seconds = 3600.0
    assert set(log.events) == {"database_unavailable"}


@pytest.mark.attack(109)
def test_a_database_that_does_not_answer_is_503(log: Log, tmp_path: Path) -> None:
    for url in (
        "postgresql+psycopg://postgres@127.0.0.1:1/none",
        f"sqlite:///{tmp_path}/none.db",
    ):
        app = make_app(url)
        client = app.test_client(use_cookies=False)
        log.clear()
        for address in ("/", "/notes", "/log-in", "/nowhere"):
            answer = refused(client.get(address), 503)
            assert "127.0.0.1" not in answer.text
            assert str(tmp_path) not in answer.text
        answer = refused(client.post("/notes", data=WRITTEN), 503)
        assert Page(answer).editor.fields["body"] == "my words"
        assert set(log.events) == {"database_unavailable"}
        assert secure(client.get("/ready")).text == "The database does not answer.\n"
        with app.app_context():
            db.engine.dispose()


@pytest.mark.attack(109)
@pytest.mark.sqlite_only
def test_a_full_disk_under_sqlite_is_503_and_changes_nothing(
    app: Flask, alice: Person, log: Log
) -> None:
    note_id = alice.write("Before", "before")
    with app.app_context():
        engine = db.engine
        engine.dispose()

        def fill(connection: sqlite3.Connection, _record: Any) -> None:
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            connection.execute(f"PRAGMA max_page_count = {pages}")

        event.listen(engine, "connect", fill)
    form = {**WRITTEN, "body": "long words " * 10_000}
    for address in ("/notes", f"/notes/{note_id}"):
        answer = refused(alice.client.submit(address, form), 503)
        assert Page(answer).editor.fields["body"] == form["body"]
    assert set(log.events) == {"database_unavailable"}
    note = alice.note(note_id)
    assert note is not None
    assert note.body == "before"


@pytest.mark.attack(109)
@pytest.mark.sqlite_only
def test_a_damaged_sqlite_file_is_a_plain_page(app: Flask, alice: Person, log: Log) -> None:
    alice.write("Hers", "alone " * 10_000)
    path = file_of(str(app.config["SQLALCHEMY_DATABASE_URI"]))
    with app.app_context():
        db.session.remove()
        db.engine.dispose()
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    whole = path.read_bytes()
    path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    for address in ("/notes", "/tags"):
        answer = alice.client.get(address)
        assert answer.status_code in {500, 503}
        refused(answer, answer.status_code)
    path.write_bytes(b"this is no database" * 1_000)
    with app.app_context():
        db.engine.dispose()
    answer = alice.client.get("/notes")
    refused(answer, answer.status_code)
    assert answer.status_code in {500, 503}
    assert set(log.events) <= {"database_unavailable", "exception"}


@pytest.mark.attack(109)
def test_every_connection_taken_is_503(
    alice: Person, monkeypatch: pytest.MonkeyPatch, log: Log
) -> None:
    def taken(*_arguments: Any, **_more: Any) -> Any:
        raise PoolTimeout("QueuePool limit of size 5 overflow 10 reached, connection timed out")

    monkeypatch.setattr("website.models.shelf.Shelf.create", taken)
    answer = refused(alice.client.submit("/notes", WRITTEN), 503)
    assert Page(answer).editor.fields["body"] == "my words"
    assert log.events == ["database_unavailable"]


@pytest.mark.attack(23)
def test_a_try_that_cannot_be_counted_is_not_made(
    client: Browser, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_arguments: Any) -> Any:
        raise RuntimeError("no throttle")

    monkeypatch.setattr("website.models.throttle.Throttle.reserve", broken)
    monkeypatch.setattr("website.models.log_in.verify_password", broken)
    form = {"email": alice.email, "password": "seven pale herons over Delft"}
    refused(client.submit("/log-in", form), 500)
    assert client.get("/notes").status_code == 303


@pytest.mark.attack(111)
def test_what_is_not_there_is_404_and_not_kept(
    app: Flask, alice: Person, subtests: pytest.Subtests
) -> None:
    note_id = alice.write("Hers", "private words")
    for address in (
        f"/notes/{note_id}/style.css", f"/notes/{note_id}.js", f"/notes/{note_id}/edit/x.png",
        "/notes/1/style.css", "/account/x.css", "/static/../config", "/static/../../config.py",
        "/static/%2e%2e/config/__init__.py", "/static/..%2f..%2fmain.py", "/static//etc/passwd",
        "/static/%5c..%5cmain.py", "/static/", "/static", "/static/css", "/static/js/",
        "/static/css/base.css", "/static/site.css.map", "/static/js/site.js.map", "/static/.git",
        "/.git/config", "/.git/HEAD", "/.env", "/.flaskenv", "/instance/octavo.db", "/main.py",
        "/instance/secret_key", "/site.css", "/robots.txt.bak", "/console", "/admin",
        "/wp-login.php", "/static/js/site.000000000000.map", "/static/\0", "/static/site.css/x",
    ):  # fmt: skip
        for client in (alice.client, app.test_client()):
            with subtests.test(address):
                answer = refused(client.get(address), 404)
                assert "private words" not in answer.text
                assert "ETag" not in answer.headers


def test_a_redirect_of_the_router_is_passed_on(app: Flask, client: Browser) -> None:
    app.add_url_rule("/with-slash/", endpoint="slash", view_func=lambda: "", redirect_to="/log-in")
    answer = secure(client.get("/with-slash/"))
    assert answer.status_code == 308
    assert answer.location.endswith("/log-in")


def test_an_error_that_is_an_answer_is_that_answer(app: Flask, client: Browser) -> None:
    def stop() -> Any:
        abort(Response("as it is", 409))

    stop.public = True  # type: ignore[attr-defined]
    app.view_functions["auth.home"] = stop
    answer = secure(client.get("/"))
    assert (answer.status_code, answer.text) == (409, "as it is")


def test_an_error_without_a_sentence_of_ours_has_its_own(app: Flask, client: Browser) -> None:
    for error in (Gone, NotAcceptable, ImATeapot):
        view = app.view_functions["auth.home"]

        def fail(error: Any = error) -> Any:
            raise error

        fail.public = True  # type: ignore[attr-defined]
        app.view_functions["auth.home"] = fail
        answer = refused(client.get("/"), error.code)
        assert error.description.split(".")[0][:20] in answer.text.replace("&#39;", "'")
        app.view_functions["auth.home"] = view
