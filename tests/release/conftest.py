"""What the tests of the release room stand on besides."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.migrations.scratch import empty_database


@pytest.fixture
def empty_url(backend: Any, tmp_path: Path) -> Iterator[str]:
    with empty_database(backend, tmp_path) as url:
        yield url
