"""Code in a note is coloured, by classes that the style sheet knows."""

import re
from html import unescape

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import find_lexer_class_by_name
from pygments.token import STANDARD_TYPES

# Lexers that answer in time whatever they are given, by the names that people write after the
# fence; those of Java and C# take the square and more of some texts (tests/text/test_code.py).
LANGUAGES = frozenset(
    "bash c c++ cpp css diff docker dockerfile go golang html ini javascript js json kotlin lua"  # noqa: SIM905
    " make makefile php py python rb ruby rs rust sh shell sql swift toml ts typescript xml yaml"
    " yml".split()
)
MAX_CODE = 30_000  # characters that are coloured in one note
MAX_BLOCK = 10_000  # and in one block, since lexers can take the square of its length
MAX_LINE = 300
CLASSES = frozenset(STANDARD_TYPES.values()) - {""}

_BLOCK = re.compile(r'<pre><code class="language-([\w+#-]{1,20})[^"]*">([^<]*)</code></pre>')
_formatter = HtmlFormatter(nowrap=True)


def coloured(html: str) -> str:
    """The HTML with its code blocks coloured, the first of them, and none of unusual size."""
    left = MAX_CODE

    def block(match: re.Match[str]) -> str:
        nonlocal left
        name, text = match[1].lower(), unescape(match[2])
        left -= len(text)
        if name not in LANGUAGES or left < 0 or len(text) > MAX_BLOCK:
            return match[0]
        if max(map(len, text.split("\n"))) > MAX_LINE:
            return match[0]
        # Without these two Pygments would take blank lines off the beginning, and add an end.
        lexer = find_lexer_class_by_name(name)(stripnl=False, ensurenl=False)
        return f"<pre><code>{highlight(text, lexer, _formatter)}</code></pre>"

    return _BLOCK.sub(block, html) if 'class="language-' in html else html
