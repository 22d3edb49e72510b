"""Where words stand in a text, so that a page can mark them."""

import re
from bisect import bisect_right
from collections.abc import Callable
from functools import partial
from itertools import accumulate, pairwise

from website.text.folding import fold, fold_each, fold_sign

BEFORE = 60  # signs shown before the first of the words
LENGTH = 160
_BLANK = re.compile(r"\s+")
EDGE = "\0"  # stands where what is marked begins and ends; no text that is kept has one


def marked(text: str, words: list[str]) -> str:
    """The text with an EDGE before and after each place where one of the words stands; the words
    are folded."""
    text = text.replace(EDGE, "")
    folded = fold(text)
    if not any(word in folded for word in words):  # as mostly, and that is told quickly
        return text
    parts = _folded(text)
    folded = parts if isinstance(parts, str) else "".join(parts)
    place = _places(parts)
    spans: list[tuple[int, int]] = []
    for word in words:
        at = folded.find(word)
        while at >= 0:
            spans.append((place(at), place(at + len(word) - 1) + 1))
            at = folded.find(word, at + len(word))
    edges = [0]
    for begin, until in sorted(spans):
        if begin > edges[-1] or len(edges) == 1:
            edges += (begin, until)
        else:  # it goes on from the one before, or begins within it
            edges[-1] = max(edges[-1], until)
    return EDGE.join(text[begin:end] for begin, end in pairwise([*edges, len(text)]))


def marked_within(line: str, words: list[str]) -> str:
    """The same for a line that may have been cut, and says so by "…", which is no part of it."""
    before = "… " if line.startswith("… ") else ""
    inner = line[len(before) :]
    if inner.endswith("…"):
        inner = inner[:-1].rstrip(" ")
    return f"{before}{marked(inner, words)}{line[len(before) + len(inner) :]}"


def around(text: str, words: list[str]) -> str:
    """A line of the text, from shortly before one of the words, which are folded; the first, unless
    it is written in another way than they are."""
    lowered = text.lower()
    begin = _first(lowered, words) if len(lowered) == len(text) else None
    if begin is None:
        folded = fold(text)
        passed = folded.count(" ", 0, max((_first(folded, words) or 0) - BEFORE, 0))
        rest = (text.split(None, passed) or [""])[-1]
    else:
        blank = _BLANK.search(text, begin - BEFORE, begin) if begin > BEFORE else None
        passed = begin - BEFORE if begin > BEFORE else 0
        rest = text[blank.end() if blank else passed :]
    line = " ".join(rest[: 4 * LENGTH].split())
    shown = line[:LENGTH]
    return ("… " if passed else "") + shown + ("…" if len(line) > LENGTH else "")


def _first(text: str, words: list[str]) -> int | None:
    return min((at for word in words if (at := text.find(word)) >= 0), default=None)


def _places(parts: str | list[str]) -> Callable[[int], int]:
    """Of which sign of the text a sign of what it folds to is a part, by their numbers."""
    if isinstance(parts, str):
        return int
    ends = [*accumulate(map(len, parts))]
    return partial(bisect_right, ends)


def _folded(text: str) -> str | list[str]:
    """What each sign folds to; nothing for a blank after a blank."""
    spaced = " ".join(text.split()) == text
    if spaced and text.isascii():
        return text.lower()
    parts = fold_each(text) if spaced else [*map(fold_sign, text)]
    if "  " in "".join(parts):
        before = ""
        for at, part in enumerate(parts):
            if part == before == " ":
                parts[at] = ""
            before = part or before
    return parts
