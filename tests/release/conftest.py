"""What the tests of the release room stand on: projects with a revision that nobody has applied."""

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import make_url

from tests import forks
from tests.databases import make_app
from tests.migrations.scratch import Project, empty_database
from tests.release.trial import Trial, trial_at
from website import db

AT_STEP = Path(__file__).with_name("at_step.py")
COLOUR = 'op.add_column("note", sa.Column("colour", sa.String(20), server_default="red"))'
NO_COLOUR = 'op.drop_column("note", "colour")'
MODEL = """

from sqlalchemy.orm import mapped_column as _new_column
Note.colour = _new_column("colour", String(20), server_default="red")
"""


@dataclass
class Ran:
    """What a `flask release …` did and said."""

    status: int
    said: str
    complained: str

    @property
    def facts(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.said)
        return found


def _ran(done: subprocess.CompletedProcess[str]) -> Ran:
    assert "Traceback" not in done.stderr or done.returncode in {1, -9}, done.stderr
    return Ran(done.returncode, done.stdout, done.stderr)


class Site(Project):
    """A copy of the project on a database with people's notes; its backups are its own."""

    def __init__(self, folder: Path, url: str) -> None:
        super().__init__(folder)
        self.url = url
        self.backups = folder / "backups"
        self.environment = {
            **os.environ,
            "BACKUP_DIR": str(self.backups),
            "DATABASE_URL": url,
            "SECRET_KEY": "for tests: 0123456789 abcdefghij",
        }

    def release(self, *arguments: str, **options: Any) -> Ran:
        """`flask release …` as a process of its own."""
        command = ["-m", "flask", "release", *arguments]
        if options:
            return _ran(forks.finish(self.start(*command, **options)))
        return _ran(forks.run(command, self.folder, self.environment))

    def start(self, *command: str, **options: Any) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, *command],
            **{
                "cwd": self.folder, "env": self.environment, "stdin": subprocess.DEVNULL,
                "text": True, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options,
            },
        )  # fmt: skip

    def at(self, step: str, when: str, what: str, *arguments: str) -> Ran:
        """`flask release …`, with something done to it at one step."""
        command = [str(AT_STEP), step, when, what, "release", *arguments]
        return _ran(forks.run(command, self.folder, self.environment))

    def here(self, *arguments: str) -> Ran:
        """The same in this process, for what needs no process of its own."""
        app = make_app(self.url, BACKUP_DIR=str(self.backups))
        app.extensions["migrate"].directory = str(self.directory)
        result = app.test_cli_runner().invoke(args=["release", *arguments])
        with app.app_context():
            db.engine.dispose()
        if result.exception is not None and not isinstance(result.exception, SystemExit):
            raise result.exception
        return Ran(result.exit_code, result.stdout, result.stderr)

    def add_colour(self) -> Path:
        """The change of a Friday afternoon: a model and its revision, on top of the others."""
        self.append("note", MODEL)
        return self.add("colour", COLOUR, NO_COLOUR)


@pytest.fixture
def site(tmp_path: Path, written: str) -> Site:
    return Site(tmp_path, written)


@pytest.fixture
def sqlite_file(site: Site) -> Path:
    path = Path(make_url(site.url).database or "")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return path


@pytest.fixture(scope="module")
def address(backend: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Of an empty database, which stays empty: a trial is undone."""
    with empty_database(backend, tmp_path_factory.mktemp("trial")) as url:
        yield url


@pytest.fixture
def trial(address: str) -> Iterator[Trial]:
    with trial_at(address) as trial:
        yield trial
