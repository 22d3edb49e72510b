"""From a note's Markdown to HTML that is safe to show: rendered by comrak, cleaned by nh3."""

import re
from html import escape

from website.text.markdown import code, formulas, headings, tasks, wiki
from website.text.markdown.clean import clean
from website.text.markdown.draw import draw

# Raised when the HTML for the same text changes; a stored rendering of another number is not used.
RENDERER = 2

_NO_LINK = re.compile(r'<a href="(?:[/\\\\]{2}[^"]*)?"')  # refused by comrak, or `//elsewhere`
# A picture, with the beginnings and ends of links, since a link in a link would break the outer.
_PICTURES = re.compile(r'<img src="([^"]*)" alt="([^"]*)"(?: title="[^"]*")? />|<(/?)a(?=[ >])')
# What scrolls sideways can be reached, and scrolled, by keyboard.
_ADDED = {
    "<pre>": '<pre tabindex="0">',
    "<table>": '<div class="scrolls" tabindex="0"><table>',
    "</table>": "</table></div>",
    '<section class="footnotes"': '<section class="footnotes" aria-label="Footnotes"',
}
_ADDED_TO = re.compile(r'<(?:pre>|/?table>|section class="footnotes")')


def render(source: str) -> str:
    """HTML for a note's Markdown: no script, no image from elsewhere, headings from h2 down.

    Text that would take too long to render, or grow too much, comes back as plain text.
    """
    html = draw(source)
    if html is None:
        return _as_plain_text(source)
    # Raw HTML is escaped by now, so these tags can only be comrak's own.
    html = _pictures_as_links(html)
    html = wiki.linked(html)
    html = _NO_LINK.sub("<a", html)
    html = headings.anchored(html)
    html = tasks.named(html)
    html = code.coloured(html)
    html = _ADDED_TO.sub(lambda tag: _ADDED[tag[0]], html)
    return formulas.drawn(clean(html))


def _as_plain_text(source: str) -> str:
    return (
        "<p><em>This note is shown as plain text: to draw it would take too long.</em></p>\n"
        f'<pre tabindex="0">\n{escape(source)}</pre>'  # HTML drops a first line end
    )


def _pictures_as_links(html: str) -> str:
    """Images from elsewhere become links; within a link, the words that stand for them."""
    if "<img " not in html:
        return html
    within = False

    def shown(match: re.Match[str]) -> str:
        nonlocal within
        address, words, end = match.groups()
        if address is None:
            within = end == ""
            return match[0]
        return words if within else f'<a href="{address}">{words or address}</a>'

    return _PICTURES.sub(shown, html)
