"""`flask release apply`: as it was, or as it should be, whatever comes between."""

import hashlib
import re
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests.migrations.schema import connected, dump, in_both, rows
from tests.migrations.scratch import CHAIN, downgrade, undoing
from tests.release.conftest import COLOUR, NO_COLOUR, Site
from website.release.dialects import database_at

EMERGENCY = ("--no-rehearsal", "the test says so")
STEPS = ("wait for writers", "backup", "migrate", "verify")


def is_open(site: Site) -> bool:
    return database_at(make_url(site.url)).maintenance() is None


def colours(site: Site) -> set[object]:
    with connected(site.url) as connection:
        return {row.get("colour") for row in rows(connection)["note"]}


def test_a_rehearsed_revision_is_applied_with_a_backup_and_every_row_stays(site: Site) -> None:
    site.add_colour()
    with connected(site.url) as connection:
        before = rows(connection)
    assert site.release("apply").status == 7
    assert site.release("status").status == 3
    rehearsed = site.release("rehearse", "--json")
    assert rehearsed.status == 0, rehearsed.complained
    assert rehearsed.facts["window"] > 0
    compiled = site.directory / "versions" / "__pycache__"
    compiled.mkdir(exist_ok=True)
    (compiled / "0000_any.cpython-311.pyc").touch()  # no change of a revision
    applied = site.release("apply", "--json")
    assert applied.status == 0, applied.complained
    assert applied.facts["window"] > 0
    assert applied.facts["predicted"] == rehearsed.facts["window"]
    assert Path(applied.facts["backup"]).stat().st_mode & 0o777 == 0o600
    with connected(site.url) as connection:
        kept, now = in_both(before, rows(connection))
    assert now == kept == in_both(before, before)[0]
    assert colours(site) == {"red"}
    assert is_open(site)
    again = site.release("apply")
    assert (again.status, again.said) == (0, "The database is up to date.\n")
    assert site.release("status").status == 0
    assert site.release("verify").status == 0


def test_a_database_that_is_one_revision_behind_is_brought_to_the_head(site: Site) -> None:
    """In this process: what a rehearsal asks of the site is asked of this very code."""
    with connected(site.url) as connection:
        tables = set(rows(connection))
    downgrade(site.url, undoing(CHAIN[-1]))
    behind = dump(site.url)
    rehearsed = site.here("rehearse", "--json")
    assert rehearsed.status == 0, rehearsed
    assert dump(site.url) == behind
    applied = site.here("apply", "--json")
    assert applied.status == 0, applied
    assert applied.facts["revisions"] == [CHAIN[-1].revision]
    with connected(site.url) as connection:
        assert set(rows(connection)) == tables
    assert site.here("verify").status == 0


def test_a_rehearsal_leaves_the_database_as_it_is(site: Site) -> None:
    site.add_colour()
    before = dump(site.url)
    file = Path(make_url(site.url).database or "")
    sums = [hashlib.sha256(file.read_bytes()).digest()] if file.exists() else []
    for command in ("rehearse", "plan"):
        done = site.release(command)
        assert done.status == 0, done.complained
    assert dump(site.url) == before
    assert not sums or sums == [hashlib.sha256(file.read_bytes()).digest()]
    assert not list(site.backups.glob("workshop-*"))


def test_a_revision_that_was_edited_after_its_rehearsal_must_be_rehearsed_again(site: Site) -> None:
    revision = site.add_colour()
    assert site.release("rehearse").status == 0
    revision.write_text(revision.read_text() + "\n# one more thought\n")
    refused = site.release("apply")
    assert refused.status == 7
    assert "a revision was changed since" in refused.complained
    before = dump(site.url)
    revision.write_text(revision.read_text().replace('"red"', "1 / 0"))
    failed = site.release("rehearse")
    assert failed.status == 7
    assert "ZeroDivisionError" in failed.complained
    refused = site.release("apply")
    assert refused.status == 7
    assert "The last rehearsal failed" in refused.complained
    assert dump(site.url) == before


def test_a_way_back_that_leads_elsewhere_fails_the_rehearsal(site: Site) -> None:
    revision = site.add_colour()
    revision.write_text(
        revision.read_text().replace(NO_COLOUR, f"{NO_COLOUR}\n    op.execute(\"UPDATE note SET "
                                                "title = title || '!'\")")
    )  # fmt: skip
    failed = site.release("rehearse")
    assert failed.status == 7
    assert "the rows of note differ" in failed.complained


@pytest.mark.parametrize(
    ("upgrade", "said"),
    [
        (f"{COLOUR}\n1 / 0", r"_colour.py, line \d+: ZeroDivisionError"),
        (f"{COLOUR}\nop.execute('DELETE FROM note_tag')", r'expected_loss = \["rows:note_tag"\]'),
    ],
    ids=["an error", "a loss"],
)
def test_a_revision_that_fails_or_loses_rows_is_undone_and_the_site_opens_again(
    upgrade: str, said: str, site: Site
) -> None:
    site.add_colour().unlink()
    site.add("colour", upgrade, NO_COLOUR)
    before = dump(site.url)
    failed = site.release("apply", *EMERGENCY)
    assert failed.status == 10
    assert re.search(said, failed.complained), failed.complained
    assert "Nothing was changed" in failed.complained
    assert dump(site.url) == before
    assert is_open(site)


