"""`flask release` as scripts see it: every exit status by a real process, and JSON everywhere."""

import json
import re
import resource
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests.migrations.schema import connected, dump, rows
from tests.migrations.scratch import CHAIN
from tests.release.conftest import COLOUR, NO_COLOUR, Site
from tests.release.writer import writing
from website.release.commands import release
from website.release.dialects import database_at

EMERGENCY = ("apply", "--no-rehearsal", "the test says so")
COMMANDS = sorted(release.commands)


def head(site: Site, revision: str) -> None:
    with connected(site.url) as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{revision}'")


def test_a_site_that_is_well_answers_with_0(site: Site) -> None:
    for command in (("status",), ("lint",), ("plan",), ("rehearse",), ("apply",), ("verify",)):
        done = site.here(*command)
        assert done.status == 0, done


def test_a_bug_is_1_and_shows_where_it_is(site: Site) -> None:
    bug = site.at("verify", "begin", "fail", "verify")
    assert bug.status == 1
    assert "nobody expects this" in bug.complained


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("apply", "--no-rehearsal", " "),
        ("maintenance", "maybe"),
        ("restore", "nowhere.db", "--yes"),
        ("status", "--nonsense"),
    ],
    ids=" ".join,
)
def test_wrong_use_is_2(arguments: tuple[str, ...], site: Site) -> None:
    done = site.release(*arguments)
    assert done.status == 2
    assert done.complained


def test_pending_revisions_are_3(site: Site) -> None:
    site.add("more", COLOUR, NO_COLOUR)
    assert site.release("status").status == 3
    assert site.release("verify").status == 3


def test_a_schema_that_differs_is_4_and_each_difference_is_named(site: Site) -> None:
    with connected(site.url) as connection:
        connection.exec_driver_sql("DROP INDEX ix_note_trashed")
        connection.exec_driver_sql("CREATE TABLE diary (day TEXT)")
    done = site.release("verify")
    assert done.status == 4
    assert "ix_note_trashed" in done.complained
    facts = site.here("verify", "--json").facts
    assert facts["wrong"]["objects"] == ["The index ix_note_trashed of note is missing."]
    assert facts["notes"] == ["Table diary is none of the models'."]


def test_a_dangerous_revision_is_5(site: Site) -> None:
    site.add("rename", 'op.drop_column("note", "title")', "pass")
    done = site.release("lint")
    assert done.status == 5
    assert re.search(r"_rename.py:\d+: undeclared-loss", done.said)
    assert site.here("lint", "--json").facts["findings"][0]["instead"]


def test_two_heads_are_6(site: Site) -> None:
    path = site.add("one", COLOUR, NO_COLOUR)
    text = path.read_text()
    other = path.with_name(path.name.replace("one", "other"))
    other.write_text(re.sub(r'revision = "\w+"\n', 'revision = "00000000abcd"\n', text, count=1))
    done = site.release("status")
    assert done.status == 6
    assert "flask db merge heads" in done.complained


def test_a_project_path_that_alembic_cannot_hold_is_2_and_a_sentence(tmp_path: Path) -> None:
    folder = tmp_path / "100%"
    folder.mkdir()
    refused = Site(folder, f"sqlite:///{tmp_path}/octavo.db").release("status")
    assert refused.status == 2
    assert "cannot hold a % in a path" in refused.complained


def test_a_revision_that_the_code_does_not_know_is_6(site: Site) -> None:
    head(site, "ffffffffffff")
    for command in ("status", "apply", "verify", "rehearse", "plan"):
        done = site.here(command)
        assert done.status == 6, done
        assert "newer than the code" in done.complained


def test_a_revision_that_is_not_python_is_6_and_no_traceback(site: Site) -> None:
    site.add("broken", "x = (", "pass")
    done = site.release("status")
    assert done.status == 6
    assert "_broken.py" in done.complained


def test_no_rehearsal_is_7(site: Site) -> None:
    site.add_colour()
    assert site.release("apply").status == 7


def test_a_full_disk_is_8_while_it_is_backed_up_and_nothing_is_changed(site: Site) -> None:
    def fill_the_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    site.add_colour()
    before = dump(site.url)
    # The rest of the room needs a little disk too, so the limit is of one file.
    done = site.release(*EMERGENCY, preexec_fn=fill_the_disk)
    assert done.status == 8, done.complained
    assert dump(site.url) == before


