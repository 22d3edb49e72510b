"""Wiki links: what a note links to, and that nothing else is taken for one."""

import pytest

from tests.http.page import Page
from website.text.markdown import render
from website.text.markdown.wiki import marked, titles


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("[[Plain]] and [[Other note|shown]]", ["Plain", "Other note"]),
        ("[[ blanks  and\nlines ]]", ["blanks and lines"]),
        ("[[C++ & C#]] [[50 %]] [[a/b?c=d#e]]", ["C++ & C#", "50 %", "a/b?c=d#e"]),
        ("[[日本|ja]] [[Ünï]] [[🙂]]", ["日本", "Ünï", "🙂"]),
        ("[[Data: results]] [[javascript:alert(1)]]", ["Data: results", "javascript:alert(1)"]),
        ("`[[code]]` \\[[escaped]] ![[no picture]]", []),
        ("```\n[[code]]\n```", []),
        ("[[]] [[ ]] [[a", []),
        ("- [ ] [[In a task]]\n\n# [[In a heading]]", ["In a task", "In a heading"]),
    ],
)
def test_what_a_note_links_to(source: str, expected: list[str]) -> None:
    assert titles(render(source)) == expected


def test_the_words_of_a_link_are_what_follows_the_bar() -> None:
    page = Page(render("[[A|see <b>]]"))
    assert "see <b>" in page.words


def test_an_address_of_another_kind_gets_no_scheme_through() -> None:
    for source in ("[[javascript:alert(1)]]", "[[javascript:alert(1)|x]]", "[[//evil.example]]"):
        for element in Page(render(source)).elements:
            if element.tag == "a" and "href" in element.attributes:
                assert element.attributes["href"].startswith("/notes/titled?title=")


def test_links_to_what_is_not_written_are_marked() -> None:
    html = render("[[There]] [[Not there]] [[There|again]]")
    page = Page(marked(html, lambda title: title == "There"))
    assert [e.attributes.get("class") for e in page.elements if e.tag == "a"] == [
        None, "missing", None,
    ]  # fmt: skip
