"""What does not count when words are compared, and that a part of a text is found in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from website.text.folding import fold, fold_sign


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Zürich", "zurich"),
        ("ŁÓDŹ", "lodz"),
        ("Straße", "strasse"),
        ("İstanbul ısı", "istanbul isi"),
        ("Øresund Ærø", "oresund aero"),
        ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
        ("Ёлка", "елка"),
        ("１２ ﬁn Ⅷ", "12 fin viii"),
        ("soft\u00adhyphen a\u200db \u2764\ufe0f", "softhyphen ab \u2764"),
        (" a \n\t b\u00a0c ", "a b c"),
        ("שָׁלוֹם", "שלום"),
    ],
)
def test_case_accents_width_and_invisible_signs_do_not_count(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_a_japanese_sign_with_a_mark_is_another_sign() -> None:
    assert fold("か") != fold("が")


@given(st.text(), st.data())
def test_any_part_of_a_text_is_found_in_it(text: str, data: st.DataObject) -> None:
    begin = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(begin, len(text)))
    assert fold(text[begin:end]) in fold(text)


@given(st.text())
def test_to_fold_again_changes_nothing(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.characters())
def test_a_sign_folds_alone_as_it_does_in_a_text(sign: str) -> None:
    assert fold(f"a{sign}b") == fold(f"a{fold_sign(sign)}b")
