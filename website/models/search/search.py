"""One person's search: what is found is exact, whatever the index says; the newest first.

The index tells by a few numbers in which notes all the words may occur; whether they do is asked of
the folded text itself, in the same statement. So both databases find the same.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, and_, desc, func, not_, or_, select, union_all

from website.database import db, only_reading
from website.models.findable import Findable
from website.models.listing import PAGE_SIZE, BadCursor, Page, Place
from website.models.note import Note
from website.models.search import grams
from website.models.search.grammar import Field, Query, Term
from website.models.search.hits import hits
from website.models.search.index import dialect, lose
from website.models.search.patience import FOR_ALL, PATIENCE, patience
from website.models.selection import Selection
from website.models.taggable import tagged

_CURSOR = re.compile(r"([01])-([0-9a-z]{26})", re.ASCII)
# The tables, and not the models: a statement of columns alone is built and run in less time.
_FINDABLE: Any = Findable.__table__
_NOTE: Any = Note.__table__
_findable, _note = _FINDABLE.c, _NOTE.c
_WORDS = {Field.TEXT, Field.TITLE}
EVERYTHING = 2**31 - 1  # a limit, without which SQLite would begin with all notes
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
            found = [
                select(self._statement(source, order, condition, None, EVERYTHING).subquery().c.id)
                for source, order, condition in self._places(query)
            ]
            return Selection(self.user_id, sorted(db.session.scalars(union_all(*found))))

    def forget(self) -> None:
        """Take everything of this person out of the index, before they are deleted."""
        lose(self.user_id, select(_note.id).where(_note.user_id == self.user_id))

    def _parts(self, query: Query) -> list[tuple[Query, Query | None]]:
        """What is found first and then, each with what is not to be found again."""
        titled = Query(
            tuple(tuple(map(_in_title, clause)) for clause in query.clauses),
        )
        return [(query, None)] if titled == query else [(titled, None), (query, titled)]

    def _found(self, query: Query, unless: Query | None, before: int | None, limit: int) -> Any:
        """Up to `limit` notes of these, the newest first."""
        statements = [
            self._statement(source, order, condition, before, limit)
            for source, order, condition in self._places(query, unless)
        ]
        if len(statements) == 1:
            return db.session.execute(statements[0]).all()
        parts = [select(statement.subquery()) for statement in statements]
        both = union_all(*parts).order_by(desc("place")).limit(limit)
        return db.session.execute(both).all()

    def _places(self, query: Query, unless: Query | None = None) -> list[tuple[Any, Any, Any]]:
        """Where the notes are found: what to read from, the order, and the condition.

        All in one statement: a note that is taken into the index meanwhile is met in one of them.
        """
        holds = _holds(query, self.user_id)
        if not query.in_trash:
            holds = and_(holds, _note.trashed_at.is_(None))
        if unless is not None:
            holds = and_(holds, not_(_holds(unless, self.user_id)))
        clauses, table = self._bound(query), _FINDABLE
        own = and_(_findable.user_id == self.user_id, _note.user_id == self.user_id)
        if clauses:
            source, condition, order = dialect().among(clauses)
            return [
                (source, order, and_(own, condition, holds)),
                (table, _findable.id, and_(own, ~_findable.indexed, holds)),
            ]
        few = self._few(query)
        if few is None:
            return [(table, _findable.id, and_(own, holds))]
        # What is computed is in no index, so that the database begins with the few.
        among = and_(_findable.note_id.in_(few), _note.user_id + 0 == self.user_id)
        return [(table, _findable.id + 0, and_(among, holds))]

    def _statement(
        self, source: Any, order: Any, condition: Any, before: int | None, limit: int
    ) -> Any:
        statement = (
            select(
                _note.id, _note.public_id, _note.heading, _note.excerpt, _note.pinned,
                _note.updated_at, _note.archived_at, _note.trashed_at, order.label("place"),
            )
            .select_from(source.join(_NOTE, _note.id == _findable.note_id))
            .where(condition)
            .order_by(order.desc())
            .limit(limit)
        )  # fmt: skip
        return statement if before is None else statement.where(order < before)

    def _bound(self, query: Query) -> list[list[list[int]]]:
        """For each clause of words alone, the numbers of each of them."""
        return [
            [
                grams.of_words(self.user_id, term.value, in_title=term.field is Field.TITLE)
                for term in clause
            ]
            for clause in query.clauses
            if all(term.field in _WORDS and not term.negated for term in clause)
        ]

    def _few(self, query: Query) -> list[int] | None:
        """The ids of the notes with a tag that is asked for, or of the pinned, if they are at most
        FEW."""
        for clause in query.clauses:
            if len(clause) > 1 or clause[0].negated:
                continue
            if clause[0].field is Field.TAG:
                some = tagged(self.user_id, clause[0].value)
            elif clause[0].field is Field.PINNED:
                # Each place has an index of its own.
                some = union_all(
                    *(
                        select(_note.id).where(
                            _note.user_id == self.user_id, place.condition, _note.pinned.is_(True)
                        )
                        for place in Place
                    )
                )
            else:
                continue
            ids = list(db.session.scalars(some.limit(FEW + 1)))
            if len(ids) <= FEW:
                return ids
        return None

    def _place(self, cursor: str) -> tuple[int, int]:
        match = _CURSOR.fullmatch(cursor)
        if match is None:
            raise BadCursor(cursor)
        last = (
            select(_findable.id)
            .join(_NOTE, _note.id == _findable.note_id)
            .where(_note.user_id == self.user_id, _note.public_id == match[2])
        )
        found = db.session.scalar(last)
        if found is None:
            raise BadCursor(cursor)
        return int(match[1]), found


def _in_title(term: Term) -> Term:
    if term.field is Field.TEXT and not term.negated:
        return replace(term, field=Field.TITLE)
    return term


def _holds(query: Query, user_id: int) -> Any:
    return and_(*(or_(*(_is(term, user_id) for term in clause)) for clause in query.clauses))


def _is(term: Term, user_id: int) -> Any:
    condition = _condition(term, user_id)
    return not_(condition) if term.negated else condition


def _condition(term: Term, user_id: int) -> Any:
    match term.field:
        case Field.TEXT:
            return or_(_within(_findable.text, term.value), _within(_findable.title, term.value))
        case Field.TITLE:
            return _within(_findable.title, term.value)
        case Field.TAG:
            return _note.id.in_(tagged(user_id, term.value))
        case Field.PINNED:
            return _note.pinned.is_(True)
        case Field.ARCHIVED:
            return _note.archived_at.is_not(None)
        case Field.TRASH:
            return _note.trashed_at.is_not(None)
        case Field.BEFORE:
            return _note.updated_at < term.moment
        case Field.AFTER:
            return _note.updated_at >= term.moment
        case Field.TASK:
            return _findable.has_task.is_(True)
        case Field.LINK:
            return _findable.has_link.is_(True)


def _within(text: Any, words: str) -> ColumnElement[bool]:
    """Whether the words occur: the two databases have the same function by other names."""
    find = func.instr if db.engine.dialect.name == "sqlite" else func.strpos
    return find(text, words) > 0
