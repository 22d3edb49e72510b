"""Whoever else is upgrading the same database, each change is made once."""

import subprocess
from contextlib import ExitStack

import pytest
from sqlalchemy import make_url, text

from tests.migrations.schema import connected
from tests.migrations.scratch import Chain, start_flask
from website.release.dialects import database_at

ONCE = """
op.create_table("visit", sa.Column("id", sa.Integer(), primary_key=True))
op.execute("INSERT INTO visit DEFAULT VALUES")
"""


def test_of_three_upgrades_at_once_one_does_the_work_and_all_succeed(
    empty_url: str, chain: Chain
) -> None:
    chain.add("once", ONCE)
    command = ("db", "upgrade", "--directory", str(chain.directory))
    with ExitStack() as stack:
        with database_at(make_url(empty_url)).lock():
            processes = [stack.enter_context(start_flask(empty_url, *command)) for _ in range(3)]
            with pytest.raises(subprocess.TimeoutExpired):  # each is at the database's door
                processes[-1].wait(3)
        complaints = [process.communicate()[1] for process in processes]
        assert [process.returncode for process in processes] == [0, 0, 0], complaints
    assert sorted("Running upgrade" in said for said in complaints) == [False, False, True]
    with connected(empty_url) as connection:
        assert connection.scalar(text("SELECT count(*) FROM visit")) == 1
