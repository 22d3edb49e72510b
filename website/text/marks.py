"""Where words stand in a text, so that a page can mark them."""

from typing import NamedTuple

from website.text.folding import fold, fold_sign

BEFORE = 60  # signs shown before the first of the words
LENGTH = 160


class Piece(NamedTuple):
    text: str
    marked: bool


def marked(text: str, words: list[str]) -> list[Piece]:
    """The text in pieces, marked wherever one of the words stands; the words are folded."""
    folded, places = _with_places(text)
    marks = [False] * len(text)
    for word in words:
        at = folded.find(word)
        while at >= 0:
            begin, end = places[at], places[at + len(word) - 1] + 1
            marks[begin:end] = [True] * (end - begin)
            at = folded.find(word, at + len(word))
    return _pieces(text, marks)


def around(text: str, words: list[str]) -> str:
    """A line of the text from shortly before the first of the words."""
    folded = fold(text)
    first = min((at for word in words if (at := folded.find(word)) >= 0), default=0)
    before = folded.count(" ", 0, max(first - BEFORE, 0))
    rest = text.split(None, before)[-1] if before else text
    line = " ".join(rest[: 4 * LENGTH].split())
    shown = line[:LENGTH]
    return ("… " if before else "") + shown + ("…" if len(line) > LENGTH else "")


def _with_places(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its signs the place in the text from which it came."""
    folded: list[str] = []
    places: list[int] = []
    for at, sign in enumerate(text):
        part = fold_sign(sign)
        if part == " " and folded[-1:] == [" "]:
            continue
        folded.append(part)
        places += [at] * len(part)
    return "".join(folded), places


def _pieces(text: str, marks: list[bool]) -> list[Piece]:
    pieces: list[Piece] = []
    begin = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or marks[at] != marks[begin]:
            pieces.append(Piece(text[begin:at], marks[begin]))
            begin = at
    return pieces
