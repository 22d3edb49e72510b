"""What a reviewer would say of one line of a revision: what, why, and what to write instead."""

from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True)
class Finding:
    rule: str
    revision: str
    file: str  # its name only
    line: int
    what: str  # what the code does
    why: str  # why that is dangerous, and on which database
    instead: str  # what to write
    waived: str | None = None  # the reason, where the revision waives the rule


class Remark(NamedTuple):
    """A finding of a rule, before it is known whether the revision waives the rule."""

    line: int
    what: str
    why: str
    instead: str
