"""A note knows what it links to, and what links to it."""

from __future__ import annotations

from sqlalchemy import String, bindparam, delete, select, text
from sqlalchemy.orm import Mapped, mapped_column

from website.database import db, insert
from website.models.link import Link
from website.text.markdown.wiki import titles
from website.text.names import MAX_NAME_LENGTH, name_of_link

MAX_LINKS = 1_000  # of a note to different notes, that are kept


class Linkable:
    id: Mapped[int]
    user_id: Mapped[int]
    # What the note is called, folded: set with the heading.
    name: Mapped[str] = mapped_column(
        String(MAX_NAME_LENGTH), default="", server_default=text("''")
    )

    def keep_links(self, html: str) -> None:
        """Keep what the rendered note links to, in the open transaction."""
        named = dict.fromkeys(name_of_link(title) for title in titles(html))
        now = set(list(named)[:MAX_LINKS]) - {""}
        kept = set(db.session.scalars(_names, {"note_id": self.id}))
        if gone := kept - now:
            db.session.execute(delete(Link).where(Link.note_id == self.id, Link.name.in_(gone)))
        if new := now - kept:
            rows = [{"note_id": self.id, "user_id": self.user_id, "name": name} for name in new]
            db.session.execute(insert(Link), rows)


# Built once: building it each time would cost more than running it.
_names = select(Link.name).where(Link.note_id == bindparam("note_id"))
