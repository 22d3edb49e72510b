"""Who reads PostgreSQL during a migration goes on, who writes waits, and nobody waits behind us."""

from time import monotonic, sleep

from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from website.release.dialects.base import LOCK_SECONDS
from website.release.errors import LockTimeout
from website.release.schema import STATE_TABLE


def only_a_lock(error: BaseException) -> bool:
    """Whether PostgreSQL gave up waiting for a lock (lock_not_available)."""
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", "") in {
        "55P03",
        "40P01",
    }


def keep_writers_out(connection: Connection) -> None:
    """What BEGIN IMMEDIATE is on SQLite: whoever reads goes on, whoever writes waits."""
    if connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT":
        return
    tables = connection.exec_driver_sql(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')"
        " AND relnamespace = current_schema()::regnamespace"
        f" AND relname <> '{STATE_TABLE}' AND has_table_privilege(oid, 'UPDATE')"
    ).scalars()
    quote = connection.dialect.identifier_preparer.quote
    names = ", ".join(quote(name) for name in tables)
    end = monotonic() + LOCK_SECONDS
    while names:
        connection.exec_driver_sql("SAVEPOINT release_lock")
        try:
            connection.exec_driver_sql(f"LOCK TABLE {names} IN EXCLUSIVE MODE")
            return
        except DBAPIError as error:
            if not only_a_lock(error):
                raise
            if monotonic() > end:
                raise LockTimeout(
                    f"Someone else was writing to the database for over {LOCK_SECONDS:.0f} seconds."
                    " Nothing was changed."
                ) from error
            connection.exec_driver_sql("ROLLBACK TO SAVEPOINT release_lock")
            sleep(0.2)
