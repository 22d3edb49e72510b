"""Backups are whole, and known to be: whoever writes meanwhile, and whatever happens to them."""

import hashlib
import json
import resource
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests.migrations.schema import connected, dump, rows
from tests.people import Person
from tests.release.conftest import Site
from tests.release.writer import writing
from website.release.dialects import database_at, sqlite_connection, sqlite_restore
from website.release.dialects.sqlite import Sqlite
from website.release.errors import BackupFailed, Refused

LIMIT = 20_000  # bytes of the largest file that a process with a "full disk" can write


def backup(site: Site) -> Path:
    made = site.here("backup", "--json")
    assert made.status == 0, made.complained
    return Path(made.facts["file"])


def test_a_backup_has_a_manifest_that_says_what_is_in_it(site: Site) -> None:
    file = backup(site)
    manifest = json.loads(file.with_name(f"{file.name}.json").read_text())
    assert manifest["sha256"] == hashlib.sha256(file.read_bytes()).hexdigest()
    with connected(site.url) as connection:
        for table, found in rows(connection).items():
            if not table.startswith("findable_index"):  # on SQLite it is no table that holds rows
                assert manifest["rows"][table] == len(found)
    assert manifest["revisions"]
    for made in (file, file.with_name(f"{file.name}.json")):
        assert made.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
    assert site.here("status", "--json").facts["backup"]["file"] == str(file)


def test_a_backup_under_a_writer_that_never_stops_ends_and_has_each_answered_write(
    site: Site,
) -> None:
    with writing(site.url) as writer:
        for _ in range(3):
            answered = list(writer.answered)
            file = backup(site)
            held = json.loads(file.with_name(f"{file.name}.json").read_text())["rows"]["visit"]
            assert held >= len(answered), "what was answered before the backup is in it"
    assert not writer.refused


