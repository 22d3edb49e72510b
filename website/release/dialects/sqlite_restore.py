"""A backup into a file that others have open: what they wrote last is saved, or they wait."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from io import FileIO
from pathlib import Path
from time import monotonic

from website.release.dialects.base import LOCK_SECONDS, Progress
from website.release.dialects.sqlite_connection import connect
from website.release.errors import LockTimeout, Refused
from website.release.files import make_file

_STEP = 100  # pages; the first of them locks the file, and the last one commits
_COUNTER = slice(24, 28)  # of the file's header: every change counts, but in a WAL


class _Moved(Exception):
    """Someone wrote between the saving and the lock."""


def restore(path: Path, file: Path, save: Callable[[], str], progress: Progress) -> str:
    """Make the database at `path` what the backup is; returns where the state from before is.

    `save` is called when nobody else can write any more. Raises Refused, and then nothing is
    changed.
    """
    make_file(path)
    if _is_a_ruin(path):
        before = _set_aside(path)
        os.truncate(path, 0)  # SQLite restores into no ruin
        return _restore(path, file, lambda: before, progress)
    return _restore(path, file, save, progress)


def _restore(path: Path, file: Path, save: Callable[[], str], progress: Progress) -> str:
    end = monotonic() + LOCK_SECONDS
    saved: list[str] = []
    counter = b""
    locked = False

    def report(status: int, left: int, pages: int) -> None:
        if status in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
            if monotonic() > end:
                raise LockTimeout("The database is in use and could not be restored.")
            return
        nonlocal locked
        if not locked:  # until now: beside a WAL it can still be read, else nobody may have written
            locked = True
            if not saved:
                saved.append(save())
            elif _counter(raw) != counter:
                raise _Moved
        progress(1 - left / pages if pages else 1.0)

    try:
        # Into the open file: replacing it would leave the site on the old one. `raw` is closed
        # last: closing a file takes its process's locks off it.
        with (
            FileIO(path) as raw,
            closing(connect(file, "ro&immutable=1")) as backup,
            closing(connect(path, "rw")) as live,
        ):
            if _pragma(backup, "page_size") != _pragma(live, "page_size"):
                # A log keeps pages of one size; nobody may have the database open.
                live.execute("PRAGMA journal_mode=DELETE")
            wal = _pragma(live, "journal_mode") == "wal"
            half = int(_pragma(backup, "page_count")) // 2
            while True:
                counter, locked = _counter(raw), False
                saved[:] = [] if wal and half else [save()]
                try:
                    backup.backup(live, pages=min(_STEP, half) or 1, progress=report)
                except _Moved as moved:
                    if monotonic() > end:
                        raise LockTimeout("Someone goes on writing to the database.") from moved
                else:
                    return saved[0]
    except sqlite3.Error as error:
        raise Refused(f"The database could not be restored: {error}.") from error


def _pragma(connection: sqlite3.Connection, name: str) -> str:
    return str(connection.execute(f"PRAGMA {name}").fetchone()[0])


def _counter(raw: FileIO) -> bytes:
    return os.pread(raw.fileno(), 28, 0)[_COUNTER]


def _is_a_ruin(path: Path) -> bool:
    """Not merely busy, nor on a disk that is full: what SQLite itself calls damaged."""
    try:
        with closing(connect(path, "rw")) as live:
            live.execute("BEGIN IMMEDIATE")
    except sqlite3.DatabaseError as error:
        return error.sqlite_errorcode & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}
    return False


def _set_aside(path: Path) -> str:
    """Copy what SQLite cannot read, as it is; returns where."""
    aside = path.with_name(f"{path.name}.damaged-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
    for ending in ("", "-wal"):
        with suppress(FileNotFoundError):
            make_file(Path(f"{aside}{ending}"))
            shutil.copyfile(f"{path}{ending}", f"{aside}{ending}")
    return str(aside)
