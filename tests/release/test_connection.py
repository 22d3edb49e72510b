"""The connection that revisions run on: one at a time, no cascade, no reference broken."""

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from tests.migrations.schema import connected
from website.release.dialects import database_at, postgresql_locks, sqlite_connection
from website.release.dialects.sqlite import Sqlite
from website.release.errors import LockTimeout
from website.release.watch import new_orphans

CHILD = "CREATE TABLE child (name TEXT PRIMARY KEY, parent INTEGER REFERENCES parent)"


def test_a_second_upgrade_waits_for_the_first_and_gives_up_in_the_end(
    empty_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = database_at(make_url(empty_url))
    with connected(empty_url) as connection:
        connection.exec_driver_sql("CREATE TABLE yours (id INTEGER)")
    for module in (sqlite_connection, postgresql_locks):
        monkeypatch.setattr(module, "LOCK_SECONDS", 0.1)
    with database.migrating() as first, database.migrating() as second:
        with first.begin(), pytest.raises(LockTimeout, match="Someone else was writing"):
            second.begin()
        second.rollback()
        with second.begin():
            second.exec_driver_sql("CREATE TABLE mine (id INTEGER)")
    with connected(empty_url) as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM mine").scalar() == 0


ROLE = f"clerk_{uuid.uuid4().hex}"
SCHEMAS = (
    f"CREATE ROLE {ROLE} LOGIN",
    "CREATE TABLE mine (id INTEGER)", "CREATE TABLE release_state (id INTEGER)",
    'CREATE SCHEMA "odd 100%% ""one"""', 'CREATE TABLE "odd 100%% ""one""".log (id INTEGER)',
    'CREATE TABLE "odd 100%% ""one""".release_state (id INTEGER)',
    "CREATE SCHEMA shut", "CREATE TABLE shut.log (id INTEGER)",
    "CREATE SCHEMA shown", "CREATE TABLE shown.log (id INTEGER)",
    f'GRANT USAGE ON SCHEMA "odd 100%% ""one""", shown TO {ROLE}',
    f'GRANT ALL ON mine, release_state, "odd 100%% ""one""".log, shut.log TO {ROLE}',
    f"GRANT SELECT, INSERT ON shown.log TO {ROLE}",
)  # fmt: skip
ODD = '"odd 100% ""one""".log'
ODD_STATE = '"odd 100% ""one""".release_state'
HELD = """
    SELECT relation::regclass::text FROM pg_locks
     WHERE locktype = 'relation' AND mode = 'ExclusiveLock' AND pid = pg_backend_pid()
"""


@pytest.mark.postgresql_only
@pytest.mark.parametrize(
    ("role", "tables"),
    [
        ("", {"mine", ODD, ODD_STATE, "shut.log", "shown.log"}),
        (ROLE, {"mine", ODD}),
    ],
    ids=["who may do all", "who may not"],
)
def test_on_postgresql_writers_are_kept_out_of_every_schema_as_far_as_the_role_may(
    role: str, tables: set[str], empty_url: str
) -> None:
    with connected(empty_url) as connection:
        for statement in SCHEMAS:
            connection.exec_driver_sql(statement)
    url = make_url(empty_url).set(username=role or make_url(empty_url).username)
    try:
        with connected(empty_url) as other:
            other.exec_driver_sql("CREATE TEMPORARY TABLE theirs (id INTEGER)")
            with database_at(url).migrating() as connection, connection.begin():
                assert set(connection.exec_driver_sql(HELD).scalars()) == tables
                other.exec_driver_sql("SET lock_timeout = '50ms'")
                for table in (name.replace("%", "%%") for name in tables):
                    assert other.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar() == 0
                    other.exec_driver_sql("SAVEPOINT before_it")
                    with pytest.raises(DBAPIError, match="lock timeout"):
                        other.exec_driver_sql(f"INSERT INTO {table} VALUES (1)")
                    other.exec_driver_sql("ROLLBACK TO before_it")
    finally:
        with connected(empty_url) as connection:
            connection.exec_driver_sql(f"DROP OWNED BY {ROLE}")
            connection.exec_driver_sql(f"DROP ROLE {ROLE}")


def test_one_release_at_a_time_is_let_in_and_the_next_one_told(empty_url: str) -> None:
    database = database_at(make_url(empty_url))
    refused = pytest.raises(LockTimeout, match="Another release")
    with database.lock(), refused, database.lock(0.1):
        pass
    with database.lock(0.1):
        pass


def test_what_a_revision_did_before_it_failed_is_undone(empty_url: str) -> None:
    def fail_half_way(connection: Connection) -> None:
        connection.exec_driver_sql("INSERT INTO mine VALUES (1)")
        connection.exec_driver_sql("ALTER TABLE mine ADD COLUMN colour TEXT")
        raise ArithmeticError

    with database_at(make_url(empty_url)).migrating() as connection:
        with connection.begin():
            connection.exec_driver_sql("CREATE TABLE mine (id INTEGER)")
        with pytest.raises(ArithmeticError), connection.begin():
            fail_half_way(connection)
    with connected(empty_url) as connection:
        assert connection.exec_driver_sql("SELECT * FROM mine").keys() == ["id"]
        assert not connection.exec_driver_sql("SELECT * FROM mine").all()


@pytest.fixture
def family(tmp_path: Path) -> Iterator[Connection]:
    """In a transaction: two parents, and a child of one of them."""
    database = Sqlite(make_url(f"sqlite:///{tmp_path}/family.db"))
    with database.migrating() as connection, connection.begin():
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


def test_on_sqlite_a_parent_goes_without_its_children(family: Connection) -> None:
    family.exec_driver_sql("DROP TABLE parent")
    assert family.exec_driver_sql("SELECT name FROM child").all() == [("Ada",)]


FAMILY = Sqlite(make_url("sqlite:///family.db"))


def test_on_sqlite_new_orphans_are_counted(family: Connection) -> None:
    before = FAMILY.broken_references(family)
    assert before == {}
    family.exec_driver_sql("DELETE FROM parent")
    new = new_orphans(before, FAMILY.broken_references(family))
    assert new == {("child", "parent"): 1, ("heir", "parent"): 2}


@pytest.mark.parametrize("table", ["child", "heir"])
def test_on_sqlite_old_orphans_do_not_hide_new_ones(family: Connection, table: str) -> None:
    family.exec_driver_sql(f"INSERT INTO {table} VALUES ('Cy', 404)")
    before = FAMILY.broken_references(family)
    family.exec_driver_sql("DELETE FROM parent WHERE id = 1")
    new = new_orphans(before, FAMILY.broken_references(family))
    assert new == {("child", "parent"): 1, ("heir", "parent"): 1}


def test_on_sqlite_old_orphans_are_no_fault_of_a_revision_that_rebuilds_their_table(
    family: Connection,
) -> None:
    family.exec_driver_sql("INSERT INTO child VALUES ('Cy', 404)")
    before = FAMILY.broken_references(family)
    for statement in (
        f"{CHILD.replace('TABLE child', 'TABLE new')[:-1]}, friend INTEGER REFERENCES heir (name))",
        "INSERT INTO new (name, parent) SELECT name, parent FROM child ORDER BY name DESC",
        "DROP TABLE child",
        "ALTER TABLE new RENAME TO child",
    ):
        family.exec_driver_sql(statement)
    after = FAMILY.broken_references(family)
    assert after
    assert new_orphans(before, after) == {}
