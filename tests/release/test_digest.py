"""Rows are compared as they are stored, also those that Python has no word for."""

from collections.abc import Iterator

import pytest
from sqlalchemy import make_url

from tests.release.trial import Trial, trial_at
from website.release.digest import digest

ODD = {"sqlite": "CAST(X'66FF' AS TEXT)", "postgresql": "TIMESTAMP 'infinity'"}
OTHER = {"sqlite": "CAST(X'66FE' AS TEXT)", "postgresql": "TIMESTAMP '-infinity'"}


@pytest.fixture
def trial(written: str) -> Iterator[Trial]:
    with trial_at(written) as trial:
        kind = "TEXT" if written.startswith("sqlite") else "TIMESTAMP"
        trial.do(f"CREATE TABLE odd (id INTEGER, at {kind})")
        yield trial


def dialect(url: str) -> str:
    return make_url(url).get_backend_name()


def test_what_python_has_no_word_for_is_compared_too(trial: Trial, written: str) -> None:
    trial.do(f"INSERT INTO odd VALUES (1, {ODD[dialect(written)]})")
    before = digest(trial.connection, "odd", ["id", "at"])
    assert digest(trial.connection, "odd", ["id", "at"]) == before
    trial.do(f"UPDATE odd SET at = {OTHER[dialect(written)]}")
    assert digest(trial.connection, "odd", ["id", "at"]) != before


@pytest.mark.parametrize(
    ("one", "other"), [("-1, NULL", "-2, NULL"), ("1, NULL", "NULL, NULL")], ids=["number", "none"]
)
def test_each_change_of_a_row_is_seen_and_no_change_of_their_order(
    trial: Trial, one: str, other: str
) -> None:
    trial.do([f"INSERT INTO odd VALUES ({one})", f"INSERT INTO odd VALUES ({other})"])
    before = digest(trial.connection, "odd", ["id"])
    trial.do(["DELETE FROM odd", *(f"INSERT INTO odd VALUES ({row})" for row in (other, one))])
    assert digest(trial.connection, "odd", ["id"]) == before
    trial.do(["DELETE FROM odd", *(f"INSERT INTO odd VALUES ({row})" for row in (one, one))])
    assert digest(trial.connection, "odd", ["id"]) != before
