"""What was edited is kept small, and the text comes back to the last character."""

from hypothesis import given
from hypothesis import strategies as st

from website.text.delta import apply, delta

# Characters that repeat, that lie outside the basic plane, and that combine.
TEXT = st.text(st.sampled_from("aab \n\0é́\U0001f333"), max_size=40)


@given(TEXT, TEXT)
def test_a_text_comes_back_from_what_differs(text: str, other: str) -> None:
    assert apply(delta(text, other), other) == text
    assert apply(delta(text)) == text


def test_a_word_in_a_long_text_costs_a_word() -> None:
    text = "".join(chr(97 + at * at % 26) for at in range(200_000))
    change = delta(text[:70_000] + "one word" + text[70_000:], text)
    assert len(change.packed) < 30
    assert (change.begins, change.ends) == (70_000, 130_000)
