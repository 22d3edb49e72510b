"""The database to move into: another one, of a known kind, and empty."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import inspect
from sqlalchemy.engine import URL, Connection, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError

from website.release.dialects import Database, database_at
from website.release.dialects.postgresql_rows import PostgresqlRows
from website.release.dialects.rows import Rows
from website.release.dialects.sqlite_rows import SqliteRows
from website.release.errors import MigrationFailed, Refused, WrongUse
from website.release.site import Site


def destination(site: Site, address: str) -> Database:
    """The database of an address as a person types it; raises WrongUse for what is none."""
    try:
        url = make_url(address)
    except ArgumentError as error:
        raise WrongUse(
            "That is no address of a database. Write postgresql://octavo@db/octavo or"
            " sqlite:////srv/octavo.db"
        ) from error
    if url.drivername == "postgres":
        url = url.set(drivername="postgresql")
    file = url.database if url.get_backend_name() == "sqlite" else None
    if file and file != ":memory:" and not file.startswith("file:"):
        url = url.set(database=str(Path(site.app.instance_path) / file))  # as Flask-SQLAlchemy does
    if url.get_backend_name() == "postgresql" and not url.database:
        raise WrongUse("The address names no database, as in postgresql://octavo@db/octavo.")
    return streaming(url)


def streaming(url: URL) -> Database:
    """The database with the driver that rows are streamed with, whichever the site uses."""
    ours = {"postgresql": "postgresql+psycopg", "sqlite": "sqlite"}
    return database_at(url.set(drivername=ours.get(url.get_backend_name(), url.drivername)))


def rows_of(connection: Connection) -> Rows:
    return {"sqlite": SqliteRows, "postgresql": PostgresqlRows}[connection.dialect.name](connection)


def require_another(source: Database, target: Database) -> None:
    """Raises WrongUse if there is no such database, or it is the same one."""
    if target.exists():
        with source.reading() as here, target.reading() as there:
            if rows_of(here).identity() == rows_of(there).identity():
                raise WrongUse("The site is on this database already.")
    elif target.url.get_backend_name() != "sqlite":
        raise WrongUse(
            f"There is no database at {target.shown}. Make an empty one, as with: createdb"
            f" {_options(target.url)}"
        )


def require_empty(target: Database) -> None:
    """Raises WrongUse if there is a table in it."""
    if tables := _tables(target):
        raise WrongUse(
            f"{target.shown} is not empty: it has {len(tables)} tables, {tables[0]} among them."
            f" Name another one or, if nothing in it is needed, empty it: {_emptying(target)}"
        )


@contextmanager
def emptied_after_failure(source: Database, target: Database) -> Iterator[None]:
    """A failure says what to do before the next try."""
    try:
        yield
    except Refused as error:
        said = f"{error} {_after_failure(source, target)}"
        raise type(error)(said, **error.details) from error
    except DBAPIError as error:
        said = " ".join(str(error.orig).split())
        raise MigrationFailed(f"{said}. {_after_failure(source, target)}") from error


def _after_failure(source: Database, target: Database) -> str:
    said = f"The old database, {source.shown}, is as it was."
    with suppress(Refused, DBAPIError):  # a target that does not answer is what failed
        if _tables(target):
            said += f" Before the next try, empty {target.shown}: {_emptying(target)}"
    return said


def _tables(target: Database) -> list[str]:
    if not target.exists():
        return []
    with target.reading() as connection:
        return inspect(connection).get_table_names()


def _emptying(target: Database) -> str:
    if target.url.get_backend_name() == "sqlite":
        return f"rm {target.url.database}"
    options = _options(target.url)
    return f"dropdb {options} && createdb {options}"


def _options(url: URL) -> str:
    """What tells PostgreSQL's programs which database is meant."""
    named = {"--host": url.host, "--port": url.port, "--username": url.username}
    return " ".join(
        [f"{name}={value}" for name, value in named.items() if value] + [str(url.database)]
    )
