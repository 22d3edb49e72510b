"""A backup takes the place of the database, and what was there before is kept."""

from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.exc import DBAPIError

from website.release import maintenance, verify
from website.release.backup import Backup, make, makes_sense, manifest_of
from website.release.census import count_rows
from website.release.errors import (
    BackupFailed,
    NotRestored,
    Pending,
    Refused,
    UnknownRevision,
    WrongUse,
    told,
)
from website.release.files import make_folder, read_json
from website.release.schema import STATE_TABLE, describe
from website.release.site import Site
from website.release.steps import Steps


@dataclass(frozen=True)
class RestoredBackup:
    backup: Path
    before: str  # where the state from before is
    revisions: list[str]  # that the database is at now
    notes: list[str]


def find(site: Site, file: Path) -> Backup:
    """The backup in this file, read from end to end; raises WrongUse or BackupFailed."""
    if not file.is_file():
        raise WrongUse(f"There is no file {file}. `flask release status` names the last backup.")
    manifest = read_json(manifest_of(file))
    if manifest is None or not makes_sense(manifest):
        raise BackupFailed(f"{file.name} has no manifest beside it ({manifest_of(file).name}).")
    if file.suffix != site.database.suffix:
        raise WrongUse(f"{file.name} is not a backup of a database of this kind.")
    backup = Backup(file, manifest)
    backup.check(site.database)
    return backup


def restore(site: Site, steps: Steps, backup: Backup) -> RestoredBackup:
    """Put the backup in the place of the database, with connections open.

    Raises NotRestored, and the site stays closed, if that fails half way.
    """
    database = site.database
    why = f"the backup {backup.file.name} is restored"
    with database.lock(), maintenance.closed(site, why) if database.exists() else nullcontext():
        before = "the database itself"
        try:
            with steps.step("restore") as progress:
                before = database.restore(backup.file, saving(site), progress)
            with steps.step("verify"):
                notes = _verify(site, backup)
        except BackupFailed:
            raise  # the present state could not be saved, so nothing was changed
        except BaseException as error:
            raise NotRestored(
                f"{told(error)} The site stays closed. What was there before is in {before}."
                f" When the cause is mended, type: flask release restore {backup.file}",
                before=before,
                backup=str(backup.file),
            ) from error
        database.settle()
        with database.reading() as connection:
            revisions = list(site.applied(connection))
    return RestoredBackup(backup.file, before, revisions, notes)


def saving(site: Site) -> Callable[[], str]:
    """For a restore: makes the backup of what was there before, and tells where it is."""
    if not site.database.exists():
        return lambda: "no place: there was no database"

    def save() -> str:
        try:
            return str(make(site, "before a restore").file)
        except (BackupFailed, DBAPIError):  # damaged, and so no backup: kept as it is
            damaged = f"damaged-{datetime.now(UTC):%Y%m%dT%H%M%SZ}{site.database.suffix}"
            make_folder(site.backups)
            site.database.dump(site.backups / damaged)
            return str(site.backups / damaged)

    return save


def _verify(site: Site, backup: Backup) -> list[str]:
    with site.database.reading() as connection:
        schema = describe(connection, frozenset({site.version_table}))
        rows = count_rows(connection, schema)
    expected = backup.manifest.get("rows") or {}
    # A partitioned table's rows are in the dump under its partitions' names.
    wrong = [table for table in expected.keys() & rows.keys() if rows[table] != expected[table]]
    wrong += expected.keys() - rows.keys() - {STATE_TABLE, site.version_table}
    if wrong:
        raise Refused(f"These tables do not have the backup's rows: {', '.join(wrong)}.")
    try:
        findings = verify.verify(site)
    except (Pending, UnknownRevision) as other:
        return [str(other)]  # a backup of another version of the code is what was asked for
    findings.refuse()
    return findings.notes
