"""Everything moves into another database and nothing differs, or the old one goes on."""

import hashlib
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url, select, text

from tests.databases import Sqlite, make_app
from tests.migrations.schema import connected, described, dump
from tests.migrations.scratch import empty_database, site_on
from tests.people import Browser, Person, sign_in
from tests.release.conftest import Site
from website import db
from website.release import move
from website.release.dialects import database_at


@pytest.fixture(params=["sqlite", "postgresql"])
def any_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database, of the same kind or of the other."""
    name = {"sqlite": "sqlite", "postgresql": "postgresql_template"}[request.param]
    with empty_database(request.getfixturevalue(name), tmp_path) as url:
        yield url


@pytest.fixture
def other_url(request: pytest.FixtureRequest, backend: Any, tmp_path: Path) -> Iterator[str]:
    """The address of an empty database of the other kind."""
    other = "postgresql_template" if isinstance(backend, Sqlite) else "sqlite"
    with empty_database(request.getfixturevalue(other), tmp_path) as url:
        yield url


@pytest.fixture
def postgresql_url(postgresql_template: Any, tmp_path: Path) -> Iterator[str]:
    with empty_database(postgresql_template, tmp_path) as url:
        yield url


def contents(url: str) -> dict[str, list[str]]:
    """Every row of every model, as the application sees it."""
    with site_on(url), db.engine.connect() as connection:
        return {
            name: sorted(repr(row) for row in connection.execute(select(table)))
            for name, table in db.metadata.tables.items()
        }


@contextmanager
def browser_on(url: str, person: Person) -> Iterator[Browser]:
    app = make_app(url)
    app.test_client_class = Browser
    yield sign_in(app, person.id)
    with app.app_context():
        db.engine.dispose()


def hash_of(url: str) -> str:
    """Of an SQLite file, when all that was written is in it."""
    path = Path(make_url(url).database or "")
    if path.is_file():
        with closing(sqlite3.connect(path)) as connection:
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def mark(url: str) -> Any:
    return database_at(make_url(url)).maintenance()


def spoil(url: str, *statements: str) -> None:
    with connected(url, foreign_keys=False) as connection:
        for statement in statements:
            connection.execute(text(statement))


def empty(url: str) -> None:
    """What a person does after a move that was killed."""
    path = Path(make_url(url).database or "")
    if path.is_file():
        path.unlink()
    else:
        spoil(url, "DROP SCHEMA public CASCADE", "CREATE SCHEMA public")


def test_everything_is_moved_and_the_site_runs_on_the_new_database(
    site: Site, any_url: str, alice: Person
) -> None:
    before, file = contents(site.url), hash_of(site.url)
    assert len(before["note"]) == 4
    moved = site.release("move", any_url, "--json")
    assert moved.status == 0, moved.complained
    assert moved.facts["rows"] == sum(map(len, before.values()))
    assert moved.facts["left"] == []
    assert contents(site.url) == contents(any_url) == before
    assert hash_of(site.url) == file
    assert "moved to" in mark(site.url)["why"]
    assert mark(any_url) is None
    with browser_on(any_url, alice) as browser:
        assert "Rye" in browser.get("/notes").text
        new = {"title": "New", "body": "", "tags": "new", "key": "k"}
        assert browser.submit("/notes", new).status_code == 303
        assert "New" in browser.get("/notes").text
    site.url = any_url
    assert site.here("verify").status == 0
    assert site.here("status").status == 0


def test_there_and_back_again_nothing_differs(
    site: Site, other_url: str, backend: Any, tmp_path: Path
) -> None:
    before = contents(site.url)
    with connected(site.url) as connection:
        schema = described(connection)
    assert site.here("move", other_url).status == 0
    with empty_database(backend, tmp_path) as back:
        site.url = other_url
        moved = site.here("move", back)
        assert moved.status == 0, moved.complained
        assert contents(back) == before
        with connected(back) as connection:
            assert described(connection) == schema


def test_a_new_row_gets_a_number_that_nobody_had(site: Site, postgresql_url: str) -> None:
    spoil(site.url, "DELETE FROM note_tag", "UPDATE tag SET id = id + 40")
    assert site.here("move", postgresql_url).status == 0
    with connected(postgresql_url) as connection:
        highest = connection.scalar(text("SELECT max(id) FROM tag"))
        following = connection.scalar(text("SELECT nextval(pg_get_serial_sequence('tag', 'id'))"))
    assert following == highest + 1


@pytest.mark.parametrize("step", ["make the tables", "copy", "verify"])
def test_a_move_that_is_killed_leaves_the_old_database_as_it_was(
    site: Site, other_url: str, step: str
) -> None:
    before, file = dump(site.url), hash_of(site.url)
    killed = site.at(step, "end", "kill", "move", other_url)
    assert killed.status == -9
    assert hash_of(site.url) == file
    assert mark(site.url)["by"] == "release"
    if step != "make the tables":
        assert "not everything" in mark(other_url)["why"]
    refused = site.here("move", other_url)
    assert refused.status == 2
    assert "is not empty" in refused.complained
    assert ("rm " in refused.complained) or ("dropdb " in refused.complained)
    assert site.here("apply").status == 0  # the next release opens what the killed one closed
    assert mark(site.url) is None
    assert dump(site.url) == before
    empty(other_url)
    moved = site.here("move", other_url)
    assert moved.status == 0, moved.complained
    assert contents(other_url) == contents(site.url)
    assert mark(other_url) is None


@pytest.mark.parametrize("closed", [False, True], ids=["open", "closed by a person"])
def test_one_changed_character_is_seen_and_the_site_goes_on_with_the_old_database(
    site: Site, other_url: str, monkeypatch: pytest.MonkeyPatch, closed: bool
) -> None:
    compare = move._compare

    def changed(*arguments: Any) -> None:
        spoil(other_url, "UPDATE note SET body = 'F1our, water,\r\nsalt.  ' WHERE id = 1")
        compare(*arguments)

    monkeypatch.setattr(move, "_compare", changed)
    if closed:
        site.here("maintenance", "on")
    refused = site.here("move", other_url)
    assert refused.status == 10
    assert "table note has other values of body" in refused.complained
    assert "empty" in refused.complained
    assert bool(mark(site.url)) == closed
    assert mark(other_url)


def test_a_row_that_is_gone_is_seen(
    site: Site, other_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    compare = move._compare

    def lost(*arguments: Any) -> None:
        spoil(
            other_url,
            "DELETE FROM note_tag WHERE note_id = 1",
            "UPDATE note SET creation_key = 'k' WHERE id = 1",
        )
        compare(*arguments)

    monkeypatch.setattr(move, "_compare", lost)
    refused = site.here("move", other_url)
    assert refused.status == 10
    assert "note_tag had 6 rows and has 4" in refused.complained
    assert "note.creation_key had 0 values and has 1" in refused.complained


def test_only_an_empty_database_is_moved_into(site: Site, other_url: str) -> None:
    spoil_target = "CREATE TABLE mine (id INTEGER)"
    if make_url(other_url).get_backend_name() == "sqlite":
        Path(make_url(other_url).database or "").touch()
    spoil(other_url, spoil_target)
    refused = site.here("move", other_url)
    assert refused.status == 2
    assert "it has 1 tables, mine among them" in refused.complained
    assert mark(site.url) is None


def test_a_database_is_not_moved_into_itself(site: Site) -> None:
    refused = site.here("move", site.url.replace("127.0.0.1", "localhost"))
    assert (refused.status, refused.complained) == (
        2,
        "Error: The site is on this database already.\n",
    )


def test_a_database_that_is_behind_is_not_moved(site: Site, other_url: str) -> None:
    site.add_colour()
    assert site.here("move", other_url).status == 3


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("postgres", "no address of a database"),
        ("mysql://db/octavo", "this is mysql"),
        ("postgresql://db", "names no database"),
        ("sqlite://", "in memory"),
    ],
)
def test_an_address_that_makes_no_sense_is_refused(site: Site, address: str, said: str) -> None:
    refused = site.here("move", address)
    assert refused.status == 2
    assert said in refused.complained


def test_a_database_that_is_not_there_is_not_made_unasked(site: Site, postgresql_url: str) -> None:
    refused = site.here("move", postgresql_url.replace("empty_", "absent_"))
    assert refused.status == 2
    assert "createdb --host=127.0.0.1" in refused.complained


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("UPDATE note SET body = 'a' || char(0) || 'b' WHERE id = 2", "note, id 2: .*NUL"),
        ("UPDATE note SET version = 3000000000 WHERE id = 3", "note, id 3: column version"),
        (
            "UPDATE session SET agent = printf('%0400d', 1) WHERE id = 2",
            "session, id 2: column agent: value too long",
        ),
        ("UPDATE note SET created_at = 'once' WHERE id = 4", "note, id 4: "),
        ("UPDATE note SET version = 'two' WHERE id = 4", "note, id 4: column version"),
        (
            "UPDATE note SET title = CAST('é' AS BLOB) WHERE id = 4",
            "note has other values of title",
        ),
    ],
)
def test_on_sqlite_what_postgresql_cannot_hold_is_named_and_the_site_goes_on(
    site: Site, postgresql_url: str, statement: str, said: str
) -> None:
    spoil(site.url, statement)
    refused = site.here("move", postgresql_url)
    assert refused.status == 10
    assert re.search(said, refused.complained), refused.complained
    assert mark(site.url) is None


@pytest.mark.sqlite_only
def test_on_sqlite_rows_that_refer_to_nothing_are_named_before_anything_is_done(
    site: Site, other_url: str
) -> None:
    spoil(site.url, "UPDATE note SET user_id = 404 WHERE id = 3")
    refused = site.here("move", other_url)
    assert refused.status == 2
    assert "1 rows of note (rowid 3) refer to a row of user" in refused.complained
    assert mark(site.url) is None
    assert not Path(make_url(other_url).database or "").is_file()


def test_a_table_of_a_stranger_goes_along(site: Site, other_url: str) -> None:
    spoil(
        site.url,
        "CREATE TABLE visit (id INTEGER PRIMARY KEY, place TEXT, at TIMESTAMP, rating REAL)",
        "CREATE INDEX ix_visit_place ON visit (place)",
        "INSERT INTO visit VALUES (7, 'Delft', '2024-02-29 12:00:00', 0.5), (9, NULL, NULL, NULL)",
        "CREATE VIEW places AS SELECT place FROM visit",
    )
    moved = site.here("move", other_url, "--json")
    assert moved.status == 0, moved.complained
    assert moved.facts["left"] == [
        "view places",
        "what table visit has beside its rows and its key",
    ]
    with connected(other_url) as connection:
        found = connection.execute(text("SELECT id, place, rating FROM visit ORDER BY id")).all()
        assert found == [(7, "Delft", 0.5), (9, None, None)]
        spoiled = connection.execute(text("SELECT CAST(at AS VARCHAR(16)) FROM visit")).scalars()
        assert [str(at)[:16] for at in spoiled] == ["2024-02-29 12:00", "None"]


def test_a_column_of_a_stranger_is_named_before_anything_is_done(
    site: Site, other_url: str
) -> None:
    spoil(site.url, "ALTER TABLE note ADD COLUMN mood TEXT")
    refused = site.here("move", other_url)
    assert refused.status == 2
    assert "Column note.mood is none of the revisions'" in refused.complained
    assert mark(site.url) is None
