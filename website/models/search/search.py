"""One person's search: what is found is exact, whatever the index says; the newest first.

The index tells by a few numbers in which notes all the words may occur; whether they do is asked of
the folded text itself, in the same statement. So both databases find the same.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select, union_all

from website.database import db, only_reading
from website.models.findable import Findable
from website.models.listing import PAGE_SIZE, BadCursor, Page, Place
from website.models.note import Note
from website.models.search import statement
from website.models.search.grammar import Field, Query, Term
from website.models.search.hits import hits
from website.models.search.index import BY_DIALECT, lose
from website.models.search.patience import FOR_ALL, PATIENCE, patience
from website.models.selection import Selection
from website.models.taggable import tagged

_CURSOR = re.compile(r"([01])-([0-9a-z]{26})", re.ASCII)
EVERYTHING = 2**31 - 1  # a limit that is none
THE_END, NEWEST = 0, 2**62  # before every note, and after
FEW = 5_000  # notes that are sorted sooner than as many are met on the way from the newest


@dataclass(frozen=True)
class Search:
    user_id: int

    def page(self, query: Query, after: str | None = None) -> Page:
        """Up to PAGE_SIZE notes: first those that are called so, then the others.

        Raises BadCursor for a cursor that no page gave, and TookTooLong.
        """
        if not query.clauses:
            return Page([], None)
        with patience(PATIENCE):
            return self._page(query, after)

    def _page(self, query: Query, after: str | None) -> Page:
        rank, before = (0, None) if after is None else self._place(after)
        found: list[Any] = []
        parts = self._parts(query)
        for at, (part, unless) in enumerate(parts):
            if at >= rank and len(found) <= PAGE_SIZE:
                limit = PAGE_SIZE + 1 - len(found)
                rows = self._found(part, unless, before if at == rank else None, limit)
                found += [(at, row) for row in rows]
        shown = found[:PAGE_SIZE]
        more = len(found) > PAGE_SIZE
        cursor = f"{shown[-1][0]}-{shown[-1][1].public_id}" if more else None
        return Page(hits([row for _, row in shown], query.words), cursor)

    def all(self, query: Query) -> Selection:
        """Every note that is found. Raises TookTooLong."""
        if not query.clauses:
            return Selection(self.user_id, [])
        with only_reading(), patience(FOR_ALL):
            few = self._few(query)
            asked = statement.ids(_dialect(), statement.shape(query), few=few is not None)
            values = self._values(query, few, EVERYTHING)
            return Selection(self.user_id, sorted(db.session.scalars(asked, values)))

    def forget(self) -> None:
        """Take everything of this person out of the index, before they are deleted."""
        lose(self.user_id, select(Note.id).where(Note.user_id == self.user_id))

    def _parts(self, query: Query) -> list[tuple[Query, Query | None]]:
        """What is found first and then, each with what is not to be found again."""
        titled = Query(
            tuple(tuple(map(_in_title, clause)) for clause in query.clauses),
        )
        return [(query, None)] if titled == query else [(titled, None), (query, titled)]

    def _found(
        self, query: Query, unless: Query | None, before: int | None, limit: int
    ) -> Sequence[Any]:
        """Up to `limit` notes of these, the newest first."""
        few = self._few(query)
        shapes = statement.shape(query), unless and statement.shape(unless)
        values = self._values(query, few, limit)
        found: list[Any] = []
        if statement.is_bound(query) and any(term.field is Field.TEXT for term in query.terms):
            found, before = self._walked(shapes, values, before)
        if len(found) == limit or before == THE_END:
            return found
        asked = statement.found(_dialect(), *shapes, few=few is not None, before=before is not None)
        values |= {"limit": limit - len(found)} | ({} if before is None else {"before": before})
        return [*found, *db.session.execute(asked, values)]

    def _walked(
        self, shapes: tuple[Any, Any], values: dict[str, Any], before: int | None
    ) -> tuple[list[Any], int | None]:
        """What is found among the newest notes without the index, and before which to go on; texts
        alone, as few titles hold a word."""
        found: list[Any] = []
        dialect, limit = _dialect(), values["limit"]
        for window in BY_DIALECT[dialect].WINDOWS:
            place = {"before": before or NEWEST, "window": window}
            before = db.session.scalar(statement.since, values | place) or THE_END
            left = {**place, "since": before, "limit": limit - len(found)}
            found += db.session.execute(statement.walked(dialect, *shapes), values | left)
            if len(found) == limit or before == THE_END:
                break
            if not db.session.scalar(statement.often(dialect, shapes[0]), values):
                break
        return found, before

    def _values(self, query: Query, few: list[int] | None, limit: int) -> dict[str, Any]:
        values = statement.words(query, self.user_id, _dialect()) | {"limit": limit}
        return values if few is None else values | {"few": few}

    def _few(self, query: Query) -> list[int] | None:
        """The ids of the notes with a tag that is asked for, or of the pinned, if they are at most
        FEW and the index does not tell where to look."""
        if statement.is_bound(query):
            return None
        for clause in query.clauses:
            if len(clause) > 1 or clause[0].negated:
                continue
            if clause[0].field is Field.TAG:
                some = tagged(self.user_id, clause[0].value)
            elif clause[0].field is Field.PINNED:
                # Each place has an index of its own.
                some = union_all(*(self._pinned(place) for place in Place))
            else:
                continue
            ids = list(db.session.scalars(some.limit(FEW + 1)))
            if len(ids) <= FEW:
                return ids
        return None

    def _pinned(self, place: Place) -> Any:
        own = Note.user_id == self.user_id
        return select(Note.id).where(own, place.condition, Note.pinned.is_(True))

    def _place(self, cursor: str) -> tuple[int, int]:
        match = _CURSOR.fullmatch(cursor)
        if match is None:
            raise BadCursor(cursor)
        last = (
            select(Findable.id)
            .join(Note, Note.id == Findable.note_id)
            .where(Note.user_id == self.user_id, Note.public_id == match[2])
        )
        found = db.session.scalar(last)
        if found is None:
            raise BadCursor(cursor)
        return int(match[1]), found


def _in_title(term: Term) -> Term:
    if term.field is Field.TEXT and not term.negated:
        return replace(term, field=Field.TITLE)
    return term


def _dialect() -> str:
    return db.engine.dialect.name
