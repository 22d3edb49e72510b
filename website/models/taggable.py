"""A note carries tags; a tag that no note carries any more is gone."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, delete, exists, false, or_, select
from sqlalchemy.orm import Mapped, declared_attr, relationship

from website.database import db, insert
from website.models.tag import Tag, note_tag
from website.models.user import User
from website.text.tags import MAX_FOLDED_LENGTH, fold


class Taggable:
    id: Mapped[int]
    user_id: Mapped[int]

    @declared_attr
    def tags(cls) -> Mapped[list[Tag]]:  # noqa: N805 - SQLAlchemy calls it with the class
        return relationship(secondary=note_tag, order_by=Tag.folded, passive_deletes=True)

    @property
    def tag_names(self) -> tuple[str, ...]:
        return tuple(tag.name for tag in self.tags)

    def tag_with(self, names: tuple[str, ...]) -> None:
        """Carry exactly these tags. A tag that exists keeps the spelling it has."""
        wanted = {fold(name): name for name in names}
        if wanted.keys() == {tag.folded for tag in self.tags}:
            return
        lock_tags(self.user_id)
        if wanted:
            # Two saves may make the same tag at once: the second takes the first one's.
            db.session.execute(
                insert(Tag).on_conflict_do_nothing(index_elements=["user_id", "folded"]),
                [
                    {"user_id": self.user_id, "folded": folded, "name": name}
                    for folded, name in sorted(wanted.items())
                ],
            )
        found = select(Tag).where(Tag.user_id == self.user_id, Tag.folded.in_(wanted))
        self.tags = list(db.session.scalars(found.order_by(Tag.folded)))
        db.session.flush()
        drop_unused_tags(self.user_id)


def lock_tags(user_id: int) -> None:
    """One change of this person's tags at a time, until the transaction ends.

    Without it PostgreSQL lets one save put a tag on a note while another finds the tag unused and
    deletes it, and the cascade takes it off the note again. SQLite has one writer anyway.
    """
    row = select(User.id).where(User.id == user_id).with_for_update(key_share=True)
    db.session.execute(row)


def tags_of(note_ids: list[int]) -> dict[int, tuple[str, ...]]:
    """The names of the tags of each of these notes, in order, by one query."""
    tags: dict[int, tuple[str, ...]] = dict.fromkeys(note_ids, ())
    for note_id, name in db.session.execute(_names, {"note_ids": note_ids}):
        tags[note_id] += (name,)
    return tags


# Built once: building it for each list would cost more than running it.
_names = (
    select(note_tag.c.note_id, Tag.name)
    .join(Tag, Tag.id == note_tag.c.tag_id)
    .where(note_tag.c.note_id.in_(bindparam("note_ids", expanding=True)))
    .order_by(Tag.folded)
)


def tagged(user_id: int, folded: str) -> Any:
    """The ids of a person's notes that carry the tag or one nested in it."""
    return (
        select(note_tag.c.note_id)
        .join(Tag, Tag.id == note_tag.c.tag_id)
        .where(Tag.user_id == user_id, tag_or_within(folded))
    )


def tag_or_within(folded: str) -> Any:
    """The condition that a tag is this one or nested in it; none is what is too long for one."""
    if len(folded) > MAX_FOLDED_LENGTH:
        return false()
    return or_(Tag.folded == folded, Tag.folded.startswith(f"{folded}/", autoescape=True))


def drop_unused_tags(user_id: int) -> None:
    """Delete this person's tags that no note carries."""
    carried = exists().where(note_tag.c.tag_id == Tag.id)
    db.session.execute(delete(Tag).where(Tag.user_id == user_id, ~carried))
