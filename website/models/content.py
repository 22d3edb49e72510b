"""What a person wrote: title, body and tags, with the limits that they must keep."""

from __future__ import annotations

from dataclasses import dataclass

from website.text.lines import normalise_line_ends
from website.text.tags import parse_tags

MAX_TITLE_LENGTH = 500


class TitleTooLong(ValueError):
    """A title over MAX_TITLE_LENGTH characters."""


class NoteTooLong(ValueError):
    """A body over the limit; `size` and `limit` in bytes of UTF-8."""

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(f"{size} bytes, the limit is {limit}")
        self.size = size
        self.limit = limit


@dataclass(frozen=True)
class Content:
    title: str
    body: str
    tags: tuple[str, ...] = ()

    @classmethod
    def typed(cls, title: str, body: str, tags: str, *, max_bytes: int) -> Content:
        """What came from a form: line ends normalised, tags parsed, nothing else touched.

        Raises TitleTooLong, NoteTooLong, TooManyTags or TagTooLong.
        """
        title = normalise_line_ends(title)
        body = normalise_line_ends(body)
        if len(title) > MAX_TITLE_LENGTH:
            raise TitleTooLong(len(title))
        if (size := len(body.encode())) > max_bytes:
            raise NoteTooLong(size, max_bytes)
        return cls(title, body, parse_tags(tags))
