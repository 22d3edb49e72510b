"""What the tests of the revisions stand on: databases with nothing in them, and with people's."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.migrations.scratch import Chain, Project, empty_database
from tests.people import Person


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
