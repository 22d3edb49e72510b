"""Two edits of one text brought together. What both changed is shown, and neither is chosen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from merge3 import Merge3
from patiencediff import PatienceSequenceMatcher

SAVED, BETWEEN, YOURS = "<<<<<<<", "=======", ">>>>>>>"  # lines that mark an overlap

Lines = list[str]


@dataclass(frozen=True)
class Overlap:
    """Lines that both have changed, or lines next to one another."""

    theirs: Lines
    yours: Lines


@dataclass(frozen=True)
class Merge:
    parts: tuple[Lines | Overlap, ...]

    @property
    def overlaps(self) -> int:
        return sum(isinstance(part, Overlap) for part in self.parts)

    def text(self, theirs: str = "", yours: str = "") -> str:
        """All of it, with each overlap as both texts between lines that say whose they are."""
        lines: Lines = []
        for part in self.parts:
            if isinstance(part, Overlap):
                lines += [f"{SAVED} {theirs}".rstrip(), *part.theirs, BETWEEN]
                lines += [*part.yours, f"{YOURS} {yours}".rstrip()]
            else:
                lines += part
        return "\n".join(lines)


def merge(base: str, theirs: str, yours: str) -> Merge:
    """Bring together what two people made of `base`, by lines.

    Edits with an unchanged line between them are both kept. Edits that touch are an overlap, as
    merge3 has it. Every line that either has added is in the result.
    """
    if yours in {base, theirs}:
        return Merge((theirs.split("\n"),))
    if theirs == base:
        return Merge((yours.split("\n"),))
    texts = base.split("\n"), theirs.split("\n"), yours.split("\n")
    apart = _apart(*texts)
    return Merge(tuple(_parts(*texts)) if apart is None else (apart,))


@dataclass(frozen=True)
class _Edit:
    """Lines `start` to `end` of the base became `lines`."""

    start: int
    end: int
    lines: Lines


def _apart(base: Lines, theirs: Lines, yours: Lines) -> Lines | None:
    """The merge where each changed one place, and a line between the two is as it was.

    A place may be told in two ways where lines repeat: of two equal lines, the first is gone or
    the second. A way that keeps them apart is right, unless another leads to another text.
    """
    found: list[Lines] = []
    for one, other in product(_edits(base, theirs), _edits(base, yours)):
        first, last = (one, other) if one.start <= other.start else (other, one)
        if first.end < last.start:
            between = base[first.end : last.start]
            both = base[: first.start] + first.lines + between + last.lines + base[last.end :]
            if both not in found:
                found.append(both)
    return found[0] if len(found) == 1 else None


def _edits(base: Lines, text: Lines) -> Iterator[_Edit]:
    """The one place that was changed, begun as late and as early as it can be."""
    most = min(len(base), len(text))
    before, after = _alike(base, text, most), _alike(base[::-1], text[::-1], most)
    late = before, min(after, most - before)
    early = min(before, most - after), after
    for start, end in dict.fromkeys((late, early)):
        yield _Edit(start, len(base) - end, text[start : len(text) - end])


def _alike(one: Lines, other: Lines, most: int) -> int:
    """How many lines are the same from the beginning."""
    return next((at for at in range(most) if one[at] != other[at]), most)


def _parts(base: Lines, theirs: Lines, yours: Lines) -> Iterator[Lines | Overlap]:
    of = {"unchanged": base, "same": theirs, "a": theirs, "b": yours}
    matcher: Any = PatienceSequenceMatcher  # takes time in proportion, whatever the lines are
    for kind, *at in Merge3(base, theirs, yours, sequence_matcher=matcher).merge_regions():
        if kind == "conflict":
            *_base, a, a_end, b, b_end = at
            yield Overlap(theirs[a:a_end], yours[b:b_end])
        else:
            start, end = at
            yield of[kind][start:end]
