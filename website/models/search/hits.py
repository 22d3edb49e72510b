"""What a search found, as a page shows it: the words marked, wherever in the note they stand."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select

from website.database import db
from website.models.listing import Row
from website.models.note import Note
from website.models.taggable import tags_of
from website.text.marks import EDGE, around, marked, marked_within

_NOTE: Any = Note.__table__
# Built once: building it for each page would cost more than running it.
_bodies = select(_NOTE.c.id, _NOTE.c.body).where(
    _NOTE.c.id.in_(bindparam("note_ids", expanding=True))
)


@dataclass(frozen=True)
class Hit(Row):
    """A note that was found, with an EDGE on both sides of what was looked for."""

    place: str | None  # "Archive" or "Trash", where it is not in the list
    shown_heading: str
    shown_excerpt: str


def hits(rows: Sequence[Any], words: list[str]) -> list[Hit]:
    """The rows that a search found, for its page; words are folded, the longest first."""
    tags = tags_of([row.id for row in rows])
    headings = {row.id: marked(row.heading, words) for row in rows}
    excerpts = {row.id: marked_within(row.excerpt, words) for row in rows}
    # What does not show in the first words of a note is looked for in its text.
    further = [
        row.id
        for row in rows
        if words and EDGE not in headings[row.id] and EDGE not in excerpts[row.id]
    ]
    if further:
        for note_id, body in db.session.execute(_bodies, {"note_ids": further}):
            excerpts[note_id] = marked_within(around(body, words), words)
    return [
        Hit(
            row.public_id, row.heading, row.excerpt, row.pinned, row.updated_at, tags[row.id],
            "Trash" if row.trashed_at else "Archive" if row.archived_at else None,
            headings[row.id], excerpts[row.id],
        )
        for row in rows
    ]  # fmt: skip
