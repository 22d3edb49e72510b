"""Two things side by side, in turn, again and again: a machine's moods fall on both."""

import logging
import os
import re
import subprocess
import tempfile
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from threading import Event, Thread
from time import perf_counter, process_time
from typing import Any, TypeVar

import click

from website.logs import OneLine

Figures = dict[str, Any]  # what was measured once, by name
T = TypeVar("T")
_HIGH_WATER = re.compile(r"^VmHWM:\s+(\d+) kB$", re.MULTILINE)


@dataclass(frozen=True)
class Ran:
    """What a process cost, with the programs that it called."""

    seconds: float
    processor: float  # seconds of CPU
    memory: float  # MB of its own at the peak
    said: str  # its standard output


def run(
    command: Sequence[str],
    folder: Path,
    environment: Mapping[str, str],
    allowed: Collection[int] = (0,),
) -> Ran:
    """Run a program to its end; raises ClickException with its words if it fails.

    Killed if we are.
    """
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complaints:
        begun = perf_counter()
        process = subprocess.Popen(
            command, cwd=folder, env=environment,
            stdin=subprocess.DEVNULL, stdout=said, stderr=complaints,
        )  # fmt: skip
        peak = _Peak(process.pid)
        try:
            _, status, usage = os.wait4(process.pid, 0)  # for its own figures, not all children's
            seconds = perf_counter() - begun
            process.returncode = os.waitstatus_to_exitcode(status)
        finally:
            if process.returncode is None:
                process.kill()
                process.wait()
            memory = peak.end()
        said.seek(0)
        complaints.seek(0)
        if process.returncode not in allowed:
            words = complaints.read().decode(errors="replace")
            raise click.ClickException(f"{' '.join(command[1:])}: {process.returncode}\n{words}")
        return Ran(seconds, usage.ru_utime + usage.ru_stime, memory, said.read().decode())


class _Peak(Thread):
    """Looks at how much memory a process has had: its usage, when it ends, also counts what we had
    when we started it."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._status = Path(f"/proc/{pid}/status")
        self._ended = Event()
        self._kilobytes = 0
        self.start()

    def run(self) -> None:
        while not self._ended.wait(0.02):
            with suppress(OSError):
                for found in _HIGH_WATER.findall(self._status.read_text()):
                    self._kilobytes = int(found)

    def end(self) -> float:
        """MB."""
        self._ended.set()
        self.join()
        return self._kilobytes * 1024 / 1e6


def interleaved(rounds: int, sides: Mapping[str, Callable[[], T]]) -> dict[str, list[T]]:
    """What each side answered in each round; every second round goes the other way."""
    found: dict[str, list[T]] = {name: [] for name in sides}
    for number in range(rounds):
        for name in list(sides)[:: -1 if number % 2 else 1]:
            click.echo(f"round {number + 1} of {rounds}: {name}", err=True)
            found[name].append(sides[name]())
    return found


@contextmanager
def unread_log() -> Iterator[None]:
    """The site's log is written, as where people use it, and nobody reads it."""
    with Path(os.devnull).open("w") as nowhere:
        handler = logging.StreamHandler(nowhere)
        handler.setFormatter(OneLine())
        logging.basicConfig(level=logging.WARNING, handlers=[handler])
        yield


def timed(work: Callable[[], object]) -> float:
    """Seconds, from a moment at which nothing waits to be written to the disk."""
    os.sync()
    begun = perf_counter()
    work()
    return perf_counter() - begun


def in_turn(times: int, sides: Mapping[str, Callable[[], Callable[[], object]]]) -> Figures:
    """The median of what each side takes, in seconds, done in turn so many times.

    For what takes milliseconds. A side makes ready, and answers what is to be timed. `name` is what
    a clock says, `name processor` what this process worked.
    """
    found: dict[str, list[float]] = {}
    for number in range(times):
        for name in list(sides)[:: -1 if number % 2 else 1]:
            work = sides[name]()
            busy, begun = process_time(), perf_counter()
            work()
            ended, worked = perf_counter(), process_time()
            found.setdefault(name, []).append(ended - begun)
            found.setdefault(f"{name} processor", []).append(worked - busy)
    return {name: median(values) for name, values in found.items()}


def of(side: Sequence[Figures], name: str = "seconds") -> list[float]:
    """One figure of a side, round by round."""
    return [figures[name] for figures in side]


def work(side: Sequence[Figures], start: Sequence[Figures], name: str = "seconds") -> list[float]:
    """What commands took without what it takes to start Python and the site, round by round."""
    return less(of(side, name), of(start, name))


def less(one: Sequence[float], other: Sequence[float]) -> list[float]:
    """One side without the other, which is a part of it, round by round."""
    return [a - b for a, b in zip(one, other, strict=True)]


def ratios(one: Sequence[float], other: Sequence[float]) -> list[float]:
    """One side by the other, round by round."""
    return [a / b for a, b in zip(one, other, strict=True)]
