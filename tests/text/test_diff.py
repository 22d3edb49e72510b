"""Each line of both texts is in their difference, and no word of it is changed."""

from time import process_time

from hypothesis import given
from hypothesis import strategies as st

from website.text.diff import Line, diff

TEXT = st.lists(st.text("ab \t.é", max_size=12), max_size=12).map("\n".join)


def side(lines: list[Line], kind: str) -> list[str]:
    return ["".join(part.text for part in line.parts) for line in lines if line.kind == kind]


@given(TEXT, TEXT)
def test_both_texts_can_be_read_in_what_differs(old: str, new: str) -> None:
    lines = diff(old, new)
    left_out = sum(line.count for line in lines if line.kind == "left out")
    same = len(side(lines, "same"))
    assert same + left_out + len(side(lines, "gone")) == len(old.split("\n"))
    assert same + left_out + len(side(lines, "new")) == len(new.split("\n"))
    assert set(side(lines, "gone")) <= set(old.split("\n"))
    assert set(side(lines, "new")) <= set(new.split("\n"))


def test_the_words_that_changed_are_told_from_the_others() -> None:
    gone, came = diff("a quiet house by the sea", "a quiet boat by the sea")
    assert [part.text for part in gone.parts if part.changed] == ["house"]
    assert [part.text for part in came.parts if part.changed] == ["boat"]


def test_what_did_not_change_is_left_out_but_for_some_lines() -> None:
    text = [f"line {at}" for at in range(100)]
    lines = diff("\n".join(text), "\n".join([*text[:50], "new", *text[50:]]))
    assert [line.kind for line in lines] == [
        "left out", "same", "same", "same", "new", "same", "same", "same", "left out",
    ]  # fmt: skip
    assert (lines[0].count, lines[-1].count) == (47, 47)
    assert [line.kind for line in diff("same", "same")] == ["same"]


def test_no_text_takes_long() -> None:
    """Attack 94's kind: bounded by the machine's time, where a bad algorithm takes minutes."""
    begun = process_time()
    diff("a\n" * 40_000, "a\nb\n" * 20_000)
    diff("a b " * 20_000, "b a " * 20_000)
    diff("1," * 500_000, "2," * 500_000)
    diff("[]()" * 100_000, "()[]" * 100_000)
    diff("\n".join("a " * 240 for _ in range(30)), "\n".join("b a" * 160 for _ in range(30)))
    assert process_time() - begun < 20
