"""What moving asks of a database: its rows as the driver has them, out of it and into it."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from typing import Any

from sqlalchemy.engine import Connection, CursorResult

Row = Sequence[Any]
Counters = dict[tuple[str, str], int]  # by table and column: the highest id ever given out


class Rows(ABC):
    """The rows of one database, in the transaction that is under way. One at a time is in memory.

    Rows go past SQLAlchemy: only the driver can stream both ways.
    """

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        self.dialect = connection.dialect

    @property
    def _driver(self) -> Any:
        return self.connection.connection.driver_connection

    def _ask(self, statement: str) -> Sequence[Row]:
        return self._run(statement).all()

    def _run(self, statement: str) -> CursorResult[Any]:
        # As it is: a definition may have a % in it, which the driver would take for a parameter.
        return self.connection.exec_driver_sql(statement, execution_options={"no_parameters": True})

    def _names(self, names: Iterable[str]) -> str:
        return ", ".join(map(self._quoted, names))

    def _quoted(self, name: str) -> str:
        return self.dialect.identifier_preparer.quote_identifier(name)

    @abstractmethod
    def identity(self) -> Any:
        """What tells this database from every other, whatever address it was reached by."""

    @abstractmethod
    def tables(self) -> list[str]:
        """Those with rows of their own, and not where an index of another keeps its pages."""

    @abstractmethod
    def problems(self) -> Iterator[str]:
        """Why these rows cannot be moved, a sentence each."""

    @abstractmethod
    def elsewhere(self) -> list[str]:
        """What the database holds beside what `describe` finds."""

    def counts(self, table: str, names: Sequence[str]) -> Row:
        """How many rows there are, and how many values in each column."""
        values = "".join(f", count({self._quoted(name)})" for name in names)
        return self._ask(f"SELECT count(*){values} FROM {self._quoted(table)}")[0]

    @abstractmethod
    def codes(self, table: str, names: Sequence[str]) -> list[Any]:
        """The driver's codes for the types of columns."""

    @abstractmethod
    def read(self, table: str, names: Sequence[str], as_text: Collection[str]) -> Iterator[Row]:
        """Every row; of the columns in `as_text`, what the database writes down for the value."""

    @abstractmethod
    def write(self, table: str, names: Sequence[str], rows: Iterable[Row]) -> None:
        """Put rows into a table; takes them one by one."""

    @abstractmethod
    def told(self, error: Exception) -> tuple[int | None, str]:
        """Which of the rows given to `write` an error is about, counted from 1, and what it says.

        None stands for the last one that was taken.
        """

    @abstractmethod
    def filling(self, derived: Collection[str]) -> AbstractContextManager[None]:
        """Around `write`: rows come in any order, and no trigger makes rows of its own.

        Only triggers that name something in `derived` stay on: what is not copied, they fill.
        """

    @abstractmethod
    def counters(self) -> Counters:
        """What numbers rows without being a row itself; a sequence of no column has table ""."""

    @abstractmethod
    def go_on_counting(self, after: Counters) -> list[str]:
        """Count after these, and after the highest id that is there.

        Returns what of `after` has nothing here that counts.
        """
