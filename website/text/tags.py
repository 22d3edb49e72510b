"""Tags as people type them: one field, commas between, slashes within."""

import unicodedata

MAX_TAGS = 50
MAX_TAG_LENGTH = 100


class TooManyTags(ValueError):
    """More than MAX_TAGS tags on one note."""


class TagTooLong(ValueError):
    """A tag over MAX_TAG_LENGTH characters; the tag is the argument."""


def parse_tags(field: str) -> tuple[str, ...]:
    """The tags of a field such as `Work/Berlin, #reading`, each once, in the order typed.

    Raises TooManyTags or TagTooLong.
    """
    found: dict[str, str] = {}
    for piece in field.split(","):
        levels = [" ".join(level.split()) for level in piece.strip().lstrip("#").split("/")]
        tag = unicodedata.normalize("NFC", "/".join(level for level in levels if level))
        if len(tag) > MAX_TAG_LENGTH:
            raise TagTooLong(tag)
        if tag:
            found.setdefault(fold(tag), tag)
    if len(found) > MAX_TAGS:
        raise TooManyTags(len(found))
    return tuple(found.values())


def fold(tag: str) -> str:
    """What makes two tags the same: compatibility forms and case do not count."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", tag).casefold())
