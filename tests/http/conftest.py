"""What the tests of attacks look at: the log, and whether anything has changed."""

import logging

import pytest

from tests.http.answers import Log


@pytest.fixture
def log(caplog: pytest.LogCaptureFixture) -> Log:
    """The site's log during the test."""
    caplog.set_level(logging.INFO, logger="website")
    return Log(caplog)
