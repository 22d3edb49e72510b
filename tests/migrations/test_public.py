"""`flask db` on a site that others reach: `flask release` does it better, and says so."""

import re

import pytest

from tests.migrations.schema import dump
from tests.migrations.scratch import CHANGES, Chain, flask, start_flask
from tests.release.conftest import COLOUR, NO_COLOUR

PUBLIC = {"PUBLIC_URL": "https://notes.example.org"}


def test_an_upgrade_is_refused_and_points_to_release_apply(written: str, chain: Chain) -> None:
    chain.add("colour", COLOUR, NO_COLOUR)
    before = dump(written)
    command = ("db", "upgrade", "--directory", str(chain.directory))
    refused = flask(written, *command, more=PUBLIC)
    assert refused.returncode == 1
    assert "flask release apply" in refused.stderr
    assert "ALLOW_DB_UPGRADE=1" in refused.stderr
    assert dump(written) == before
    allowed = flask(written, *command, more={**PUBLIC, "ALLOW_DB_UPGRADE": "1"})
    assert allowed.returncode == 0, allowed.stderr
    assert dump(written) != before


@pytest.mark.parametrize("address", ["http://localhost:5000", "http://127.0.0.1:5000"])
def test_on_this_machine_it_is_done_and_says_where_the_backup_is(
    address: str, written: str, chain: Chain
) -> None:
    chain.add("colour", COLOUR, NO_COLOUR)
    command = ("db", "upgrade", "--directory", str(chain.directory))
    done = flask(written, *command, more={"PUBLIC_URL": address})
    assert done.returncode == 0, done.stderr
    assert re.search(r"The database as it was is in .*\.(db|dump)\n", done.stdout)
    again = flask(written, *command)
    assert again.returncode == 0
    assert "as it was" not in again.stdout, "there was nothing to do, so there is no backup"


def test_a_way_back_needs_a_target_a_backup_and_a_yes(written: str) -> None:
    before = dump(written)
    refused = flask(written, "db", "downgrade", more=PUBLIC)
    assert refused.returncode == 1
    assert "name the revision" in refused.stderr
    assert dump(written) == before
    target = ("db", "downgrade", CHANGES[-1].down_revision)
    unsure = flask(written, *target, more=PUBLIC)
    assert unsure.returncode == 1
    assert "Nothing was done: nobody said yes." in unsure.stderr
    assert dump(written) == before
    with start_flask(written, *target, more=PUBLIC, stdin=-1) as process:
        said, complained = process.communicate("y\n", timeout=60)
    assert process.returncode == 0, complained
    assert "The database as it was is in" in said
    assert dump(written) != before


def test_looking_is_allowed(written: str) -> None:
    for command in ("current", "check", "history", "heads"):
        done = flask(written, "db", command, more=PUBLIC)
        assert done.returncode == 0, done.stderr
