"""Follows tables and columns through the statements that give them other names."""

import re
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection

from website.release.ddl import fold, lexemes, spelled, unquoted

_BATCH = "_alembic_tmp_"
_HEARD = re.compile(
    r"(?:\s|--[^\n]*\n|/\*.*?\*/)*"
    r"(?:(?:ALTER|SAVEPOINT|ROLLBACK)\b|INSERT\s+INTO\s+\S*_alembic_tmp_)",
    re.IGNORECASE | re.DOTALL,
)
_MADE = "\0"  # before the name of a column that was not there at first: no name has it
Columns = dict[str, str | None]  # what is named how now, None where it is dropped


@dataclass
class _Names:
    tables: dict[str, str] = field(default_factory=dict)
    columns: dict[str, Columns] = field(default_factory=dict)  # by the table's present name
    rebuilt: set[str] = field(default_factory=set)  # tables of which `columns` knows everything
    copies: dict[str, Columns] = field(default_factory=dict)  # of a batch: what came from what


class Renames:
    """Listens to a connection from now on; `table` and `column` answer for names of that moment.

    A renamed column is not a dropped one: its values are looked for under the new name.
    """

    def __init__(self, connection: Connection) -> None:
        self._folds = connection.dialect.name == "sqlite"
        self._default = connection.dialect.default_schema_name or "main"
        self.forget()
        # After, so that one which failed has renamed nothing.
        event.listen(connection.engine, "after_cursor_execute", self._hear)

    def table(self, before: str) -> str:
        return self._names.tables.get(self._key(before), before)

    def column(self, table: str, before: str) -> str:
        return self._of(self.table(table)).get(self._key(before)) or before

    def dropped(self, table: str, before: str) -> bool:
        """Whether the column was dropped, and no other renamed to its name since.

        One that was made anew under its name has its form and not its values.
        """
        now, name = self._key(self.table(table)), self._key(before)
        known = self._names.columns.get(now, {})
        gone = known[name] is None if name in known else now in self._names.rebuilt
        return gone and not any(
            each and self._key(each) == name and origin != f"{_MADE}{name}"
            for origin, each in known.items()
        )

    def forget(self) -> None:
        """Start again from the names of now."""
        self._names = _Names()
        self._points: dict[str, _Names] = {}

    def _key(self, name: str) -> str:
        return fold(name) if self._folds else name

    def _of(self, table: str) -> Columns:
        return self._names.columns.setdefault(self._key(table), {})

    def _hear(self, _connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        # Only by its head: a long INSERT of data renames nothing. SQLite takes one at a time.
        several = not self._folds and ";" in statement
        if not several and not _HEARD.match(statement):
            return
        for words in _statements(lexemes(statement, brackets=self._folds)):
            low = [fold(word) for word in words]
            if low[0] == "alter":
                self._altered(words, low)
            elif low[:2] == ["insert", "into"] and any(_BATCH in word for word in low[2:5]):
                self._copied(words, low)
            elif low[0] == "savepoint":
                self._points[low[1]] = deepcopy(self._names)
            elif low[0] == "rollback" and "to" in low and low[-1] in self._points:
                self._names = deepcopy(self._points[low[-1]])

    def _name(self, token: str) -> str:
        return token.lower() if not self._folds and token[0] != '"' else unquoted(token)

    def _altered(self, words: list[str], low: list[str]) -> None:
        """ALTER TABLE [IF EXISTS] [ONLY] [schema.]name [*] …"""
        if "table" not in low[1:3] and "view" not in low[1:3]:
            return
        at = next(i for i, word in enumerate(low) if word in {"table", "view"}) + 1
        while low[at] in {"if", "exists", "only"}:
            at += 1
        schema = self._default
        if low[at + 1 : at + 2] == ["."]:
            schema, at = self._name(words[at]), at + 2
        name, table = self._name(words[at]), self._full(schema, self._name(words[at]))
        at += 2 if low[at + 1 : at + 2] == ["*"] else 1
        if low[at:][:2] == ["rename", "to"]:
            self._table_renamed(table, self._full(schema, self._name(words[at + 2])))
        elif low[at:][:2] == ["set", "schema"]:
            self._table_renamed(table, self._full(self._name(words[at + 2]), name))
        elif low[at : at + 1] == ["rename"] and low[at + 1] != "constraint":
            at += 2 if low[at + 1] == "column" else 1
            self._column_renamed(table, self._name(words[at]), self._name(words[at + 2]))
        else:
            for action in _split(words[at:]):
                self._acted(table, [word for word in action if fold(word) not in {"if", "exists"}])

    def _acted(self, table: str, action: list[str]) -> None:
        """DROP [COLUMN] [IF EXISTS] name, as one action of several on PostgreSQL."""
        low = [fold(word) for word in action[:2]]
        if low[:1] != ["drop"] or low[1:] == ["constraint"]:
            return
        name = self._name(action[2 if low[1:] == ["column"] else 1])
        origin = self._origin(table, name)
        if not origin.startswith(_MADE):
            self._of(table)[origin] = None

    def _full(self, schema: str, name: str) -> str:
        """As `describe` names it."""
        if schema == self._default:
            return name
        return f"{spelled(schema, folds=False)}.{spelled(name, folds=False)}"

    def _origin(self, table: str, now: str) -> str:
        known, name = self._of(table), self._key(now)
        was = next((old for old, new in known.items() if new and self._key(new) == name), None)
        return was or (f"{_MADE}{name}" if name in known else name)

    def _table_renamed(self, old: str, new: str) -> None:
        names, was, now = self._names, self._key(old), self._key(new)
        if was in names.copies:
            self._rebuilt(new, names.copies.pop(was))
            return
        origin = next((one for one, is_ in names.tables.items() if self._key(is_) == was), was)
        if origin != was or was not in names.tables:  # else it was made since
            names.tables[origin] = new
        # A copy that takes the place of its original has nothing to tell of its columns.
        moved = names.columns.pop(was, {})
        names.columns[now] = moved or names.columns.get(now, {})
        if was in names.rebuilt:
            names.rebuilt = names.rebuilt - {was} | {now}

    def _column_renamed(self, table: str, old: str, new: str) -> None:
        self._of(table)[self._origin(table, old)] = new

    def _copied(self, words: list[str], low: list[str]) -> None:
        """INSERT INTO _alembic_tmp_note (id, text) SELECT note.id, note.body AS text FROM note."""
        start, end = words.index("("), words.index(")")
        into = [self._name(word) for word in words[start + 1 : end] if word != ","]
        select = low.index("select", end)
        source = list(_split(words[select + 1 : low.index("from", select)]))
        schema = self._name(words[start - 3]) if words[start - 2] == "." else self._default
        table = self._key(self._full(schema, self._name(words[start - 1])))
        self._names.copies[table] = {
            self._key(self._name(_after_dot(part))): name
            for part, name in zip(source, into, strict=False)
            if "." in part
        }

    def _rebuilt(self, table: str, copied: Columns) -> None:
        """A batch has put a table in the place of another: all that it did not copy is gone."""
        known = self._of(table)
        unknown = copied.keys() - {self._key(now) for now in known.values() if now}
        now = {origin: copied.get(self._key(was)) if was else None for origin, was in known.items()}
        if self._key(table) not in self._names.rebuilt:
            now |= {self._origin(table, name): copied[name] for name in unknown}
        self._names.columns[self._key(table)] = now
        self._names.rebuilt.add(self._key(table))


def _after_dot(part: list[str]) -> str:
    """The column in `schema.table.column` or `CAST(table.column AS …)`."""
    return part[len(part) - part[::-1].index(".")]


def _statements(found: Iterator[str]) -> Iterator[list[str]]:
    return _split(list(found), ";")


def _split(found: list[str], by: str = ",") -> Iterator[list[str]]:
    """What stands between the outermost commas, or whatever else; nothing empty."""
    part: list[str] = []
    depth = 0
    for word in [*found, by]:
        depth += {"(": 1, ")": -1}.get(word, 0)
        if word == by and depth == 0:
            if part:
                yield part
            part = []
        else:
            part.append(word)
