"""One command changes the schema: as it was or as it should be, and the site closed meanwhile."""

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError

from website.release import maintenance, receipt, rehearse, state, upgrade, verify
from website.release.backup import Backup, Making, listed, retain
from website.release.errors import (
    BackupFailed,
    LockTimeout,
    MigrationFailed,
    NotRestored,
    Refused,
    RehearsalNeeded,
    Restored,
    SchemaDiffers,
    UnknownRevision,
    counted,
    told,
)
from website.release.restore import saving
from website.release.schema import Schema, describe
from website.release.site import Site
from website.release.steps import Steps

WHY = "before a migration"  # of a backup
logger = logging.getLogger(__name__)


@dataclass
class Applied:
    revisions: list[str] = field(default_factory=list)  # none where there was nothing to do
    backup: Path | None = None
    window: float = 0.0  # seconds for which the site was closed
    seconds: dict[str, float] = field(default_factory=dict)  # by step
    predicted: float | None = None  # the window, by the rehearsal
    restart: bool = False  # the code of before does not run on the schema


def apply(site: Site, steps: Steps, *, no_rehearsal: str | None, rehearse_now: bool) -> Applied:
    """Bring the database to the code's head; every failure has its own error and exit status.

    `no_rehearsal` is the reason why there is none, for an emergency. Call it with the release lock
    held.
    """
    database = site.database
    try:
        applied, pending = site.now()
    except UnknownRevision:
        if not _is_let_in(site):
            raise
        steps.say("The database is newer than this code, which may run on it all the same.")
        return Applied()
    mark = maintenance.status(site) if database.exists() else None
    if mark is not None and mark.get("by") == "release":
        steps.say(f"The site is closed since {mark['since']} by a release that was killed.")
    if not pending:
        _finish_what_was_killed(site)
        return Applied()
    revisions = [script.revision for script in pending]
    if not _anything_to_lose(site):
        if problem := database.cannot_restore():
            raise BackupFailed(f"{problem} Nothing was changed.")
        with database.changing() as connection:
            upgrade.to(site, database, connection, "heads", steps.say)
        verify.verify(site).refuse()
        return Applied(revisions)
    done = Applied(revisions, seconds=steps.seconds)
    done.predicted = _permission(site, steps, applied, no_rehearsal, rehearse_now)
    problem = database.room_for(site.backups, here=1, there=2) or database.cannot_restore()
    if problem:
        raise BackupFailed(f"{problem} Nothing was changed.")
    expected = verify.fresh(site)
    why = f"{counted(len(pending), 'revision')} to apply"
    with steps.clock() as clock, maintenance.closed(site, why):
        done.backup = _migrate_and_verify(site, steps, applied, expected).file
    done.window = clock.seconds
    with database.reading() as connection:
        now = set(site.applied(connection))
        done.restart = not state.lets_in(connection, now, set(applied))
    database.settle()
    retain(site, done.backup)
    return done


def _is_let_in(site: Site) -> bool:
    """Newer code has expanded the schema, and this code may be started again: by `make run`."""
    with site.database.reading() as connection:
        return state.lets_in(connection, set(site.applied(connection)), set(site.heads))


def _anything_to_lose(site: Site) -> bool:
    if not site.database.exists():
        return False
    with site.database.reading() as connection:
        return bool(describe(connection, frozenset({site.version_table})).tables)


def _permission(
    site: Site, steps: Steps, applied: tuple[str, ...], no_rehearsal: str | None, now: bool
) -> float | None:
    if no_rehearsal:
        logger.warning("Revisions are applied without a rehearsal: %s", no_rehearsal)
        return None
    if now:
        try:
            receipt.require(site, applied)
        except RehearsalNeeded:
            try:
                rehearse.rehearse(site, steps)
            except RehearsalNeeded as error:
                raise RehearsalNeeded(
                    f"{error} The database was not touched, and the version of before runs on it."
                ) from error
    return receipt.require(site, applied).window


def _finish_what_was_killed(site: Site) -> None:
    """A release that was killed after its commit has left the site closed and nothing verified."""
    mark = maintenance.status(site) if site.database.exists() else None
    if mark is not None and mark.get("by") == "release":
        try:
            verify.verify(site).refuse()
        except SchemaDiffers as error:
            made = [one for one in listed(site) if one.why == WHY]
            back = f" To go back, type: flask release restore {made[0].file}" if made else ""
            raise NotRestored(
                f"An earlier release was killed after its commit, and what it left is not well:"
                f" {error} The site stays closed.{back}"
            ) from error
        maintenance.reopen(site)


class _Kept:
    """The backup of this release: read again while the revisions run, and good before they end."""

    def __init__(self, making: Making, beside: ThreadPoolExecutor) -> None:
        self._reading = beside.submit(making.check)
        self.backup: Backup | None = None  # until it is read
        self.committed = False  # or may be

    def before_commit(self) -> None:
        """Raises BackupFailed, and then nothing is committed."""
        self.backup = self._reading.result()
        self.committed = True


def _migrate_and_verify(
    site: Site, steps: Steps, applied: tuple[str, ...], expected: Schema
) -> Backup:
    kept: _Kept | None = None
    try:
        with site.database.migrating() as connection, ThreadPoolExecutor(1) as beside:
            with steps.step("wait for writers"):
                connection.begin()
            making = Making(site.database, site.backups, applied, WHY)
            with steps.step("backup") as progress:
                making.write(progress)
            kept = _Kept(making, beside)
            with steps.step("migrate"):
                _migrate(site, steps, connection, kept)
        with steps.step("verify"):
            verify.verify(site, expected=expected, thorough=False).refuse()
    except BaseException as error:
        if kept is None or kept.backup is None or not kept.committed:
            raise
        raise _put_back(site, steps, kept.backup, applied, error) from error
    assert kept.backup is not None
    return kept.backup


def _migrate(site: Site, steps: Steps, connection: Connection, kept: _Kept) -> None:
    try:
        upgrade.to(site, site.database, connection, "heads", steps.say, kept.before_commit)
        earlier = kept.committed
        kept.before_commit()
        try:
            connection.commit()
        except DBAPIError:
            # SQLite has not committed, and says so; PostgreSQL may have, where the line is cut.
            kept.committed = earlier or connection.invalidated
            raise
    except DBAPIError as error:
        busy = "locked" in str(error.orig)
        raise (LockTimeout if busy else MigrationFailed)(
            f"The database refused: {error.orig}. Nothing was changed."
        ) from error
    finally:
        if connection.in_transaction():
            connection.rollback()


def _put_back(
    site: Site, steps: Steps, backup: Backup, applied: tuple[str, ...], error: BaseException
) -> Refused:
    """The error to raise when something went wrong after the backup was good."""
    reason = told(error)
    try:
        with steps.step("restore") as progress:
            aside = site.database.restore(backup.file, saving(site), progress)
            with site.database.reading() as connection:
                if site.applied(connection) != applied:
                    raise Refused("The database is at another revision than the backup.")
    except BaseException as second:  # Ctrl-C too: what is committed is not known to be good
        return NotRestored(
            f"{reason} And the backup could not be put back: {told(second)} The site stays closed."
            f" The backup is {backup.file}. When the cause is mended, type: flask release restore"
            f" {backup.file}",
            backup=str(backup.file),
        )
    return Restored(
        f"{reason} The database is as it was: the backup {backup.file} was put back. What the"
        f" migration made, and what was written since, is in {aside}.",
        backup=str(backup.file),
    )
