"""Several of a person's notes, changed at once; one undo puts back what was changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, insert, select, update

from website.database import db
from website.models.batches import batches
from website.models.bulk_change import Act, BulkChange, ChangedNote
from website.models.note import Note
from website.models.retagging import Retagged, Rule, retag
from website.text.tags import fold, is_within, parse_tags

# What each act sets, and whether to something: a moment, where it is not `pinned`.
_STATES: dict[Act, tuple[Any, bool]] = {
    Act.PIN: (Note.pinned, True),
    Act.UNPIN: (Note.pinned, False),
    Act.ARCHIVE: (Note.archived_at, True),
    Act.UNARCHIVE: (Note.archived_at, False),
    Act.TRASH: (Note.trashed_at, True),
    Act.RESTORE: (Note.trashed_at, False),
}
MAX_LISTED = 50  # changes that are offered to be undone
_UNSEEN = {"synchronize_session": False}  # no row of these is looked at afterwards


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
        column, on = _STATES[act]
        change_id, moment = _begin(self.user_id, act)
        count = 0
        for ids in batches(self.note_ids):
            found = select(Note.id, column).where(
                Note.user_id == self.user_id, Note.id.in_(ids), _is(column, not on)
            )
            if act is not Act.RESTORE:
                found = found.where(Note.trashed_at.is_(None))
            rows = db.session.execute(found.order_by(Note.id).with_for_update()).all()
            value = on if column is Note.pinned else moment if on else None
            _keep(change_id, [{"note_id": note_id, "was": _moment(was)} for note_id, was in rows])
            _update([note_id for note_id, _ in rows], column, value)
            count += len(rows)
        return Done(_public_id(change_id), count)

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

    def retag(self, act: Act, rule: Rule, *, respell: bool = False) -> Done:
        change_id, _ = _begin(self.user_id, act)
        count = refused = 0
        for ids in batches(self.note_ids):
            found = retag(self.user_id, ids, rule, respell=respell)
            done = [one for one in found if not one.refused]
            _keep(change_id, [_tags(one) for one in done])
            count += len(done)
            refused += len(found) - len(done)
        return Done(_public_id(change_id), count, refused)


@dataclass(frozen=True)
class Change:
    """One as it is listed."""

    public_id: str
    act: str
    made_at: datetime
    undone: bool
    count: int


def changes(user_id: int) -> list[Change]:
    """What a person did to several notes at once, up to MAX_LISTED, the newest first."""
    count = select(func.count()).where(ChangedNote.bulk_change_id == BulkChange.id)
    found = (
        select(
            BulkChange.public_id, BulkChange.act, BulkChange.made_at, BulkChange.undone,
            count.scalar_subquery(),
        )
        .where(BulkChange.user_id == user_id)
        .order_by(BulkChange.id.desc())
        .limit(MAX_LISTED)
    )  # fmt: skip
    return [Change(*row) for row in db.session.execute(found)]


def undo(user_id: int, public_id: str) -> tuple[Act, int] | None:
    """Put back what a change did where it is still so; what it was, and of how many notes.

    None if there is no such change of this person's. Twice is as once.
    """
    found = select(BulkChange).where(
        BulkChange.user_id == user_id, BulkChange.public_id == public_id
    )
    change = db.session.scalar(found.with_for_update())
    if change is None:
        return None
    change_id, act, moment, undone = change.id, Act(change.act), change.made_at, change.undone
    of = select(ChangedNote.note_id).where(ChangedNote.bulk_change_id == change_id)
    ids = db.session.scalars(of.order_by(ChangedNote.note_id)).all()
    if not undone:
        for some in batches(ids):
            if act in _STATES:
                _put_back(user_id, change_id, act, moment, some)
            else:
                _tag_back(user_id, change_id, some)
        db.session.execute(update(BulkChange).where(BulkChange.id == change_id).values(undone=True))
    return act, len(ids)


def _begin(user_id: int, act: Act) -> tuple[int, datetime]:
    change = BulkChange(user_id=user_id, act=act.value)
    db.session.add(change)
    db.session.flush()
    return change.id, change.made_at


def _public_id(change_id: int) -> str:
    found = select(BulkChange.public_id).where(BulkChange.id == change_id)
    return db.session.scalars(found).one()


def _keep(change_id: int, rows: list[dict[str, Any]]) -> None:
    if rows:
        first = {"bulk_change_id": change_id, "was": None, "removed": "", "added": ""}
        db.session.execute(insert(ChangedNote), [first | row for row in rows])


def _tags(one: Retagged) -> dict[str, Any]:
    removed, added = ", ".join(one.removed), ", ".join(one.added)
    return {"note_id": one.note_id, "removed": removed, "added": added}


def _is(column: Any, on: bool) -> Any:
    if column is Note.pinned:
        return column.is_(on)
    return column.is_not(None) if on else column.is_(None)


def _moment(was: datetime | bool | None) -> datetime | None:
    return was if isinstance(was, datetime) else None


def _update(ids: Sequence[int], column: Any, value: Any, *where: Any) -> None:
    change = update(Note).where(Note.id.in_(ids), *where).values({column: value})
    db.session.execute(change.execution_options(**_UNSEEN))


def _put_back(user_id: int, change_id: int, act: Act, moment: datetime, ids: Sequence[int]) -> None:
    column, on = _STATES[act]
    value: Any
    if column is Note.pinned:
        value, still = not on, column.is_(on)
    elif on:
        value, still = None, column == moment
    else:
        was = select(ChangedNote.was).where(
            ChangedNote.bulk_change_id == change_id, ChangedNote.note_id == Note.id
        )
        value, still = was.scalar_subquery(), column.is_(None)
    _update(ids, column, value, still, Note.user_id == user_id)


def _tag_back(user_id: int, change_id: int, ids: Sequence[int]) -> None:
    rows = select(ChangedNote).where(
        ChangedNote.bulk_change_id == change_id, ChangedNote.note_id.in_(ids)
    )
    was = {
        row.note_id: (parse_tags(row.removed), {*map(fold, parse_tags(row.added))})
        for row in db.session.scalars(rows)
    }

    def rule(note_id: int, carried: tuple[str, ...]) -> tuple[str, ...]:
        removed, added = was[note_id]
        return (*(name for name in carried if fold(name) not in added), *removed)

    retag(user_id, ids, rule, respell=True)
