"""The PostgreSQL server around a database: others are made beside it, and take its name."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from time import monotonic, sleep
from typing import Any

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL

from website.release.dialects import postgresql_tools as tools
from website.release.dialects.base import LOCK_SECONDS
from website.release.errors import BackupFailed, LockTimeout, Refused, Unreachable

_HELD = "hashtext('flask release made'), hashtext(%s)"  # the key of a lock


def connect(url: URL, database: str | None = None) -> psycopg.Connection[Any]:
    parts = tools.parameters(url) | ({"dbname": database} if database else {})
    try:
        connection = psycopg.connect(**parts, autocommit=True)
    except psycopg.OperationalError as error:
        raise Unreachable(f"The database does not answer: {line(error)}") from error
    # It idles for long: a lock, or a copy that waits to be dropped, would be gone without a word.
    connection.execute(
        "SELECT set_config(name, '0', false) FROM pg_settings"
        " WHERE name IN ('idle_session_timeout', 'statement_timeout')"
    )
    return connection


@contextmanager
def at(url: URL) -> Iterator[psycopg.Connection[Any]]:
    """A connection that does not stand in the way when the database gets another name."""
    try:
        connection = connect(url, "postgres")
    except Unreachable:
        connection = connect(url, "template1")
    with connection:
        yield connection


@contextmanager
def made(url: URL, name: str) -> Iterator[None]:
    """A new database, empty, like this one in its encoding; gone unless it was renamed."""
    with at(url) as server:
        server.execute(f"SELECT pg_advisory_lock({_HELD})", [name])
        like = server.execute(
            "SELECT pg_encoding_to_char(encoding), datcollate, datctype FROM pg_database"
            " WHERE datname = %s",
            [url.database],
        ).fetchone()
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name))
        if like:
            statement += sql.SQL(" ENCODING {} LC_COLLATE {} LC_CTYPE {}").format(*like)
        comment = sql.SQL("COMMENT ON DATABASE {} IS {}")
        try:
            server.execute(statement)
            server.execute(comment.format(sql.Identifier(name), _mark(url)))
        except psycopg.Error as error:
            raise BackupFailed(
                f"No copy could be made beside it: {line(error)}. The role needs CREATEDB."
            ) from error
        try:
            yield
        finally:
            _drop(server, name)


def sweep(url: URL) -> None:
    """Drop what was `made` by releases that were killed: it holds a copy of everything."""
    with at(url) as server:
        marked = server.execute(
            "SELECT datname FROM pg_database WHERE pg_has_role(datdba, 'USAGE')"
            " AND shobj_description(oid, 'pg_database') = %s",
            [_mark(url)],
        )
        for (name,) in marked.fetchall():
            # Unless its maker is alive, and holds it.
            held = server.execute(f"SELECT pg_try_advisory_lock({_HELD})", [name]).fetchone()
            if held == (True,):
                with suppress(psycopg.Error):  # of a role that may not
                    _drop(server, name)


def _mark(url: URL) -> str:
    return f"half made by flask release for {url.database}"


def _drop(server: psycopg.Connection[Any], name: str) -> None:
    drop = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
    server.execute(drop.format(sql.Identifier(name)))


def swap(url: URL, new: str, old: str | None) -> None:
    """Give the name to the database `new`, and the name `old` to the one that has it."""
    name = str(url.database)
    rename = sql.SQL("ALTER DATABASE {} RENAME TO {}")
    end = monotonic() + LOCK_SECONDS
    with at(url) as server:
        while True:
            server.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = %s AND pid <> pg_backend_pid()"
                " AND backend_type = 'client backend' AND pg_has_role(usesysid, 'USAGE')",
                [name],
            )
            try:
                with server.transaction():  # both names or none, and it is half made no more
                    whole = sql.SQL("COMMENT ON DATABASE {} IS NULL")
                    server.execute(whole.format(sql.Identifier(new)))
                    for one, other in ((name, old), (new, name)):
                        if other is not None:
                            names = sql.Identifier(one), sql.Identifier(other)
                            server.execute(rename.format(*names))
                return
            except psycopg.errors.ObjectInUse as error:
                if monotonic() > end:
                    raise LockTimeout(
                        f"The database is in use, so it has kept its name: {_users(server, name)}."
                    ) from error
                sleep(0.05)
            except psycopg.Error as error:
                raise Refused(f"The database has kept its name: {line(error)}") from error


def _users(server: psycopg.Connection[Any], name: str) -> str:
    """Whose sessions there are; those of a superuser, another role cannot end."""
    found = server.execute(
        "SELECT DISTINCT usename, coalesce(nullif(application_name, ''), backend_type)"
        " FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()",
        [name],
    )
    return ", ".join(f"{user} ({what})" for user, what in found) or "nobody any more"


def line(error: Exception) -> str:
    """The first line of what PostgreSQL said."""
    return str(error).strip().partition("\n")[0]
