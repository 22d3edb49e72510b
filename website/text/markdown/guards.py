"""What would take too long to draw, or grow too much, is told before it is drawn."""

import re

MAX_QUOTE_DEPTH = 100
MAX_COLUMNS = 500
MAX_ADDRESSES = 500  # on a line
MAX_AMPERSANDS = 100_000  # nh3 takes the square of their number
MAX_CELLS = 500_000  # a short row is filled up to the table's width
MAX_MARKS = 50_000  # of emphasis in one block: comrak takes the square of their number
MAX_FOOTNOTES = 2_000  # and references to them: each becomes two links

_BLANK_LINES = re.compile(r"\n[ \t]*\n")
_DEEP_QUOTE = re.compile(rf"^(?:[ \t]*>){{{MAX_QUOTE_DEPTH}}}", re.MULTILINE)
_WIDE_ROW = re.compile(rf"^(?:[^\n|]*\|){{{MAX_COLUMNS}}}", re.MULTILINE)
# comrak looks for mail addresses by recursion: some thousands on a line end the process.
_MANY_ADDRESSES = re.compile(rf"^(?:[^\n@]*@){{{MAX_ADDRESSES}}}", re.MULTILINE)
_SHAPES = (
    (">", MAX_QUOTE_DEPTH, _DEEP_QUOTE),
    ("|", MAX_COLUMNS, _WIDE_ROW),
    ("@", MAX_ADDRESSES, _MANY_ADDRESSES),
)


def is_too_much(source: str) -> bool:
    """Whether a note is one of those few that a renderer must not be given."""
    if source.count("&") > MAX_AMPERSANDS:
        return True
    if source.count("^") > MAX_FOOTNOTES and source.count("[^") > MAX_FOOTNOTES:
        return True
    if _cells(source) > MAX_CELLS or _marks(source) > MAX_MARKS:
        return True
    # Counting a sign takes a hundredth of looking for a shape, and most notes have few of them.
    return any(source.count(sign) >= most and shape.search(source) for sign, most, shape in _SHAPES)


def _marks(source: str) -> int:
    """How many marks of emphasis the block has that has most of them."""
    if len(source) <= MAX_MARKS or _count_marks(source) <= MAX_MARKS:
        return 0
    return max(map(_count_marks, _BLANK_LINES.split(source)))


def _count_marks(text: str) -> int:
    return text.count("*") + text.count("~")


def _cells(source: str) -> int:
    """At most how many cells tables can have: each line of a block as wide as its widest."""
    cells = source.count("|") * (source.count("\n") + 1)
    if cells <= MAX_CELLS:  # were it one block
        return cells
    cells = 0
    for block in _BLANK_LINES.split(source):
        if "|" in block:
            lines = block.split("\n")
            cells += len(lines) * max(line.count("|") for line in lines)
    return cells
