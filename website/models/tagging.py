"""One person's tags: counted, completed, renamed, merged and deleted; no note goes with a tag."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

from sqlalchemy import case, func, literal, or_, select, union_all

from website.database import db
from website.models.bulk_change import Act
from website.models.listing import Place
from website.models.note import Note
from website.models.selection import Done, Selection
from website.models.tag import Tag, note_tag
from website.models.taggable import tag_or_within, tagged
from website.text.tags import (
    MAX_FOLDED_LENGTH,
    TagTooLong,
    fold,
    is_within,
    levels,
    parse_tags,
)

MAX_OFFERED = 10  # tags that complete what was typed


class NotOneTag(ValueError):
    """A new name that is no tag, or several."""


@dataclass(frozen=True)
class Move:
    """What becomes of one tag."""

    name: str
    becomes: str | None  # None where it goes
    notes: int
    merges: bool  # there is such a tag already


@dataclass(frozen=True)
class Preview:
    """What a change would do: the tags, and the notes by where they are."""

    moves: Sequence[Move]
    places: Sequence[tuple[Place, int]]

    @property
    def notes(self) -> int:
        return sum(count for _, count in self.places)

    @property
    def respells(self) -> bool:
        """Whether the tags stay the same, and are only written otherwise."""
        return all(fold(move.becomes or "") == fold(move.name) for move in self.moves)


@dataclass(frozen=True)
class Tagging:
    user_id: int

    def counted(self) -> list[tuple[str, int]]:
        """Every tag with the number of listed notes that carry it, in order of name.

        Tags that only notes in the trash carry are not there.
        """
        # Few notes are away: to count all, and those once more, reads no note that is listed.
        away = union_all(
            *(
                select(note_tag.c.tag_id, literal(place is Place.TRASH).label("trashed"))
                .join(Note, Note.id == note_tag.c.note_id)
                .where(Note.user_id == self.user_id, place.condition)
                for place in (Place.ARCHIVE, Place.TRASH)
            )
        ).subquery()
        trashed = func.sum(case((away.c.trashed, 1), else_=0))
        of = select(away.c.tag_id, func.count().label("away"), trashed.label("trashed"))
        gone = of.group_by(away.c.tag_id).subquery()
        every = select(func.count()).where(note_tag.c.tag_id == Tag.id).scalar_subquery()
        statement = (
            select(
                Tag.name, every - func.coalesce(gone.c.away, 0),
                every - func.coalesce(gone.c.trashed, 0),
            )
            .outerjoin(gone, gone.c.tag_id == Tag.id)
            .where(Tag.user_id == self.user_id)
            .order_by(Tag.folded)
        )  # fmt: skip
        rows = db.session.execute(statement)
        return [(name, listed) for name, listed, there in rows if there > 0]

    def spelt(self, tag: str) -> str | None:
        """The tag as it is kept, or as one begins that lies within; None if there is none."""
        folded = fold(tag)
        within = select(Tag.name).where(Tag.user_id == self.user_id, tag_or_within(folded))
        found = db.session.scalar(within.order_by(Tag.folded).limit(1)) if folded else None
        return found and "/".join(levels(found)[: folded.count("/") + 1])

    def beginning(self, typed: str) -> list[str]:
        """Up to MAX_OFFERED tags that begin so, and then those of which a level does."""
        begun = fold(" ".join(typed.split()).lstrip("#"))
        if not begun or len(begun) > MAX_FOLDED_LENGTH:
            return []
        whole = Tag.folded.startswith(begun, autoescape=True)
        level = Tag.folded.contains(f"/{begun}", autoescape=True)
        found = (
            select(Tag.name)
            .where(Tag.user_id == self.user_id, or_(whole, level))
            .order_by(whole.desc(), Tag.folded)
            .limit(MAX_OFFERED)
        )
        return list(db.session.scalars(found))

    def preview(self, tag: str, to: str | None) -> Preview:
        """What renaming the tag, or with None deleting it, would change; no moves for no tag.

        Raises NotOneTag or TagTooLong, also for a tag that lies within.
        """
        new = None if to is None else one_tag(to)
        old = fold(tag)
        counted = (
            select(Tag.name, Tag.folded, func.count(note_tag.c.note_id))
            .join(note_tag, note_tag.c.tag_id == Tag.id)
            .where(Tag.user_id == self.user_id)
            .where(tag_or_within(old))
            .group_by(Tag.id, Tag.name, Tag.folded)
            .order_by(Tag.folded)
        )
        rows = db.session.execute(counted).all()
        become = {row.folded: None if new is None else _renamed(row.name, tag, new) for row in rows}
        after = [fold(name) for name in become.values() if name]
        others = {*after} - become.keys()
        taken = select(Tag.folded).where(Tag.user_id == self.user_id, Tag.folded.in_(others))
        there = {*db.session.scalars(taken), *(one for one in after if after.count(one) > 1)}
        moves = [
            Move(name, become[folded], count, fold(become[folded] or "") in there)
            for name, folded, count in rows
        ]
        return Preview(moves, self._places(old) if moves else [])

    def rename(self, tag: str, to: str) -> Done:
        """Call the tag otherwise, with all that lies within; one that is there already takes it in.

        Raises as `preview` does, for the tag itself.
        """
        new, old = one_tag(to), fold(tag)

        def moved(name: str) -> str:
            with suppress(TagTooLong):  # one that came after the preview
                return _renamed(name, tag, new) if is_within(fold(name), old) else name
            return name

        def rule(_id: int, carried: tuple[str, ...]) -> tuple[str, ...]:
            return tuple(map(moved, carried))

        return self._carrying(old).retag(Act.RENAME_TAG, rule)

    def respell(self, tag: str, to: str) -> None:
        """Write the tag otherwise where only case or width differ, with all that lies within."""
        new = one_tag(to)
        within = select(Tag).where(Tag.user_id == self.user_id, tag_or_within(fold(tag)))
        for kept in db.session.scalars(within):
            kept.name = _renamed(kept.name, tag, new)

    def delete(self, tag: str) -> Done:
        """Take the tag off every note, with all that lies within; the notes stay where they are."""
        old = fold(tag)
        return self._carrying(old).retag(
            Act.DELETE_TAG,
            lambda _id, carried: tuple(name for name in carried if not is_within(fold(name), old)),
        )

    def _carrying(self, folded: str) -> Selection:
        ids = db.session.scalars(tagged(self.user_id, folded).distinct())
        return Selection(self.user_id, sorted(ids))

    def _places(self, folded: str) -> list[tuple[Place, int]]:
        carry = Note.id.in_(tagged(self.user_id, folded))
        found = []
        for place in Place:
            count = select(func.count()).where(Note.user_id == self.user_id, place.condition, carry)
            found.append((place, db.session.scalar(count) or 0))
        return [(place, count) for place, count in found if count]


def one_tag(typed: str) -> str:
    """What is typed, as the name of a tag. Raises NotOneTag or TagTooLong."""
    found = parse_tags(typed)
    if len(found) != 1:
        raise NotOneTag(typed)
    return found[0]


def _renamed(name: str, old: str, new: str) -> str:
    """The name of a tag when the first levels of it, `old`, are `new`. Raises TagTooLong."""
    return one_tag("/".join([new, *levels(name)[len(levels(old)) :]]))
