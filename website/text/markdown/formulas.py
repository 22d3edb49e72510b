"""Formulas become MathML by math-core, after the sanitiser, through a list of their own."""

import re
from html import unescape

from math_core import LatexError, LatexToMathML

MAX_LENGTH = 2_000  # characters of one formula
MAX_TOGETHER = 50_000  # of all formulas of a note
MAX_DEPTH = 50  # of braces: math-core goes down by recursion, and would end the process

_TAGS = frozenset(
    "math merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms"  # noqa: SIM905
    " mspace msqrt mstyle msub msubsup msup mtable mtd mtext mtr munder munderover".split()
)
_ATTRIBUTES = frozenset(
    "accent accentunder columnspan depth display displaystyle fence form height largeop"  # noqa: SIM905
    " linethickness lspace mathvariant maxsize minsize movablelimits rowspan rspace scriptlevel"
    " separator stretchy symmetric voffset width".split()
)
# Raw HTML is escaped, so what has this attribute is comrak's own: $a$, $$a$$, $`a`$, ```math.
_FORMULA = re.compile(
    r'<(span|code) data-math-style="(inline|display)">([^<]*)</\1>'
    r'|<pre tabindex="0"><code data-math-style="(display)">([^<]*)</code></pre>'
)
_TAG = re.compile(r"<(/?)([a-z]+)([^<>]*?)(/?)>")
_ATTRIBUTE = re.compile(r' ([a-z]+)="([^"<>&]*)"')
_ALIGNED = re.compile(r"text-align: (left|right)")  # by a style, which the site's policy forbids
_BRACE = re.compile(r"\\.|([{}])", re.DOTALL)

_converter = LatexToMathML(fancy_error=False, max_expansions=0)


def drawn(html: str) -> str:
    """The cleaned HTML with its formulas drawn; one that cannot be is shown as it was typed."""
    left = MAX_TOGETHER

    def formula(match: re.Match[str]) -> str:
        nonlocal left
        style, text = match[2] or match[4], match[3] if match[3] is not None else match[5]
        latex = unescape(text)
        left -= len(latex)
        mathml = _mathml(latex, style) if left >= 0 else None
        if mathml is None:
            return f"<pre>{text}</pre>" if match[4] else f"<code>{text}</code>"
        if style == "display" and not match[4]:
            return f'<span class="formula" tabindex="0">{mathml}</span>'
        return f'<div class="formula" tabindex="0">{mathml}</div>' if match[4] else mathml

    return _FORMULA.sub(formula, html) if "data-math-style" in html else html


def _mathml(latex: str, style: str) -> str | None:
    if len(latex) > MAX_LENGTH or _depth(latex) > MAX_DEPTH:
        return None
    try:
        mathml = _converter.convert_with_local_state(latex, displaystyle=style == "display")
    except LatexError:
        return None
    return _allowed(mathml)


def _depth(latex: str) -> int:
    """How deep its braces are, whether they end or not."""
    depth = deepest = 0
    for brace in _BRACE.finditer(latex):
        depth += {"{": 1, "}": -1}.get(brace[1], 0)
        deepest = max(deepest, depth)
    return deepest


def _allowed(mathml: str) -> str | None:
    """The same without attributes that are not on the list; None if an element is not."""
    if not all(tag[2] in _TAGS for tag in _TAG.finditer(mathml)):
        return None
    return _TAG.sub(_plain, mathml)


def _plain(tag: re.Match[str]) -> str:
    closing, name, written, empty = tag.groups()
    found = dict(_ATTRIBUTE.findall(written))  # math-core writes some attributes twice
    kept = "".join(f' {key}="{value}"' for key, value in found.items() if key in _ATTRIBUTES)
    aligned = _ALIGNED.search(written)
    if aligned:
        kept += f' class="{aligned[1]}"'
    return f"<{closing}{name}{kept}{empty}>"
