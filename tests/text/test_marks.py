"""What is marked is what was looked for, where it stands, and nothing of the text is lost."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from website.text.folding import fold
from website.text.marks import EDGE, LENGTH, around, marked, marked_within


def shown(text: str, *words: str) -> str:
    return drawn(marked(text, [*words]))


def drawn(text: str) -> str:
    parts = text.split(EDGE)
    return "".join(f"[{part}]" if at % 2 else part for at, part in enumerate(parts))


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("Zürich", ["zur"], "[Zür]ich"),
        ("Straße", ["ss"], "Stra[ß]e"),
        ("ﬁne", ["f"], "[ﬁ]ne"),
        ("a  b", ["a b"], "[a  b]"),
        ("anana", ["ana"], "[ana]na"),
        ("abcd", ["ab", "cd"], "[abcd]"),
        ("abcd", ["abc", "bcd"], "[abcd]"),
        ("abcd", ["bc", "abcd"], "[abcd]"),
        ("ab cd ab", ["ab"], "[ab] cd [ab]"),
        ("z\u0323\u0308u", ["zu"], "[z\u0323\u0308u]"),
        ("日本", ["本"], "日[本]"),
        ("nothing", ["x"], "nothing"),
        ("", ["x"], ""),
        ("\0a\0b", ["b"], "a[b]"),
        ("\0", ["a"], ""),
        ("Wait…", ["..."], "Wait[…]"),
    ],
)
def test_the_words_are_marked_where_they_stand(text: str, words: list[str], expected: str) -> None:
    assert shown(text, *words) == expected


@pytest.mark.parametrize(
    ("line", "words", "expected"),
    [
        ("… a b…", ["a b"], "… [a b]…"),
        ("… a … b…", ["..."], "… a […] b…"),
        ("…", ["..."], "…"),
        ("a b …", ["b"], "a [b] …"),
    ],
)
def test_where_a_line_was_cut_is_no_part_of_it(line: str, words: list[str], expected: str) -> None:
    assert drawn(marked_within(line, words)) == expected


@given(
    st.text(alphabet="aAbäß ﬁ\u0301日\n", max_size=30),
    st.lists(st.text("abs 日f", min_size=1), max_size=3),
)
def test_nothing_is_lost_and_what_is_marked_folds_to_what_was_looked_for(
    text: str, words: list[str]
) -> None:
    asked = [word for word in map(fold, words) if word]
    parts = marked(text, asked).split(EDGE)
    assert "".join(parts) == text
    assert len(parts) % 2 == 1
    assert all(parts[1:-1])  # but for the ends, no two edges touch
    assert (len(parts) > 1) == any(word in fold(text) for word in asked)


@pytest.mark.parametrize("needle", ["needle", "NEEDLE", "nëedle", "NÉEDLE"])
@pytest.mark.parametrize("blank", [" ", "\n\n", "\u3000"])
def test_a_line_is_shown_from_shortly_before_the_first_word(needle: str, blank: str) -> None:
    text = f"{'before ' * 100}\n\n{needle}{blank}{'after ' * 100}"
    line = around(text, ["needle after", "needle"])
    assert line.startswith("… before")
    assert f"before {needle} after" in line
    assert line.endswith("…")
    assert len(line) <= LENGTH + 3


@given(st.text(alphabet="aAbäßİ ﬁ\u0301日\n", max_size=400), st.text("abs 日fi", min_size=1))
def test_a_line_holds_a_word_that_the_text_holds(text: str, typed: str) -> None:
    word = fold(typed)
    line = around(text, [word] if word else [])
    assert not word or word not in fold(text) or word in fold(line)


def test_a_text_that_is_empty_gives_no_line() -> None:
    assert around("", ["needle"]) == ""
