"""What a person is writing and has not saved, kept as they type; one for each open editor."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    String,
    Text,
    UniqueConstraint,
    and_,
    bindparam,
    delete,
    func,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from website.database import Instant, Model, changed, db, insert, now
from website.models.note import Note
from website.text.lines import heading

MAX_ID_LENGTH = 32
MAX_DRAFTS = 500  # of one person
_NOBODYS = -1  # the sequence of a save that had none; 0 is everybody's who began here
_KEY = ("user_id", "public_id")
_CLOSED = ("closed", "saved_at", "sequence", "version", "key", "title", "tags", "body")
CLOSED_FOR = timedelta(days=1)  # so long, what is still on its way makes no new draft


class StaleDraft(Exception):
    """Another tab went on with this draft: the text needs one of its own."""


class ClosedDraft(Exception):
    """What was typed there is saved, and `sequence` is the save's; or it was thrown away."""

    def __init__(self, sequence: int | None) -> None:
        super().__init__(sequence)
        self.sequence = sequence


class TooManyDrafts(Exception):
    """A person has MAX_DRAFTS of them."""


@dataclass(frozen=True)
class Typed:
    """What stood in the editor, as it was typed: no limit is too tight for it."""

    title: str
    body: str
    tags: str
    version: int | None  # of the note, that the editor was opened on
    key: str  # of the form, for a note that was never saved


