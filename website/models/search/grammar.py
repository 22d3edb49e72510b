"""What is typed into the search box, as a tree. Every text is one: nothing is ever an error."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum

from website.text import tags
from website.text.folding import fold

MAX_QUERY = 1_000  # characters that are read
MAX_TERMS = 50  # and terms; a text of a thousand characters has few more


class Field(Enum):
    TEXT = "text"  # in the title or the body; the value is folded
    TITLE = "title"
    TAG = "tag"  # the tag or one nested in it; the value is folded as tags are
    PINNED = "is:pinned"
    ARCHIVED = "is:archived"
    TRASH = "in:trash"
    BEFORE = "before"  # edited before the moment, or from the moment on
    AFTER = "after"
    TASK = "has:task"
    LINK = "has:link"


@dataclass(frozen=True)
class Term:
    field: Field
    value: str = ""
    moment: datetime | None = None  # of BEFORE and AFTER
    negated: bool = False


@dataclass(frozen=True)
class Query:
    """Every clause must hold; a clause holds where one of its terms does."""

    clauses: tuple[tuple[Term, ...], ...]

    @property
    def terms(self) -> list[Term]:
        return [term for clause in self.clauses for term in clause]

    @property
    def in_trash(self) -> bool:
        """Whether the trash is looked through; otherwise what is there is not found."""
        return any(term.field is Field.TRASH for term in self.terms)

    @property
    def words(self) -> list[str]:
        """What is marked in what was found, folded, the longest first."""
        found = {
            term.value
            for term in self.terms
            if term.field in {Field.TEXT, Field.TITLE} and not term.negated
        }
        return sorted(found, key=lambda word: (-len(word), word))


# A sign is written twice within quotes to stand for itself: "say ""yes"" again".
_QUOTED = r'"((?:[^"]|"")*)(?:"(?!")|$)'
_TERM = re.compile(
    rf"""(?P<not>-(?=["\w]))?
    (?:(?P<field>title|tag|before|after|is|in|has):(?=\S))?
    (?:{_QUOTED}|(?P<word>\S+))""",
    re.VERBOSE | re.IGNORECASE,
)
_FLAGS = {
    "is:pinned": Field.PINNED,
    "is:archived": Field.ARCHIVED,
    "in:trash": Field.TRASH,
    "has:task": Field.TASK,
    "has:link": Field.LINK,
}
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


def parse(typed: str) -> Query:
    """The tree of a query; it has no clause where there is nothing to look for.

    `or` stands between two terms, of which one must hold, and binds closer than standing side by
    side does. An operator that makes no sense is looked for as it is written.
    """
    clauses: list[list[Term]] = []
    joins = False
    for match in list(_TERM.finditer(typed[:MAX_QUERY]))[:MAX_TERMS]:
        if match[0].lower() == "or" and clauses and not joins:
            joins = True
            continue
        term = _term(match)
        if term is None:
            continue
        if joins:
            clauses[-1].append(term)
        else:
            clauses.append([term])
        joins = False
    if joins:  # nothing came after it: it is a word
        clauses.append([Term(Field.TEXT, "or")])
    return Query(tuple(tuple(clause) for clause in clauses))


def _term(match: re.Match[str]) -> Term | None:
    negated = match["not"] is not None
    quoted = match[3]
    value = match["word"] if quoted is None else quoted.replace('""', '"')
    field = (match["field"] or "").lower()
    found = _in_field(field, value, negated) if field else None
    if found is not None:
        return found
    literal = _words(f"{field}:{value}" if field else value)
    return Term(Field.TEXT, literal, negated=negated) if literal else None


def _words(value: str) -> str:
    """Folded, and cut: some signs fold to many, and what is left finds no less."""
    return fold(value)[:MAX_QUERY].rstrip()


def _in_field(field: str, value: str, negated: bool) -> Term | None:
    """The term of an operator, None where it makes no sense."""
    if flag := _FLAGS.get(f"{field}:{value.lower()}"):
        return Term(flag, negated=negated)
    if field == "title" and (words := _words(value)):
        return Term(Field.TITLE, words, negated=negated)
    if field == "tag" and (tag := tags.fold(" ".join(value.split()).strip("#/ "))):
        return Term(Field.TAG, tag, negated=negated)
    if field in {"before", "after"} and (moment := _day(value, later=field == "after")):
        return Term(Field(field), value, moment, negated)
    return None


def _day(written: str, *, later: bool) -> datetime | None:
    """The first moment of a day or of the day after it, in UTC."""
    if not _DAY.fullmatch(written):
        return None
    try:
        return datetime.fromisoformat(written).replace(tzinfo=UTC) + timedelta(days=later)
    except (ValueError, OverflowError):
        return None
