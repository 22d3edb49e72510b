"""Tags, as people type them."""

from contextlib import suppress
from time import thread_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from website.models import Tag
from website.text.tags import MAX_TAG_LENGTH, MAX_TAGS, TagTooLong, TooManyTags, fold, parse_tags


@pytest.mark.parametrize(
    ("field", "tags"),
    [
        ("", ()),
        (" , ,, # ,/", ()),
        ("reading, Work/Berlin", ("reading", "Work/Berlin")),
        ("#reading ##twice", ("reading ##twice",)),
        ("work//berlin/", ("work/berlin",)),
        ("  two   words\t, x ", ("two words", "x")),
        ("Work, work, WORK", ("Work",)),
        ("straße, STRASSE", ("straße",)),
        ("ﬁle, file", ("ﬁle",)),
        ("e\u0301, \u00e9", ("\u00e9",)),
        ("日本, עברית, 🙂", ("日本", "עברית", "🙂")),
        ("a\nb", ("a b",)),
    ],
)
def test_a_field_is_read_as_it_is_meant(field: str, tags: tuple[str, ...]) -> None:
    assert parse_tags(field) == tags


@pytest.mark.parametrize(
    ("one", "other"),
    [("İstanbul", "i\u0307stanbul"), ("ΑΣ", "ας"), ("ᴬdmin", "admin"), ("ｆｕｌｌ", "full")],
)
def test_compatibility_forms_and_case_do_not_count(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_the_limits_hold() -> None:
    assert len(parse_tags(",".join(map(str, range(MAX_TAGS))))) == MAX_TAGS
    with pytest.raises(TooManyTags) as many:
        parse_tags(",".join(map(str, range(MAX_TAGS + 1))))
    assert many.value.args == (MAX_TAGS + 1,)
    assert parse_tags("x" * MAX_TAG_LENGTH)
    with pytest.raises(TagTooLong) as long:
        parse_tags(f"a, {'x' * (MAX_TAG_LENGTH + 1)}")
    assert long.value.args == ("x" * (MAX_TAG_LENGTH + 1),)


@given(st.text(max_size=200))
def test_tags_are_the_same_when_they_are_read_again(field: str) -> None:
    try:
        tags = parse_tags(field)
    except TagTooLong:
        return
    assert parse_tags(", ".join(tags)) == tags
    assert len({fold(tag) for tag in tags}) == len(tags)


@pytest.mark.attack(108)
@given(st.text(max_size=MAX_TAG_LENGTH))
def test_what_tells_tags_apart_fits_its_column(field: str) -> None:
    for tag in parse_tags(field):
        assert len(tag) <= Tag.__table__.c.name.type.length
        assert len(fold(tag)) <= Tag.__table__.c.folded.type.length
    try:
        longest = parse_tags("ﷺ" * MAX_TAG_LENGTH)
    except TagTooLong:
        return
    assert len(fold(longest[0])) <= Tag.__table__.c.folded.type.length


@pytest.mark.attack(94)
@pytest.mark.parametrize(
    "field", ["," * 1_000_000, "/" * 1_000_000, "#" * 1_000_000, "a " * 500_000]
)
def test_no_field_makes_reading_slow(field: str) -> None:
    began = thread_time()
    with suppress(TagTooLong, TooManyTags):
        parse_tags(field)
    assert thread_time() - began < 4
