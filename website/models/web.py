"""One person's notes as they link to each other, by what they are called."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Select, exists, select

from website.database import db
from website.models.link import Link
from website.models.note import Note
from website.models.shelf import Shelf
from website.text.markdown.wiki import relinked
from website.text.names import name_of_link

MAX_SHOWN = 100  # notes that link to one, on its page and in one renaming


@dataclass(frozen=True)
class Named:
    """A note as a link to it shows it; no body is read for it."""

    public_id: str
    heading: str
    is_in_trash: bool


@dataclass(frozen=True)
class Web:
    user_id: int

    def called(self, title: str) -> list[Named]:
        """The notes that `[[title]]` may mean: the newest first, those in the trash last."""
        found = self._named().where(Note.user_id == self.user_id, Note.name == name_of_link(title))
        rows = db.session.execute(found.order_by(Note.updated_at.desc()).limit(MAX_SHOWN))
        found_now = [Named(at, heading, trash) for at, heading, trash in rows]
        return sorted(found_now, key=lambda named: named.is_in_trash)

    def missing(self, note: Note) -> set[str]:
        """The names that this note links to and that no note has, but in the trash."""
        there = exists().where(
            Note.user_id == Link.user_id, Note.name == Link.name, Note.trashed_at.is_(None)
        )
        found = select(Link.name).where(Link.note_id == note.id, ~there)
        return set(db.session.scalars(found))

    def linking_to(self, note: Note) -> list[Named]:
        """The notes that link to this one, up to MAX_SHOWN, the newest first."""
        return self._linking(note.name, note.id) if note.name else []

    def linking_as(self, title: str, note: Note) -> list[Named]:
        """The notes that link to what this note was called once, and no other note is called."""
        name = name_of_link(title)
        if not name or name == note.name or not all(n.is_in_trash for n in self.called(title)):
            return []
        return self._linking(name, note.id)

    def relink(self, was: str, note: Note) -> list[tuple[Note, str]]:
        """The notes that link to `was`, each with the text in which it links to this note."""
        ids = [named.public_id for named in self.linking_as(was, note)]
        found = select(Note).where(Note.user_id == self.user_id, Note.public_id.in_(ids))
        pairs = [
            (other, relinked(other.body, name_of_link(was), note.heading))
            for other in db.session.scalars(found.order_by(Note.id))
        ]
        return [(other, body) for other, body in pairs if body != other.body]

    def update_links(self, was: str, note: Note) -> int:
        """Save each of them with that text, as a new version; returns how many.

        Each in a transaction of its own, so that nobody waits for all of them.
        """
        name, title, count = name_of_link(was), note.heading, 0
        for public_id in [named.public_id for named in self.linking_as(was, note)]:
            db.session.commit()
            other = Shelf(self.user_id).get(public_id, to_change=True)
            if other is None:
                continue
            body = relinked(other.body, name, title)
            if body != other.body:
                other.save(replace(other.content, body=body), other.version)
                count += 1
        return count

    def _linking(self, name: str, but: int) -> list[Named]:
        found = (
            self._named()
            .join(Link, Link.note_id == Note.id)
            .where(Link.user_id == self.user_id, Link.name == name)
            .where(Note.trashed_at.is_(None), Note.id != but)
        )
        rows = db.session.execute(found.order_by(Note.updated_at.desc()).limit(MAX_SHOWN))
        return [Named(at, heading, trash) for at, heading, trash in rows]

    def _named(self) -> Select[str, str, bool]:
        return select(Note.public_id, Note.heading, Note.trashed_at.is_not(None))
