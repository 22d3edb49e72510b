"""What differs between two texts: which lines went and came, and which words within them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from typing import Literal

from patiencediff import PatienceSequenceMatcher

CONTEXT = 3  # unchanged lines that are shown before and after a change

_WORDS = re.compile(r"\w+|\s+|[^\w\s]")

Kind = Literal["same", "gone", "new", "left out"]


@dataclass(frozen=True)
class Part:
    text: str
    changed: bool


@dataclass(frozen=True)
class Line:
    """A line that is in both texts, in the old or the new one; or how many are left out."""

    kind: Kind
    parts: tuple[Part, ...] = ()
    count: int = 1


Parts = tuple[Part, ...]


def diff(old: str, new: str) -> list[Line]:
    """The lines of both texts, the old ones of a place before the new, without long sameness."""
    return list(_lines(old.split("\n"), new.split("\n")))


def _lines(old: list[str], new: list[str]) -> Iterator[Line]:
    matcher = PatienceSequenceMatcher(None, old, new)
    for kind, start, end, new_start, new_end in matcher.get_opcodes():
        if kind != "equal":
            yield from _replaced(old[start:end], new[new_start:new_end])
            continue
        before = CONTEXT if start else 0
        after = CONTEXT if end < len(old) or new_end < len(new) else 0
        lines = old[start:end]
        if len(lines) <= before + after + 1:
            yield from map(_same, lines)
        else:
            yield from map(_same, lines[:before])
            yield Line("left out", count=len(lines) - before - after)
            yield from map(_same, lines[len(lines) - after :])


def _replaced(old: list[str], new: list[str]) -> Iterator[Line]:
    """Lines that went, then those that came, each compared with its counterpart."""
    went: list[Parts] = []
    came: list[Parts] = []
    for one, other in zip_longest(old, new):
        if one is not None and other is not None:
            before, after = _by_words(one, other)
            went.append(before)
            came.append(after)
        elif one is not None:
            went.append((Part(one, True),))
        else:
            came.append((Part(other or "", True),))
    yield from (Line("gone", parts) for parts in went)
    yield from (Line("new", parts) for parts in came)


def _by_words(old: str, new: str) -> tuple[Parts, Parts]:
    before, after = _WORDS.findall(old), _WORDS.findall(new)
    went, came = [], []
    # Not difflib's, which takes many seconds where a thousand words are alike.
    for kind, start, end, new_start, new_end in PatienceSequenceMatcher(
        None, before, after
    ).get_opcodes():
        if end > start:
            went.append(Part("".join(before[start:end]), kind != "equal"))
        if new_end > new_start:
            came.append(Part("".join(after[new_start:new_end]), kind != "equal"))
    return tuple(went), tuple(came)


def _same(line: str) -> Line:
    return Line("same", (Part(line, False),))
