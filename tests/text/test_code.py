"""Code is coloured, and no text makes that slow."""

from time import process_time

import pytest
from pygments.lexers import find_lexer_class_by_name

from tests.http.page import Page
from website.text.markdown import render
from website.text.markdown.code import LANGUAGES, MAX_BLOCK, MAX_CODE, MAX_LINE


def test_code_of_a_language_that_is_known_is_coloured() -> None:
    html = render("```python\ndef f(): pass\n```")
    assert '<span class="k">def</span>' in html
    assert "<span" not in render("```brainf\ndef f(): pass\n```")
    assert "<span" not in render("```\ndef f(): pass\n```")


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_no_character_of_the_code_is_changed(language: str) -> None:
    code = "\n\n  <b>&amp; \"x\" 'y'\t\n# é 日本 🙂\n\nx = `1` /* a */ // b\n\n"
    html = render(f"```{language}\n{code}```")
    assert Page(html).pre == [code.removeprefix("\n")]
    assert "<code>\n\n" in html  # which HTML would drop only right after <pre>


def test_a_block_of_unusual_size_is_not_coloured() -> None:
    assert "<span" in render("```c\n" + "int x;\n" * (MAX_BLOCK // 7) + "```")
    assert "<span" not in render("```c\n" + "int x;\n" * (MAX_BLOCK // 7 + 1) + "```")
    assert "<span" in render("```c\n" + "int" + " " * (MAX_LINE - 4) + "x\n```")
    assert "<span" not in render("```c\n" + "int" + " " * (MAX_LINE - 2) + "x\n```")


def test_only_so_much_of_a_note_is_coloured() -> None:
    block = "```c\nint x;\n```\n\n"
    html = render(block * (2 * MAX_CODE // 6))
    assert 0 < html.count('<span class="kt">') <= MAX_CODE // 6
    assert html.count("int") == 2 * MAX_CODE // 6


@pytest.mark.attack(86)
@pytest.mark.parametrize("lexer", sorted({find_lexer_class_by_name(n).name for n in LANGUAGES}))
def test_no_code_is_slow_to_colour(lexer: str) -> None:
    language = next(n for n in sorted(LANGUAGES) if find_lexer_class_by_name(n).name == lexer)
    for piece in ("a ", "/*"):  # of many that were tried, what took Java and Go longest
        for line in (piece, piece * (MAX_LINE // 2)):
            code = (line + "\n") * (MAX_BLOCK // (len(line) + 1))
            began = process_time()
            assert Page(render(f"~~~{language}\n{code}~~~")).pre == [code]
            assert process_time() - began < 5, piece
