"""Runs `flask …`, and does something to it at one step: a real process, stopped where one wants.

    python at_step.py "migrate" begin|end kill|damage flask's arguments …

`kill` is SIGKILL of the process itself; `damage` cuts every backup in half, as a disk would;
`fail` raises an error that nobody expects; `write` is someone who writes just then; `fill` leaves
no room on the disk at SMALL_DISK, or lets this process write no large file where there is none.
"""

import gc
import os
import resource
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from flask.cli import main
from sqlalchemy import create_engine

sys.path.insert(0, os.getcwd())
gc.disable()  # until main.py has been imported, as it does itself

from website.release.dialects import Progress
from website.release.steps import Steps

STEP, WHEN, WHAT, *ARGUMENTS = sys.argv[1:]
_step = Steps.step


def act() -> None:
    if WHAT == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    if WHAT == "fail":
        raise ArithmeticError("nobody expects this")
    if WHAT == "write":
        with create_engine(os.environ["DATABASE_URL"]).begin() as connection:
            connection.exec_driver_sql("INSERT INTO visit VALUES (404)")
        return
    if WHAT == "fill":
        fill(os.environ.get("SMALL_DISK"))
        return
    for file in Path(os.environ["BACKUP_DIR"]).iterdir():
        if file.suffix in {".db", ".dump"}:
            os.truncate(file, file.stat().st_size // 2)


def fill(disk: str | None) -> None:
    if disk is None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
        return
    with suppress(OSError), Path(disk, "filling").open("wb", buffering=0) as file:
        while True:  # the file system ends it
            file.write(bytes(4096))


@contextmanager
def step(self: Steps, name: str) -> Iterator[Progress]:
    if (name, WHEN) == (STEP, "begin"):
        act()
    with _step(self, name) as progress:
        yield progress
    if (name, WHEN) == (STEP, "end"):
        act()


Steps.step = step  # type: ignore[method-assign]
sys.argv = ["flask", *ARGUMENTS]
main()
