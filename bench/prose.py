"""Text like a person's notes, of any length: the same, however often it is made."""

from collections.abc import Callable, Iterator
from random import Random

from website.operations.prose import Vocabulary, Writer
from website.operations.seed import VOCABULARY

_LINKS = (
    "See [[Another note]] and [the house](https://example.org/house), or <https://example.org>."
)
_FORMULA = (
    "The energy is $E = mc^2$; and so\n\n$$\\sum_{i=1}^{n} \\frac{1}{i^2} < \\frac{\\pi^2}{6}$$"
)


def prose(size: int) -> str:
    """Paragraphs in many languages, of so many characters."""
    return _filled(size, lambda block: block[:1] not in "#->|`~" and block[1:3] != ". ")


def marked(size: int) -> str:
    """Headings, lists, task boxes, quotations, links and tables, with paragraphs between."""
    return _filled(size, lambda block: not block.startswith("```"), _LINKS)


def coded(size: int) -> str:
    """The same with code, and a formula after each sixth block."""
    return _filled(size, bool, _FORMULA)


def _filled(size: int, wanted: Callable[[str], bool], every_sixth: str | None = None) -> str:
    text = ""
    for number, block in enumerate(filter(wanted, _blocks())):
        more = f"\n\n{every_sixth}" if every_sixth and number % 6 == 5 else ""
        text += f"{block}{more}\n\n"
        if len(text) >= size:
            return text[:size]
    raise AssertionError("blocks never end")


def _blocks() -> Iterator[str]:
    writer = Writer(Random(1), Vocabulary.parse(VOCABULARY.read_text("utf-8")))
    while True:
        yield from writer.note()[1].split("\n\n")
