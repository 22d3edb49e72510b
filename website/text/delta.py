"""A text as what differs from another one: an edited note costs what was edited."""

from __future__ import annotations

import zlib
from dataclasses import dataclass


@dataclass(frozen=True)
class Delta:
    """So many characters of the other text's beginning and end, and packed what is between."""

    begins: int
    ends: int
    packed: bytes


def delta(text: str, other: str = "") -> Delta:
    """What makes `text` of `other`."""
    begins = _alike(text, other)
    ends = _alike(text[begins:][::-1], other[begins:][::-1])
    between = text[begins : len(text) - ends]
    return Delta(begins, ends, zlib.compress(between.encode()))


def apply(change: Delta, other: str = "") -> str:
    """The text that `delta` was made of; `other` must be the same as it was then.

    Raises ValueError if what is packed is damaged.
    """
    try:
        between = zlib.decompress(change.packed).decode()
    except zlib.error as error:
        raise ValueError(str(error)) from error
    return other[: change.begins] + between + other[len(other) - change.ends :]


def _alike(one: str, other: str) -> int:
    """How many characters are the same from the beginning; in steps that halve, so by memcmp."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        if one[low:middle] == other[low:middle]:
            low = middle
        else:
            high = middle - 1
    return low
