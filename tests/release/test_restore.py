"""A restore into a file that is not as the backup's was, or that someone has open."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import make_url

from tests.migrations.schema import dump
from tests.people import Person
from tests.release.conftest import Site
from website import db
from website.release.dialects import database_at, sqlite_connection, sqlite_restore
from website.release.errors import Refused

pytestmark = pytest.mark.sqlite_only


def asked(path: Path, *statements: str) -> str:
    """What SQLite answers to the last of them."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        answers = [connection.execute(statement).fetchone() for statement in statements]
    return str(answers[-1][0])


@pytest.fixture
def path(site: Site) -> Path:
    return Path(make_url(site.url).database or "")


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (sqlite_restore, sqlite_connection):
        monkeypatch.setattr(module, "LOCK_SECONDS", 0.2)


@pytest.fixture
def large_pages(site: Site, app: Flask, alice: Person, path: Path) -> Path:
    """A backup of a database that was then given pages of another size; nobody has it open."""
    file = Path(site.here("backup", "--json").facts["file"])
    alice.write("Later", "written after the backup")
    with app.app_context():
        db.engine.dispose()
    steps = ("journal_mode=DELETE", "page_size=16384", "journal_mode")
    asked(path, *(f"PRAGMA {step}" for step in steps[:2]), "VACUUM", f"PRAGMA {steps[2]}")
    asked(path, "PRAGMA journal_mode=WAL")
    assert asked(path, "PRAGMA page_size") == "16384"
    return file


def test_on_sqlite_a_backup_with_another_page_size_is_restored_into_a_closed_site(
    site: Site, large_pages: Path, path: Path
) -> None:
    lost = dump(site.url)
    restored = site.here("restore", str(large_pages), "--yes", "--json")
    assert restored.status == 0, restored.complained
    assert dump(site.url) == dump(f"sqlite:///{large_pages}") != lost
    assert dump(f"sqlite:///{restored.facts['before']}") == lost
    assert asked(path, "PRAGMA integrity_check") == "ok"
    assert asked(path, "PRAGMA journal_mode") == "wal"
    assert database_at(make_url(site.url)).maintenance() is None


@pytest.mark.usefixtures("impatient")
def test_on_sqlite_a_backup_with_another_page_size_is_refused_while_someone_reads(
    site: Site, large_pages: Path, path: Path
) -> None:
    before = dump(site.url)
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        count = reader.execute("SELECT count(*) FROM note").fetchone()
        refused = site.here("restore", str(large_pages), "--yes")
        assert refused.status == 12, refused.complained
        assert "could not be restored" in refused.complained
        assert reader.execute("SELECT count(*) FROM note").fetchone() == count
    assert dump(site.url) == before
    again = site.here("restore", str(large_pages), "--yes")
    assert again.status == 0, again.complained
    assert dump(site.url) == dump(f"sqlite:///{large_pages}")
    assert database_at(make_url(site.url)).maintenance() is None


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("mode", ["WAL", "DELETE"])
def test_on_sqlite_who_reads_goes_on_reading_what_was_there(
    mode: str, site: Site, app: Flask, alice: Person, path: Path
) -> None:
    file = Path(site.here("backup", "--json").facts["file"])
    alice.write("Later", "written after the backup")
    with app.app_context():
        db.engine.dispose()
    assert asked(path, f"PRAGMA journal_mode={mode}") == mode.lower()
    before = dump(site.url)
    database = database_at(make_url(site.url))
    with closing(sqlite3.connect(path, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        count = reader.execute("SELECT count(*) FROM note").fetchone()
        if mode == "WAL":
            assert database.restore(file, lambda: "saved") == "saved"
        else:  # where readers keep every writer out
            with pytest.raises(Refused):
                database.restore(file, lambda: "saved")
        assert reader.execute("SELECT count(*) FROM note").fetchone() == count
    assert dump(site.url) == (dump(f"sqlite:///{file}") if mode == "WAL" else before)
