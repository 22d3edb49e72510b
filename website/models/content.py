"""What a person wrote: title, body and tags, with the limits that they must keep."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from website.text.lines import normalise_line_ends
from website.text.markdown import render
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
        content = cls(title, body, parse_tags(tags))
        content.html  # noqa: B018 - now, while no transaction is open and nobody waits for it
        return content

    @cached_property
    def html(self) -> str:
        """The body as safe HTML, rendered once."""
        return render(self.body)