@pytest.mark.parametrize("damage", ["cut", "one bit", "sum"])
def test_a_damaged_backup_is_refused_and_nothing_is_changed(site: Site, damage: str) -> None:
    file = backup(site)
    content = bytearray(file.read_bytes())
    if damage == "cut":
        content = content[: len(content) // 2]
    else:
        content[len(content) // 2] ^= 1
    file.write_bytes(content)
    if damage == "sum":  # whoever changed the file wrote its sum anew
        manifest = file.with_name(f"{file.name}.json")
        facts = json.loads(manifest.read_text())
        facts["rows"]["note"] += 1
        manifest.write_text(json.dumps(facts | {"sha256": hashlib.sha256(content).hexdigest()}))
    before = dump(site.url)
    refused = site.here("restore", str(file), "--yes")
    assert refused.status == 8
    assert file.name in refused.complained
    assert dump(site.url) == before


def test_a_truncated_backup_is_seen_by_reading_it_alone(site: Site) -> None:
    file = backup(site)
    file.write_bytes(file.read_bytes()[:-2000])
    with pytest.raises(BackupFailed, match="damaged"):
        database_at(make_url(site.url)).check_dump(file)


def test_the_oldest_backups_of_a_kind_go_and_those_of_another_stay(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = backup(site)
    monkeypatch.setenv("BACKUP_KEEP", "2")
    files = [backup(site) for _ in range(3)]
    assert not first.exists()
    assert not files[0].exists()
    assert files[1].exists()
    assert files[2].exists()
    assert len(list(site.backups.glob("*.json"))) == 2


def test_a_backup_on_a_full_disk_is_no_backup_and_says_so(site: Site) -> None:
    def fill_the_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, LIMIT))

    refused = site.release("backup", preexec_fn=fill_the_disk)
    assert refused.status == 8, refused.complained
    assert "Traceback" not in refused.complained
    assert not [file for file in site.backups.iterdir() if file.suffix in {".db", ".dump"}]


def test_what_a_killed_backup_left_behind_goes_with_the_next(site: Site) -> None:
    killed = site.at("backup", "begin", "kill", "backup")
    assert killed.status == -9
    backup(site)
    database = database_at(make_url(site.url))
    left = (
        site.backups
        / f".{Path(str(database.url.database)).stem}-20260101T000000000000Z{database.suffix}"
    )
    left.write_text("half")
    backup(site)
    assert not left.exists()


def test_a_restore_brings_the_old_state_back_under_open_connections(
    site: Site, alice: Person
) -> None:
    before = dump(site.url)
    file = backup(site)
    note = alice.write("Later", "written after the backup")
    assert alice.client.get(f"/notes/{note}").status_code == 200
    restored = site.here("restore", str(file), "--yes", "--json")
    assert restored.status == 0, restored.complained
    assert dump(site.url) == before
    assert alice.client.get(f"/notes/{note}").status_code == 404
    assert alice.client.get("/notes").status_code == 200
    again = alice.write("New", "written after the restore")
    assert alice.client.get(f"/notes/{again}").status_code == 200
    assert database_at(make_url(site.url)).maintenance() is None
    assert restored.facts["before"]


def test_the_backup_of_another_database_is_called_that_before_it_is_restored(site: Site) -> None:
    file = backup(site)
    assert "another database" not in site.here("restore", str(file)).complained
    manifest = file.with_name(f"{file.name}.json")
    manifest.write_text(json.dumps(json.loads(manifest.read_text()) | {"database": "a://b/c"}))
    asked = site.here("restore", str(file))
    assert asked.status == 2
    assert "This is a backup of another database, a://b/c." in asked.complained


def test_what_was_there_before_a_restore_is_kept(site: Site, alice: Person) -> None:
    file = backup(site)
    alice.write("Later", "written after the backup")
    lost = dump(site.url)
    before = site.here("restore", str(file), "--yes", "--json").facts["before"]
    if before.startswith("database "):
        kept = make_url(site.url).set(database=before.removeprefix("database "))
        assert dump(kept.render_as_string(hide_password=False)) == lost
        return
    assert site.here("restore", before, "--yes").status == 0
    assert dump(site.url) == lost


def kept_before(site: Site, before: str) -> set[int]:
    """The visits in what a restore has saved."""
    if before.startswith("database "):
        url = make_url(site.url).set(database=before.removeprefix("database "))
    else:
        url = make_url(site.url).set(database=before)
    with connected(url.render_as_string(hide_password=False)) as connection:
        return {row["id"] for row in rows(connection)["visit"]}


def test_who_writes_just_before_a_restore_is_in_what_it_saves(site: Site) -> None:
    with writing(site.url):
        pass
    file = backup(site)
    restored = site.at("restore", "begin", "write", "restore", str(file), "--yes", "--json")
    assert restored.status == 0, restored.complained
    assert 404 in kept_before(site, restored.facts["before"])


@pytest.mark.parametrize("mode", ["WAL", "DELETE"])
def test_on_sqlite_no_write_falls_between_what_a_restore_saves_and_what_it_puts_back(
    mode: str, tmp_path: Path
) -> None:
    url = f"sqlite:///{tmp_path}/visits.db"
    with closing(sqlite3.connect(tmp_path / "visits.db")) as connection:
        connection.execute(f"PRAGMA journal_mode={mode}")
        connection.execute("CREATE TABLE filling (x)")
        connection.execute("INSERT INTO filling VALUES (1), (2), (3), (4)")
        for _ in range(3):
            connection.execute(
                "INSERT INTO filling SELECT randomblob(500) FROM filling a, filling b LIMIT 2000"
            )
        connection.commit()
    database = Sqlite(make_url(url))
    saved: list[Path] = []

    def save() -> str:
        saved.append(tmp_path / f"saved{len(saved)}.db")
        database.dump(saved[-1])
        return str(saved[-1])

    pause = 0.05 if mode == "DELETE" else 0  # without a log, who never pauses lets nobody in
    with writing(url, pause) as writer:
        database.dump(tmp_path / "backup.db")
        told = database.restore(tmp_path / "backup.db", save)
        more = len(writer.answered)
        while len(writer.answered) < more + 5:
            assert writer.is_alive()
    assert told == str(saved[-1])
    assert len(saved) == 1 or mode == "DELETE"
    found: set[int] = set()
    for place in (url, f"sqlite:///{saved[-1]}"):
        with connected(place) as there:
            found |= {row["id"] for row in rows(there)["visit"]}
    assert set(writer.answered) <= found


@pytest.mark.sqlite_only
def test_on_sqlite_a_database_that_cannot_be_read_is_copied_as_it_is_and_restored(
    site: Site, alice: Person
) -> None:
    before = dump(site.url)
    file = backup(site)
    path = Path(make_url(site.url).database or "")
    with path.open("r+b") as live:
        live.seek(20_000)
        live.write(b"\xff" * 40_000)
    assert site.here("verify").status == 4
    restored = site.here("restore", str(file), "--yes", "--json")
    assert restored.status == 0, restored.complained
    assert dump(site.url) == before
    assert b"\xff" * 4096 in Path(restored.facts["before"]).read_bytes()


@pytest.mark.sqlite_only
def test_on_sqlite_a_database_that_is_only_busy_is_not_taken_for_a_ruin(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that SQLite cannot read is emptied before a restore; one that is held is not."""
    file = backup(site)
    before = dump(site.url)
    database = database_at(make_url(site.url))
    for module in (sqlite_restore, sqlite_connection):
        monkeypatch.setattr(module, "LOCK_SECONDS", 0.2)
    path = Path(make_url(site.url).database or "")
    with closing(sqlite3.connect(path, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        with pytest.raises(Refused):
            database.restore(file, lambda: "nowhere")
        writer.execute("ROLLBACK")
    assert dump(site.url) == before


def test_a_restore_without_a_yes_does_nothing(site: Site) -> None:
    file = backup(site)
    before = dump(site.url)
    refused = site.release("restore", str(file))
    assert refused.status == 2
    assert "--yes" in refused.complained
    assert dump(site.url) == before


@pytest.mark.parametrize("name", ["none.db", "octavo.txt"])
def test_what_is_no_backup_is_refused(name: str, site: Site, tmp_path: Path) -> None:
    if name == "octavo.txt":
        (tmp_path / name).write_text("not a backup")
    refused = site.here("restore", str(tmp_path / name), "--yes")
    assert refused.status in {2, 8}
    assert "Traceback" not in refused.complained


def test_a_restore_that_fails_leaves_the_site_closed_and_the_backup_where_it_is(
    site: Site,
) -> None:
    file = backup(site)
    failed = site.at("restore", "begin", "damage", "restore", str(file), "--yes")
    assert failed.status == 12, failed.complained
    assert file.exists()
    assert str(file) in failed.complained
    assert database_at(make_url(site.url)).maintenance() is not None


@pytest.mark.sqlite_only
def test_on_sqlite_a_backup_has_what_stands_in_the_write_ahead_log_alone(
    site: Site, sqlite_file: Path
) -> None:
    """memos 6271: the file was copied without its log, and the site that came back was empty."""
    with closing(sqlite3.connect(sqlite_file, isolation_level=None)) as writer:
        writer.execute("PRAGMA wal_autocheckpoint = 0")
        writer.execute("UPDATE note SET title = 'in the log alone'")
        assert b"in the log alone" not in sqlite_file.read_bytes()
        assert b"in the log alone" in backup(site).read_bytes()
