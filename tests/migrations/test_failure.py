"""An upgrade is done whole or not at all, whatever ends it, and can be tried again."""

import re
import resource
import signal
from pathlib import Path

import pytest

from tests.forks import finish
from tests.migrations.schema import connected, dump, rows
from tests.migrations.scratch import Chain, flask, start_flask, upgrade

# Done before the failure: a table, a column, rows in both, and rows that were there.
HALF = """
op.create_table("shelf", sa.Column("id", sa.Integer(), primary_key=True))
op.add_column("note", sa.Column("colour", sa.String(20)))
op.create_index("ix_note_colour", "note", ["colour"])
op.execute("INSERT INTO shelf VALUES (1)")
op.execute("UPDATE note SET colour = 'red', body = 'gone'")
op.execute("DELETE FROM session")
"""
LOST = ("rows:session", "values:note.body")
FAILURE = 'raise ArithmeticError("half way")'
HANG = 'print("half way", flush=True)\n__import__("time").sleep(600)'
FILL = """
op.create_table("heap", sa.Column("id", sa.Integer()), sa.Column("filling", sa.LargeBinary()))
for number in range(16):
    op.execute(f"INSERT INTO heap VALUES ({number}, zeroblob(1000000))")
"""
LIMIT = 4_000_000  # bytes of the largest file that a process with a "full disk" can write


def mend(revision: Path, failure: str) -> None:
    """Take the failure out, as its author would."""
    code = revision.read_text()
    for line in failure.splitlines():
        assert line in code
        code = code.replace(line, "pass")
    revision.write_text(code)


def applied(url: str) -> bool:
    with connected(url) as connection:
        found = rows(connection)
    return {row["colour"] for row in found["note"]} == {"red"} and len(found["shelf"]) == 1


def test_an_upgrade_of_which_one_revision_fails_changes_nothing_and_can_be_tried_again(
    written: str, chain: Chain, caplog: pytest.LogCaptureFixture
) -> None:
    chain.add("first", HALF, losses=LOST)
    second = chain.add(
        "second", f"op.execute('DELETE FROM note_tag')\n{FAILURE}", losses=("rows:note_tag",)
    )
    before = dump(written)
    with pytest.raises(SystemExit):
        upgrade(written, directory=chain.directory)
    assert re.search(r"_second.py, line \d+: ArithmeticError: half way. Nothing", caplog.text)
    assert dump(written) == before
    mend(second, FAILURE)
    upgrade(written, directory=chain.directory)
    assert applied(written)


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    "ending",
    [
        'op.execute("COMMIT")',
        'op.get_bind().connection.driver_connection.executescript("CREATE TABLE mine (id)")',
    ],
    ids=["COMMIT", "executescript"],
)
def test_on_sqlite_a_revision_cannot_end_the_transaction_that_makes_the_upgrade_whole(
    ending: str, written: str, chain: Chain, caplog: pytest.LogCaptureFixture
) -> None:
    chain.add("first", f"{HALF}{ending}")
    chain.add("second", f"op.execute('DELETE FROM note_tag')\n{FAILURE}")
    before = dump(written)
    with pytest.raises(SystemExit):
        upgrade(written, directory=chain.directory)
    assert re.search("not authorized|may not COMMIT", caplog.text)
    assert dump(written) == before


def test_an_upgrade_that_is_killed_changes_nothing_and_can_be_tried_again(
    written: str, chain: Chain
) -> None:
    """BookStack 5976: run again, it died on what the first had left."""
    chain.add("first", HALF, losses=LOST)
    second = chain.add(
        "second", f"op.execute('DELETE FROM note_tag')\n{HANG}", losses=("rows:note_tag",)
    )
    before = dump(written)
    command = ("db", "upgrade", "--directory", str(chain.directory))
    with start_flask(written, *command) as process:
        assert process.stdout
        said = [process.stdout.readline() for _ in range(2)][1]  # after where the backup is
        process.kill()
        complained = process.communicate()[1]
    assert (said, process.returncode) == ("half way\n", -signal.SIGKILL), complained
    assert dump(written) == before
    mend(second, HANG)
    done = flask(written, *command)
    assert done.returncode == 0, done.stderr
    assert applied(written)


@pytest.mark.sqlite_only
def test_on_sqlite_an_upgrade_that_fills_the_disk_changes_nothing_and_can_be_tried_again(
    written: str, chain: Chain
) -> None:
    def fill_the_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, LIMIT))

    chain.add("first", HALF, losses=LOST)
    chain.add("second", FILL)
    before = dump(written)
    command = ("db", "upgrade", "--directory", str(chain.directory))
    failed = finish(start_flask(written, *command, preexec_fn=fill_the_disk))
    assert failed.returncode == 1
    assert "disk I/O error" in failed.stderr or "disk is full" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert dump(written) == before
    upgrade(written, directory=chain.directory)
    assert applied(written)
