"""Headings have names of their own, and make the contents of a long note."""

from tests.http.page import Page
from website.text.markdown import render
from website.text.markdown.headings import MAX_ANCHORS, Heading, contents


def test_a_heading_is_a_link_to_itself() -> None:
    html = render("# Été *à* Zürich!\n")
    assert contents(html) == [Heading(2, "h-été-à-zürich", "Été à Zürich!")]
    assert 'href="#h-%C3%A9t%C3%A9-%C3%A0-z%C3%BCrich"' in html or 'href="#h-été-à-zürich"' in html


def test_two_headings_of_the_same_words_have_different_names() -> None:
    html = render("# a\n\n## a\n\n# A--2\n\n# !\n\n# ?\n\n# 日本\n")
    anchors = [heading.anchor for heading in contents(html)]
    assert len(set(anchors)) == len(anchors) == 6
    page = Page(html)
    ids = [element.attributes["id"] for element in page.elements if "id" in element.attributes]
    assert ids == anchors


def test_a_heading_with_a_link_in_it_keeps_that_link() -> None:
    html = render("# see [there](/x)\n")
    assert html.count("<a ") == 1
    assert contents(html) == [Heading(2, "h-see-there", "see there")]


def test_a_heading_without_words_changes_no_other() -> None:
    html = render("#\n\ntext\n\n# Title\n\n## \n\nmore\n")
    assert contents(html) == [Heading(2, "h-title", "Title")]
    assert "<h2></h2>\n<p>text</p>" in html
    assert "<h3></h3>\n<p>more</p>" in html


def test_the_page_s_own_heading_stays_the_only_first_one() -> None:
    assert [heading.level for heading in contents(render("# a\n\n###### b\n\nc\n===\n"))] == [
        2,
        6,
        2,
    ]


def test_words_that_look_like_html_stay_words_in_the_contents() -> None:
    (heading,) = contents(render("# `<b>` &amp; <i>\n"))
    assert heading.words == "<b> & <i>"


def test_after_a_thousand_a_heading_is_a_heading_and_no_more() -> None:
    html = render("# a\n" * (MAX_ANCHORS + 2))
    assert html.count("<h2") == MAX_ANCHORS + 2
    assert len(contents(html)) == MAX_ANCHORS
