"""A search that would take long is given up: nobody waits for it, and it holds nobody up."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from website.database import db

PATIENCE = 5.0  # seconds, for a page
FOR_ALL = 60.0  # seconds, for everything that is found: half a million notes take five
_OFTEN = 2_000  # instructions of SQLite between two looks at the clock
# SQLite's SQLITE_INTERRUPT, and PostgreSQL's query_canceled (its manual's appendix A).
_GIVEN_UP = ("interrupted", "57014")


class TookTooLong(Exception):
    """The search was given up."""


@contextmanager
def patience(seconds: float) -> Iterator[None]:
    """Raises TookTooLong; on PostgreSQL the limit is each statement's."""
    try:
        with _limited(db.session.connection(), seconds):
            yield
    except OperationalError as error:
        if str(error.orig) in _GIVEN_UP or getattr(error.orig, "sqlstate", None) in _GIVEN_UP:
            db.session.rollback()
            raise TookTooLong from error
        raise


@contextmanager
def _limited(connection: Connection, seconds: float) -> Iterator[None]:
    raw: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        end = monotonic() + seconds
        raw.set_progress_handler(lambda: monotonic() > end, _OFTEN)
        try:
            yield
        finally:
            raw.set_progress_handler(None, 0)
    else:
        # A part of one's notes is never found soonest by reading everyone's.
        limits = f"SET statement_timeout = {seconds * 1000:.0f}; SET enable_seqscan = off"
        connection.exec_driver_sql(limits)
        try:
            yield
        finally:
            with suppress(raw.Error):  # it is lost
                raw.execute("RESET statement_timeout; RESET enable_seqscan")
