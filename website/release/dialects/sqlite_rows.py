"""SQLite's rows: read from a cursor and written by one INSERT, with nothing kept in memory."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from website.release.dialects.rows import Counters, Row, Rows

_CACHE = -32_000  # KiB, for the pages of indexes whose keys come in no order
_TABLES = (
    "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type = 'table'"
    " AND substr(name, 1, 7) <> 'sqlite_' ORDER BY 1"
)
_COUNTED = (  # AUTOINCREMENT is for a table's one integer key alone
    "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c ON c.pk = 1"
    " WHERE m.type = 'table' AND m.sql LIKE '%AUTOINCREMENT%'"
)
_LATER = (
    "SELECT type, name, sql FROM sqlite_master"
    " WHERE type = 'index' AND sql IS NOT NULL OR type = 'trigger' ORDER BY type"
)
_NAMED = 3  # rows that a sentence names


class SqliteRows(Rows):
    def identity(self) -> Any:
        file = Path(self._ask("PRAGMA database_list")[0][2]).stat()
        return file.st_dev, file.st_ino

    def tables(self) -> list[str]:
        return [name for (name,) in self._ask(_TABLES)]

    def problems(self) -> Iterator[str]:
        broken: dict[tuple[str, str], list[Any]] = {}
        for table, rowid, parent, _key in self._ask("PRAGMA foreign_key_check"):
            broken.setdefault((table, parent), []).append(rowid)
        for (table, parent), rows in broken.items():
            named = ", ".join(str(rowid) for rowid in rows[:_NAMED] if rowid is not None)
            which = f" (rowid {named}{', …' * (len(rows) > _NAMED)})" if named else ""
            yield (
                f"{len(rows):,} rows of {table}{which} refer to a row of {parent} that is not"
                " there: delete or mend them."
            )

    def elsewhere(self) -> list[str]:
        return []

    def codes(self, table: str, names: Sequence[str]) -> list[Any]:
        return [None] * len(names)

    def read(self, table: str, names: Sequence[str], as_text: Collection[str]) -> Iterator[Row]:
        yield from self._driver.execute(f"SELECT {self._names(names)} FROM {self._quoted(table)}")

    def write(self, table: str, names: Sequence[str], rows: Iterable[Row]) -> None:
        values = ", ".join("?" * len(names))
        self._driver.executemany(
            f"INSERT INTO {self._quoted(table)} ({self._names(names)}) VALUES ({values})", rows
        )

    def told(self, error: Exception) -> tuple[int | None, str]:
        return None, str(error)

    @contextmanager
    def filling(self, derived: Collection[str]) -> Iterator[None]:
        """Foreign keys are off on a connection of `migrating`; indexes are made at the end."""
        self._run(f"PRAGMA cache_size={_CACHE}")
        derived = {name.lower() for name in derived}
        later = [
            (kind, name, sql)
            for kind, name, sql in self._ask(_LATER)
            if kind == "index" or not derived & set(re.findall(r"\w+", sql.lower()))
        ]
        for kind, name, _sql in later:
            self._run(f"DROP {kind} {self._quoted(name)}")
        yield
        for _kind, _name, sql in later:
            self._run(sql)

    def counters(self) -> Counters:
        counted = self._ask(_COUNTED)
        known = self._ask("SELECT name, seq FROM sqlite_sequence") if counted else ()
        highest = dict(map(tuple, known))
        return {(table, column): highest.get(table, 0) for table, column in counted}

    def go_on_counting(self, after: Counters) -> list[str]:
        for table, column in self._ask(_COUNTED):
            highest = (after.get((table, column), 0), table)
            raised = "UPDATE sqlite_sequence SET seq = max(seq, ?) WHERE name = ?"
            if not self.connection.exec_driver_sql(raised, highest).rowcount:
                begun = "INSERT INTO sqlite_sequence (seq, name) VALUES (?, ?)"
                self.connection.exec_driver_sql(begun, highest)
        return [f"sequence {name}" for table, name in after if not table]
