"""The lists of a person's notes: each in an order of its own, a page at a time."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy import select, text, tuple_

from website.database import db
from website.models.note import ARCHIVED, LISTED, TRASHED, Note
from website.models.taggable import tagged, tags_of
from website.text.tags import fold

PAGE_SIZE = 50


class Place(Enum):
    """Where a note is: each place has its own list."""

    LIST = "list"
    ARCHIVE = "archive"
    TRASH = "trash"

    @property
    def condition(self) -> Any:
        return text({"list": LISTED, "archive": ARCHIVED, "trash": TRASHED}[self.value])


class Sort(Enum):
    """The orders of the list; the archive and the trash have the newest first."""

    EDITED = "edited"
    CREATED = "created"
    TITLE = "title"


class BadCursor(ValueError):
    """Not the end of any page."""


@dataclass(frozen=True)
class Row:
    """A note as a list shows it; no body is read for it."""

    public_id: str
    heading: str
    excerpt: str
    pinned: bool
    moment: datetime  # when it was edited; or made, in that order; or moved to the trash
    tags: tuple[str, ...]


@dataclass(frozen=True)
class Page:
    rows: Sequence[Row]
    after: str | None  # the cursor of the next page, None on the last one


def page(
    user_id: int, place: Place, sort: Sort, *, after: str | None = None, tag: str | None = None
) -> Page:
    """Up to PAGE_SIZE rows after a cursor: page 1,000 costs what page 1 costs.

    Raises BadCursor for a cursor that no page gave.
    """
    of: Any = Note.trashed_at if place is Place.TRASH else Note.updated_at
    if place is Place.LIST and sort is Sort.CREATED:
        of = Note.created_at
    statement = (
        select(
            Note.id, Note.public_id, Note.heading, Note.excerpt, Note.pinned, Note.name,
            of.label("moment"),
        )
        .where(Note.user_id == user_id, place.condition)
        .limit(PAGE_SIZE + 1)
    )  # fmt: skip
    if tag is not None:
        statement = statement.where(Note.id.in_(tagged(user_id, fold(tag))))
    if place is Place.LIST and sort is Sort.TITLE:
        found = _by_title(statement, after)
    else:
        order = [*([Note.pinned] if place is Place.LIST else []), of, Note.public_id]
        statement = statement.order_by(*(column.desc() for column in order))
        if after is not None:
            last = _in_time(after)[-len(order) :]
            statement = statement.where(tuple_(*order) < tuple_(*last))
        found = list(db.session.execute(statement))
    shown = found[:PAGE_SIZE]
    tags = tags_of([row.id for row in shown])
    rows = [
        Row(row.public_id, row.heading, row.excerpt, row.pinned, row.moment, tags[row.id])
        for row in shown
    ]
    if len(found) == len(shown):
        return Page(rows, None)
    return Page(rows, _cursor(shown[-1], place, sort))


def _by_title(statement: Any, after: str | None) -> list[Any]:
    """First the pinned ones: no index is read down by one column and up by the next."""
    statement = statement.order_by(Note.name, Note.public_id)
    found: list[Any] = []
    pinned, last = (True, None) if after is None else _by_name(after)
    for group in (True, False):
        if group > pinned or len(found) > PAGE_SIZE:
            continue
        part = statement.where(Note.pinned.is_(group)).limit(PAGE_SIZE + 1 - len(found))
        if last is not None and group == pinned:
            part = part.where(tuple_(Note.name, Note.public_id) > tuple_(*last))
        found += db.session.execute(part)
    return found


# A cursor is the place of a row in its order: pinned or not; microseconds since 1970 and the id,
# or the id and what the note is called.
_IN_TIME = re.compile(r"([01])-(-?[0-9]{1,17})-([0-9a-z]{26})", re.ASCII)
_BY_NAME = re.compile(r"([01])-([0-9a-z]{26})-(.{0,200})", re.ASCII | re.DOTALL)
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def _cursor(row: Any, place: Place, sort: Sort) -> str:
    pinned = int(row.pinned and place is Place.LIST)
    if place is Place.LIST and sort is Sort.TITLE:
        return f"{pinned}-{row.public_id}-{row.name}"
    return f"{pinned}-{(row.moment - _EPOCH) // timedelta(microseconds=1)}-{row.public_id}"


def _in_time(cursor: str) -> list[Any]:
    match = _IN_TIME.fullmatch(cursor)
    if match is None:
        raise BadCursor(cursor)
    try:
        moment = _EPOCH + timedelta(microseconds=int(match[2]))
    except OverflowError:
        raise BadCursor(cursor) from None
    return [bool(int(match[1])), moment, match[3]]


def _by_name(cursor: str) -> tuple[bool, tuple[str, str]]:
    match = _BY_NAME.fullmatch(cursor)
    if match is None:
        raise BadCursor(cursor)
    return bool(int(match[1])), (match[3], match[2])
