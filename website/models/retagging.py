"""Other tags for many notes at once: each gets a version of its own, and keeps its place."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, delete, exists, select, update

from website.database import db, insert, now
from website.models.content import Content
from website.models.findable import Findable
from website.models.note import Note
from website.models.rendering import Rendering
from website.models.tag import Tag, note_tag
from website.models.taggable import drop_unused_tags, lock_tags, tags_of
from website.models.version import Version
from website.text.tags import MAX_TAGS, fold

Rule = Callable[[int, tuple[str, ...]], tuple[str, ...]]


@dataclass(frozen=True)
class Retagged:
    """What a note lost and got; `refused` where it would have had more than MAX_TAGS."""

    note_id: int
    removed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    refused: bool = False


def retag(user_id: int, note_ids: Sequence[int], rule: Rule) -> list[Retagged]:
    """Give this person's notes the tags that the rule makes of an id and the present ones.

    In the open transaction; some hundred notes at most. A tag that exists keeps the spelling it
    has. The notes stay where they are in every list. Those that the rule leaves as they are, are
    not in what is returned.
    """
    # The notes before the tags, as a save has it: otherwise one could wait for the other for ever.
    locked = (
        select(Note.id, Note.version, Note.title, Note.updated_at)
        .where(Note.user_id == user_id, Note.id.in_(note_ids))
        .order_by(Note.id)
        .with_for_update()
    )
    notes = {row.id: row for row in db.session.execute(locked)}
    lock_tags(user_id)
    wanted: dict[int, tuple[str, ...]] = {}
    done: list[Retagged] = []
    before = tags_of(list(notes))
    for note_id, names in before.items():
        was = {fold(name): name for name in names}
        will = {fold(name): name for name in reversed(rule(note_id, names))}
        if was.keys() == will.keys():
            continue
        if len(will) > max(MAX_TAGS, len(was)):
            done.append(Retagged(note_id, refused=True))
            continue
        wanted[note_id] = tuple(will.values())
        removed = tuple(name for folded, name in was.items() if folded not in will)
        added = tuple(name for folded, name in will.items() if folded not in was)
        done.append(Retagged(note_id, removed, added))
    if wanted:
        _carry(user_id, wanted)
        carried = tags_of(list(wanted))
        _keep_versions(user_id, [notes[note_id] for note_id in wanted], before, carried)
        drop_unused_tags(user_id)
    return done


def _carry(user_id: int, wanted: dict[int, tuple[str, ...]]) -> None:
    names = {fold(name): name for some in wanted.values() for name in some}
    if names:
        rows = [
            {"user_id": user_id, "folded": folded, "name": name}
            for folded, name in sorted(names.items())
        ]
        new = insert(Tag).on_conflict_do_nothing(index_elements=["user_id", "folded"])
        db.session.execute(new, rows)
    found = select(Tag.folded, Tag.id).where(Tag.user_id == user_id, Tag.folded.in_(names))
    ids = {row.folded: row.id for row in db.session.execute(found)}
    db.session.execute(delete(note_tag).where(note_tag.c.note_id.in_(wanted)))
    pairs = [
        {"note_id": note_id, "tag_id": ids[fold(name)]}
        for note_id, some in wanted.items()
        for name in some
    ]
    if pairs:
        db.session.execute(insert(note_tag), pairs)


def _keep_versions(
    user_id: int,
    notes: Collection[Any],
    before: dict[int, tuple[str, ...]],
    after: dict[int, tuple[str, ...]],
) -> None:
    """Keep the tags of before and of now in each note's history: an editor that was opened before
    is merged with them, and puts no old tag back."""
    kept = select(Version).join(
        Note, and_(Note.id == Version.note_id, Note.version == Version.number)
    )
    ids = [note.id for note in notes]
    latest = {one.note_id: one for one in db.session.scalars(kept.where(Note.id.in_(ids)))}
    moment = now()
    foreign = []
    for note in notes:
        body = db.session.scalars(select(Note.body).where(Note.id == note.id)).one()
        content = Content(note.title, body, before[note.id])
        last, number = latest.get(note.id), note.version
        if last is not None and not last.has(content):
            # What another program wrote into the database is a version of its own.
            foreign.append(note.id)
            last, number = None, number + 1
        key = {"note_id": note.id, "author_id": user_id}
        if last is None:
            last = Version(**key, number=number, saved_at=note.updated_at)
            last.keep(content, None, "")
            db.session.add(last)
        version = Version(**key, number=number + 1, saved_at=moment)
        version.keep(Content(note.title, body, after[note.id]), last, body)
        db.session.add(version)
    db.session.flush()
    db.session.expunge_all()  # what was read and written is not to pile up
    _raise_version([note_id for note_id in ids if note_id not in foreign], 1)
    _raise_version(foreign, 2)


def _raise_version(ids: Sequence[int], by: int) -> None:
    """What was made of the text is of the new version too, if it was of the one before."""
    unseen = {"synchronize_session": False}
    if by == 1:
        for kind in (Rendering, Findable):
            of_it = exists().where(Note.id == kind.note_id, Note.version == kind.version)
            db.session.execute(
                update(kind)
                .where(kind.note_id.in_(ids), of_it)
                .values(version=kind.version + by)
                .execution_options(**unseen)
            )
    raised = update(Note).where(Note.id.in_(ids)).values(version=Note.version + by)
    db.session.execute(raised.execution_options(**unseen))
