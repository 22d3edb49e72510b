"""Much work in the database, some at a time, so that nobody who saves waits for all of it."""

from collections.abc import Iterator, Sequence
from time import monotonic, sleep

from website.database import db

BATCH = 200  # notes in one transaction
WORK = 0.5  # seconds without a pause
PAUSE = 0.12  # seconds: who waits for SQLite's lock looks for it ten times a second


class Pauses:
    """A pause now and then, between transactions."""

    def __init__(self) -> None:
        self._begun = monotonic()

    def rest(self) -> None:
        if monotonic() - self._begun > WORK:
            sleep(PAUSE)
            self._begun = monotonic()


def batches(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    """BATCH ids at a time. What is done with them is committed before the next; the last is not."""
    pauses = Pauses()
    for at in range(0, len(ids), BATCH):
        if at:
            db.session.commit()
            pauses.rest()
        yield ids[at : at + BATCH]
