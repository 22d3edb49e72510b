"""The connection that revisions run on: one at a time, no cascade, no reference broken."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url
from sqlalchemy.engine import Connection
from sqlalchemy.exc import OperationalError

from tests.migrations.schema import connected
from website.release import engine
from website.release.engine import (
    BrokenReferences,
    broken_references,
    migrating,
    refuse_broken_references,
)

CHILD = "CREATE TABLE child (name TEXT PRIMARY KEY, parent INTEGER REFERENCES parent)"


def test_a_second_upgrade_waits_for_the_first_and_gives_up_in_the_end(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = make_url(empty_url)
    monkeypatch.setattr(engine, "LOCK_SECONDS", 0.1)
    with migrating(url) as first, migrating(url) as second:
        with first.begin(), pytest.raises(OperationalError, match=r"locked|lock timeout"):
            second.begin()
        with second.begin():
            second.exec_driver_sql("CREATE TABLE mine (id INTEGER)")
    with connected(empty_url) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM mine").scalar() == 0


def test_what_a_revision_did_before_it_failed_is_undone(empty_url: str) -> None:
    def fail_half_way(connection: Connection) -> None:
        connection.exec_driver_sql("INSERT INTO mine VALUES (1)")
        connection.exec_driver_sql("ALTER TABLE mine ADD COLUMN colour TEXT")
        raise ArithmeticError

    with migrating(make_url(empty_url)) as connection:
        with connection.begin():
            connection.exec_driver_sql("CREATE TABLE mine (id INTEGER)")
        with pytest.raises(ArithmeticError), connection.begin():
            fail_half_way(connection)
    with connected(empty_url) as connection:
        assert connection.exec_driver_sql("SELECT * FROM mine").keys() == ["id"]
        assert not connection.exec_driver_sql("SELECT * FROM mine").all()


@pytest.fixture
def sqlite_connection(tmp_path: Path) -> Iterator[Connection]:
    """In a transaction: two parents, and a child of one of them."""
    with migrating(make_url(f"sqlite:///{tmp_path}/family.db")) as connection, connection.begin():
        for statement in (
            "CREATE TABLE parent (id INTEGER PRIMARY KEY)",
            CHILD,
            f"{CHILD.replace('child', 'heir')} WITHOUT ROWID",
            "INSERT INTO parent VALUES (1), (2)",
            "INSERT INTO child VALUES ('Ada', 1)",
            "INSERT INTO heir VALUES ('Ada', 1), ('Bo', 2)",
        ):
            connection.exec_driver_sql(statement)
        yield connection


def test_on_sqlite_a_parent_goes_without_its_children(sqlite_connection: Connection) -> None:
    sqlite_connection.exec_driver_sql("DROP TABLE parent")
    assert sqlite_connection.exec_driver_sql("SELECT name FROM child").all() == [("Ada",)]


def test_on_sqlite_new_orphans_are_refused_and_named(sqlite_connection: Connection) -> None:
    before = broken_references(sqlite_connection)
    refuse_broken_references(sqlite_connection, before)
    sqlite_connection.exec_driver_sql("DELETE FROM parent")
    with pytest.raises(BrokenReferences, match=r"child \(to parent\), heir \(to parent\)"):
        refuse_broken_references(sqlite_connection, before)


@pytest.mark.parametrize("table", ["child", "heir"])
def test_on_sqlite_old_orphans_do_not_hide_new_ones(
    sqlite_connection: Connection, table: str
) -> None:
    sqlite_connection.exec_driver_sql(f"INSERT INTO {table} VALUES ('Cy', 404)")
    before = broken_references(sqlite_connection)
    sqlite_connection.exec_driver_sql("DELETE FROM parent WHERE id = 1")
    with pytest.raises(BrokenReferences, match=table):
        refuse_broken_references(sqlite_connection, before)


def test_on_sqlite_old_orphans_are_no_fault_of_a_revision_that_rebuilds_their_table(
    sqlite_connection: Connection,
) -> None:
    sqlite_connection.exec_driver_sql("INSERT INTO child VALUES ('Cy', 404)")
    before = broken_references(sqlite_connection)
    for statement in (
        f"{CHILD.replace('TABLE child', 'TABLE new')[:-1]}, friend INTEGER REFERENCES heir (name))",
        "INSERT INTO new (name, parent) SELECT name, parent FROM child ORDER BY name DESC",
        "DROP TABLE child",
        "ALTER TABLE new RENAME TO child",
    ):
        sqlite_connection.exec_driver_sql(statement)
    assert broken_references(sqlite_connection)
    refuse_broken_references(sqlite_connection, before)