def test_what_fails_after_the_commit_is_restored(site: Site) -> None:
    site.add("index", 'op.drop_index("ix_note_trashed", "note")',
             losses=("object:ix_note_trashed",))  # fmt: skip
    before = dump(site.url)
    failed = site.release("apply", *EMERGENCY, "--json")
    assert failed.status == 11, failed.complained
    assert "ix_note_trashed" in failed.facts["error"]
    assert Path(failed.facts["backup"]).exists()
    assert dump(site.url) == before
    assert is_open(site)


def test_what_cannot_be_restored_leaves_the_site_closed_and_says_what_to_type(site: Site) -> None:
    site.add("index", 'op.drop_index("ix_note_trashed", "note")',
             losses=("object:ix_note_trashed",))  # fmt: skip
    failed = site.at("restore", "begin", "damage", "apply", *EMERGENCY)
    assert failed.status == 12, failed.complained
    named = re.search(r"type: flask release restore (\S+)", failed.complained)
    assert named is not None, failed.complained
    assert Path(named[1]).exists()
    assert not is_open(site)
    assert "could not be restored" in site.here("status").said


def test_what_is_not_well_after_a_kill_is_told_with_its_backup_and_the_way_back(
    site: Site,
) -> None:
    site.add("index", 'op.drop_index("ix_note_trashed", "note")',
             losses=("object:ix_note_trashed",))  # fmt: skip
    before = dump(site.url)
    assert site.at("migrate", "end", "kill", "apply", *EMERGENCY).status == -9
    for _ in range(2):  # and it stays so
        told = site.release("apply", *EMERGENCY)
        assert told.status == 12, told.complained
        assert "ix_note_trashed" in told.complained
        assert not is_open(site)
    named = re.search(r"type: flask release restore (\S+)", told.complained)
    assert named is not None, told.complained
    restored = site.release("restore", named[1], "--yes")
    assert restored.status == 0, restored.complained
    assert dump(site.url) == before
    assert is_open(site)


@pytest.mark.parametrize("when", ["begin", "end"])
@pytest.mark.parametrize("step", STEPS)
def test_an_apply_that_is_killed_at_a_step_is_whole_and_can_be_done_again(
    step: str, when: str, site: Site
) -> None:
    site.add_colour()
    before = dump(site.url)
    killed = site.at(step, when, "kill", "apply", *EMERGENCY)
    assert killed.status == -9, killed.complained
    committed = (step, when) in {("migrate", "end"), ("verify", "begin"), ("verify", "end")}
    assert (dump(site.url) == before) != committed
    assert colours(site) == ({"red"} if committed else {None})
    assert not is_open(site), "the site is closed until someone has looked"
    again = site.release("apply", *EMERGENCY)
    assert again.status == 0, again.complained
    assert colours(site) == {"red"}
    assert is_open(site)
    assert site.release("verify").status == 0
    assert site.here("status", "--json").facts["backup"]["why"] == "before a migration"


def test_of_three_applies_at_once_one_does_the_work_and_all_succeed(site: Site) -> None:
    site.add_colour()
    command = ("-m", "flask", "release", "apply", *EMERGENCY)
    processes = [site.start(*command) for _ in range(3)]
    answers = [process.communicate(timeout=120) for process in processes]
    assert [process.returncode for process in processes] == [0, 0, 0], answers
    told = sorted(said.splitlines()[0].partition(" ")[0] for said, _ in answers)
    assert told == ["Applied:", "The", "The"]
    assert colours(site) == {"red"}


def test_an_apply_waits_for_another_release_and_gives_up_in_the_end(site: Site) -> None:
    site.add_colour()
    with database_at(make_url(site.url)).lock():
        refused = site.release("apply", *EMERGENCY, "--wait", "0.2")
    assert refused.status == 9
    assert "Another release" in refused.complained
    assert is_open(site)


def test_whoever_pulls_a_new_version_and_types_make_run_gets_all_of_it_at_once(site: Site) -> None:
    """`make run` says `flask release apply --rehearse` before it serves."""
    revision = site.add_colour()
    good = revision.read_text()
    revision.write_text(good.replace("def upgrade():", "def upgrade():\n    1 / 0"))
    before = dump(site.url)
    failed = site.release("apply", "--rehearse")
    assert failed.status == 7
    assert "ZeroDivisionError" in failed.complained
    assert dump(site.url) == before
    assert is_open(site)
    revision.write_text(good)
    done = site.release("apply", "--rehearse", "--json")
    assert done.status == 0, done.complained
    assert done.facts["predicted"] > 0
    assert Path(done.facts["backup"]).exists()
    assert colours(site) == {"red"}
    assert site.release("apply", "--rehearse").said == "The database is up to date.\n"


def test_a_new_database_is_made_without_a_rehearsal(tmp_path: Path, empty_url: str) -> None:
    site = Site(tmp_path, empty_url)
    assert site.release("status").status == 3
    made = site.release("apply", "--rehearse")
    assert made.status == 0, made.complained
    assert site.release("verify").status == 0
    with connected(empty_url) as connection:
        assert set(rows(connection)) >= {"user", "note"}
    assert not list(site.backups.glob("*.json"))
