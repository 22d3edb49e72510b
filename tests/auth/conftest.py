"""The log is looked at here too."""

from tests.http.conftest import log

__all__ = ["log"]
