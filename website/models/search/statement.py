"""What a query asks of the database: built once for each shape of query, and then given its words.

Building it each time would take as long as running it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Text,
    and_,
    bindparam,
    desc,
    func,
    not_,
    or_,
    select,
    union_all,
)

from website.database import Instant
from website.models.findable import Findable
from website.models.note import Note
from website.models.search import grams
from website.models.search.grammar import Field, Query
from website.models.search.index import BY_DIALECT
from website.models.tag import Tag, note_tag
from website.text.tags import MAX_FOLDED_LENGTH

# The tables, and not the models: a statement of columns alone is built and run in less time.
_FINDABLE: Any = Findable.__table__
_NOTE: Any = Note.__table__
_findable, _note = _FINDABLE.c, _NOTE.c
_WORDS = {Field.TEXT, Field.TITLE}
_FOR_LIKE = re.compile(r"([\\%_])")

# For each clause, of each term its field and whether it is negated.
Shape = tuple[tuple[tuple[Field, bool], ...], ...]


def shape(query: Query) -> Shape:
    return tuple(tuple((term.field, term.negated) for term in clause) for clause in query.clauses)


def is_bound(query: Query) -> bool:
    """Whether a clause is of words alone, so that the index tells where to look."""
    return bool(_bound(shape(query)))


@lru_cache(64)  # a statement of fifty terms is large
def found(
    dialect: str, asked: Shape, unless: Shape | None, *, few: bool = False, before: bool = False
) -> Any:
    """The notes that a query finds and, of the same words, another does not; the newest first.

    Up to `limit`, of a person's, among the `few` or older than `before`.
    """
    statements = [
        _statement(*place, before=before) for place in _places(dialect, asked, unless, few)
    ]
    if len(statements) == 1:
        return statements[0]
    parts = [select(statement.subquery()) for statement in statements]
    return union_all(*parts).order_by(desc("place")).limit(bindparam("limit"))


@lru_cache(64)  # a statement of fifty terms is large
def walked(dialect: str, asked: Shape, unless: Shape | None) -> Any:
    """The same without the index, among the person's notes from `since` until before `before`."""
    among = and_(_own(), _findable.id >= bindparam("since"), _holds_but(dialect, asked, unless))
    return _statement(_FINDABLE, _findable.id, among, before=True)


@lru_cache(64)  # a statement of fifty terms is large
def often(dialect: str, asked: Shape) -> Any:
    """Gives a row where the index finds so many that it is sooner walked along the notes."""
    return BY_DIALECT[dialect].often([len(asked[at]) for at in _bound(asked)])


# The last of the `window` notes of a person that come before `before`.
since = (
    select(_findable.id)
    .where(_findable.user_id == bindparam("user_id"), _findable.id < bindparam("before"))
    .order_by(_findable.id.desc())
    .offset(bindparam("window") - 1)
    .limit(1)
)


@lru_cache(64)  # a statement of fifty terms is large
def ids(dialect: str, asked: Shape, *, few: bool = False) -> Any:
    """The ids of the notes that a query finds, in no order; `limit` is the database's greatest,
    without which SQLite would begin with all notes."""
    places = _places(dialect, asked, None, few)
    return union_all(*(select(_statement(*place).subquery().c.id) for place in places))


def words(query: Query, user_id: int, dialect: str) -> dict[str, Any]:
    """What the statements of a query's shape are given, but for `limit`, `few` and `before`."""
    values: dict[str, Any] = {"user_id": user_id}
    for number, term in enumerate(query.terms):
        if term.field in _WORDS:
            values[f"term_{number}"] = term.value
        elif term.field is Field.TAG:
            # None is what is too long to be a tag: nothing is equal to it.
            tag = term.value if len(term.value) <= MAX_FOLDED_LENGTH else None
            values[f"term_{number}"] = tag
            values[f"within_{number}"] = tag and _FOR_LIKE.sub(r"\\\1", tag) + "/%"
        elif term.moment is not None:
            values[f"term_{number}"] = term.moment
    bound = [query.clauses[at] for at in _bound(shape(query))]
    # The index walks along every run that it is asked for. Where several words must all occur, they
    # leave few notes as it is.
    sparsely = len(bound) > 1
    numbers = [
        [
            grams.of_words(
                user_id, term.value, in_title=term.field is Field.TITLE, sparsely=sparsely
            )
            for term in clause
        ]
        for clause in bound
    ]
    return values | (BY_DIALECT[dialect].asked(numbers) if numbers else {})


