"""What a person wrote: title, body and tags, with the limits that they must keep."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from website.text.lines import normalise_line_ends
from website.text.markdown import render
from website.text.merge import merge
from website.text.tags import fold, parse_tags

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

    def is_same(self, other: Content) -> bool:
        """Whether saving the one over the other would change anything."""
        return (self.title, self.body, {*map(fold, self.tags)}) == (
            other.title,
            other.body,
            {*map(fold, other.tags)},
        )

    def merged(self, base: Content, theirs: Content) -> tuple[Content, int]:
        """This, written on `base`, together with what was saved meanwhile.

        Returns it with the number of overlaps. In the text both sides of each stand between lines
        that say whose they are; of two new titles, this one's is taken.
        """
        body = merge(base.body, theirs.body, self.body)
        title, both = self.title, False
        if self.title == base.title:
            title = theirs.title
        else:
            both = theirs.title not in {base.title, self.title}
        names = {fold(tag): tag for tag in (*base.tags, *theirs.tags, *self.tags)}
        was, saved, written = ({*map(fold, one.tags)} for one in (base, theirs, self))
        kept = (was & saved & written) | (saved - was) | (written - was)
        tags = tuple(name for folded, name in names.items() if folded in kept)
        text = body.text("saved meanwhile", "what you wrote")
        return Content(title, text, tags), body.overlaps + both

    @cached_property
    def html(self) -> str:
        """The body as safe HTML, rendered once."""
        return render(self.body)
