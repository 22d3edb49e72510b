"""Follows tables and columns through the statements that give them other names."""

import re
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Connection

from website.release.ddl import tokens


class Renames:
    """Listens to a connection from now on; `table` and `column` answer for names of that moment.

    A renamed column is not a dropped one: its values are looked for under the new name.
    """

    def __init__(self, connection: Connection) -> None:
        self._tables: dict[str, str] = {}
        self._columns: dict[tuple[str, str], str] = {}  # by the table's present name
        self._copies: dict[str, dict[str, str]] = {}  # of a batch: into which table, what from what
        event.listen(connection.engine, "before_cursor_execute", self._hear)

    def table(self, before: str) -> str:
        return self._tables.get(before, before)

    def column(self, table: str, before: str) -> str:
        return self._columns.get((self.table(table), before), before)

    def forget(self) -> None:
        """Start again from the names of now."""
        self._tables.clear()
        self._columns.clear()
        self._copies.clear()

    def _hear(self, _connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        # Only the head of a statement: a long INSERT of data renames nothing.
        if re.match(r"\s*ALTER\s", statement, re.IGNORECASE):
            self._altered(*_words(statement))
        elif re.match(r"\s*INSERT\s+INTO\s+\W?_alembic_tmp_", statement, re.IGNORECASE):
            self._copied(*_words(statement))

    def _altered(self, words: list[str], low: list[str]) -> None:
        if "rename" not in low or "to" not in low:
            return
        at = low.index("rename")
        table, new = words[at - 1], words[low.index("to", at) + 1]
        between = words[at + 1 : low.index("to", at)]
        if len(between) == 2 and between[0].lower() != "column":
            return  # a constraint
        if between:
            self._column_renamed(table, between[-1], new)
        elif table.startswith("_alembic_tmp_"):
            for old, now in self._copies.pop(table, {}).items():
                self._column_renamed(new, old, now)
        else:
            self._table_renamed(table, new)

    def _table_renamed(self, old: str, new: str) -> None:
        origin = next((name for name, now in self._tables.items() if now == old), old)
        self._tables[origin] = new
        for (table, column), now in list(self._columns.items()):
            if table == old:
                del self._columns[table, column]
                self._columns[new, column] = now

    def _column_renamed(self, table: str, old: str, new: str) -> None:
        known = (key[1] for key, now in self._columns.items() if key[0] == table and now == old)
        self._columns[table, next(known, old)] = new

    def _copied(self, words: list[str], low: list[str]) -> None:
        """INSERT INTO _alembic_tmp_note (id, text) SELECT note.id, note.body AS text FROM note."""
        into = [word for word in words[low.index("(") + 1 : low.index(")")] if word != ","]
        source: list[list[str]] = [[]]
        depth = 0
        for word in words[low.index("select") + 1 :]:
            depth += {"(": 1, ")": -1}.get(word, 0)
            if word == "," and not depth:
                source.append([])
            else:
                source[-1].append(word)
        self._copies[words[2]] = {
            part[part.index(".") + 1]: name
            for part, name in zip(source, into, strict=False)
            if "." in part and part[part.index(".") + 1] != name
        }


def _words(statement: str) -> tuple[list[str], list[str]]:
    words = list(tokens(statement))
    return words, [word.lower() for word in words]
