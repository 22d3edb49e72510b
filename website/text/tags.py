"""Tags as people type them: one field, commas between, slashes within."""

import re
import unicodedata
from collections.abc import Iterable

MAX_TAGS = 50
MAX_TAG_LENGTH = 100
MAX_COMMAS = 1000  # repeated and empty tags are forgiven up to there
MAX_FOLDED_LENGTH = 4 * MAX_TAG_LENGTH  # one character may fold to eighteen


_WIDE_SLASH = "\N{FULLWIDTH SOLIDUS}"  # as a Chinese or Japanese keyboard has it
_BEFORE = re.compile(r"^[#/\s]+")


class TooManyTags(ValueError):
    """More than MAX_TAGS tags on one note."""


class TagTooLong(ValueError):
    """A tag over MAX_TAG_LENGTH characters; the tag is the argument."""


def parse_tags(field: str) -> tuple[str, ...]:
    """The tags of a field such as `Work/Berlin, #reading`, each once, in the order typed.

    Raises TooManyTags or TagTooLong.
    """
    if field.count(",") > MAX_COMMAS:
        raise TooManyTags(field.count(",") + 1)
    found: dict[str, str] = {}
    for piece in field.replace(_WIDE_SLASH, "/").split(","):
        if len(piece) > 10 * MAX_TAG_LENGTH:  # whatever it folds to
            raise TagTooLong(piece)
        # What is left is what would be read from it again.
        levels = [" ".join(level.split()) for level in _BEFORE.sub("", piece).split("/")]
        tag = unicodedata.normalize("NFC", "/".join(level for level in levels if level))
        if len(tag) > MAX_TAG_LENGTH or len(fold(tag)) > MAX_FOLDED_LENGTH:
            raise TagTooLong(tag)
        if tag:
            found.setdefault(fold(tag), tag)
    if len(found) > MAX_TAGS:
        raise TooManyTags(len(found))
    return tuple(found.values())


def fold(tag: str) -> str:
    """What makes two tags the same: compatibility forms and case do not count."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", tag).casefold())


def join(tags: Iterable[str]) -> str:
    """The tags as they are kept: none of them has a comma."""
    return ", ".join(tags)


def split(kept: str) -> tuple[str, ...]:
    """The tags that `join` put together, however many and however long."""
    return tuple(kept.split(", ")) if kept else ()


def levels(tag: str) -> list[str]:
    """The parts between its slashes, also of the signs that fold to one with a slash, like ℅."""
    folded = fold(tag)
    return (tag if tag.count("/") == folded.count("/") else folded).split("/")


def is_within(folded: str, tag: str) -> bool:
    """Whether a tag is this one or lies in it; both folded."""
    return folded == tag or folded.startswith(f"{tag}/")