def _bound(asked: Shape) -> list[int]:
    return [
        at
        for at, clause in enumerate(asked)
        if all(field in _WORDS and not negated for field, negated in clause)
    ]


def _places(
    dialect: str, asked: Shape, unless: Shape | None, few: bool
) -> list[tuple[Any, Any, Any]]:
    """Where the notes are found: what to read from, the order, and the condition.

    All in one statement: a note that is taken into the index meanwhile is met in one of them.
    """
    holds, own = _holds_but(dialect, asked, unless), _own()
    if bound := _bound(asked):
        index = BY_DIALECT[dialect].among([len(asked[at]) for at in bound])
        source, condition, order = index
        return [
            (source, order, and_(own, condition, holds)),
            (_FINDABLE, _findable.id, and_(own, ~_findable.indexed, holds)),
        ]
    if not few:
        return [(_FINDABLE, _findable.id, and_(own, holds))]
    # What is computed is in no index, so that the database begins with the few.
    among = _findable.note_id.in_(bindparam("few", expanding=True))
    mine = _note.user_id + 0 == bindparam("user_id")
    return [(_FINDABLE, _findable.id + 0, and_(among, mine, holds))]


def _own() -> ColumnElement[bool]:
    user: Any = bindparam("user_id")
    return and_(_findable.user_id == user, _note.user_id == user)


def _holds_but(dialect: str, asked: Shape, unless: Shape | None) -> ColumnElement[bool]:
    """One query and not another; what lies in the trash only where it is asked for."""
    holds = _holds(asked, dialect)
    if not any(field is Field.TRASH for clause in asked for field, _ in clause):
        holds = and_(holds, _note.trashed_at.is_(None))
    return holds if unless is None else and_(holds, not_(_holds(unless, dialect)))


def _statement(source: Any, order: Any, condition: Any, *, before: bool = False) -> Any:
    statement = (
        select(
            _note.id, _note.public_id, _note.heading, _note.excerpt, _note.pinned,
            _note.updated_at, _note.archived_at, _note.trashed_at, order.label("place"),
        )
        .select_from(source.join(_NOTE, _note.id == _findable.note_id))
        .where(condition)
        .order_by(order.desc())
        .limit(bindparam("limit"))
    )  # fmt: skip
    return statement.where(order < bindparam("before")) if before else statement


def _holds(asked: Shape, dialect: str) -> ColumnElement[bool]:
    clauses, number = [], 0
    for clause in asked:
        terms = []
        for field, negated in clause:
            condition = _condition(field, number, dialect)
            terms.append(not_(condition) if negated else condition)
            number += 1
        clauses.append(or_(*terms))
    return and_(*clauses)


def _condition(field: Field, number: int, dialect: str) -> ColumnElement[bool]:
    value = bindparam(f"term_{number}", type_=Text())
    moment = bindparam(f"term_{number}", type_=Instant())

    def stands(text: Any) -> ColumnElement[bool]:
        # The two databases have the same function by other names.
        return (func.instr if dialect == "sqlite" else func.strpos)(text, value) > 0

    conditions: dict[Field, Any] = {
        Field.TEXT: or_(stands(_findable.text), stands(_findable.title)),
        Field.TITLE: stands(_findable.title),
        Field.TAG: _note.id.in_(_tagged(number)),
        Field.PINNED: _note.pinned.is_(True),
        Field.ARCHIVED: _note.archived_at.is_not(None),
        Field.TRASH: _note.trashed_at.is_not(None),
        Field.BEFORE: _note.updated_at < moment,
        Field.AFTER: _note.updated_at >= moment,
        Field.TASK: _findable.has_task.is_(True),
        Field.LINK: _findable.has_link.is_(True),
    }
    found: ColumnElement[bool] = conditions[field]
    return found


def _tagged(number: int) -> Any:
    tag = bindparam(f"term_{number}", type_=Text())
    within = Tag.folded.like(bindparam(f"within_{number}", type_=Text()), escape="\\")
    return (
        select(note_tag.c.note_id)
        .join(Tag, Tag.id == note_tag.c.tag_id)
        .where(Tag.user_id == bindparam("user_id"), or_(Tag.folded == tag, within))
    )
