"""`[[Title]]` links to a note by its name, whether it is written yet or not."""

import re
from collections.abc import Callable
from html import escape, unescape
from urllib.parse import quote, unquote

from website.text.markdown.draw import Places, draw, draw_with_places
from website.text.names import name_of_link

ADDRESS = "/notes/titled?title="  # of website.notes.titled: finds the note, or offers to write it

_COMRAK = re.compile(r'<a href="([^"]*)" data-wikilink="true">(.*?)</a>', re.DOTALL)
_PLAIN = re.compile(r"[\w.~-]+(?:%20[\w.~-]+)*", re.ASCII)  # as `quote` would write it too
_PLACED = re.compile(
    r'<a data-sourcepos="(\d+):(\d+)-(\d+):(\d+)" href="[^"]*" data-wikilink="true">'
)
_LINK = re.compile(rf'<a href="{re.escape(ADDRESS)}([^"]+)"')


def linked(html: str) -> str:
    """comrak's wiki links as links to ADDRESS; one without a title is words."""

    def link(match: re.Match[str]) -> str:
        address, label = match.groups()
        if label and _PLAIN.fullmatch(address):
            return f'<a href="{ADDRESS}{address}">{label}</a>'
        # comrak keeps no address that begins like `data:`, yet a note may be called that.
        title = " ".join(unquote(unescape(address)).split()) or unescape(label).strip()
        if not title:
            return "[[]]"
        return f'<a href="{ADDRESS}{quote(title, safe="")}">{label or escape(title)}</a>'

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
    if titles(linked(draw(f"[[{title}]]") or "")) != [title]:
        return source
    places = Places(source)
    text, parts, done = places.text, [], 0
    found = [
        (places.at(match[1], match[2]), places.at(match[3], match[4]) + 1, int(match[1]))
        for match in _PLACED.finditer(draw_with_places(source))
    ]
    # In a row of a table with such a sign the places are not those of the source.
    shifted = {number for number, line in enumerate(text.split(b"\n"), 1) if b"\\|" in line}
    for begin, end, line in sorted(found):
        link = text[begin:end].decode(errors="replace")
        old, bar, label = link[2:-2].partition("|")
        if not (link.startswith("[[") and link.endswith("]]") and name_of_link(old) == name):
            continue
        if line not in shifted:
            parts += [text[done:begin], f"[[{title}{bar}{label}]]".encode()]
            done = end
    return b"".join([*parts, text[done:]]).decode()


def _title(match: re.Match[str]) -> str:
    return unquote(unescape(match[1]))
