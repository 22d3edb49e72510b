"""Files that are there whole or not at all, and readable by their owner alone."""

import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from time import time
from typing import Any, BinaryIO

_WORKSHOP = "workshop-"
_SECONDS = 60.0  # for which a new workshop may have nobody in it yet


def make_folder(folder: Path) -> None:
    if not folder.is_dir():
        make_folder(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        _give(folder)


@contextmanager
def workshop(parent: Path) -> Iterator[Path]:
    """A folder for this process alone, gone afterwards."""
    make_folder(parent)
    with TemporaryDirectory(prefix=_WORKSHOP, dir=parent) as name, _held(Path(name)):
        yield Path(name)


def sweep(parent: Path) -> None:
    """Delete the workshops of processes that were killed: they hold copies of everything."""
    for left in parent.glob(f"{_WORKSHOP}*"):
        with suppress(OSError):  # someone is in it, or has just gone
            if time() - left.stat().st_mtime > _SECONDS:
                with _held(left):
                    shutil.rmtree(left)


@contextmanager
def _held(folder: Path) -> Iterator[None]:
    """Locked until the process ends, however it does; raises BlockingIOError if it is already."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def make_file(path: Path, *, fresh: bool = False) -> None:
    """An empty file of mode 0600, unless there is one; `fresh` refuses one that is there."""
    make_folder(path.parent)
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    except FileExistsError:
        if fresh:
            raise
    else:
        _give(path)


def _give(path: Path) -> None:
    """What root makes belongs to whose folder it is in, or the site itself could not use it."""
    if os.geteuid() == 0:
        owner = path.parent.stat()
        os.chown(path, owner.st_uid, owner.st_gid)


def begin_writing(file: BinaryIO, start: int, end: int) -> None:
    """Have the disk begin with these bytes, so that `sync` need not wait for all of them."""
    if hasattr(os, "posix_fadvise"):  # not on macOS
        os.posix_fadvise(file.fileno(), start, end - start, os.POSIX_FADV_DONTNEED)


def sync(path: Path) -> None:
    """Return when the file and its name are on the disk."""
    for place in (path, path.parent):
        handle = os.open(place, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def write_json(path: Path, value: dict[str, Any]) -> None:
    """Put `value` in the place of what is there, durably, in one step."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    make_file(beside)
    beside.write_text(f"{json.dumps(value, indent=2)}\n", "utf-8")
    sync(beside)
    beside.replace(path)
    sync(path)


def read_json(path: Path) -> dict[str, Any] | None:
    """What `write_json` wrote; None if it is not there or not that."""
    try:
        value = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return None
    return value if isinstance(value, dict) else None


def disk_of(place: Path) -> tuple[int, int]:
    """The number of the disk that a path is or would be on, and the bytes free there."""
    while not place.exists():
        place = place.parent
    return place.stat().st_dev, shutil.disk_usage(place).free