class Draft(Model):
    __tablename__ = "draft"
    __table_args__ = (UniqueConstraint("user_id", "public_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    public_id: Mapped[str] = mapped_column(String(MAX_ID_LENGTH))  # of the editor that made it
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id", ondelete="CASCADE"))
    note_id: Mapped[int | None] = mapped_column(
        ForeignKey("note.id", ondelete="CASCADE"), index=True
    )
    sequence: Mapped[int]  # another number with each keeping
    saved_at: Mapped[datetime] = mapped_column(Instant)
    closed: Mapped[bool] = mapped_column(default=False)  # saved, without text; or thrown away
    version: Mapped[int | None]
    key: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(Text)
    tags: Mapped[str] = mapped_column(Text)
    body: Mapped[str] = mapped_column(Text)

    @property
    def has_text(self) -> bool:
        return bool(self.title or self.body or self.tags)

    @property
    def typed(self) -> Typed:
        return Typed(self.title, self.body, self.tags, self.version, self.key)

    @classmethod
    def sweep(cls) -> int:
        """Delete what is left of drafts that were closed; returns how many."""
        return changed(delete(cls).where(cls.closed, cls.saved_at < now() - CLOSED_FOR))


@dataclass(frozen=True)
class Listed:
    """A draft as a list shows it; only the beginning of its text is read for it."""

    public_id: str
    note_id: str | None  # the public one
    note_heading: str | None
    saved_at: datetime
    heading: str
    sequence: int


@dataclass(frozen=True)
class Drafts:
    """One person's drafts: the only door to them."""

    user_id: int

    def get(self, public_id: str) -> Draft | None:
        return db.session.scalar(select(Draft).where(*self._open(), Draft.public_id == public_id))

    def all(self) -> list[Listed]:
        """The newest first; at most MAX_DRAFTS."""
        return self._listed()

    def of(self, note: Note | None) -> list[Listed]:
        """Of one note, or of notes that were never saved."""
        return self._listed(Draft.note_id.is_(None) if note is None else Draft.note_id == note.id)

    def _listed(self, *which: ColumnElement[bool]) -> list[Listed]:
        rows = (
            select(
                Draft.public_id, Note.public_id, Note.heading, Draft.saved_at, Draft.title,
                func.substr(Draft.body, 1, 1000), Draft.sequence,
            )
            .outerjoin(Note, Note.id == Draft.note_id)
            .where(*self._open(), *which)
            .order_by(Draft.saved_at.desc())
        )  # fmt: skip
        return [
            Listed(draft, note, named, saved_at, heading(title, body), sequence)
            for draft, note, named, saved_at, title, body, sequence in db.session.execute(rows)
        ]

    def keep(
        self, public_id: str, own: Sequence[int], following: int, typed: Typed, note: Note | None
    ) -> Draft:
        """Keep what is typed as `following`, over any of one's own keepings; 0 is where none was.

        In the open transaction. Sent twice, it is kept once. Raises StaleDraft, ClosedDraft or
        TooManyDrafts.
        """
        values = {**vars(typed), "sequence": following, "saved_at": now()}
        kept = bool(changed(update(Draft).where(*self._own(public_id, own)).values(values)))
        draft = self._whatever(public_id)
        if draft is None and 0 in own:
            self._refuse_too_many()
            new = insert(Draft).values(
                user_id=self.user_id,
                public_id=public_id,
                note_id=note.id if note else None,
                closed=False,
                **values,
            )
            # Its rowcount is no answer: PostgreSQL's driver has none for it.
            new = new.on_conflict_do_nothing(index_elements=_KEY).returning(Draft.id)
            kept = db.session.scalar(new) is not None
            draft = self._whatever(public_id)
        if draft is not None and draft.closed:
            raise ClosedDraft(None if draft.has_text else draft.sequence)
        if draft is None or (not kept and (draft.typed, draft.sequence) != (typed, following)):
            raise StaleDraft
        return draft

    def _whatever(self, public_id: str) -> Draft | None:
        """The draft as it is in the database now, closed or not."""
        this = select(Draft).where(Draft.user_id == self.user_id, Draft.public_id == public_id)
        return db.session.scalar(this.execution_options(populate_existing=True))

    def _refuse_too_many(self) -> None:
        """Raise TooManyDrafts where there is no room for one more; what can come back counts."""
        count = select(func.count()).where(Draft.user_id == self.user_id, _HAS_TEXT | ~Draft.closed)
        if (db.session.scalar(count) or 0) >= MAX_DRAFTS:
            raise TooManyDrafts

    def close(self, public_id: str, own: Sequence[int], saved: Typed) -> None:
        """The text of one's own keepings is saved, the last of them being the save's own, and what
        is on its way is not kept any more. What another editor kept over them stays, unless it is
        what was saved."""
        gone = {
            "closed": True, "saved_at": now(), "sequence": own[-1] if own else _NOBODYS,
            "version": None, "key": "", "title": "", "tags": "", "body": "",
        }  # fmt: skip
        key = {"user_id": self.user_id, "public_id": public_id}
        same = {"same_title": saved.title, "same_body": saved.body, "same_tags": saved.tags}
        changed(_close(db.engine.dialect.name), {**key, **gone, **same, "own": own})

    def throw_away(self, public_id: str, own: Sequence[int]) -> None:
        """Close it if its text is of one's own keepings; it can come back for CLOSED_FOR."""
        gone = {"closed": True, "saved_at": now()}
        changed(update(Draft).where(*self._own(public_id, own)).values(gone))

    def thrown_away(self, public_id: str) -> Draft | None:
        """The draft, if it was thrown away and can come back: one that was saved has no text."""
        draft = self._whatever(public_id)
        return draft if draft is not None and draft.closed and draft.has_text else None

    def _own(self, public_id: str, own: Sequence[int]) -> tuple[ColumnElement[bool], ...]:
        return *self._open(), Draft.public_id == public_id, Draft.sequence.in_(own)

    def _open(self) -> tuple[ColumnElement[bool], ...]:
        return Draft.user_id == self.user_id, ~Draft.closed


_HAS_TEXT = (Draft.title != "") | (Draft.body != "") | (Draft.tags != "")


@cache  # building it each time would take six times what it takes to run it
def _close(_dialect: str) -> Any:
    """The row as it is given, if there is none of its key, one of the sequences `own`, or one that
    says the `same`."""
    new = insert(Draft.__table__)
    changes = {name: new.excluded[name] for name in _CLOSED}
    own = Draft.sequence.in_(bindparam("own", expanding=True))
    same = and_(
        Draft.title == bindparam("same_title"),
        Draft.body == bindparam("same_body"),
        Draft.tags == bindparam("same_tags"),
    )
    return new.on_conflict_do_update(index_elements=_KEY, set_=changes, where=own | same)
