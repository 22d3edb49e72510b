"""`[[Title]]` links to a note by its name, whether it is written yet or not."""

import re
from collections.abc import Callable
from html import unescape
from urllib.parse import quote, unquote

from website.text.markdown.draw import Places, draw_with_places
from website.text.names import name_of_link

ADDRESS = "/notes/titled?title="  # of website.notes.titled: finds the note, or offers to write it

_COMRAK = re.compile(r'<a href="([^"]*)" data-wikilink="true">(.*?)</a>', re.DOTALL)
_PLACED = re.compile(
    r'<a data-sourcepos="(\d+):(\d+)-(\d+):(\d+)" href="[^"]*" data-wikilink="true">'
)
_LINK = re.compile(rf'<a href="{re.escape(ADDRESS)}([^"]+)"')


def linked(html: str) -> str:
    """comrak's wiki links as links to ADDRESS; one without a title is words."""

    def link(match: re.Match[str]) -> str:
        address, label = match.groups()
        # comrak keeps no address that begins like `data:`, yet a note may be called that.
        title = " ".join(unquote(unescape(address)).split()) or unescape(label).strip()
        if not title:
            return "[[]]"
        return f'<a href="{ADDRESS}{quote(title, safe="")}">{label}</a>'

    return _COMRAK.sub(link, html) if "data-wikilink" in html else html


def titles(html: str) -> list[str]:
    """What a rendered note links to, each title as often as it occurs."""
    return [_title(match) for match in _LINK.finditer(html)]


def marked(html: str, is_written: Callable[[str], bool]) -> str:
    """The rendered note with those links marked whose note is not written yet."""

    def link(match: re.Match[str]) -> str:
        missing = "" if is_written(_title(match)) else ' class="missing"'
        return f"<a{missing}{match[0][2:]}"

    return _LINK.sub(link, html)


def relinked(source: str, name: str, title: str) -> str:
    """The source with its links to what has this name leading to `title`; their words stay.

    It is unchanged where a title cannot stand in a link.
    """
    if re.search(r"[\[\]|\\\n]", title):
        return source
    places, text = Places(source), source.encode()
    found = [
        (places.at(match[1], match[2]), places.at(match[3], match[4]) + 1)
        for match in _PLACED.finditer(draw_with_places(source))
    ]
    for begin, end in sorted(found, reverse=True):
        link = text[begin:end].decode(errors="replace")
        old, bar, label = link[2:-2].partition("|")
        # In a cell of a table the places are those of the cell before its signs were read.
        if link.startswith("[[") and link.endswith("]]") and name_of_link(old) == name:
            text = text[:begin] + f"[[{title}{bar}{label}]]".encode() + text[end:]
    return text.decode()


def _title(match: re.Match[str]) -> str:
    return unquote(unescape(match[1]))
