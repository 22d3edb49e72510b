"""What one person did to several notes, put back where it is still so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, func, select, update

from website.database import changed, db, now
from website.models.batches import BATCH, Pauses
from website.models.bulk_change import KEPT, Act, BulkChange, ChangedNote
from website.models.note import Note
from website.models.retagging import retag
from website.models.selection import STATES, UNSEEN, is_set, lock
from website.models.trashable import TRASH_DAYS
from website.text.tags import fold, split

MAX_LISTED = 50


@dataclass(frozen=True)
class Change:
    public_id: str
    act: Act
    made_at: datetime
    notes: int  # that were changed
    left: int  # of them, to be undone


@dataclass(frozen=True)
class Undone:
    act: Act
    count: int  # of the notes that are as before
    refused: int = 0  # that would have too many tags


@dataclass(frozen=True)
class Changes:
    user_id: int

    def all(self) -> list[Change]:
        """Up to MAX_LISTED, the newest first."""
        left = select(func.count()).where(ChangedNote.bulk_change_id == BulkChange.id)
        found = (
            select(
                BulkChange.public_id, BulkChange.act, BulkChange.made_at, BulkChange.notes,
                left.scalar_subquery(),
            )
            .where(*self._own(), BulkChange.notes > 0)
            .order_by(BulkChange.id.desc())
            .limit(MAX_LISTED)
        )  # fmt: skip
        rows = db.session.execute(found)
        return [Change(at, Act(act), made, notes, left) for at, act, made, notes, left in rows]

    def undo(self, public_id: str) -> Undone | None:
        """Put back what a change did; None if there is no such change of this person's.

        What is put back is forgotten in the same transaction, so that another press, or one after
        something died, does what is left. The last transaction is left open.
        """
        this = select(BulkChange).where(*self._own(), BulkChange.public_id == public_id)
        change = db.session.scalar(this)
        if change is None:
            return None
        change_id, act, moment = change.id, Act(change.act), change.made_at
        count, refused, last = 0, 0, 0
        pauses = Pauses()
        while True:
            lock(change_id)
            some = select(ChangedNote).where(ChangedNote.bulk_change_id == change_id)
            further = some.where(ChangedNote.note_id > last).order_by(ChangedNote.note_id)
            rows = db.session.scalars(further.limit(BATCH)).all()
            if not rows:
                return Undone(act, count, refused)
            last = rows[-1].note_id
            stay: set[int] = set()
            if act in STATES:
                count += self._set_back(act, moment, rows)
            else:
                done, stay = self._tag_back(act, rows)
                count += done
            refused += len(stay)
            gone = [row.note_id for row in rows if row.note_id not in stay]
            forget = delete(ChangedNote).where(
                ChangedNote.bulk_change_id == change_id, ChangedNote.note_id.in_(gone)
            )
            db.session.execute(forget.execution_options(**UNSEEN))
            if len(rows) < BATCH:
                return Undone(act, count, refused)
            db.session.commit()
            db.session.expunge_all()
            pauses.rest()

    def _own(self) -> tuple[Any, Any]:
        return BulkChange.user_id == self.user_id, BulkChange.made_at > now() - KEPT

    def _set_back(self, act: Act, moment: datetime, rows: Sequence[ChangedNote]) -> int:
        column, on = STATES[act]
        still = column == moment if on and column is not Note.pinned else is_set(column, on)
        found = select(Note.id).where(
            Note.user_id == self.user_id, Note.id.in_([row.note_id for row in rows]), still
        )
        ids = set(db.session.scalars(found.order_by(Note.id).with_for_update()))
        value: Any = not on if column is Note.pinned else None
        if not on and column is not Note.pinned:
            for row in rows:
                if row.note_id in ids:
                    was = row.was if act is Act.UNARCHIVE else _with_days(row.was)
                    this = update(Note).where(Note.id == row.note_id).values({column: was})
                    db.session.execute(this.execution_options(**UNSEEN))
            return len(ids)
        these = update(Note).where(Note.id.in_(ids)).values({column: value})
        return changed(these.execution_options(**UNSEEN))

    def _tag_back(self, act: Act, rows: Sequence[ChangedNote]) -> tuple[int, set[int]]:
        was = {row.note_id: (split(row.removed), {*map(fold, split(row.added))}) for row in rows}

        def rule(note_id: int, carried: tuple[str, ...]) -> tuple[str, ...]:
            removed, added = was[note_id]
            kept = tuple(name for name in carried if fold(name) not in added)
            if act is Act.RENAME_TAG and added and len(kept) == len(carried):
                return carried  # what came in its place was taken off since
            return (*kept, *removed)

        found = retag(self.user_id, list(was), rule)
        stay = {one.note_id for one in found if one.refused}
        return len(found) - len(stay), stay


def _with_days(was: datetime | None) -> datetime | None:
    """A note that comes back to the trash stays there for some days, however long it was there."""
    latest = now() - timedelta(days=TRASH_DAYS) + KEPT
    return was and max(was, latest)
