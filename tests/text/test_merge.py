"""No word of either edit is lost in a merge, and edits apart from one another are both kept."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from website.text.merge import merge

# Few different lines, so that they repeat: that is where a merge goes wrong.
LINE = st.sampled_from(["", "a", "b", "c", "one more", "<<<<<<<", "======="])
LINES = st.lists(LINE, max_size=12)


def text(lines: list[str]) -> str:
    return "\n".join(lines)


@pytest.mark.parametrize(
    ("base", "theirs", "yours", "merged"),
    [
        ("one\ntwo\nthree", "ONE\ntwo\nthree", "one\ntwo\nTHREE", "ONE\ntwo\nTHREE"),
        ("one\ntwo\nthree", "one\nthree", "one\ntwo\nthree\nfour", "one\nthree\nfour"),
        ("a\na", "a", "a\na\nb", "a\nb"),
        ("", "theirs", "", "theirs"),
        ("one", "one", "two", "two"),
        ("one", "two", "two", "two"),
        (
            "1\n2\n3\n4\n5\n6\n7",
            "X\n2\n3\nX\n5\n6\n7",
            "1\n2\n3\n4\n5\nY\n7",
            "X\n2\n3\nX\n5\nY\n7",
        ),
    ],
)
def test_edits_apart_from_one_another_are_both_kept(
    base: str, theirs: str, yours: str, merged: str
) -> None:
    done = merge(base, theirs, yours)
    assert (done.overlaps, done.text()) == (0, merged)
    other = merge(base, yours, theirs)
    assert (other.overlaps, other.text()) == (0, merged)


def test_edits_that_touch_are_shown_both_with_whose_they_are() -> None:
    done = merge("a\nb\nc", "a\ntheirs\nc", "a\nyours\nc")
    assert done.overlaps == 1
    assert done.text("saved now", "what you wrote") == (
        "a\n<<<<<<< saved now\ntheirs\n=======\nyours\n>>>>>>> what you wrote\nc"
    )
    beside = merge("a\nb", "A\nb", "a\nB")
    assert beside.overlaps == 1


@settings(max_examples=1000)
@given(LINES, LINES, LINES)
def test_no_line_that_either_added_disappears(
    base: list[str], theirs: list[str], yours: list[str]
) -> None:
    shown = Counter(merge(text(base), text(theirs), text(yours)).text().split("\n"))
    before = Counter(text(base).split("\n"))
    for one, other in ((theirs, yours), (yours, theirs)):
        added = Counter(text(one).split("\n")) - before
        removed = before - Counter(text(other).split("\n"))
        for line, count in (added - removed).items():
            assert shown[line] >= count, line
        assert added.keys() <= shown.keys()


@given(LINES, LINES, LINES)
def test_a_merge_without_overlaps_is_the_same_from_both_sides(
    base: list[str], theirs: list[str], yours: list[str]
) -> None:
    one = merge(text(base), text(theirs), text(yours))
    other = merge(text(base), text(yours), text(theirs))
    assert one.overlaps == other.overlaps
    if not one.overlaps:
        assert one.text() == other.text()


@st.composite
def two_edits(draw: st.DrawFn) -> tuple[list[str], list[str], list[str], list[str]]:
    """A base, two edits of it with an unchanged line between, and both one after the other.

    The line occurs once: where lines repeat, nobody can say which of them was changed.
    """
    above, below = draw(LINES), draw(LINES)
    edited, also = draw(LINES), draw(LINES)
    return (
        [*above, "between", *below],
        [*edited, "between", *below],
        [*above, "between", *also],
        [*edited, "between", *also],
    )


@settings(max_examples=1000)
@given(two_edits())
def test_two_edits_with_an_unchanged_line_between_equal_one_after_the_other(
    edits: tuple[list[str], list[str], list[str], list[str]],
) -> None:
    base, theirs, yours, both = map(text, edits)
    done = merge(base, theirs, yours)
    assert (done.overlaps, done.text()) == (0, both)