@pytest.mark.sqlite_only
def test_on_sqlite_a_full_disk_while_it_migrates_is_10_and_the_retry_succeeds(site: Site) -> None:
    def fill_the_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4_000_000, 4_000_000))

    site.append("note", '\nfrom sqlalchemy import Text as _Text\n'
                        'from sqlalchemy.orm import mapped_column as _new_column\n'
                        'Note.colour = _new_column("colour", _Text)\n')  # fmt: skip
    site.add("colour", 'op.add_column("note", sa.Column("colour", sa.Text()))\n'
                       "op.execute(\"UPDATE note SET colour = hex(zeroblob(2000000))\")",
             'op.drop_column("note", "colour")')  # fmt: skip
    before = dump(site.url)
    done = site.release(*EMERGENCY, preexec_fn=fill_the_disk)
    assert done.status == 10, done.complained
    assert re.search("disk I/O error|disk is full", done.complained)
    assert dump(site.url) == before
    assert database_at(make_url(site.url)).maintenance() is None
    again = site.release(*EMERGENCY)
    assert again.status == 0, again.complained


def test_a_lock_that_is_not_let_go_is_9(site: Site) -> None:
    site.add_colour()
    with database_at(make_url(site.url)).lock():
        assert site.release(*EMERGENCY, "--wait", "0.1").status == 9


def test_a_database_that_does_not_answer_is_9_and_none_is_made(site: Site, tmp_path: Path) -> None:
    site.environment["DATABASE_URL"] = "postgresql://nobody@127.0.0.1:1/none"
    done = site.release("status")
    assert done.status == 9
    assert "does not answer" in done.complained
    site.environment["DATABASE_URL"] = f"sqlite:///{tmp_path}/none.db"
    for command in ("status", "lint", "plan", "verify", "backup", "rehearse"):
        assert "Traceback" not in site.release(command).complained
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_has_help_with_an_example(command: str, site: Site) -> None:
    app_help = site.here(command, "--help")
    assert app_help.status == 0
    assert f"flask release {command}" in app_help.said
    assert "--json" in app_help.said


@pytest.mark.parametrize("first", [True, False], ids=["before", "after"])
def test_json_may_be_asked_for_before_or_after_the_command(first: bool, site: Site) -> None:
    arguments = ("--json", "status") if first else ("status", "--json")
    assert site.here(*arguments).facts["applied"] == [CHAIN[-1].revision]


def test_a_refusal_is_json_too(site: Site) -> None:
    site.add_colour()
    done = site.release("apply", "--json")
    assert done.status == 7
    assert done.facts["status"] == 7
    assert "not rehearsed" in done.facts["error"]


def test_the_plan_prints_what_will_run_and_runs_nothing(site: Site) -> None:
    site.add_colour()
    before = dump(site.url)
    done = site.here("plan", "--json")
    (planned,) = done.facts["plan"]
    assert planned["message"] == "colour."
    assert any(statement.startswith("ALTER TABLE note ADD") for statement in planned["statements"])
    assert dump(site.url) == before


@pytest.mark.sqlite_only
def test_on_sqlite_the_plan_of_a_batch_is_what_it_does_to_this_database(site: Site) -> None:
    site.add("rebuild", 'with op.batch_alter_table("note", recreate="always") as batch:\n'
                        '    batch.add_column(sa.Column("colour", sa.Text()))',
             NO_COLOUR)  # fmt: skip
    text = site.here("plan").said
    assert "CREATE TABLE _alembic_tmp_note" in text
    assert "DROP TABLE note" in text


def test_an_apply_under_a_writer_that_never_stops_ends_and_loses_none_of_its_writes(
    site: Site,
) -> None:
    site.add_colour()
    with writing(site.url) as writer:
        done = site.release(*EMERGENCY, "--json")
        assert done.status == 0, done.complained
        more = len(writer.answered)
        while len(writer.answered) < more + 20:
            assert writer.is_alive()
    with connected(site.url) as connection:
        found = {row["id"] for row in rows(connection)["visit"]}
    assert set(writer.answered) <= found
    backup = json.loads(Path(f"{done.facts['backup']}.json").read_text())
    assert 0 < backup["rows"]["visit"] <= len(found)


@pytest.mark.sqlite_only
def test_on_sqlite_a_database_that_is_damaged_is_not_migrated(site: Site) -> None:
    site.add_colour()
    path = Path(make_url(site.url).database or "")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        page = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'ix_note_listed'"
        )
        root = page.fetchone()[0]
        size = connection.execute("PRAGMA page_size").fetchone()[0]
    with path.open("r+b") as live:
        live.seek((root - 1) * size)
        live.write(b"\\x00" * size)
    assert site.release("verify").status in {3, 4}
    assert site.release("rehearse").status == 7
    done = site.release(*EMERGENCY)
    assert done.status in {8, 10}, done.complained
