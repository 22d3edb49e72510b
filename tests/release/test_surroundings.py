"""Links, roles, clocks and pipes: releases where what is around them is not as usual."""

import json
import os
import uuid
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from sqlalchemy import create_engine, make_url

from tests.migrations.schema import connected, dump, rows
from tests.release.conftest import Site
from website.database import now
from website.release.dialects import database_at

EMERGENCY = ("apply", "--no-rehearsal", "the test says so")


def is_open(site: Site) -> bool:
    return database_at(make_url(site.url)).maintenance() is None


@pytest.mark.sqlite_only
def test_on_sqlite_a_link_to_the_database_is_as_good_as_the_file(
    site: Site, tmp_path: Path, sqlite_file: Path
) -> None:
    site.add_colour()
    link = tmp_path / "link.db"
    link.symlink_to(sqlite_file)
    site.environment["DATABASE_URL"] = f"sqlite:///{link}"
    before = dump(site.url)
    assert site.release("maintenance", "on").status == 0
    assert not is_open(site), "whoever comes by the file sees it too"
    assert sqlite_file.with_name(f"{sqlite_file.name}.maintenance").exists()
    assert site.release("maintenance", "off").status == 0
    with database_at(make_url(site.url)).lock():
        assert site.release(*EMERGENCY, "--wait", "0.1").status == 9
    made = site.release("backup", "--json")
    assert made.status == 0, made.complained
    applied = site.release(*EMERGENCY)
    assert applied.status == 0, applied.complained
    assert dump(site.url) != before
    restored = site.release("restore", made.facts["file"], "--yes")
    assert restored.status == 0, restored.complained
    assert dump(site.url) == before
    assert link.is_symlink()
    assert {file.name for file in tmp_path.glob("link.db*")} == {"link.db"}


@pytest.fixture(params=["NOCREATEDB", "CREATEDB"])
def other_role(request: pytest.FixtureRequest, site: Site) -> str:
    """One that may change every table and yet not put a backup in the place of the database: it
    owns that and may make none, or may make one and does not own that."""
    name, url = f"role_{uuid.uuid4().hex[:8]}", make_url(site.url)
    owns = request.param == "NOCREATEDB"
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE ROLE {name} LOGIN {request.param}")
        connection.exec_driver_sql(f"GRANT pg_read_all_data, pg_write_all_data TO {name}")
        if owns:
            connection.exec_driver_sql(f'ALTER DATABASE "{url.database}" OWNER TO {name}')
    engine.dispose()
    return url.set(username=name).render_as_string(hide_password=False)


@pytest.mark.postgresql_only
def test_on_postgresql_a_role_that_could_not_restore_is_refused_before_anything(
    site: Site, other_role: str
) -> None:
    site.add_colour()
    before = dump(site.url)
    site.environment["DATABASE_URL"] = other_role
    refused = site.release(*EMERGENCY)
    assert refused.status == 8, refused.complained
    assert "the role must own" in refused.complained
    assert "Nothing was changed" in refused.complained
    assert "wait for writers" not in refused.complained
    assert not site.backups.exists()
    assert dump(site.url) == before
    assert is_open(site)


def test_a_clock_that_was_wrong_once_costs_no_backup_that_is_made_now(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BACKUP_KEEP", "2")
    for days in (400, 401):
        with time_machine.travel(now() + timedelta(days=days), tick=False):
            assert site.here("backup").status == 0
    for _ in range(2):
        made = site.here("backup", "--json")
        assert made.status == 0, made.complained
        file = Path(made.facts["file"])
        assert file.exists()
        assert site.here("restore", str(file), "--yes").status == 0


def test_the_backup_of_an_apply_stays_whatever_the_clock_of_others_said(site: Site) -> None:
    site.environment["BACKUP_KEEP"] = "1"
    site.add_colour()
    made = Path(site.here("backup", "--json").facts["file"])
    later = made.with_name(made.name.replace("-20", "-29", 1))
    facts = json.loads(made.with_name(f"{made.name}.json").read_text())
    facts |= {"why": "before a migration", "made": f"29{facts['made'][2:]}"}
    made.rename(later)
    later.with_name(f"{later.name}.json").write_text(json.dumps(facts))
    applied = site.release(*EMERGENCY, "--json")
    assert applied.status == 0, applied.complained
    assert Path(applied.facts["backup"]).exists()


@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_an_apply_that_nobody_listens_to_tells_the_truth_by_its_status(
    stream: str, site: Site
) -> None:
    """As in `flask release apply | head -0`."""
    site.add_colour()
    refused = deaf(site, stream, "apply")
    assert refused[0] == 7, refused
    done = deaf(site, stream, *EMERGENCY)
    assert done[0] == 0, done
    assert "Traceback" not in done[1]
    with connected(site.url) as connection:
        assert {row["colour"] for row in rows(connection)["note"]} == {"red"}
    assert is_open(site)
    assert deaf(site, stream, "verify", "--json")[0] == 0


def deaf(site: Site, stream: str, *arguments: str) -> tuple[int, str]:
    """The exit status of a `flask release …` one of whose pipes has no reader, and the other."""
    reader, writer = os.pipe()
    os.close(reader)
    try:
        with site.start("-m", "flask", "release", *arguments, **{stream: writer}) as process:
            said = process.communicate(timeout=60)
    finally:
        os.close(writer)
    return process.returncode, said[0] or said[1] or ""
