"""A PostgreSQL server whose commits are on the disk, and the bare COPY of rows into it."""

import multiprocessing
import os
import shutil
import socket
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import psycopg
from psycopg import sql

from tests.postgresql import Server, _binaries
from website.models.search import grams
from website.models.search.postgresql import array


class Durable(Server):
    """The suite's server, with fsync on."""

    def begin(self) -> None:
        data = str(self.folder / "data")
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            shutil.chown(self.folder, "postgres", "postgres")
        self._run("initdb", "-D", data, "-A", "trust", "-U", "postgres")
        options = f"-p {self.port} -k {self.folder} -c max_wal_size=4GB"
        log = str(self.folder / "log")
        self._run("pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start")

    @property
    def version(self) -> str:
        with psycopg.connect(plain(self.url) + "/postgres") as connection:
            return str(*connection.execute("SHOW server_version").fetchone() or ())

    def database(self, name: str, like: str | None = None) -> str:
        """The address of a new database in the place of one of this name: empty, or a copy.

        Returns when nothing waits to be written to the disk.
        """
        names = sql.Identifier(name), sql.Identifier(like or "template0")
        with psycopg.connect(plain(self.url) + "/postgres", autocommit=True) as connection:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(names[0]))
            make = sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY")
            connection.execute(make.format(*names))
            connection.execute("CHECKPOINT")
        os.sync()
        return f"{self.url}/{name}"


@contextmanager
def durable() -> Iterator[Durable | None]:
    """None where PostgreSQL is not installed."""
    binaries = _binaries()
    if binaries is None:
        yield None
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = Path(tempfile.mkdtemp(prefix="octavo-bench-pg-"))
    server = Durable(folder, binaries, port)
    try:
        server.begin()
        yield server
    finally:
        with suppress(AssertionError):  # it never began
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def plain(url: str) -> str:
    """An address of SQLAlchemy's, as psycopg itself understands it."""
    return url.replace("postgresql+psycopg:", "postgresql:")


def copy_rows(source: Path, url: str) -> None:
    """Every row of an SQLite file into the same tables of a migrated database: COPY and no more."""
    with (
        closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True)) as old,
        psycopg.connect(plain(url), options="-c timezone=UTC") as new,
        new.cursor() as cursor,
    ):
        tables = old.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table'"
            " AND name NOT IN ('alembic_version', 'release_state')"
            " AND name NOT LIKE 'sqlite!_%' ESCAPE '!' AND name NOT LIKE 'findable!_%' ESCAPE '!'"
            " ORDER BY rowid"
        )  # parents were made before their children
        for (table,) in tables.fetchall():
            rows = old.execute(f'SELECT * FROM "{table}"')
            names = map(sql.Identifier, (column[0] for column in rows.description))
            into = sql.SQL("COPY {} ({}) FROM STDIN")
            statement = into.format(sql.Identifier(table), sql.SQL(", ").join(names))
            with cursor.copy(statement) as copy:
                for row in rows:
                    copy.write_row(row)


def count_on(url: str) -> None:
    """Let new rows have the numbers after those that were copied."""
    with psycopg.connect(plain(url)) as connection:
        found = connection.execute(
            "SELECT table_name, pg_get_serial_sequence(quote_ident(table_name), 'id')"
            " FROM information_schema.columns WHERE table_schema = 'public' AND column_name = 'id'"
        )
        for table, sequence in found.fetchall():
            if sequence:
                greatest = sql.SQL("SELECT setval({}, (SELECT max(id) FROM {}))")
                connection.execute(greatest.format(sequence, sql.Identifier(table)))


def fill_index(url: str) -> None:
    """Make the search index of rows that were copied, as they say that they are in it: its numbers
    by every processor, and GIN after all of them are there. `flask notes reindex` takes many times
    as long, and holds up no writer."""
    index = "ix_findable_index_grams"
    with (
        multiprocessing.get_context("fork").Pool() as pool,  # before there is a connection
        psycopg.connect(plain(url)) as old,
        psycopg.connect(plain(url)) as new,
    ):
        (made,) = new.execute("SELECT pg_get_indexdef(%s::regclass)", [index]).fetchone() or ("",)
        new.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(index)))
        with (
            old.cursor("rows") as rows,
            new.cursor().copy("COPY findable_index (id, grams) FROM STDIN") as copy,
        ):
            rows.execute("SELECT id, user_id, title, text FROM findable WHERE indexed ORDER BY id")
            for line in pool.imap(_line_of_index, rows, chunksize=500):
                copy.write(line)
        new.execute("SET maintenance_work_mem = '1GB'")
        new.execute(made)


def _line_of_index(row: tuple[int, int, str, str]) -> str:
    row_id, user_id, title, text = row
    return f"{row_id}\t{array(grams.of_note(user_id, title, text))}\n"
