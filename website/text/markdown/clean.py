"""The last door before the page: only these elements, attributes, classes and schemes pass."""

import nh3

from website.text.markdown.code import CLASSES as CODE_CLASSES

_TAGS = set(
    "a blockquote br code del div em h2 h3 h4 h5 h6 hr input li ol p pre section span"  # noqa: SIM905
    " strong sup table tbody td th thead tr ul".split()
)
# No text of a note becomes an attribute's name, and no id is without a prefix: comrak gives those
# of footnotes one, `headings` those of headings.
_ATTRIBUTES = {
    "a": {"href", "title", "id", "aria-label"},
    "code": {"data-math-style"},
    "div": {"tabindex"},
    **{f"h{level}": {"id"} for level in range(2, 7)},
    "input": {"type", "checked", "disabled", "aria-label"},
    "li": {"id"},
    "ol": {"start"},
    "pre": {"tabindex"},
    "section": {"aria-label"},
    "span": {"data-math-style"},
    "td": {"align"},
    "th": {"align"},
}
_CLASSES = {
    "a": {"footnote-backref", "wiki"},
    "div": {"scrolls", "markdown-alert"}
    | {f"markdown-alert-{kind}" for kind in ("note", "tip", "important", "warning", "caution")},
    "p": {"markdown-alert-title"},
    "section": {"footnotes"},
    "span": CODE_CLASSES,
    "sup": {"footnote-ref"},
}

_cleaner = nh3.Cleaner(
    tags=_TAGS,
    attributes=_ATTRIBUTES,
    allowed_classes=_CLASSES,
    url_schemes={"http", "https", "mailto"},
    link_rel="noopener nofollow ugc",
    strip_comments=True,
)


def clean(html: str) -> str:
    """HTML that can do nothing but be read."""
    return _cleaner.clean(html)
