"""Headings can be linked to, and are a note's table of contents."""

import re
from dataclasses import dataclass
from html import unescape

_HEADING = re.compile(r"<h([1-6])>(.*?)</h\1>", re.DOTALL)
_ANCHORED = re.compile(r'<h([2-6]) id="([^"]+)">(.+?)</h\1>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_NOT_IN_A_NAME = re.compile(r"[^\w\s-]")
_BETWEEN = re.compile(r"[\s-]+")
MAX_NAME = 80
MAX_ANCHORS = 1_000  # in a note; headings beyond are headings and no more


@dataclass(frozen=True)
class Heading:
    level: int  # 2 to 6
    anchor: str
    words: str


def anchored(html: str) -> str:
    """Headings from h2 down, each a link to itself, with an id that no other heading has.

    The HTML is comrak's, where raw HTML is escaped: what looks like a heading is one.
    """
    taken: dict[str, int] = {}
    left = MAX_ANCHORS

    def heading(match: re.Match[str]) -> str:
        nonlocal left
        level, inner = min(int(match[1]) + 1, 6), match[2]
        shown = words(inner)
        left -= 1
        if left < 0 or not shown:
            return f"<h{level}>{inner}</h{level}>"
        name = _NOT_IN_A_NAME.sub("", shown.lower())
        name = _BETWEEN.sub("-", name).strip("-")[:MAX_NAME]
        count = taken[name] = taken.get(name, 0) + 1
        anchor = f"h-{name}" if count == 1 else f"h-{name}--{count}"
        if "<a " not in inner:
            inner = f'<a href="#{anchor}">{inner}</a>'
        return f'<h{level} id="{anchor}">{inner}</h{level}>'

    return _HEADING.sub(heading, html)


def contents(html: str) -> list[Heading]:
    """The headings of a rendered note, in order."""
    return [
        Heading(int(match[1]), unescape(match[2]), words(match[3]))
        for match in _ANCHORED.finditer(html)
    ]


def words(html: str) -> str:
    """The text of a piece of HTML, on one line."""
    return " ".join(unescape(_TAG.sub("", html) if "<" in html else html).split())
