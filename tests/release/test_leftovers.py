"""A killed release leaves copies of everyone's notes: the next one deletes them, and no others."""

import os
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests.migrations.schema import connected, rows
from tests.release.conftest import Site
from website.release.dialects import Database, database_at
from website.release.files import sweep, workshop


def copies(site: Site) -> list[str]:
    """The folders, and on PostgreSQL the databases, that are there beside the site's own."""
    found = [file.name for file in site.backups.glob("workshop-*")]
    url = make_url(site.url)
    if url.get_backend_name() == "postgresql":
        with connected(site.url) as connection:
            names = connection.exec_driver_sql("SELECT datname FROM pg_database").scalars()
            found += [name for name in names if name.startswith(f"{url.database}_")]
    return found


@pytest.mark.parametrize("command", ["rehearse", "jobs"])
def test_what_a_killed_rehearsal_left_is_deleted_by_the_next(site: Site, command: str) -> None:
    site.add_colour()
    assert site.at("upgrade", "begin", "kill", "rehearse").status == -9
    left = copies(site)
    assert len(left) == (1 if site.url.startswith("sqlite") else 2)
    for folder in site.backups.glob("workshop-*"):
        os.utime(folder, (0, 0))
    if command == "jobs":
        with site.start("-m", "flask", "jobs") as process:
            assert "Made the backup" in process.communicate(timeout=60)[0]
    else:
        assert site.release(command).status == 0
    assert copies(site) == []


def test_what_a_living_release_works_in_is_left_alone(site: Site) -> None:
    database = database_at(make_url(site.url))
    with workshop(site.backups) as folder, database.copy(folder, float) as copy:
        os.utime(folder, (0, 0))
        database.sweep(site.backups)
        assert folder.is_dir()
        assert copy.exists()
    assert not folder.exists()
    assert not copy.exists()


def test_a_new_folder_is_left_alone_before_anyone_is_in_it(tmp_path: Path) -> None:
    new = tmp_path / "workshop-new"
    new.mkdir()
    sweep(tmp_path)
    assert new.is_dir()
    os.utime(new, (0, 0))
    sweep(tmp_path)
    assert not new.exists()


def test_a_restored_database_is_no_leftover(site: Site) -> None:
    made = site.here("backup", "--json").facts["file"]
    assert site.here("restore", made, "--yes").status == 0
    database: Database = database_at(make_url(site.url))
    database.sweep(site.backups)
    with connected(site.url) as connection:
        assert rows(connection)["note"]
