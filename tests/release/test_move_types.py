"""A move on an application that is not this one: every type, and rows that triggers write."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from tests.migrations.schema import connected
from tests.migrations.scratch import empty_database
from tests.release.warehouse import HIGHEST, contents, next_number, open_warehouse, warehouse


@pytest.fixture
def opened(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/first.db"
    open_warehouse(url, tmp_path)
    return url


@pytest.fixture
def urls(postgresql_template: Any, tmp_path: Path) -> Iterator[list[str]]:
    """Empty databases: PostgreSQL, PostgreSQL again, SQLite, SQLite again."""
    with (
        empty_database(postgresql_template, tmp_path) as one,
        empty_database(postgresql_template, tmp_path) as other,
    ):
        yield [one, other, f"sqlite:///{tmp_path}/third.db", f"sqlite:///{tmp_path}/fourth.db"]


@pytest.fixture
def second(opened: str, urls: list[str], tmp_path: Path) -> str:
    """The same on PostgreSQL."""
    assert move(opened, urls[0], tmp_path).exit_code == 0
    return urls[0]


def move(url: str, target: str, folder: Path) -> Any:
    with warehouse(url, folder) as app:
        return app.test_cli_runner().invoke(args=["release", "move", target])


def test_values_of_every_type_are_the_same_wherever_they_go(
    opened: str, urls: list[str], tmp_path: Path
) -> None:
    before = contents(opened, tmp_path)
    assert before["found by its words"] == [1, 5]
    assert before["without data"] == [2]
    assert before["without a code"] == [2]
    assert "'Mixed'" in before["thing"][0]
    here, numbers = opened, []
    for there in urls:
        moved = move(here, there, tmp_path)
        assert moved.exit_code == 0, moved.output
        assert contents(there, tmp_path) == before
        numbers.append(next_number(there, tmp_path))
        here = there
    # PostgreSQL gives no number twice, not even one that was given back.
    assert numbers == [HIGHEST + 1, HIGHEST + 2, HIGHEST + 3, HIGHEST + 3]


ODD = [
    ("UPDATE thing SET aware = 'infinity' WHERE id = 2", 10, "Table thing, the row after id 5"),
    ("UPDATE thing SET ratio = 'NaN' WHERE id = 3", 10, "thing.ratio had 3 values and has 2"),
    (
        "ALTER TABLE thing ALTER price TYPE numeric(30, 15);"
        " UPDATE thing SET price = 1234567890.123456789012345 WHERE id = 1",
        10,
        "table thing has other values of price",
    ),
    ("CREATE TABLE part (id int) PARTITION BY RANGE (id)", 2, "Table part is partitioned"),
    ("CREATE TABLE host (address inet)", 2, "Table host is none of the revisions'"),
    ("CREATE SEQUENCE invoice; SELECT nextval('invoice')", 0, "Left behind: .*sequence invoice"),
    ("CREATE SCHEMA other; CREATE TABLE other.one ()", 0, "Left behind: .*table other.one"),
]


@pytest.mark.parametrize(("statements", "status", "said"), ODD)
def test_what_sqlite_has_no_place_for_is_never_lost_in_silence(
    second: str, urls: list[str], tmp_path: Path, statements: str, status: int, said: str
) -> None:
    with connected(second) as connection:
        for statement in statements.split("; "):
            connection.execute(text(statement))
    moved = move(second, urls[2], tmp_path)
    assert moved.exit_code == status, moved.output
    assert re.search(said, moved.output), moved.output
    assert len(moved.output) < 1_000  # nobody's words are printed


def test_types_of_postgresql_alone_go_to_another_postgresql(
    second: str, urls: list[str], tmp_path: Path
) -> None:
    statements = (
        "CREATE TYPE mood AS ENUM ('sad', 'ok')",
        "CREATE TABLE odd (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, host inet, mood mood,"
        " words text[], span numrange, lasts interval, data jsonb, at timestamptz)",
        "INSERT INTO odd (host, mood, words, span, lasts, data, at) VALUES ('10.0.0.1/8', 'ok',"
        " '{a,NULL}', '[1,2)', '1 mon 3 days', '{\"a\": 1.50}', 'infinity')",
    )
    with connected(second) as connection:
        for statement in statements:
            connection.execute(text(statement.replace(":", "\\:")))
        before = connection.scalar(text("SELECT odd\\:\\:text FROM odd"))
    moved = move(second, urls[1], tmp_path)
    assert moved.exit_code == 0, moved.output
    with connected(urls[1]) as connection:
        assert connection.scalar(text("SELECT odd\\:\\:text FROM odd")) == before
