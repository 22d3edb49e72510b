"""Markdown to HTML by comrak: raw HTML is shown as text, and nothing takes long or grows much."""

import comrak

from website.text.markdown.guards import is_too_much

MAX_GROWTH = 10  # times the text, as HTML

_extensions = comrak.ExtensionOptions()
_extensions.table = True
_extensions.strikethrough = True
_extensions.tasklist = True
_extensions.autolink = True
_extensions.alerts = True
_extensions.footnotes = True
_extensions.math_dollars = True
_extensions.math_code = True
_extensions.wikilinks_title_after_pipe = True
_extensions.cjk_friendly_emphasis = True
_parsing = comrak.ParseOptions()
_rendering = comrak.RenderOptions()
_rendering.escape = True  # raw HTML is shown as text
_placing = comrak.RenderOptions()
_placing.escape = True
_placing.sourcepos = True


def draw(source: str) -> str | None:
    """comrak's HTML, not cleaned yet; None for a text that is not to be drawn."""
    if is_too_much(source):
        return None
    html = comrak.render_markdown(source, _extensions, _parsing, _rendering)
    return html if len(html) <= MAX_GROWTH * len(source) + 100_000 else None


def draw_with_places(source: str) -> str:
    """The same with `data-sourcepos` on each element; nothing for a text that is not drawn."""
    if draw(source) is None:
        return ""
    return comrak.render_markdown(source, _extensions, _parsing, _placing)


class Places:
    """From the lines and columns of `data-sourcepos`, from 1, to places in the source's UTF-8.

    comrak could count characters, but takes the square of a line's length for it.
    """

    def __init__(self, source: str) -> None:
        self.text = source.encode()
        self._starts = [0]
        for line in self.text.split(b"\n"):
            self._starts.append(self._starts[-1] + len(line) + 1)

    def at(self, line: str, column: str) -> int:
        return self._starts[int(line) - 1] + int(column) - 1
