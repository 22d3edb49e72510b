"""Each save raises a note's version by one, and a save made on an older one never overwrites."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Mapped, mapped_column

from website.database import Instant, changed, db, now
from website.models.content import Content
from website.models.rendering import Rendering
from website.models.taggable import Taggable
from website.text.lines import excerpt, heading
from website.text.markdown import RENDERER, render
from website.text.tags import fold


class StaleVersion(Exception):
    """The note was saved elsewhere since the editor was opened. Nothing was changed."""

    def __init__(self, note: Versioned) -> None:
        super().__init__(note.version)
        self.note = note


class Versioned(Taggable):
    id: Mapped[int]
    title: Mapped[str]
    body: Mapped[str]
    heading: Mapped[str]
    excerpt: Mapped[str]
    version: Mapped[int] = mapped_column(default=1, server_default="1")
    updated_at: Mapped[datetime] = mapped_column(Instant, default=now)

    @property
    def content(self) -> Content:
        return Content(self.title, self.body, self.tag_names)

    def write(self, content: Content) -> None:
        """Put the first version into a note that was just made."""
        self.title = content.title
        self.body = content.body
        self.heading = heading(content.title, content.body)
        self.excerpt = excerpt(content.title, content.body)
        self.tag_with(content.tags)
        self.keep_rendering(content.html)

    def save(self, content: Content, version: int) -> None:
        """Keep what was written on `version` of the note, in the open transaction.

        Saving what is there already changes nothing and is never stale, so pressing Save twice is
        harmless. Raises StaleVersion.
        """
        if _same(content, self.content):
            return
        kind = type(self)
        saved = changed(
            update(kind)
            .where(kind.id == self.id, kind.version == version)
            .values(
                title=content.title,
                body=content.body,
                heading=heading(content.title, content.body),
                excerpt=excerpt(content.title, content.body),
                version=kind.version + 1,
                updated_at=now(),
            )
        )
        if saved != 1:
            db.session.refresh(self)
            raise StaleVersion(self)
        db.session.refresh(self, ["version", "updated_at", "title", "body", "heading", "excerpt"])
        self.tag_with(content.tags)
        self.keep_rendering(content.html)

    def keep_rendering(self, html: str) -> None:
        """Keep the HTML of the body beside the version it belongs to."""
        db.session.merge(
            Rendering(note_id=self.id, version=self.version, renderer=RENDERER, html=html)
        )

    @property
    def html(self) -> str:
        """The body as safe HTML: the kept rendering, or a new one where that is out of date."""
        kept = db.session.get(Rendering, self.id)
        if kept is not None and (kept.version, kept.renderer) == (self.version, RENDERER):
            return kept.html
        return render(self.body)


def _same(one: Content, other: Content) -> bool:
    return (one.title, one.body, {*map(fold, one.tags)}) == (
        other.title,
        other.body,
        {*map(fold, other.tags)},
    )
