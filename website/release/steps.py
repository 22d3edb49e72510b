"""What a command does, step by step: said when it begins, and how long it took."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from time import perf_counter

import click

from website.release.dialects import Progress


class Steps:
    """A clock and a voice. `seconds` has every step that has ended, in order."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.say = say
        self.seconds: dict[str, float] = {}

    @contextmanager
    def step(self, name: str) -> Iterator[Progress]:
        """Around the work of one step; yields what may be told how far it is."""
        self.say(f"{name} …")
        begun = perf_counter()
        # A bar on a terminal, nothing in a pipe.
        hidden = not sys.stderr.isatty()
        with click.progressbar(length=1000, file=sys.stderr, hidden=hidden, label=name) as bar:

            def progress(part: float) -> None:
                bar.update(max(0, int(1000 * part) - bar.pos))

            yield progress
        self.seconds[name] = perf_counter() - begun

    @contextmanager
    def clock(self) -> Iterator["Clock"]:
        """How long all of it took, for what is more than one step."""
        clock, begun = Clock(), perf_counter()
        try:
            yield clock
        finally:
            clock.seconds = perf_counter() - begun


class Clock:
    seconds = 0.0
