"""Databases, revisions and projects that a test may spoil, and real `flask` commands."""

import os
import shutil
import subprocess
import sys
import textwrap
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import flask_migrate
import pytest
from alembic.script import Script, ScriptDirectory
from flask import Flask
from sqlalchemy import create_engine, text

from tests import forks
from tests.databases import Sqlite, make_app
from website import db

ROOT = Path(__file__).parents[2]
MIGRATIONS = ROOT / "migrations"
SCRIPTS = ScriptDirectory(str(MIGRATIONS))
CHAIN: list[Script] = sorted(SCRIPTS.walk_revisions(), key=lambda script: Path(script.path).name)
CHANGES = [script for script in CHAIN if not script.is_merge_point]  # which changes nothing
each_revision = pytest.mark.parametrize(
    "script", CHANGES, ids=lambda script: Path(script.path).stem
)
_FLASK = Path(sys.executable).with_name("flask")
_STATE = shutil.ignore_patterns(".*", "instance")
_REVISION = '''"""{name}."""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{after}"
branch_labels = None
depends_on = None
{declared}

def upgrade():
{upgrade}


def downgrade():
{downgrade}
'''


def undoing(script: Script) -> str:
    """What to downgrade to for undoing this revision alone, wherever two lines meet."""
    joined = script.down_revision if script.is_merge_point else None
    return joined[0] if isinstance(joined, tuple) else f"{script.revision}@-1"


@contextmanager
def empty_database(backend: Any, folder: Path) -> Iterator[str]:
    """The address of a database with nothing in it; on SQLite, of a file that is not there yet."""
    name = f"empty_{uuid.uuid4().hex}"
    if isinstance(backend, Sqlite):
        yield f"sqlite:///{folder / name}.db"
        return
    server = os.environ["OCTAVO_TEST_POSTGRESQL"]
    admin = create_engine(f"{server}/postgres", isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        yield f"{server}/{name}"
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    admin.dispose()


@contextmanager
def site_on(url: str) -> Iterator[Flask]:
    """The context in which `flask_migrate.upgrade()` and the like work on this database."""
    app = make_app(url)
    with app.app_context():
        yield app
        db.engine.dispose()


def upgrade(url: str, to: str = "head", *, directory: Path = MIGRATIONS) -> None:
    with site_on(url):
        flask_migrate.upgrade(str(directory), to)


def downgrade(url: str, to: str, *, directory: Path = MIGRATIONS) -> None:
    with site_on(url):
        flask_migrate.downgrade(str(directory), to)


class Chain:
    """A copy of the project's revisions, to which a test adds some of its own."""

    def __init__(self, folder: Path) -> None:
        self.directory = folder / "migrations"
        shutil.copytree(MIGRATIONS, self.directory, ignore=_STATE)

    @property
    def files(self) -> list[Path]:
        return sorted((self.directory / "versions").glob("*.py"))

    def add(
        self,
        name: str,
        upgrade: str,
        downgrade: str = "pass",
        losses: tuple[str, ...] = (),
        declared: str = "",
    ) -> Path:
        """One more revision, after the last one, with these bodies and declared losses."""
        code = _REVISION.format(
            name=name,
            revision=uuid.uuid4().hex[:12],
            declared=f"expected_loss = {list(losses)}\n{declared}\n",
            after=ScriptDirectory(str(self.directory)).get_current_head(),
            upgrade=textwrap.indent(textwrap.dedent(upgrade).strip(), "    "),
            downgrade=textwrap.indent(textwrap.dedent(downgrade).strip(), "    "),
        )
        path = self.directory / "versions" / f"{len(self.files) + 1:04}_{name}.py"
        path.write_text(code, encoding="utf-8")
        return path


class Project(Chain):
    """A copy of the whole project, in which a test changes a model as a developer would."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "project"
        self.folder.mkdir()
        for name in ("main.py", ".flaskenv"):
            shutil.copy(ROOT / name, self.folder)
        shutil.copytree(ROOT / "website", self.folder / "website", ignore=_STATE)
        super().__init__(self.folder)

    def append(self, module: str, code: str) -> None:
        """Write more code at the end of `website/models/<module>.py`."""
        with (self.folder / "website" / "models" / f"{module}.py").open("a") as file:
            file.write(textwrap.dedent(code))

    def flask(self, url: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        return flask(url, *arguments, cwd=self.folder)


def start_flask(
    url: str, *arguments: str, more: Mapping[str, str] | None = None, **options: Any
) -> subprocess.Popen[str]:
    """A real `flask …` from the project's root, on this database, with its output in pipes."""
    return subprocess.Popen(
        [str(_FLASK), *arguments],
        **{
            "cwd": ROOT, "env": _environment(url, more), "stdin": subprocess.DEVNULL, "text": True,
            "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options,
        },
    )  # fmt: skip


def flask(
    url: str, *arguments: str, more: Mapping[str, str] | None = None, cwd: Path = ROOT
) -> subprocess.CompletedProcess[str]:
    """What a real `flask …` did and said."""
    return forks.run(["-m", "flask", *arguments], cwd, _environment(url, more))


def _environment(url: str, more: Mapping[str, str] | None) -> dict[str, str]:
    secret = "for tests: 0123456789 abcdefghij"
    return {**os.environ, "DATABASE_URL": url, "SECRET_KEY": secret, **(more or {})}
