"""The app answers on the schema that its code was written for, and says what to do on another."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import make_url

from tests.migrations.schema import connected
from tests.migrations.scratch import Chain, downgrade, upgrade
from tests.people import Browser, text_of
from website.release.dialects import database_at
from website.release.gate import Gate

UNKNOWN = "ffffffffffff"


@pytest.fixture
def database_url(empty_url: str) -> str:
    """Of a database that each test here prepares itself."""
    return empty_url


@pytest.fixture
def gate(app: Flask) -> Gate:
    """The app's, which looks again at each request."""
    gate: Gate = app.extensions["release_gate"]
    gate.recheck_seconds = 0
    return gate


def change(url: str, statement: str) -> None:
    with connected(url) as connection:
        connection.exec_driver_sql(statement)


def empty(url: str) -> None:
    change(url, "SELECT 1")  # makes SQLite's file


def base(url: str) -> None:
    upgrade(url)
    downgrade(url, "base")


def behind(url: str) -> None:
    upgrade(url)
    downgrade(url, "-1")


def ahead(url: str) -> None:
    upgrade(url)
    change(url, f"UPDATE alembic_version SET version_num = '{UNKNOWN}'")


def wiped(url: str) -> None:
    upgrade(url)
    change(url, "DELETE FROM alembic_version")


def refusal(client: Browser) -> str:
    """Why each page and /ready are refused; all that says nothing of notes is answered."""
    page = client.get("/log-in")
    assert page.status_code == 503
    assert int(page.headers["Retry-After"]) > 0
    assert client.submit("/sign-up", {"email": "eve@example.org"}).status_code == 503
    ready = client.get("/ready")
    assert (ready.status_code, ready.mimetype) == (503, "text/plain")
    assert client.get("/health").status_code == 200
    assert client.get("/static/site.css").status_code == 200
    reason = ready.text.strip()
    if "does not answer" not in reason:
        assert reason in text_of(page)
    return reason


def let_in(client: Browser) -> bool:
    answers = [client.get(address) for address in ("/log-in", "/ready", "/health")]
    return [answer.status_code for answer in answers] == [200, 200, 200]


@pytest.mark.parametrize(
    ("prepare", "said"),
    [
        (empty, ("empty", "flask release apply")),
        (base, ("empty", "flask release apply")),
        (behind, ("behind", "flask release apply")),
        (ahead, ("newer", UNKNOWN, "Start the newer version")),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_on_another_schema_each_page_says_why_it_is_closed_and_what_to_type(
    prepare: Callable[[str], None],
    said: tuple[str, ...],
    database_url: str,
    client: Browser,
    gate: Gate,
) -> None:
    prepare(database_url)
    reason = refusal(client)
    for words in said:
        assert words in reason


def test_a_database_that_lost_its_revision_is_not_taken_for_an_empty_one(
    database_url: str, client: Browser, gate: Gate
) -> None:
    wiped(database_url)
    reason = refusal(client)
    assert "is empty" not in reason
    assert "release apply" not in reason  # it would fail: the tables are there
    assert "flask db stamp" in reason


@pytest.mark.sqlite_only
def test_on_sqlite_a_missing_file_closes_the_app_and_is_not_made_by_looking(
    database_url: str, client: Browser, gate: Gate
) -> None:
    assert refusal(client) == "The database does not answer."
    assert not Path(make_url(database_url).database or "").exists()


@pytest.mark.parametrize("prepare", [empty, behind], ids=lambda prepare: prepare.__name__)
def test_an_app_that_was_closed_opens_as_soon_as_its_database_is_upgraded(
    prepare: Callable[[str], None], database_url: str, client: Browser, gate: Gate
) -> None:
    prepare(database_url)
    refusal(client)
    upgrade(database_url)
    assert let_in(client)


@pytest.mark.sqlite_only
def test_on_sqlite_an_app_without_a_file_opens_as_soon_as_there_is_one(
    database_url: str, client: Browser, gate: Gate
) -> None:
    refusal(client)
    upgrade(database_url)
    assert let_in(client)


def test_an_app_closes_when_its_database_is_taken_back_under_it(
    database_url: str, client: Browser, gate: Gate
) -> None:
    upgrade(database_url)
    assert let_in(client)
    downgrade(database_url, "-1")
    gate.recheck_seconds = 3600
    assert let_in(client), "a running app looks once in recheck_seconds, not at each request"
    gate.recheck_seconds = 0
    assert "behind" in refusal(client)


def test_an_app_answers_while_an_upgrade_or_another_writer_holds_the_database(
    database_url: str, client: Browser, gate: Gate
) -> None:
    upgrade(database_url)
    assert let_in(client)
    with database_at(make_url(database_url)).migrating() as connection, connection.begin():
        assert let_in(client)


def test_a_new_version_s_files_say_nothing_of_the_code_that_is_running(
    database_url: str, app: Flask, tmp_path: Path
) -> None:
    """`git pull` beside a running site, which has answered nobody yet."""
    upgrade(database_url)
    project = Chain(tmp_path)
    app.extensions["migrate"].directory = str(project.directory)
    running = Gate(app.extensions["release"])
    project.add("pulled", "pass", "pass")
    with app.app_context():
        assert running.problem() is None
        change(database_url, f"UPDATE alembic_version SET version_num = '{UNKNOWN}'")
        running.recheck_seconds = 0
        assert "newer than the code" in str(running.problem())
