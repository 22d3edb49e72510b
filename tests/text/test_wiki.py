"""Wiki links: what a note links to, and that nothing else is taken for one."""

from time import process_time

import pytest

from tests.http.page import Page
from website.text.markdown import render
from website.text.markdown.wiki import marked, relinked, titles


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


@pytest.mark.parametrize(
    ("source", "after"),
    [
        ("[[Old]] [[ old |x]] `[[Old]]` [[Older]]", "[[New]] [[New|x]] `[[Old]]` [[Older]]"),
        (
            "é 日本 🙂 [[Old]]\n\n> - [[Old]] [[OLD]]\n",
            "é 日本 🙂 [[New]]\n\n> - [[New]] [[New]]\n",
        ),
        ("x[^1] [[Old]]\n\n[^1]: [[Old]]\n\n[[Old]]", "x[^1] [[New]]\n\n[^1]: [[New]]\n\n[[New]]"),
        ("| a |\n|---|\n| [[Old]] |", "| a |\n|---|\n| [[New]] |"),
        # There a place is not that of the source: nothing is better than the wrong words.
        ("| a |\n|---|\n| \\| `[[Old]]` [[Old]] |", "| a |\n|---|\n| \\| `[[Old]]` [[Old]] |"),
    ],
)
def test_links_follow_a_note_that_is_renamed(source: str, after: str) -> None:
    assert relinked(source, "old", "New") == after


@pytest.mark.parametrize("title", ["50%20off", "C%23", "AT&amp;T", "&copy; x", "a|b", "x]]", ""])
def test_no_link_is_made_that_would_lead_elsewhere(title: str) -> None:
    assert relinked("[[Old]]", "old", title) == "[[Old]]"


def test_many_links_are_changed_at_once() -> None:
    began = process_time()
    assert relinked("[[a]]" * 50_000, "a", "b") == "[[b]]" * 50_000
    assert process_time() - began < 10


def test_a_link_without_words_shows_its_title() -> None:
    assert ">x</a>" in render("[[x|]]")


def test_links_to_what_is_not_written_are_marked() -> None:
    html = render("[[There]] [[Not there]] [[There|again]]")
    page = Page(marked(html, lambda title: title == "There"))
    assert [e.attributes.get("class") for e in page.elements if e.tag == "a"] == [
        None, "missing", None,
    ]  # fmt: skip
