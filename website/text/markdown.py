"""From a note's Markdown to HTML that is safe to show: rendered by comrak, cleaned by nh3."""

import re
from html import escape

import comrak
import nh3

# Raised when the HTML for the same text changes; a stored rendering of another number is not used.
RENDERER = 1

MAX_QUOTE_DEPTH = 100
MAX_COLUMNS = 500

_TAGS = set(
    "a blockquote br code del div em h2 h3 h4 h5 h6 hr input li ol p pre strong"  # noqa: SIM905
    " table tbody td th thead tr ul".split()
)
_ATTRIBUTES = {
    "a": {"href", "title"},
    "input": {"type", "checked", "disabled", "aria-label"},
    "ol": {"start"},
    "td": {"align"},
    "th": {"align"},
}
_ALERTS = {
    "div": {f"markdown-alert-{kind}" for kind in ("note", "tip", "important", "warning", "caution")}
    | {"markdown-alert"},
    "p": {"markdown-alert-title"},
}
_SCHEMES = {"http", "https", "mailto"}

_HEADING = re.compile(r"<(/?)h([1-6])>")
_IMAGE = re.compile(r'<img src="([^"]*)" alt="([^"]*)"(?: title="([^"]*)")? />')
_BOX = re.compile(r'<input type="checkbox"( checked="")? disabled="" />')
_NO_LINK = re.compile(r'<a href="(?:[/\\\\]{2}[^"]*)?"')  # refused by comrak, or `//elsewhere`
_DEEP_QUOTE = re.compile(rf"^(?:[ \t]*>){{{MAX_QUOTE_DEPTH}}}", re.MULTILINE)
_WIDE_ROW = re.compile(rf"^(?:[^\n|]*\|){{{MAX_COLUMNS}}}", re.MULTILINE)

_cleaner = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    allowed_classes=_ALERTS,
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
    if _DEEP_QUOTE.search(source) or _WIDE_ROW.search(source):
        return (
            "<p><em>This note is shown as plain text: it has more nested quotes or table columns"
            f" than can be drawn.</em></p>\n<pre>{escape(source)}</pre>"
        )
    html = comrak.render_markdown(source, _extensions, _parsing, _rendering)
    # Raw HTML is escaped by now, so these tags can only be comrak's own.
    html = _HEADING.sub(lambda tag: f"<{tag[1]}h{min(int(tag[2]) + 1, 6)}>", html)
    html = _IMAGE.sub(lambda image: f'<a href="{image[1]}">{image[2] or image[1]}</a>', html)
    html = _NO_LINK.sub("<a", html)
    html = _BOX.sub(
        lambda box: (
            f'<input type="checkbox"{box[1] or ""} disabled=""'
            f' aria-label="{"Done" if box[1] else "To do"}">'
        ),
        html,
    )
    return _cleaner.clean(html)
