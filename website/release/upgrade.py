"""Revisions run here, for every command: in one transaction, counted before and after each."""

import re
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from time import monotonic
from typing import Any

from alembic.runtime.environment import EnvironmentContext
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util import to_list
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SAWarning

from website.release.dialects import LOCK_SECONDS, Database
from website.release.errors import LockTimeout, MigrationFailed, Refused
from website.release.site import Site
from website.release.watch import Say, Watch

Last = Callable[[], object]  # may refuse, and then nothing is committed


def silent(_sentence: str) -> None:
    """For work that is nobody's business."""


def nothing() -> None:
    """For a run that has nothing to do before a revision commits."""


def to(
    site: Site,
    database: Database,
    connection: Connection,
    target: str,
    say: Say,
    before_commit: Last = nothing,
) -> None:
    """Bring a database to a revision, up or down, in the transaction that has begun; see `run`."""
    with environment(site, site.applied(connection), target) as env:
        run(env, site, database, connection, say, before_commit)


@contextmanager
def environment(
    site: Site, applied: tuple[str, ...], target: str = "heads", **more: Any
) -> Iterator[EnvironmentContext]:
    """Alembic's, without `env.py`: a stock one ignores the connection that it is handed."""
    script = site.scripts
    up = target == "heads" or target not in _ancestors(script, applied)

    def steps(heads: Any, _context: Any) -> Any:
        return script._upgrade_revs(target, heads) if up else script._downgrade_revs(target, heads)

    with EnvironmentContext(site.config, script, fn=steps, destination_rev=target, **more) as env:
        yield env


def _ancestors(script: ScriptDirectory, applied: tuple[str, ...]) -> set[str]:
    found = script.iterate_revisions(applied, "base") if applied else ()
    return {"base", *(one.revision for one in found)}


def run(
    env: EnvironmentContext,
    site: Site,
    database: Database,
    connection: Connection,
    say: Say,
    before_commit: Last = nothing,
) -> None:
    """Run what `env` was made for on a connection whose transaction has begun; commits nothing.

    Only a revision with an `autocommit_block` commits, on PostgreSQL; `before_commit` is called
    before that, and may refuse.
    Raises MigrationFailed, with the revision's file and line, if one fails, loses something that
    it does not declare, or leaves rows that refer to nothing.
    """
    watch = Watch(site, database, connection, say)
    options = site.options
    others = to_list(options.pop("on_version_apply", None), default=[])
    callbacks: Any = [*others, watch]

    def attempt() -> None:
        env.configure(
            connection=connection,
            target_metadata=site.metadata,
            on_version_apply=callbacks,
            transactional_ddl=True,  # on SQLite too, whatever Alembic assumes
            **options,
        )
        context = env.get_context()
        context.autocommit_block = partial(_outside, context, watch, before_commit)  # type: ignore[method-assign]
        with strict(), watch.whole():
            env.run_migrations()
        watch.finish()

    end = monotonic() + LOCK_SECONDS
    while True:
        database.begin_run(connection)
        try:
            attempt()
        except BaseException as error:  # whatever a revision raises, with its place
            if not watch.committed and database.was_ended(connection):
                before_commit()  # what the driver's own commit() has kept must be put back
                watch.committed = True
            if isinstance(error, Refused | KeyboardInterrupt):
                raise
            if not database.only_a_lock(error):
                raise failed(env.script, error, watch) from error
            if watch.committed or monotonic() > end:
                raise LockTimeout(
                    "Someone reads or writes a table that has to be changed, and did not let go"
                    f" of it. {_left(watch)}."
                ) from error
            database.undo_run(connection)
            watch.start_again()
        else:
            if not watch.committed and database.was_ended(connection):
                before_commit()
                raise MigrationFailed("A revision ended the transaction behind SQLAlchemy's back.")
            return


@contextmanager
def strict() -> Iterator[None]:
    """Alembic's warnings are errors: "skipped" is an index or a CHECK that a rebuild would lose."""
    with warnings.catch_warnings():
        warnings.simplefilter("error", SAWarning)
        warnings.filterwarnings("error", module="alembic")
        yield


@contextmanager
def _outside(context: MigrationContext, watch: Watch, before_commit: Last) -> Iterator[None]:
    """A revision's `autocommit_block`: PostgreSQL builds no index CONCURRENTLY in a transaction.

    SQLite needs none, so there everything stays whole.
    """
    connection = watch.connection
    if connection.dialect.name == "sqlite":
        yield
        return
    before_commit()
    watch.open = True
    connection.commit()
    watch.committed = True
    level = connection.get_isolation_level()
    connection.execution_options(isolation_level="AUTOCOMMIT")
    # CONCURRENTLY waits for older readers while nobody waits behind it.
    connection.exec_driver_sql(f"SET lock_timeout = '{LOCK_SECONDS:.0f}s'")
    try:
        yield
    finally:
        connection.exec_driver_sql("SET lock_timeout = '2s'")
        connection.commit()
        connection.execution_options(isolation_level=level)
        connection.begin()
        watch.open = False


def failed(
    scripts: ScriptDirectory, error: BaseException, watch: Watch | None = None
) -> MigrationFailed:
    """The sentence for what a revision raised, with the place where it did."""
    where = ""
    for frame in traceback.extract_tb(error.__traceback__):
        if _is_revision(scripts, Path(frame.filename)):
            where = f"{Path(frame.filename).name}, line {frame.lineno}: "
    reason = _root(error)
    said = str(getattr(reason, "orig", None) or reason).strip().partition("\n")[0]
    return MigrationFailed(f"{where}{type(reason).__name__}: {said}. {_left(watch)}.")


def _left(watch: Watch | None) -> str:
    return "Its transaction was rolled back" if watch and watch.committed else "Nothing was changed"


def _root(error: BaseException) -> BaseException:
    """After a full disk the last error speaks of a transaction that is gone: show the first."""
    chain = [error]
    while (before := chain[-1].__cause__ or chain[-1].__context__) is not None:
        chain.append(before)
    full = [one for one in chain if re.search(r"disk is full|disk I/O|No space left", str(one))]
    return full[-1] if full else error


def _is_revision(scripts: ScriptDirectory, file: Path) -> bool:
    folders = [Path(folder).resolve() for folder in scripts._version_locations]
    return any(file.resolve().is_relative_to(folder) for folder in folders)
