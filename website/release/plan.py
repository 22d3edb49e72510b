"""The statements that each pending revision runs on this database."""

import io
import re
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from alembic.runtime.migration import MigrationInfo
from sqlalchemy import event

from website.release import upgrade
from website.release.errors import BackupFailed, RehearsalNeeded
from website.release.files import workshop
from website.release.site import Site
from website.release.steps import Steps

_LOOKS = re.compile(r"\s*(PRAGMA|SELECT)\b", re.IGNORECASE)  # of Alembic, at the schema


@dataclass
class Planned:
    revision: str
    message: str
    statements: list[str] = field(default_factory=list)


def plan(site: Site, steps: Steps) -> list[Planned]:
    """What `apply` would run, the next revision first; the database itself is only read.

    On SQLite the revisions run on a copy, since a batch asks the database what to do. On
    PostgreSQL they are printed and not run. Raises Refused where a revision can do neither.
    """
    applied, pending = site.now()
    planned = [Planned(script.revision, script.doc) for script in pending]
    if planned and site.engine.dialect.name == "sqlite":
        _record(site, steps, planned)
    elif planned:
        _print(site, applied, planned)
    return planned


def _record(site: Site, steps: Steps, planned: list[Planned]) -> None:
    """Run them on a copy, and write down what the database was told."""
    told: list[list[Any]] = []  # statement, and how many times in a row

    def hear(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if told and told[-1][0] == statement:
            told[-1][1] += 1
        elif not _LOOKS.match(statement):
            told.append([statement, 1])

    def end(*, step: MigrationInfo, **_more: Any) -> None:
        _of(planned, step.up_revision_id).statements[:] = [
            f"{statement.strip()};" + (f"  -- {times:,} times" if times > 1 else "")
            for statement, times in told
        ]
        told.clear()

    with ExitStack() as stack:
        if site.database.exists():
            site.database.sweep(site.backups)
            if problem := site.database.room_for(site.backups, here=3):
                raise BackupFailed(problem)
            folder = stack.enter_context(workshop(site.backups))
            with steps.step("copy") as progress:
                copy = stack.enter_context(site.database.copy(folder, progress))
        else:
            copy = stack.enter_context(site.database.scratch())
        connection = stack.enter_context(copy.changing())
        event.listen(connection.engine, "before_cursor_execute", hear)
        env = stack.enter_context(upgrade.environment(site, site.applied(connection)))
        env.configure(connection=connection, **{**site.options, "on_version_apply": end})
        try:
            with upgrade.strict():
                env.run_migrations()
        except Exception as error:
            raise upgrade.failed(site.scripts, error) from error


def _print(site: Site, applied: tuple[str, ...], planned: list[Planned]) -> None:
    """Alembic's offline mode: the statements as text, one revision after another."""
    printed = io.StringIO()
    more: dict[str, Any] = {"as_sql": True, "starting_rev": applied or "base"}
    try:
        with upgrade.environment(site, applied, **more) as env:
            env.configure(
                url=site.engine.url, literal_binds=True, output_buffer=printed, **site.options
            )
            env.run_migrations()
    except Exception as error:
        raise RehearsalNeeded(
            f"A revision asks the database something, so its statements are known only when it"
            f" runs: {error}. `flask release rehearse` runs it on a copy."
        ) from error
    parts = re.split(r"^-- Running upgrade .*$", printed.getvalue(), flags=re.MULTILINE)[1:]
    for one, part in zip(planned, parts, strict=True):
        one.statements.extend(line.strip() for line in part.split("\n\n") if line.strip())


def _of(planned: list[Planned], revision: str | None) -> Planned:
    return next(one for one in planned if one.revision == revision)
