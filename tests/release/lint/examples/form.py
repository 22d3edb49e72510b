"""The form of an example."""

from typing import NamedTuple


class Example(NamedTuple):
    """Code of revisions that are released together; the last one is the one in question."""

    bad: str
    good: str
    before: str = ""  # a revision that is released before the bad one, or together with it
