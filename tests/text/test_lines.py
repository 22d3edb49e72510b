"""A note's first words, and its line ends."""

from time import thread_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from website.text.lines import excerpt, heading, normalise_line_ends, plain, shorten


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\r\nb\rc\nd", "a\nb\nc\nd"),
        ("\r\n\r\n", "\n\n"),
        ("\r\r\n\n", "\n\n\n"),
        ("  \t a \u2028 \u2029 \x85 \x0b \x0c  ", "  \t a \u2028 \u2029 \x85 \x0b \x0c  "),
        ("", ""),
    ],
)
def test_only_line_ends_are_changed(typed: str, kept: str) -> None:
    assert normalise_line_ends(typed) == kept


@given(st.text())
def test_line_ends_are_normal_after_once(text: str) -> None:
    once = normalise_line_ends(text)
    assert "\r" not in once
    assert normalise_line_ends(once) == once


@pytest.mark.parametrize(
    ("title", "body", "expected"),
    [
        ("A  title\tof mine", "body", "A title of mine"),
        ("*kept* as typed", "body", "*kept* as typed"),
        ("", "# The *first* line\nmore", "The first line"),
        ("   ", "\n\n  \n- [x] done it\n", "done it"),
        ("", "[words](https://b.org) and ![picture](/x)", "words and picture"),
        ("", "```\n\n```\n", ""),
        ("", "", ""),
        ("", "***\n---\nrest", "rest"),
        ("", "snake_case_name and _emphasis_", "snake_case_name and emphasis"),
        ("", "<b>not html</b>", "<b>not html</b>"),
        ("t" * 300, "", "t" * 199 + "…"),
    ],
)
def test_a_list_calls_a_note_by_its_title_or_first_words(
    title: str, body: str, expected: str
) -> None:
    assert heading(title, body) == expected


@pytest.mark.parametrize(
    ("title", "body", "expected"),
    [
        ("Title", "first\nsecond", "first second"),
        ("", "first\nsecond", "second"),
        ("", "\n\n# first\n\nsecond *line*", "second line"),
        ("", "only", ""),
        ("", "", ""),
        ("Title", "wo " * 200, "wo " * 52 + "wo…"),
    ],
)
def test_an_excerpt_is_what_the_heading_does_not_say(title: str, body: str, expected: str) -> None:
    assert excerpt(title, body) == expected


@given(st.text(), st.text())
def test_a_heading_and_an_excerpt_fit_their_columns(title: str, body: str) -> None:
    for words, limit in ((heading(title, body), 200), (excerpt(title, body), 160)):
        assert len(words) <= limit
        assert words == " ".join(words.split())


def test_what_is_left_out_is_marked() -> None:
    assert shorten("abcdef", 6) == "abcdef"
    assert shorten("abc def", 5) == "abc…"


@pytest.mark.attack(94)
@pytest.mark.parametrize(
    "text",
    [
        "[" * 100_000, "[](" * 33_000, "![" * 50_000, "`" * 100_000, "*" * 100_000, "_" * 100_000,
        " " * 100_000, "\n" * 100_000, "> " * 50_000, "- [ ] " * 16_000, "_a" * 50_000,
        "~" * 100_000, "\t" * 100_000, "#" * 100_000, "[a](" + "(" * 100_000, "a" * 100_000,
        " \n" * 50_000, "|" * 100_000, "| - " * 25_000,
    ],
    ids=lambda text: repr(text[:6]),
)  # fmt: skip
def test_no_text_makes_a_list_slow(text: str) -> None:
    began = thread_time()
    heading("", text)
    excerpt("", text)
    assert thread_time() - began < 4  # it takes 0.1; a quadratic one, minutes
    assert len(plain(text[:10_000])) <= 10_000
