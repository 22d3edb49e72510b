"""Here what is written is few, so that PostgreSQL would never ask its index."""

import pytest

from website.models.search import postgresql


@pytest.fixture(autouse=True)
def _by_the_index(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgresql, "WINDOWS", ())
