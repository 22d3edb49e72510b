"""A note's text as it is kept, and its first words."""

import re

_MARKS = re.compile(
    r"^[ \t]*(?:`{3,}|~{3,}).*$"  # fences
    r"|^[ \t|:\-]+$|^[ \t]*\||\|[ \t]*$"  # tables
    r"|^[\s>#*+\-]+(?:\[[ xX]\]\s+)?"  # quotes, headings, lists, task boxes
    r"|[*`~]{1,3}|(?<!\w)_{1,3}|_{1,3}(?!\w)",
    re.MULTILINE,
)
_LINK = re.compile(r"!?\[([^\]\n]{0,500})\]\([^)\n]{0,2000}\)")


def normalise_line_ends(text: str) -> str:
    r"""The same text with every line end as "\n"; nothing else is changed."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def plain(markdown: str) -> str:
    """The words of some Markdown without most of its marks, for lists; not exact, never HTML."""
    return _MARKS.sub("", _LINK.sub(r"\1", markdown))


def heading(title: str, body: str, limit: int = 200) -> str:
    """What a list calls the note: its title, or else the first line with words in its body."""
    for line in (title, *body[:10_000].split("\n", 50)[:50]):
        if words := " ".join(plain(line).split() if line is not title else line.split()):
            return shorten(words, limit)
    return ""


def excerpt(title: str, body: str, limit: int = 160) -> str:
    """The first words of the body, one line, without the line that `heading` already shows."""
    text = body[:10_000]
    if not title.strip():
        lines = text.split("\n")
        first = next((at for at, line in enumerate(lines) if plain(line).strip()), len(lines))
        text = "\n".join(lines[first + 1 :])
    found = ""
    for line in text.split("\n"):
        if line and len(found := f"{found} {' '.join(plain(line).split())}".strip()) > limit:
            break
    return shorten(found, limit)


def shorten(text: str, limit: int) -> str:
    """At most `limit` characters, with an ellipsis where something was left out."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"
