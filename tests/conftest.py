"""What every test stands on: a migrated database, copied for each, and people in it."""

import gc
import logging
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from jinja2 import FileSystemBytecodeCache
from xdist.scheduler import LoadScopeScheduling

from tests import postgresql
from tests.databases import Postgresql, Sqlite, make_app
from tests.http.answers import Log
from tests.migrations.scratch import Chain, Project, empty_database
from tests.people import Browser, Person, enrol
from tests.site.attacks import waiting_lines
from website import db

REQUIRE_ALL = os.environ.get("REQUIRE_ALL") == "1"
ROOM = 4 * 1024**3  # bytes, for the files of a run
_SERVER = "OCTAVO_TEST_POSTGRESQL"  # address of the run's PostgreSQL, for xdist's workers


def pytest_configure(config: pytest.Config) -> None:
    for name in ("DATABASE_URL", "PUBLIC_URL", "SECRET_KEY", "SIGN_UP", "FLASK_DEBUG"):
        os.environ.pop(name, None)
    if hasattr(config, "workerinput") or _SERVER in os.environ:
        return
    memory = _memory()
    if memory is not None:
        tempfile.tempdir = os.environ["TMPDIR"] = memory.name
        config.add_cleanup(memory.cleanup)
    backups = tempfile.TemporaryDirectory(prefix="octavo-backups-")
    os.environ["BACKUP_DIR"] = backups.name  # also for the commands that tests start
    config.add_cleanup(backups.cleanup)
    server = postgresql.Server.start()
    if server is not None:
        os.environ[_SERVER] = server.url
        # The server's own pg_dump: Debian's is a script that takes longer to find it than it runs.
        os.environ["PATH"] = f"{server.binaries}:{os.environ['PATH']}"
        config.add_cleanup(server.stop)
        config.add_cleanup(lambda: os.environ.pop(_SERVER))


def _memory() -> tempfile.TemporaryDirectory[str] | None:
    """A folder for the run's files where no disk is waited for. No test cuts the power.

    A disk takes a quarter of a second to make the 350 files of a database of PostgreSQL.
    None where there is no such place, or little room.
    """
    place = Path("/dev/shm")
    if not os.access(place, os.W_OK) or shutil.disk_usage(place).free < ROOM:
        return None
    folder = tempfile.TemporaryDirectory(prefix="octavo-tests-", dir=place)
    Path(folder.name).chmod(0o711)  # PostgreSQL runs as another user, in a folder of its own
    return folder


class Groups(LoadScopeScheduling):  # type: ignore[misc]
    """A file of browser tests goes to one worker of xdist as a whole; the others as they come.

    The mark `xdist_group` does nothing since pytest 9.2 (pytest-xdist 1386).
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        if not file.startswith(("tests/browser/", "tests/firefox/")):
            return nodeid
        # These two walk through the same pages.
        return "pages" if file.endswith(("/test_access.py", "/test_look.py")) else file


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Groups:
    return Groups(config, log)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "backend" in metafunc.fixturenames:
        wanted = ["sqlite", "postgresql"]
        for only in wanted:
            if metafunc.definition.get_closest_marker(f"{only}_only"):
                wanted = [only]
        metafunc.parametrize("backend", wanted, indirect=True, scope="session")


def pytest_collection_finish() -> None:
    # What tests start reads compiled files and writes none: of a revision that a test edits twice
    # in a second, one would be taken for the other's.
    os.environ["PYTHONDONTWRITEBYTECODE"] = "1"
    gc.freeze()  # what is there by now stays: a sixth of a run went by in looking through it


def lacking(reason: str) -> None:
    """Skip for want of something that one command installs; with REQUIRE_ALL=1, fail."""
    if REQUIRE_ALL:
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(autouse=True)
def _push_request_context() -> None:
    """Overrides pytest-flask's: an open context would sign every other client in as well."""


@pytest.fixture(scope="session")
def sqlite(tmp_path_factory: pytest.TempPathFactory) -> Sqlite:
    return Sqlite(tmp_path_factory.mktemp("sqlite"))


@pytest.fixture(scope="session")
def postgresql_template() -> Iterator[Postgresql]:
    if _SERVER not in os.environ:
        lacking(postgresql.MISSING)
    template = Postgresql(os.environ[_SERVER])
    yield template
    template.close()


@pytest.fixture(scope="session")
def backend(request: pytest.FixtureRequest) -> Any:
    """The kind of database: each test that uses it runs once on either."""
    name = {"sqlite": "sqlite", "postgresql": "postgresql_template"}[request.param]
    return request.getfixturevalue(name)


@pytest.fixture
def database_url(backend: Any) -> Iterator[str]:
    with backend.copy() as url:
        yield url


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def settings() -> dict[str, Any]:
    """Settings of the app under test; a module or a parametrized test may override this."""
    return {}


@pytest.fixture
def app(
    database_url: str, settings: dict[str, Any], compiled_templates: FileSystemBytecodeCache
) -> Iterator[Flask]:
    app = make_app(database_url, **settings)
    app.jinja_env.bytecode_cache = compiled_templates
    app.test_client_class = Browser
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture
def client(app: Flask) -> Browser:
    """A browser in which nobody is signed in."""
    client = app.test_client()
    assert isinstance(client, Browser)
    return client


@pytest.fixture
def runner(app: Flask) -> FlaskCliRunner:
    return app.test_cli_runner()


@pytest.fixture
def alice(app: Flask) -> Person:
    """She owns the notes of the test."""
    return enrol(app, "alice@example.org")


@pytest.fixture
def bob(app: Flask) -> Person:
    """Another person, who has notes of his own."""
    return enrol(app, "bob@example.org")


@pytest.fixture
def charlie(app: Flask) -> Person:
    """A stranger: signed in, and owner of nothing in the test."""
    return enrol(app, "charlie@example.org")


@pytest.fixture
def empty_url(backend: Any, tmp_path: Path) -> Iterator[str]:
    with empty_database(backend, tmp_path) as url:
        yield url


@pytest.fixture
def written(database_url: str, alice: Person, bob: Person) -> str:
    """The address of a database at head in which two people have sessions, notes and tags."""
    for person in (alice, bob):
        person.write("Rye", "Flour, water,\r\nsalt.  ", ("food", "food/bread"))
        person.write("", "नोट \U0001f5d2", ("food",))
    return database_url


@pytest.fixture
def chain(tmp_path: Path) -> Chain:
    return Chain(tmp_path)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    terminalreporter.section("attacks that wait for a part of the site")
    for line in waiting_lines():
        terminalreporter.write_line(line)


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Log:
    """The site's log during the test."""
    caplog.set_level(logging.INFO, logger="website")
    return Log(caplog)
