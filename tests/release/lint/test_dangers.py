"""What the findings warn of does happen, on a database with rows, when the bad examples run."""

import textwrap
from contextlib import nullcontext
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from tests.release.lint.bookshop import Bookshop
from tests.release.lint.examples import EXAMPLES

TRIGGER = "type = 'trigger'"
AUTOINCREMENT, DESCENDING = "sql LIKE '%AUTOINCREMENT%'", "sql LIKE '%day DESC%'"


@pytest.fixture
def bookshop(rule: str, tmp_path: Path) -> Bookshop:
    bookshop = Bookshop(tmp_path)
    bookshop.add(EXAMPLES[rule].bad)
    return bookshop


@pytest.mark.parametrize("rule", ["not-null-without-default", "set-not-null"])
def test_a_column_that_rows_cannot_fill_is_refused(bookshop: Bookshop, empty_url: str) -> None:
    with bookshop.open(empty_url) as connection, pytest.raises(DBAPIError):
        bookshop.upgrade(connection)


@pytest.mark.sqlite_only
@pytest.mark.parametrize("rule", ["non-constant-default", "stored-column"])
def test_sqlite_refuses_a_computed_column_where_there_are_rows(
    bookshop: Bookshop, empty_url: str
) -> None:
    with bookshop.open(empty_url) as connection:
        with pytest.raises(DBAPIError, match=r"[Cc]annot add a"):
            bookshop.upgrade(connection)
        connection.rollback()
        connection.exec_driver_sql("DELETE FROM book")
        connection.commit()
        bookshop.upgrade(connection)


@pytest.mark.sqlite_only
@pytest.mark.parametrize("rule", ["batch-on-parent"])
def test_sqlite_deletes_the_children_of_a_rebuilt_table_without_a_word(
    bookshop: Bookshop, empty_url: str
) -> None:
    with bookshop.open(empty_url) as connection:
        connection.exec_driver_sql("PRAGMA foreign_keys=ON")
        bookshop.upgrade(connection)
        assert connection.exec_driver_sql("SELECT count(*) FROM book").scalar() == 0


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("rule", "what"),
    [
        ("batch-drops-triggers", TRIGGER),
        ("batch-loses-details", AUTOINCREMENT),
        ("batch-loses-details", DESCENDING),
    ],
)
def test_sqlite_forgets_what_belongs_to_a_rebuilt_table(
    bookshop: Bookshop, what: str, empty_url: str
) -> None:
    count = f"SELECT count(*) FROM sqlite_master WHERE {what}"
    with bookshop.open(empty_url) as connection:
        assert connection.exec_driver_sql(count).scalar() == 1
        bookshop.upgrade(connection)
        assert connection.exec_driver_sql(count).scalar() == 0


@pytest.mark.postgresql_only
@pytest.mark.parametrize("rule", ["concurrently-in-transaction"])
def test_postgresql_refuses_concurrently_in_a_transaction(
    bookshop: Bookshop, empty_url: str
) -> None:
    refusal = pytest.raises(DBAPIError, match="cannot run inside a transaction block")
    with bookshop.open(empty_url) as connection, refusal:
        bookshop.upgrade(connection)


@pytest.mark.parametrize("rule", ["own-connection"])
def test_what_a_connection_of_its_own_wrote_stays_when_the_revision_is_undone(
    rule: str, tmp_path: Path, empty_url: str
) -> None:
    bookshop = Bookshop(tmp_path)
    bookshop.add(f"{textwrap.dedent(EXAMPLES[rule].bad)}\n    raise ArithmeticError")
    with bookshop.open(empty_url) as connection:
        with pytest.raises(ArithmeticError):
            bookshop.upgrade(connection)
        connection.rollback()
        assert connection.exec_driver_sql("SELECT uses FROM word").scalars().all() == [1]


@pytest.mark.parametrize("rule", ["partial-on-one-database"])
def test_an_index_that_is_partial_on_sqlite_alone_refuses_like_rows_on_postgresql(
    bookshop: Bookshop, empty_url: str
) -> None:
    with bookshop.open(empty_url) as connection:
        connection.exec_driver_sql("INSERT INTO word (id, word) VALUES (12, 'tea')")
        connection.commit()
        sqlite = connection.dialect.name == "sqlite"
        with nullcontext() if sqlite else pytest.raises(DBAPIError, match="could not create"):
            bookshop.upgrade(connection)
