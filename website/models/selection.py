"""Several of a person's notes, changed at once, each batch with what undoes it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from website.database import db
from website.models.batches import batches
from website.models.bulk_change import Act, BulkChange, ChangedNote
from website.models.note import Note
from website.models.retagging import Retagged, Rule, retag
from website.text.tags import fold, is_within, join

# What each act sets, and whether to something: a moment, where it is not `pinned`.
STATES: dict[Act, tuple[Any, bool]] = {
    Act.PIN: (Note.pinned, True),
    Act.UNPIN: (Note.pinned, False),
    Act.ARCHIVE: (Note.archived_at, True),
    Act.UNARCHIVE: (Note.archived_at, False),
    Act.TRASH: (Note.trashed_at, True),
    Act.RESTORE: (Note.trashed_at, False),
}


@dataclass(frozen=True)
class Done:
    undo: str  # the public id of the change
    count: int  # of the notes that were changed
    refused: int = 0  # that would have had too many tags


@dataclass(frozen=True)
class Selection:
    """Notes of one person by their inner ids; others are never touched, whatever the ids.

    Many are changed some at a time, each in a transaction with what undoes it; the last of these
    is left open.
    """

    user_id: int
    note_ids: Sequence[int]

    def set(self, act: Act) -> Done:
        """Pin, archive, trash and their opposites, where it is not so yet."""
        column, on = STATES[act]

        def work(ids: Sequence[int], moment: datetime) -> tuple[list[dict[str, Any]], int]:
            found = select(Note.id, column).where(
                Note.user_id == self.user_id, Note.id.in_(ids), is_set(column, not on)
            )
            if act is not Act.RESTORE:
                found = found.where(Note.trashed_at.is_(None))
            rows = db.session.execute(found.order_by(Note.id).with_for_update()).all()
            value = on if column is Note.pinned else moment if on else None
            change = update(Note).where(Note.id.in_([row.id for row in rows]))
            db.session.execute(change.values({column: value}).execution_options(**UNSEEN))
            kept = column is not Note.pinned and not on
            return [{"note_id": row.id, "was": row[1] if kept else None} for row in rows], 0

        return self._in_batches(act, work)

    def tag(self, names: tuple[str, ...]) -> Done:
        """Carry these tags as well."""
        return self.retag(Act.TAG, lambda _id, carried: (*carried, *names))

    def untag(self, names: tuple[str, ...]) -> Done:
        """Carry none of these tags, nor what lies within them."""
        gone = tuple(map(fold, names))
        return self.retag(
            Act.UNTAG,
            lambda _id, carried: tuple(
                name for name in carried if not any(is_within(fold(name), tag) for tag in gone)
            ),
        )

    def retag(self, act: Act, rule: Rule) -> Done:
        """Carry what the rule makes of each note's tags."""

        def work(ids: Sequence[int], _moment: datetime) -> tuple[list[dict[str, Any]], int]:
            found = retag(self.user_id, ids, rule)
            done = [_kept(one) for one in found if not one.refused]
            return done, len(found) - len(done)

        return self._in_batches(act, work)

    def _in_batches(
        self,
        act: Act,
        work: Callable[[Sequence[int], datetime], tuple[list[dict[str, Any]], int]],
    ) -> Done:
        change = BulkChange(user_id=self.user_id, act=act.value)
        db.session.add(change)
        db.session.flush()
        change_id, public_id, moment = change.id, change.public_id, change.made_at
        count = refused = 0
        for ids in batches(self.note_ids):
            lock(change_id)
            done, too_many = work(ids, moment)
            if done:
                first = {"bulk_change_id": change_id, "was": None, "removed": "", "added": ""}
                db.session.execute(insert(ChangedNote), [first | row for row in done])
            count += len(done)
            refused += too_many
            this = BulkChange.id == change_id
            db.session.execute(update(BulkChange).where(this).values(notes=count))
        if not count:
            db.session.execute(delete(BulkChange).where(BulkChange.id == change_id))
        return Done(public_id, count, refused)


UNSEEN = {"synchronize_session": False}  # no row of these is looked at afterwards


def lock(change_id: int) -> None:
    """Before the notes, in a change as in its undo: neither meets the other half-way."""
    db.session.execute(select(BulkChange.id).where(BulkChange.id == change_id).with_for_update())


def is_set(column: Any, on: bool) -> Any:
    """The condition that it is so."""
    if column is Note.pinned:
        return column.is_(on)
    return column.is_not(None) if on else column.is_(None)


def _kept(one: Retagged) -> dict[str, Any]:
    return {"note_id": one.note_id, "removed": join(one.removed), "added": join(one.added)}
