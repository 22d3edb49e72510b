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


_TABLES = f"""
    SELECT quote_ident(nspname) || '.' || quote_ident(relname)
      FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
     WHERE relkind IN ('r', 'p') AND c.oid IS DISTINCT FROM to_regclass('{STATE_TABLE}')
       AND nspname <> 'information_schema' AND left(nspname, 3) <> 'pg_'
       AND has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'UPDATE')
     ORDER BY c.oid
"""


def keep_writers_out(connection: Connection) -> None:
    """What BEGIN IMMEDIATE is on SQLite: whoever reads goes on, whoever writes waits.

    In every schema, as a backup and a restore are of the whole database; but for the room's own
    table, in which a release writes what it does.
    """
    if connection.get_execution_options().get("isolation_level") == "AUTOCOMMIT":
        return
    names = ", ".join(connection.exec_driver_sql(_TABLES).scalars()).replace("%", "%%")
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
