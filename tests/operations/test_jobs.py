"""`flask jobs`: what has run out goes, what has not stays; a backup when it is due."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskCliRunner

from tests.migrations.scratch import start_flask
from tests.people import Browser, Person
from website.database import now


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, object]:
    return {"BACKUP_DIR": tmp_path / "backups", "BACKUP_EVERY": 24, "BACKUP_KEEP": 3}


def backups(app: Flask) -> list[Path]:
    return sorted(
        file for file in Path(app.config["BACKUP_DIR"]).iterdir() if file.suffix != ".json"
    )


def test_only_what_has_run_out_goes(runner: FlaskCliRunner, alice: Person, client: Browser) -> None:
    runner.invoke(args=["users", "reset-password", alice.email])
    client.submit("/log-in", {"email": alice.email, "password": "a wrong password"})
    first = runner.invoke(args=["jobs"])
    assert (first.exit_code, first.output.count("\n0 ") + first.output.startswith("0 ")) == (0, 8)
    with time_machine.travel(now() + timedelta(days=31), tick=False):
        output = runner.invoke(args=["jobs"]).output
    assert "1 sessions" in output
    assert "1 password links" in output
    assert "2 counts of tries" in output


def test_a_backup_is_made_when_it_is_due_and_the_oldest_go(
    app: Flask, runner: FlaskCliRunner
) -> None:
    today = now()
    made = []
    for hours in (0, 1, 23, 24, 48, 72, 96):
        with time_machine.travel(today + timedelta(hours=hours), tick=False):
            done = runner.invoke(args=["jobs"])
        assert done.exit_code == 0, done.output
        made.append("Made the backup" in done.output)
        assert made[-1] or "The newest backup is whole" in done.output
    assert made == [True, False, False, True, True, True, True]
    assert len(backups(app)) == 3


def test_a_backup_that_is_dated_in_the_future_puts_off_none(
    app: Flask, runner: FlaskCliRunner
) -> None:
    """As a clock that was wrong for a while leaves one."""
    app.config["BACKUP_KEEP"] = 1
    with time_machine.travel(now() + timedelta(days=400), tick=False):
        assert "Made the backup" in runner.invoke(args=["jobs"]).output
    _said, made, file = runner.invoke(args=["jobs"]).output.partition("Made the backup ")
    assert made
    assert Path(file.strip()).exists()


def test_no_backup_is_made_where_none_is_wanted(app: Flask, runner: FlaskCliRunner) -> None:
    app.config["BACKUP_EVERY"] = 0
    assert "There is no backup" in runner.invoke(args=["jobs"]).output


def test_a_damaged_backup_is_told(app: Flask, runner: FlaskCliRunner) -> None:
    runner.invoke(args=["jobs"])
    (file,) = backups(app)
    file.write_bytes(file.read_bytes()[:-1000])
    told = runner.invoke(args=["jobs"])
    assert told.exit_code == 8
    assert file.name in told.output
    assert "0 sessions" in told.output, "the rest was done all the same"


def test_status_says_when_the_jobs_last_ran(runner: FlaskCliRunner) -> None:
    assert "never ran" in runner.invoke(args=["release", "status"]).output
    runner.invoke(args=["jobs"])
    assert "last ran a moment ago" in runner.invoke(args=["release", "status"]).output
    assert json.loads(runner.invoke(args=["release", "status", "--json"]).output)["jobs"]


def test_two_jobs_at_once_make_one_backup(database_url: str, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    environment = {"BACKUP_DIR": str(folder), "DATABASE_URL": database_url}
    both = [start_flask(database_url, "jobs", more=environment) for _ in range(2)]
    said = [process.communicate(timeout=60) for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert len(list(folder.glob("*.json"))) == 1
