"""SQLite: one file, changed whole or not at all, and with no cascade."""

import fcntl
import os
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from sqlalchemy.engine import URL, Connection

from website.release.ddl import quoted
from website.release.dialects.base import LOCK_SECONDS, Database, Progress, no_progress
from website.release.dialects.sqlite_connection import (
    connect,
    migrating_engine,
    new_file,
    reading_engine,
)
from website.release.dialects.sqlite_restore import restore
from website.release.errors import BackupFailed, LockTimeout
from website.release.files import (
    begin_writing,
    disk_of,
    make_file,
    read_json,
    sync,
    write_json,
)

_STEP = 4_000  # pages copied between two looks at the clock
_SPARE = 50_000_000  # bytes that a disk must have left over


class Sqlite(Database):
    suffix = ".db"
    mark_is_a_file = True

    @property
    def path(self) -> Path:
        # SQLite keeps its log beside the file, not beside a link to it; so do we with ours.
        return Path(self.url.database or "").resolve()

    def exists(self) -> bool:
        return self.path.is_file() and self.path.stat().st_size > 0

    def size(self) -> int:
        files = (self.path, self.path.with_name(f"{self.path.name}-wal"))
        return sum(file.stat().st_size for file in files if file.exists())

    @contextmanager
    def lock(self, seconds: float | None = None) -> Iterator[None]:
        end = monotonic() + (LOCK_SECONDS if seconds is None else seconds)
        # The file stays: whoever deleted it could delete one that another process has just locked.
        file = self.path.with_name(f"{self.path.name}.lock")
        make_file(file)
        handle = os.open(file, os.O_RDWR)
        try:
            while not _taken(handle):
                if monotonic() > end:
                    raise LockTimeout("Another release is at work on this database. Try again.")
                sleep(0.05)
            yield
        finally:
            os.close(handle)

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        engine = reading_engine(self.path)
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            engine.dispose()

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        """Foreign keys are off, since Alembic rebuilds a table by dropping the old one, and ON
        DELETE CASCADE would take its children along; DDL is in the transaction, which the driver's
        own commits would break; BEGIN IMMEDIATE keeps other writers out.
        """
        make_file(self.path)  # its owner's alone; SQLite gives the files beside it the same mode
        engine = migrating_engine(self.path)
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            engine.dispose()

    def dump(self, target: Path, progress: Progress = no_progress) -> None:
        begun = 0  # so much of it is on its way to the disk

        def report(_status: int, left: int, pages: int) -> None:
            nonlocal begun
            size = os.fstat(written.fileno()).st_size
            begin_writing(written, begun, size)
            begun = size
            progress(1 - left / pages if pages else 1.0)

        try:
            with (
                closing(connect(self.path, "ro")) as source,
                closing(new_file(target)) as copy,
                target.open("rb") as written,
            ):
                # A page passes through once: a small cache stays near the processor.
                source.execute("PRAGMA cache_size=100")
                # Inside a read transaction: without one, each write of another starts it anew.
                source.execute("BEGIN")
                source.execute("SELECT count(*) FROM sqlite_master").fetchone()
                source.backup(copy, pages=_STEP, progress=report)
            sync(target)
        except (sqlite3.Error, OSError) as error:
            raise BackupFailed(f"The backup could not be written: {error}.") from error

    def check_dump(self, file: Path) -> dict[str, int] | None:
        try:
            with closing(connect(file, "ro&immutable=1")) as backup:
                found = [row[0] for row in backup.execute("PRAGMA integrity_check(5)")]
                pages = backup.execute("PRAGMA page_count").fetchone()[0]
                if pages * backup.execute("PRAGMA page_size").fetchone()[0] != file.stat().st_size:
                    found = ["its end is missing"]  # which SQLite would read as zeros
                if found != ["ok"]:
                    raise BackupFailed(f"The backup {file.name} is damaged: {'; '.join(found)}.")
                return {
                    name: backup.execute(f"SELECT count(*) FROM {quoted(name)}").fetchone()[0]
                    for name in _base_tables(backup)
                }
        except sqlite3.Error as error:
            raise BackupFailed(f"The backup {file.name} is damaged: {error}.") from error

    def restore(self, file: Path, save: Callable[[], str], progress: Progress = no_progress) -> str:
        return restore(self.path, file, save, progress)

    @contextmanager
    def copy(self, folder: Path, progress: Progress) -> Iterator[Database]:
        target = folder / "copy.db"
        try:
            self.dump(target, progress)
            yield Sqlite(URL.create("sqlite", database=str(target)))
        finally:
            for file in folder.glob("copy.db*"):
                file.unlink()

    @contextmanager
    def scratch(self) -> Iterator[Database]:
        with tempfile.TemporaryDirectory(prefix="release-") as folder:
            yield Sqlite(URL.create("sqlite", database=f"{folder}/scratch.db"))

    def room_for(self, folder: Path, *, here: int, there: int = 0) -> str | None:
        needs: dict[int, int] = {}
        free = {}
        for place, times in ((folder, here), (self.path.parent, there)):
            disk, room = disk_of(place)
            free[disk] = room
            needs[disk] = needs.get(disk, _SPARE) + times * self.size()
        for disk, need in needs.items():
            if free[disk] < need:
                return (
                    f"There must be {need / 1e6:,.0f} MB of room in {folder} and beside"
                    f" {self.path.name}, and there are {free[disk] / 1e6:,.0f} MB."
                )
        return None

    def integrity(self, connection: Connection, *, thorough: bool = True) -> list[str]:
        pragma = "integrity_check" if thorough else "quick_check"
        found = connection.exec_driver_sql(f"PRAGMA {pragma}(20)").scalars().all()
        return [] if found == ["ok"] else [str(line) for line in found]

    def broken_references(self, connection: Connection) -> dict[tuple[str, str], int]:
        # Counted, since a rebuilt table numbers its rows and its keys anew.
        found = connection.exec_driver_sql("PRAGMA foreign_key_check")
        return Counter((table, parent) for table, _rowid, parent, _key in found)

    @property
    def _mark(self) -> Path:
        return self.path.with_name(f"{self.path.name}.maintenance")

    def maintenance(self, connection: Connection | None = None) -> dict[str, Any] | None:
        if not self._mark.exists():
            return None
        return read_json(self._mark) or {}

    def set_maintenance(self, mark: dict[str, Any] | None) -> None:
        if mark is None:
            self._mark.unlink(missing_ok=True)
            return
        write_json(self._mark, mark)

    def begin_run(self, connection: Connection) -> None:
        """BEGIN IMMEDIATE has every lock that there is, so there is nothing to try again."""

    def settle(self) -> None:
        # Out of the log, which a rebuilt table has made as long as the database; but the site is
        # open again, and nobody waits for this.
        with closing(connect(self.path, "rw")) as connection, suppress(sqlite3.Error):
            connection.execute("PRAGMA busy_timeout=100")
            connection.execute("PRAGMA wal_checkpoint(PASSIVE)")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _taken(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _base_tables(connection: sqlite3.Connection) -> list[str]:
    """Tables with rows of their own: not a virtual table, nor what one keeps its index in."""
    statement = "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
    names = [name for (name,) in connection.execute(statement)]
    return [name for name in names if not name.startswith("sqlite_")]
