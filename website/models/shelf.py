"""One person's notes: the only door to them, so that nobody reaches another person's."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import and_, bindparam, delete, func, select, text, tuple_
from sqlalchemy.exc import IntegrityError

from website.database import changed, db, now
from website.models.content import Content
from website.models.note import ARCHIVED, LISTED, TRASHED, Note
from website.models.search.index import lose
from website.models.tag import Tag, note_tag
from website.models.taggable import drop_unused_tags, lock_tags, tagged, tags_of
from website.models.trashable import TRASH_DAYS
from website.text.tags import MAX_FOLDED_LENGTH, fold

PAGE_SIZE = 50


class Place(Enum):
    """Where a note is: each place has its own list, newest first."""

    LIST = "list"
    ARCHIVE = "archive"
    TRASH = "trash"


# For each place: which notes are there, and the columns of its order, all descending.
_PLACES: dict[Place, tuple[str, tuple[Any, ...]]] = {
    Place.LIST: (LISTED, (Note.pinned, Note.updated_at, Note.public_id)),
    Place.ARCHIVE: (ARCHIVED, (Note.updated_at, Note.public_id)),
    Place.TRASH: (TRASHED, (Note.trashed_at, Note.public_id)),
}


class BadCursor(ValueError):
    """Not the end of any page."""


@dataclass(frozen=True)
class Row:
    """A note as a list shows it; no body is read for it."""

    public_id: str
    heading: str
    excerpt: str
    pinned: bool
    moment: datetime  # when it was edited or, in the trash, moved there
    tags: tuple[str, ...]


@dataclass(frozen=True)
class Page:
    rows: Sequence[Row]
    after: str | None  # the cursor of the next page, None on the last one


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
            made = select(Note).where(Note.user_id == self.user_id, Note.creation_key == key)
            note = db.session.scalars(made).one()
            note.save(content, 1)
            return note
        note.write(content)
        return note

    def delete(self, note: Note) -> None:
        """Delete for ever, with everything that belongs to the note."""
        lock_tags(self.user_id)
        note.be_lost()
        db.session.delete(note)
        db.session.flush()
        drop_unused_tags(self.user_id)

    def empty_trash(self, before: datetime | None = None) -> int:
        """Delete for ever what is in the trash, or what came there before a moment; how many."""
        lock_tags(self.user_id)
        due = [Note.user_id == self.user_id, Note.trashed_at.is_not(None)]
        if before is not None:
            due.append(Note.trashed_at < before)
        lose(self.user_id, select(Note.id).where(*due))
        count = changed(delete(Note).where(*due).execution_options(synchronize_session=False))
        drop_unused_tags(self.user_id)
        return count

    def page(self, place: Place, *, after: str | None = None, tag: str | None = None) -> Page:
        """Up to PAGE_SIZE rows after a cursor: page 1,000 costs what page 1 costs.

        Raises BadCursor for a cursor that no page gave.
        """
        condition, order = _PLACES[place]
        if tag is not None and len(fold(tag)) > MAX_FOLDED_LENGTH:
            return Page([], None)
        statement = (
            select(
                Note.id, Note.public_id, Note.heading, Note.excerpt, Note.pinned,
                order[-2].label("moment"),
            )
            .where(Note.user_id == self.user_id, text(condition))
            .order_by(*(column.desc() for column in order))
            .limit(PAGE_SIZE + 1)
        )  # fmt: skip
        if after is not None:
            statement = statement.where(tuple_(*order) < tuple_(*_cursor_values(after, len(order))))
        if tag is not None:
            statement = statement.where(Note.id.in_(tagged(self.user_id, fold(tag))))
        found = db.session.execute(statement).all()
        shown = found[:PAGE_SIZE]
        tags = tags_of([row.id for row in shown])
        rows = [
            Row(row.public_id, row.heading, row.excerpt, row.pinned, row.moment, tags[row.id])
            for row in shown
        ]
        more = len(found) > PAGE_SIZE
        return Page(rows, _cursor(rows[-1], len(order)) if more else None)

    def tags(self) -> list[tuple[str, int]]:
        """Every tag with the number of listed notes that carry it, in order of name."""
        counted = func.count(Note.id)
        statement = (
            select(Tag.name, counted)
            .select_from(Tag)
            .join(note_tag, note_tag.c.tag_id == Tag.id)
            .join(Note, and_(Note.id == note_tag.c.note_id, text(LISTED)))
            .where(Tag.user_id == self.user_id)
            .group_by(Tag.id, Tag.name, Tag.folded)
            .order_by(Tag.folded)
        )
        return [(name, count) for name, count in db.session.execute(statement)]


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


# A cursor is the place of a row in its order: pinned or not, microseconds since 1970, the id.
_CURSOR = re.compile(r"([01])-(-?[0-9]{1,17})-([0-9a-z]{26})", re.ASCII)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _cursor(row: Row, columns: int) -> str:
    pinned = int(row.pinned) if columns == 3 else 0
    return f"{pinned}-{(row.moment - _EPOCH) // timedelta(microseconds=1)}-{row.public_id}"


def _cursor_values(cursor: str, columns: int) -> list[Any]:
    match = _CURSOR.fullmatch(cursor)
    if match is None:
        raise BadCursor(cursor)
    moment = _EPOCH + timedelta(microseconds=int(match[2]))
    return [bool(int(match[1])), moment, match[3]][-columns:]
