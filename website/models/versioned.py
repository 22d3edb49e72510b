"""Each save raises a note's version by one; one made on an older version is merged or refused."""

from __future__ import annotations

from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, update
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.orm.attributes import set_committed_value

from website.database import Instant, changed, db, now, upsert
from website.models.content import Content
from website.models.historical import Historical
from website.models.linkable import Linkable
from website.models.rendering import Rendering
from website.models.searchable import Searchable
from website.models.taggable import Taggable
from website.models.version import HistoryDamaged
from website.text.lines import excerpt, heading
from website.text.markdown import RENDERER, render
from website.text.names import name
from website.text.tags import MAX_TAGS

LATELY = 3  # versions among which a save that was sent twice is looked for


class StaleVersion(Exception):
    """The note was saved elsewhere meanwhile, and both changed the same place, or would have too
    many tags together or be too long. Nothing was changed.

    `merged` has both texts where they overlap, between lines that say whose they are; None where
    the version that the editor was opened on is not known, or the save was made and changed since.
    """

    def __init__(self, note: Versioned, merged: Content | None) -> None:
        super().__init__(note.version)
        self.note = note
        self.merged = merged


class Versioned(Historical, Taggable, Linkable, Searchable):
    id: Mapped[int]
    public_id: Mapped[str]
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
        for column, value in _columns(content).items():
            setattr(self, column, value)
        self.tag_with(content.tags)
        self.keep_drawn(content.html)

    def save(self, content: Content, version: int, *, max_bytes: int | None = None) -> bool:
        """Keep what was written on `version` of the note, in the open transaction.

        Saving what is there already changes nothing and is never stale, so pressing Save twice is
        harmless. Returns whether it was brought together with what was saved meanwhile; raises
        StaleVersion where both changed the same place, or together are over a limit.
        """
        if content.is_same(self.content):
            return False
        if self._replace(content, version):
            return False
        db.session.refresh(self)
        try:
            base = self.content_at(version)
            sent = base and self._sent_before(content, base, version)
        except HistoryDamaged as damage:
            raise StaleVersion(self, None) from damage
        if sent == self.version:
            return True
        if base is None or sent:
            raise StaleVersion(self, None)
        merged, overlaps = content.merged(base, self.content)
        long = max_bytes is not None and len(merged.body.encode()) > max_bytes
        if overlaps or long or len(merged.tags) > MAX_TAGS:
            raise StaleVersion(self, merged)
        self.save(merged, self.version)
        return True

    def _sent_before(self, content: Content, base: Content, version: int) -> int | None:
        """The last of the versions that is what this save makes of the one before it: the same
        form was sent, and its answer lost. Merged twice, a line could go or come twice."""
        for number in range(self.version, max(version, self.version - LATELY), -1):
            before, after = self.content_at(number - 1), self.content_at(number)
            if before is not None and after is not None:
                merged, overlaps = content.merged(base, before)
                if not overlaps and merged.is_same(after):
                    return number
        return None

    def _replace(self, content: Content, version: int) -> bool:
        """Whether the note was still at this version, and has the content now."""
        before, at = self.content, self.updated_at
        latest = self.kept(version)
        # What another program wrote into the database is a version of its own.
        foreign = latest is not None and not latest.has(before)
        values = {
            **_columns(content),
            "version": version + (2 if foreign else 1),
            "updated_at": now(),
        }
        key = {"this": self.id, "opened": version}
        kind: Any = type(self)
        if changed(_update(kind), {**values, **key}) != 1:
            return False
        for column, value in values.items():  # as they are in the database now; it need not be read
            set_committed_value(self, column, value)
        if latest is None or foreign:
            latest = self.keep_version(version + foreign, before, at)
        self.tag_with(content.tags)
        self.keep_version(self.version, self.content, self.updated_at, latest, before.body)
        self.keep_drawn(content.html)
        return True

    def keep_drawn(self, html: str) -> None:
        """Keep the HTML of the body beside the version it belongs to, what it links to, and by
        what it is found."""
        self.keep_links(html)
        self.keep_findable(html)
        drawn = {"version": self.version, "renderer": RENDERER, "html": html}
        upsert(Rendering, {"note_id": self.id}, drawn)

    @property
    def html(self) -> str:
        """The body as safe HTML: the kept rendering, or a new one where that is out of date."""
        kept = db.session.get(Rendering, self.id)
        if kept is not None and (kept.version, kept.renderer) == (self.version, RENDERER):
            return kept.html
        return render(self.body)


@cache  # building it each time would take six times what it takes to run it
def _update(kind: Any) -> Any:
    this, opened = kind.id == bindparam("this"), kind.version == bindparam("opened")
    return update(kind.__table__).where(this, opened)


def _columns(content: Content) -> dict[str, str]:
    """What is kept of a content in the note's own row."""
    called = heading(content.title, content.body)
    return {
        "title": content.title,
        "body": content.body,
        "heading": called,
        "name": name(called),
        "excerpt": excerpt(content.title, content.body),
    }
