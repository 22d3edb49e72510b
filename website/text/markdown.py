"""From a note's Markdown to HTML that is safe to show: rendered by comrak, cleaned by nh3."""

import re
from html import escape

import comrak
import nh3

# Raised when the HTML for the same text changes; a stored rendering of another number is not used.
RENDERER = 1

MAX_QUOTE_DEPTH = 100
MAX_COLUMNS = 500
MAX_ADDRESSES = 500  # on a line
MAX_AMPERSANDS = 100_000  # nh3 takes the square of their number
MAX_GROWTH = 10  # times the text, as HTML
MAX_CELLS = 500_000  # a short row is filled up to the table's width

_TAGS = set(
    "a blockquote br code del div em h2 h3 h4 h5 h6 hr input li ol p pre strong"  # noqa: SIM905
    " table tbody td th thead tr ul".split()
)
_ATTRIBUTES = {
    "a": {"href", "title"},
    "div": {"tabindex"},
    "pre": {"tabindex"},
    "input": {"type", "checked", "disabled", "aria-label"},
    "ol": {"start"},
    "td": {"align"},
    "th": {"align"},
}
_CLASSES = {
    "div": {"scrolls", "markdown-alert"}
    | {f"markdown-alert-{kind}" for kind in ("note", "tip", "important", "warning", "caution")},
    "p": {"markdown-alert-title"},
}
_SCHEMES = {"http", "https", "mailto"}

_HEADING = re.compile(r"<(/?)h([1-6])>")
_BOX = re.compile(r'<input type="checkbox"( checked="")? disabled="" />')
_NO_LINK = re.compile(r'<a href="(?:[/\\\\]{2}[^"]*)?"')  # refused by comrak, or `//elsewhere`
# A picture, with the beginnings and ends of links, since a link in a link would break the outer.
_PICTURES = re.compile(r'<img src="([^"]*)" alt="([^"]*)"(?: title="[^"]*")? />|<(/?)a(?=[ >])')
_BLANK_LINES = re.compile(r"\n[ \t]*\n")
_DEEP_QUOTE = re.compile(rf"^(?:[ \t]*>){{{MAX_QUOTE_DEPTH}}}", re.MULTILINE)
_WIDE_ROW = re.compile(rf"^(?:[^\n|]*\|){{{MAX_COLUMNS}}}", re.MULTILINE)
# comrak looks for mail addresses by recursion: some thousands on a line end the process.
_MANY_ADDRESSES = re.compile(rf"^(?:[^\n@]*@){{{MAX_ADDRESSES}}}", re.MULTILINE)

_cleaner = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    allowed_classes=_CLASSES,
    url_schemes=_SCHEMES,
    link_rel="noopener nofollow ugc",
    strip_comments=True,
)
_extensions = comrak.ExtensionOptions()
_extensions.table = True
_extensions.strikethrough = True
_extensions.tasklist = True
_extensions.autolink = True
_extensions.alerts = True
_extensions.cjk_friendly_emphasis = True
_parsing = comrak.ParseOptions()
_rendering = comrak.RenderOptions()
_rendering.escape = True  # raw HTML is shown as text


def render(source: str) -> str:
    """HTML for a note's Markdown: no script, no image from elsewhere, headings from h2 down.

    Text that would take too long to render, or grow too much, comes back as plain text.
    """
    if _is_too_much(source):
        return _as_plain_text(source)
    html = comrak.render_markdown(source, _extensions, _parsing, _rendering)
    if len(html) > MAX_GROWTH * len(source) + 100_000:
        return _as_plain_text(source)
    # Raw HTML is escaped by now, so these tags can only be comrak's own.
    html = _HEADING.sub(lambda tag: f"<{tag[1]}h{min(int(tag[2]) + 1, 6)}>", html)
    html = _pictures_as_links(html)
    html = _NO_LINK.sub("<a", html)
    html = _BOX.sub(
        lambda box: (
            f'<input type="checkbox"{box[1] or ""} disabled=""'
            f' aria-label="{"Done" if box[1] else "To do"}">'
        ),
        html,
    )
    # What scrolls sideways can be reached, and scrolled, by keyboard.
    html = html.replace("<pre>", '<pre tabindex="0">')
    html = html.replace("<table>", '<div class="scrolls" tabindex="0"><table>')
    return _cleaner.clean(html.replace("</table>", "</table></div>"))


def _as_plain_text(source: str) -> str:
    return (
        "<p><em>This note is shown as plain text: to draw it would take too long.</em></p>\n"
        f'<pre tabindex="0">\n{escape(source)}</pre>'  # HTML drops a first line end
    )


def _is_too_much(source: str) -> bool:
    if source.count("&") > MAX_AMPERSANDS or _cells(source) > MAX_CELLS:
        return True
    return any(shape.search(source) for shape in (_DEEP_QUOTE, _WIDE_ROW, _MANY_ADDRESSES))


def _cells(source: str) -> int:
    """At most how many cells tables can have: each line of a block as wide as its widest."""
    cells = 0
    for block in _BLANK_LINES.split(source) if "|" in source else ():
        if "|" in block:
            lines = block.split("\n")
            cells += len(lines) * max(line.count("|") for line in lines)
    return cells


def _pictures_as_links(html: str) -> str:
    """Images from elsewhere become links; within a link, the words that stand for them."""
    within = False

    def shown(match: re.Match[str]) -> str:
        nonlocal within
        address, words, end = match.groups()
        if address is None:
            within = end == ""
            return match[0]
        return words if within else f'<a href="{address}">{words or address}</a>'

    return _PICTURES.sub(shown, html)
