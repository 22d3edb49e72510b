"""Revisions that end their transaction, or the process, or are stopped: never half of one stays."""

import signal
import subprocess
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests.migrations.schema import dump
from tests.release.conftest import COLOUR, NO_COLOUR, Ran, Site
from website.release.dialects import database_at

EMERGENCY = ("apply", "--no-rehearsal", "the test says so")
# Only where there are notes: before the real database, an empty one is tried.
NOTES = "op.get_bind().scalar(sa.text('SELECT count(*) FROM note'))"
DRIVER = "op.get_bind().connection.dbapi_connection"


def is_open(site: Site) -> bool:
    return database_at(make_url(site.url)).maintenance() is None


def is_sqlite(site: Site) -> bool:
    return make_url(site.url).get_backend_name() == "sqlite"


def applied(site: Site, *statements: str) -> Ran:
    """What `apply` answers to a revision that does this between two writes of its own.

    Whatever it is, it must have left everything as it was, and the site open.
    """
    doing = "\n    ".join([f"if {NOTES}:", *statements])
    rest = "op.execute(\"UPDATE note SET title = 'half'\")"
    # No change of the schema, which `verify` would miss if it were gone.
    site.add("titles", f"{rest}\n{doing}\n{rest.replace('half', 'all')}")
    before = dump(site.url)
    done = site.release(*EMERGENCY)
    assert dump(site.url) == before, done.complained
    assert is_open(site)
    return done


@pytest.mark.parametrize("said", ["COMMIT", "commit; begin", " End", "ROLLBACK"])
def test_a_revision_that_says_that_its_transaction_ends_is_refused(said: str, site: Site) -> None:
    refused = applied(site, f"op.execute({said!r})")
    assert refused.status == 10
    assert "A revision may not COMMIT or ROLLBACK. Nothing was changed." in refused.complained


@pytest.mark.parametrize(
    "does",
    [
        f"{DRIVER}.commit()",
        f"{DRIVER}.rollback()",
        f"{DRIVER}.commit(); 1 / 0",
        f"{DRIVER}.commit(); op.execute('DELETE FROM note_tag')",
        f"{DRIVER}.commit(); {DRIVER}.execute('BEGIN')",
        "op.execute('-- done\\nCOMMIT')",
        "op.execute('/* done */ COMMIT')",
    ],
)  # fmt: skip
def test_what_a_revision_commits_behind_the_back_of_sqlalchemy_is_put_back(
    does: str, site: Site
) -> None:
    undone = applied(site, does)
    # SQLite lets nobody but the release end the transaction; PostgreSQL cannot be told to.
    assert undone.status == (10 if is_sqlite(site) else 11), undone.complained
    if undone.status == 11:
        assert "was put back" in undone.complained


@pytest.mark.sqlite_only
def test_on_sqlite_a_script_that_the_driver_runs_may_not_end_the_transaction(site: Site) -> None:
    refused = applied(site, f"{DRIVER}.executescript('UPDATE note SET title = 0;')")
    assert refused.status == 10
    assert "not authorized" in refused.complained


@pytest.mark.parametrize("says", ["0", "", "'enough'"])
def test_a_revision_that_exits_is_one_that_failed(says: str, site: Site) -> None:
    failed = applied(site, f"import sys; sys.exit({says})")
    assert failed.status == 10
    assert "_titles.py" in failed.complained
    assert "SystemExit" in failed.complained
    assert "Nothing was changed" in failed.complained


def test_a_revision_that_exits_is_no_rehearsal_that_went_well(site: Site) -> None:
    site.add_colour().unlink()
    site.add("colour", f"{COLOUR}\nraise SystemExit(0)", NO_COLOUR)
    assert site.release("rehearse").status == 7
    assert site.release("apply").status == 7


WAITS = """
def wait(*_about):
    print("half way", flush=True)
    while True:
        pass
"""
IN_A_STATEMENT = (
    'sa.event.listen(op.get_bind(), "after_cursor_execute", wait); op.execute("SELECT 1")'
)


def stopped(site: Site, by: signal.Signals, does: str) -> Ran:
    """What `apply` answers when it is sent a signal in the middle of a revision."""
    site.add_colour().unlink()
    site.add("colour", f"{WAITS}\n{COLOUR}\nif {NOTES}:\n    {does}", NO_COLOUR)

    def hear_ctrl_c() -> None:  # which what runs in the background does not
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    command = ("-m", "flask", "release", *EMERGENCY)
    with site.start(*command, preexec_fn=hear_ctrl_c) as process:
        assert process.stderr is not None
        said = []
        while "half way\n" not in said:
            said.append(process.stderr.readline())
            assert said[-1], said
        process.send_signal(by)
        try:
            rest = process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            process.kill()
            raise
    return Ran(process.returncode, rest[0], "".join(said) + rest[1])


@pytest.mark.parametrize(
    ("by", "does"),
    [(signal.SIGINT, IN_A_STATEMENT), (signal.SIGTERM, "wait()"), (signal.SIGHUP, "wait()")],
    ids=["Ctrl-C in a statement", "SIGTERM", "SIGHUP"],
)
def test_an_apply_that_is_stopped_in_a_revision_undoes_it_and_opens_the_site(
    by: signal.Signals, does: str, site: Site
) -> None:
    before = dump(site.url)
    done = stopped(site, by, does)
    assert done.status == 1, "neither well nor killed"
    assert done.complained.endswith("Aborted!\n")
    assert "Traceback" not in done.complained
    assert dump(site.url) == before
    assert is_open(site)


@pytest.mark.postgresql_only
@pytest.mark.parametrize("first", ["", f"{DRIVER}.commit(); "], ids=["whole", "committed"])
def test_on_postgresql_a_connection_that_is_lost_leaves_nothing(first: str, site: Site) -> None:
    lost = "op.execute('SELECT pg_terminate_backend(pg_backend_pid())')"
    failed = applied(site, f"{first}{lost}")
    assert failed.status == (11 if first else 10), failed.complained


@pytest.mark.postgresql_only
@pytest.mark.parametrize("does", ["wait()", IN_A_STATEMENT], ids=["between", "in a statement"])
def test_on_postgresql_what_was_committed_before_a_stop_is_put_back(does: str, site: Site) -> None:
    before = dump(site.url)
    done = stopped(site, signal.SIGTERM, f"{DRIVER}.commit(); {does}")
    assert done.status == 11, done.complained
    assert dump(site.url) == before
    assert is_open(site)


REFUSES = (
    "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql"
    " AS 'BEGIN RAISE EXCEPTION USING message = TG_NAME; END'",
    "CREATE CONSTRAINT TRIGGER not_today AFTER UPDATE ON note DEFERRABLE INITIALLY DEFERRED"
    " FOR EACH ROW EXECUTE FUNCTION refuse()",
    "UPDATE note SET title = title",
)


@pytest.mark.postgresql_only
def test_on_postgresql_a_commit_that_is_refused_has_changed_nothing(site: Site) -> None:
    """A deferred constraint speaks at the very end, and then there is nothing to put back."""
    site.add("refused", "\n".join(f"op.execute({statement!r})" for statement in REFUSES))
    before = dump(site.url)
    failed = site.release(*EMERGENCY, "--json")
    assert failed.status == 10, failed.complained
    assert "not_today" in failed.facts["error"]
    assert "Nothing was changed" in failed.facts["error"]
    assert dump(site.url) == before
    assert is_open(site)
    assert not [file for file in Path(site.backups).iterdir() if file.name.startswith("damaged")]
