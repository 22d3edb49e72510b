"""A search that would take long is given up: nobody waits for it, and it holds nobody up."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from sqlalchemy import func, select
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
    """Raises TookTooLong; on PostgreSQL the limit is each statement's, to the transaction's end."""
    connection = db.session.connection()
    raw = connection.connection.driver_connection
    of_sqlite = connection.dialect.name == "sqlite"
    if of_sqlite:
        end = monotonic() + seconds
        raw.set_progress_handler(lambda: monotonic() > end, _OFTEN)  # type: ignore[union-attr]
    else:
        milliseconds = f"{seconds * 1000:.0f}"
        connection.execute(select(func.set_config("statement_timeout", milliseconds, True)))
    try:
        yield
    except OperationalError as error:
        if str(error.orig) in _GIVEN_UP or getattr(error.orig, "sqlstate", None) in _GIVEN_UP:
            db.session.rollback()
            raise TookTooLong from error
        raise
    finally:
        if of_sqlite:
            raw.set_progress_handler(None, 0)  # type: ignore[union-attr]
