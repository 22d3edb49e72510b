"""The text that `flask seed` writes: many languages, shapes of real notes, nothing by chance."""

import re
import unicodedata
from collections import Counter
from itertools import pairwise
from random import Random

import pytest

from website.models.content import MAX_TITLE_LENGTH
from website.operations.prose import Vocabulary, Writer, Zipf
from website.operations.seed import VOCABULARY
from website.text.tags import parse_tags

vocabulary = Vocabulary.parse(VOCABULARY.read_text("utf-8"))
Notes = list[tuple[str, str]]


@pytest.fixture(scope="module")
def notes() -> Notes:
    writer = Writer(Random(3), vocabulary)
    return [writer.note() for _ in range(3_000)]


@pytest.fixture(scope="module")
def text(notes: Notes) -> str:
    return "\n\n".join(f"{title}\n{body}" for title, body in notes)


def test_the_same_number_writes_the_same_notes(notes: Notes) -> None:
    again = Writer(Random(3), vocabulary)
    assert [again.note() for _ in range(100)] == notes[:100]
    other = Writer(Random(4), vocabulary)
    assert [other.note() for _ in range(100)] != notes[:100]


@pytest.mark.parametrize("language", vocabulary.languages)
def test_every_language_has_many_words_and_each_of_them_once(language: str) -> None:
    words = vocabulary.languages[language].words.things
    assert len(words) >= 120
    assert [word for word, count in Counter(words).items() if count > 1] == []


def test_there_are_seventeen_languages_and_english_is_the_most_frequent() -> None:
    weights = {code: language.weight for code, language in vocabulary.languages.items()}
    wanted = "en de fr es pt it pl tr ru el ar he hi zh ja ko vi"
    assert set(weights) == set(wanted.split())
    assert max(weights, key=weights.__getitem__) == "en"


@pytest.mark.parametrize(
    "script",
    ["ARABIC", "CJK UNIFIED", "CYRILLIC", "DEVANAGARI", "GREEK", "HALFWIDTH KATAKANA", "HANGUL",
     "HEBREW", "HIRAGANA", "KATAKANA", "LATIN"],
)  # fmt: skip
def test_every_script_is_written(script: str, text: str) -> None:
    assert any(unicodedata.name(letter, "").startswith(script) for letter in set(text))


def test_every_tag_is_kept_as_it_is_written() -> None:
    tags = vocabulary.tags.things
    assert 40 <= len(tags) <= 50
    assert parse_tags(",".join(tags)) == tuple(tags)


def test_the_first_word_is_drawn_most_often_and_the_last_one_rarely() -> None:
    words = Zipf(["one", "two", "three", "four"])
    drawn = Counter(words.draw(Random(1), 10_000))
    counts = [drawn[word] for word in words.things]
    assert all(more > fewer for more, fewer in pairwise(counts))


def test_most_notes_are_between_200_and_1500_characters_and_a_few_are_long(notes: Notes) -> None:
    lengths = [len(body) for _, body in notes]
    assert sum(200 <= length <= 1_500 for length in lengths) > 0.7 * len(notes)
    assert 8_000 < max(lengths) < 30_000
    assert min(lengths) < 60


def test_a_third_of_the_titles_is_empty_and_the_first_line_stands_for_them(notes: Notes) -> None:
    untitled = [body for title, body in notes if not title]
    assert 0.28 < len(untitled) / len(notes) < 0.38
    assert all(body.partition("\n")[0].strip("# ") for body in untitled)


def test_titles_are_one_line_and_not_too_long(notes: Notes) -> None:
    assert all("\n" not in title and len(title) <= MAX_TITLE_LENGTH for title, _ in notes)


def test_no_note_ends_or_begins_with_a_blank(notes: Notes) -> None:
    assert all(body and body == body.strip() for _, body in notes)


@pytest.mark.parametrize(
    "mark",
    [r"^# \S", r"^## \S", r"^- \S", r"^  - \S", r"^- \[ \] \S", r"^- \[x\] \S", r"^2\. \S",
     r"^```python$", r"^> \S", r"^\| --- \|", r"\]\(https://example\.org/", r"\*\*\S", r"~~\S"],
)  # fmt: skip
def test_every_kind_of_markdown_occurs(mark: str, text: str) -> None:
    assert re.search(mark, text, re.MULTILINE)


@pytest.mark.parametrize("term", ["C++", "foo_bar()", "user@example.org", "http://", "<br>", "🙂"])
def test_what_is_hard_to_search_for_occurs(term: str, text: str) -> None:
    assert term in text


@pytest.mark.parametrize("language", ["zh", "ja"])
def test_chinese_and_japanese_are_written_without_blanks(language: str) -> None:
    chosen = vocabulary.languages[language]
    alone = Vocabulary(
        {language: chosen, "en": vocabulary.languages["en"]},
        vocabulary.names,
        vocabulary.terms,
        vocabulary.tags,
    )
    titles = [Writer(Random(at), alone).note()[0] for at in range(200)]
    letters = re.compile("[ぁ-ヿ一-鿿]")
    written = [title for title in titles if letters.search(title)]
    assert written
    assert not any(" " in title for title in written)
