"""Formulas are drawn as MathML of a short list, and none can end the process."""

import subprocess
import sys

import pytest

from tests.http.page import Page
from tests.text.test_markdown import ROOT, rendered
from website.text.markdown import render
from website.text.markdown.formulas import MAX_DEPTH, MAX_LENGTH, MAX_TOGETHER


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("$x^2$", "<p><math><msup><mi>x</mi><mn>2</mn></msup></math></p>\n"),
        ("$`a<b`$", "<p><math><mi>a</mi><mo>&lt;</mo><mi>b</mi></math></p>\n"),
        ("$$\nx\n$$", '<p><span class="formula" tabindex="0"><math display="block"><mi>x</mi>'
         "</math></span></p>\n"),
        ("```math\nx\n```", '<div class="formula" tabindex="0"><math display="block"><mi>x</mi>'
         "</math></div>\n"),
        ("costs $5 or $6", "<p>costs $5 or $6</p>\n"),
    ],
)  # fmt: skip
def test_a_formula_is_drawn(source: str, html: str) -> None:
    assert render(source) == html


@pytest.mark.parametrize("latex", [r"\unknown", r"\href{javascript:alert(1)}{x}", "x^", r"\frac1"])
def test_what_is_no_formula_is_shown_as_it_was_typed(latex: str) -> None:
    page = rendered(f"${latex}$")
    assert "math" not in [element.tag for element in page.elements]
    assert latex in page.words


FORMULAS = [
    r"\text{<img src=x onerror=alert(1)>}", r"\color{red}{x}", r"\begin{align}a&=b\end{align}",
    r"\boxed{\cancel{x}}", r"\left(\frac{1}{2}\right]", r"\begin{pmatrix}1&2\\3&4\end{pmatrix}",
    r"\sum_{i=0}^n \int_0^\infty \sqrt[3]{x} \overbrace{abc}^n \hat{x} \vec{y} \underline{z}",
    r"\mathbb{R} \mathcal{L} \mathrm{d}x \operatorname{sin} \hspace{3em} \phantom{x} \tag{1}",
    r"\begin{cases}a & b\\c & d\end{cases}", r"\text{&lt;script&gt;}", r"\text{$<$}",
    r"\operatorname{<b>}", r"\newcommand{\a}{x}\a", r"\begin{array}{|c|c|}\hline a&b\end{array}",
]  # fmt: skip


@pytest.mark.attack(75)
@pytest.mark.parametrize("latex", FORMULAS)
def test_a_formula_has_no_element_and_no_attribute_that_is_not_on_the_list(latex: str) -> None:
    # `rendered` holds each to a list written out in the tests: no style, no id, no address.
    for source in (f"${latex}$", f"$${latex}$$", f"```math\n{latex}\n```"):
        rendered(source)


def test_an_equation_keeps_its_sides_without_a_style() -> None:
    cells = [e for e in rendered(r"$$\begin{align}a&=b\end{align}$$").elements if e.tag == "mtd"]
    assert [c.attributes["class"] for c in cells if "class" in c.attributes][:2] == [
        "right",
        "left",
    ]


def test_a_formula_too_long_or_too_deep_is_shown_as_it_was_typed() -> None:
    for latex in ("x" * (MAX_LENGTH + 1), "{" * (MAX_DEPTH + 1) + "}" * (MAX_DEPTH + 1)):
        page = Page(render(f"${latex}$"))
        assert "math" not in [element.tag for element in page.elements]
        assert latex in page.words
    html = render("$x$ " + ("$" + "x" * 1_990 + "$ ") * (MAX_TOGETHER // 1_990 + 5))
    assert 1 < html.count("<math>") <= MAX_TOGETHER // 1_990 + 1
    assert "<code>xxx" in html


# With the stack of a server's thread; each as deep as MAX_LENGTH lets it be.
DEEP = [
    "\\sqrt", "\\hat", "\\frac1", "\\sqrt{", "x^{", "\\left(", "\\begin{matrix}", "\\text{", "(",
    "\\sin(", "\\bigl(", "\\mathbf", "\\not", "'", "\\sqrt[", "\\overset x", "\\begin{align}x&",
]  # fmt: skip
_DRAW = """
import sys, threading, types
website = sys.modules["website"] = types.ModuleType("website")
website.__path__ = ["website"]
from website.text.markdown import render
threading.stack_size(2**20)
for piece in sys.argv[1:]:
    source = "$" + (piece * 2_000)[:1_990] + "x$"
    thread = threading.Thread(target=lambda: print(len(render(source))))
    thread.start()
    thread.join()
"""


@pytest.mark.attack(86, 87)
def test_no_formula_ends_the_process_or_takes_long() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _DRAW, *DEEP], cwd=ROOT, capture_output=True, text=True,
        timeout=60, check=True,
    )  # fmt: skip
    assert len(done.stdout.split()) == len(DEEP)
