"""A database in a transaction that is undone: what does a change to it lose, by the census?"""

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from sqlalchemy import make_url
from sqlalchemy.engine import Connection

from website.release import census, upgrade
from website.release.census import Loss
from website.release.declared import FORM
from website.release.dialects import database_at
from website.release.renames import Renames

Change = str | Sequence[str] | Callable[[Operations], object]


def case(name: str, made: Change, change: Change, *losses: str) -> Any:
    """What is there at first, what a revision does to it, and what it loses by that."""
    return pytest.param(made, change, set(losses), id=name)


def cases(*listed: Any) -> Any:
    return pytest.mark.parametrize(("made", "change", "losses"), listed)


class Trial:
    def __init__(self, connection: Connection) -> None:
        self.connection = connection

    def do(self, change: Change) -> None:
        if callable(change):
            change(Operations(MigrationContext.configure(self.connection)))
            return
        psycopg = self.connection.dialect.name == "postgresql"
        for statement in [change] if isinstance(change, str) else change:
            self.connection.exec_driver_sql(statement.replace("%", "%%") if psycopg else statement)

    def losses(self, made: Change, change: Change, *, warned: bool = False) -> list[Loss]:
        """What the change loses; Alembic's warnings stop it, as they do in an upgrade."""
        self.do(made)
        renames = Renames(self.connection)
        before = census.take(self.connection)
        with warnings.catch_warnings() if warned else upgrade.strict():
            if warned:
                warnings.simplefilter("ignore")
            self.do(change)
        found = list(census.losses(before, census.take(self.connection), renames))
        assert all(FORM.fullmatch(loss.name) for loss in found), "a revision can declare it"
        return found

    def lost(self, made: Change, change: Change, *, warned: bool = False) -> set[str]:
        return {loss.name for loss in self.losses(made, change, warned=warned)}


@contextmanager
def trial_at(url: str) -> Iterator[Trial]:
    with database_at(make_url(url)).migrating() as connection, connection.begin() as transaction:
        yield Trial(connection)
        transaction.rollback()
