"""Every row of a table into the same table of another database, and proof that none differs."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from textwrap import shorten

from sqlalchemy import inspect
from sqlalchemy.types import NullType

from website.release.dialects.rows import Row, Rows
from website.release.errors import MigrationFailed, Refused
from website.release.kinds import Convert, JsonText, Kind, comparer, reader, travelling, writer

_SAID = 160  # characters of an error: drivers show the value, and values are people's words
_SOME = 16  # rows in memory at a time: each may be some megabytes

Tick = Callable[[int], None]  # is told how many rows more are done
Places = list[tuple[int, Convert]]  # which values of a row are converted, and how


class Passage:
    """One table's rows on their way, and what they add up to.

    `kinds` are the types of the columns that travel; between two databases of one kind none is
    asked, and everything stays as it is stored.
    """

    def __init__(self, table: str, kinds: dict[str, Kind], source: Rows, target: Rows) -> None:
        self.table, self.names = table, list(kinds)
        self.source, self.target = source, target
        dialects = (source.dialect, target.dialect)
        alike = source.dialect.name == target.dialect.name
        self._kinds: list[Kind] = [
            NullType() if alike else travelling(kind, *dialects) for kind in kinds.values()
        ]
        self._as_text = [
            name for name, kind in zip(self.names, self._kinds, strict=True)
            if alike or isinstance(kind, JsonText)
        ]  # fmt: skip
        self._comparers = _places(map(comparer, self._kinds))
        self._digest = self.rows = 0
        key = inspect(source.connection).get_pk_constraint(table)["constrained_columns"]
        self._key = [name for name in key if name in kinds]
        self._at: Row | None = None  # the row that is being written
        self._before: Row | None = None  # the last one that was read well

    def counts(self, rows: Rows | None = None) -> dict[str, int]:
        """How many rows there are, under the name "", and how many values in each column."""
        counted = (rows or self.source).counts(self.table, self.names)
        return dict(zip(["", *self.names], counted, strict=True))

    def empty(self) -> None:
        """Revisions may have put rows there, and those come along with all others."""
        quote = self.target.dialect.identifier_preparer.quote
        self.target.connection.exec_driver_sql(f"DELETE FROM {quote(self.table)}")

    def copy(self, tick: Tick) -> None:
        """Read, convert, write; raises MigrationFailed, and names the row, where one is refused."""
        with self._telling():
            self.target.write(self.table, self.names, self._leaving(tick))

    def differences(self, arrived: Rows, tick: Tick) -> list[str]:
        """Read the target once; the columns whose values are not the source's, as Python sees them.

        Equal to the last character, in whatever order the rows are.
        """
        with self._telling():
            if sum(map(self._sum, self._arrived(arrived, tick))) == self._digest:
                return []
            here, there = self._by_column(self.source), self._by_column(arrived)
        pairs = zip(self.names, here, there, strict=True)
        return [name for name, one, other in pairs if one != other] or ["which row has which"]

    def _leaving(self, tick: Tick) -> Iterator[Row]:
        reads = self._readers(self.source)
        writes = _places(writer(kind, self.target.dialect) for kind in self._kinds)
        for rows in _some(self.source.read(self.table, self.names, self._as_text)):
            values = self._converted(rows, reads)
            self._digest += self._sum(values)
            sent = self._converted(values, writes)
            for self._at, row in zip(rows, sent, strict=True):
                yield row
            self._at, self._before = None, rows[-1]
            self.rows += len(rows)
            tick(len(rows))

    def _arrived(self, arrived: Rows, tick: Tick) -> Iterator[list[Row]]:
        reads = self._readers(arrived)
        for rows in _some(arrived.read(self.table, self.names, self._as_text)):
            yield self._converted(rows, reads)
            tick(len(rows))

    def _sum(self, rows: list[Row]) -> int:
        return sum(map(hash, self._converted(rows, self._comparers)))

    def _converted(self, rows: list[Row], places: Places) -> list[Row]:
        """Column by column, which is much faster than row by row. NULL is NULL everywhere."""
        if not places:
            return rows
        columns: list[Row] = list(zip(*rows, strict=True))
        try:
            for at, convert in places:
                columns[at] = [None if value is None else convert(value) for value in columns[at]]
        except Exception:
            if len(rows) > 1:
                for self._at in rows:  # which one was it?
                    self._converted([self._at], places)
            raise
        return list(zip(*columns, strict=True))

    def _readers(self, rows: Rows) -> Places:
        codes = zip(self._kinds, rows.codes(self.table, self.names), strict=True)
        return _places(reader(kind, rows.dialect, code) for kind, code in codes)

    def _by_column(self, rows: Rows) -> list[int]:
        sums = [0] * len(self.names)
        for some in self._arrived(rows, lambda _more: None):
            for at, values in enumerate(zip(*self._converted(some, self._comparers), strict=True)):
                sums[at] += sum(map(hash, values))
        return sums

    @contextmanager
    def _telling(self) -> Iterator[None]:
        try:
            yield
        except Refused:
            raise
        except Exception as error:  # whatever a driver or a type of the application raises
            line, reason = self.target.told(error)
            said = f"Table {self.table}, {self._which(line)}: {shorten(reason, _SAID)}"
            raise MigrationFailed(f"{said.rstrip('.')}.") from error

    def _which(self, line: int | None) -> str:
        """The row that an error is about, by its key."""
        row = self._at
        if line is not None:
            read = self.source.read(self.table, self.names, self._as_text)
            row = next(islice(read, line - 1, None), None)
        known = row or self._before or ()
        values = dict(zip(self.names, known, strict=False))
        named = ", ".join(f"{name} {values[name]}" for name in self._key if known)
        if row is not None:
            return named or "a row without a key"
        return f"the row after {named}" if named else "the first row"


def _places(converts: Iterable[Convert | None]) -> Places:
    return [(at, convert) for at, convert in enumerate(converts) if convert is not None]


def _some(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """The rows in parts; where one cannot be read, those before it are handed out first."""
    while True:
        some: list[Row] = []
        try:
            some.extend(islice(rows, _SOME))
        except Exception:
            yield some
            raise
        if not some:
            return
        yield some
