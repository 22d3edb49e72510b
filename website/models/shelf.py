"""One person's notes: the only door to them, so that nobody reaches another person's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, select
from sqlalchemy.exc import IntegrityError

from website.database import changed, db, now
from website.models import listing
from website.models.content import Content
from website.models.listing import Page, Place, Sort
from website.models.note import Note
from website.models.search.index import lose
from website.models.selection import Selection
from website.models.taggable import drop_unused_tags, lock_tags, tagged
from website.models.trashable import TRASH_DAYS
from website.text.tags import fold


@dataclass(frozen=True)
class Shelf:
    user_id: int

    def get(self, public_id: str, *, to_change: bool = False) -> Note | None:
        """The note of this id, wherever it is, if it is this person's.

        A note that is to be changed cannot go away until the transaction ends.
        """
        found = _found_to_change if to_change else _found
        return db.session.scalar(found, {"user_id": self.user_id, "public_id": public_id})

    def create(self, content: Content, key: str | None = None) -> Note:
        """A new note, in the open transaction; the same key again is the same note.

        Words that were added to the form in between are saved over the first version of that note.
        Raises StaleVersion if there is a later one.
        """
        note = Note(user_id=self.user_id, creation_key=key, title="", body="")
        try:
            with db.session.begin_nested():
                db.session.add(note)
        except IntegrityError:
            found = self.made_with(key or "")
            assert found is not None
            note = found
            note.save(content, 1)
            return note
        note.write(content)
        return note

    def made_with(self, key: str) -> Note | None:
        """The note that a form with this key made, if it has."""
        made = select(Note).where(Note.user_id == self.user_id, Note.creation_key == key)
        return db.session.scalar(made)

    def delete(self, note: Note) -> None:
        """Delete for ever, with everything that belongs to the note."""
        lock_tags(self.user_id)
        note.be_lost()
        db.session.delete(note)
        db.session.flush()
        drop_unused_tags(self.user_id)

    def empty_trash(self, before: datetime | None = None) -> int:
        """Delete for ever what is in the trash, or what came there before a moment; how many."""
        due = [Note.user_id == self.user_id, Note.trashed_at.is_not(None)]
        if before is not None:
            due.append(Note.trashed_at < before)
        # The notes before the tags, as a save has it: otherwise one could wait for the other.
        db.session.execute(select(Note.id).where(*due).order_by(Note.id).with_for_update())
        lock_tags(self.user_id)
        lose(self.user_id, select(Note.id).where(*due))
        count = changed(delete(Note).where(*due).execution_options(synchronize_session=False))
        drop_unused_tags(self.user_id)
        return count

    def page(
        self,
        place: Place,
        sort: Sort = Sort.EDITED,
        *,
        after: str | None = None,
        tag: str | None = None,
    ) -> Page:
        """Up to PAGE_SIZE notes of a place, or of those there with a tag. Raises BadCursor."""
        return listing.page(self.user_id, place, sort, after=after, tag=tag)

    def ticked(self, public_ids: Sequence[str]) -> Selection:
        """Those of these notes that are this person's."""
        found = select(Note.id).where(Note.user_id == self.user_id, Note.public_id.in_(public_ids))
        return Selection(self.user_id, db.session.scalars(found.order_by(Note.id)).all())

    def all(self, place: Place, tag: str | None = None) -> Selection:
        """Every note of a place, or of those there with a tag."""
        found = select(Note.id).where(Note.user_id == self.user_id, place.condition)
        if tag is not None:
            found = found.where(Note.id.in_(tagged(self.user_id, fold(tag))))
        return Selection(self.user_id, db.session.scalars(found.order_by(Note.id)).all())


def purge() -> int:
    """Delete for ever what has been in anyone's trash for TRASH_DAYS; how many notes."""
    before = now() - timedelta(days=TRASH_DAYS)
    due = select(Note.user_id).where(Note.trashed_at < before).distinct()
    return sum(Shelf(user_id).empty_trash(before) for user_id in db.session.scalars(due).all())


# Built once: building them for each request would cost more than running them.
_found = select(Note).where(
    Note.user_id == bindparam("user_id"), Note.public_id == bindparam("public_id")
)
_found_to_change = _found.with_for_update()
