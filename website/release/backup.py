"""Backups that are known to be good: written, read again, counted and named, or not there."""

import glob
import hashlib
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy.engine import Connection

from website.release.dialects import Database, Progress, no_progress
from website.release.errors import BackupFailed, ToolMissing
from website.release.files import make_folder, read_json, sync, write_json
from website.release.schema import describe
from website.release.site import Site

KEEP = 14  # backups of each kind, where BACKUP_KEEP says nothing


@dataclass(frozen=True)
class Backup:
    """A file and its manifest, which stands beside it under the same name."""

    file: Path
    manifest: dict[str, Any]

    @property
    def made(self) -> datetime:
        return datetime.fromisoformat(self.manifest["made"])

    @property
    def database(self) -> str:
        return str(self.manifest["database"])

    @property
    def why(self) -> str:
        return str(self.manifest.get("why", ""))

    def check(self, database: Database) -> None:
        """Read it from end to end; raises BackupFailed if it is not what its manifest says."""
        if _sha256(self.file) != self.manifest.get("sha256"):
            raise BackupFailed(
                f"The backup {self.file.name} is damaged: it is not what was written."
            )
        rows = database.check_dump(self.file)
        if rows != self.manifest.get("rows"):
            raise BackupFailed(f"The backup {self.file.name} does not hold the rows it should.")


class Making:
    """A backup that is under way: `write`, then `check`, and only then is it a backup."""

    def __init__(
        self, database: Database, folder: Path, revisions: tuple[str, ...], why: str
    ) -> None:
        self.database, self.folder = database, folder
        now = datetime.now(UTC)
        self._stem = Path(str(self.database.url.database)).stem
        name = f"{self._stem}-{now:%Y%m%dT%H%M%S%f}Z"
        self.file = self.folder / f"{name}{self.database.suffix}"
        self._partial = self.folder / f".{self.file.name}"
        self._manifest: dict[str, Any] = {
            "database": self.database.shown,
            "made": now.isoformat(timespec="seconds"),
            "why": why,
            "revisions": list(revisions),
        }

    def write(self, progress: Progress = no_progress) -> None:
        """Copy the database, as it is in one moment, to a file that is no backup yet."""
        try:
            make_folder(self.folder)
            for left in self.folder.glob(
                f".{glob.escape(self._stem)}-{'[0-9]' * 8}T*{self.database.suffix}"
            ):  # by one that was killed
                left.unlink()
        except OSError as error:
            raise BackupFailed(f"Backups cannot be kept in {self.folder}: {error}.") from error
        try:
            self.database.dump(self._partial, progress)
        except BaseException:
            self._partial.unlink(missing_ok=True)
            raise

    def check(self) -> Backup:
        """Read it from end to end and give it its name; raises BackupFailed if it is damaged."""
        try:
            rows = self.database.check_dump(self._partial)
            self._manifest |= {
                "rows": rows,
                "bytes": self._partial.stat().st_size,
                "sha256": _sha256(self._partial),
            }
            write_json(manifest_of(self.file), self._manifest)
            self._partial.rename(self.file)
            sync(self.file)
        except OSError as error:
            raise BackupFailed(f"The backup could not be kept: {error}.") from error
        finally:
            self._partial.unlink(missing_ok=True)
        return Backup(self.file, self._manifest)


def manifest_of(file: Path) -> Path:
    return file.with_name(f"{file.name}.json")


def make(site: Site, why: str, progress: Progress = no_progress) -> Backup:
    """A backup of the database as it is in one moment, whoever writes; old ones go.

    Raises BackupFailed. Call it with the release lock held.
    """
    database = site.database
    if not database.exists():
        raise BackupFailed(f"There is no database at {database.shown}.")
    if problem := database.room_for(site.backups, here=1):
        raise BackupFailed(problem)
    with database.reading() as connection:
        making = Making(database, site.backups, site.applied(connection), why)
    making.write(progress)
    backup = making.check()
    retain(site, backup.file)
    return backup


def before(site: Site, connection: Connection, why: str, *, needed: bool = False) -> Backup | None:
    """A backup while `connection` keeps every writer out; None if there is nothing to lose."""
    if not describe(connection, frozenset({site.version_table})).tables:
        return None
    making = Making(site.database, site.backups, site.applied(connection), why)
    try:
        making.write()
    except ToolMissing as error:
        if needed:
            raise
        site.app.logger.warning("No backup was made: %s", error)
        return None
    return making.check()


def listed(site: Site) -> list[Backup]:
    """The backups of this database, the newest first."""
    found = []
    for manifest in site.backups.glob("*.json"):
        file = manifest.with_suffix("")
        content = read_json(manifest)
        if (
            content
            and makes_sense(content)
            and content["database"] == site.database.shown
            and file.exists()
        ):
            found.append(Backup(file, content))
    return sorted(found, key=lambda backup: backup.file.name, reverse=True)


def makes_sense(manifest: dict[str, Any]) -> bool:
    try:
        aware = datetime.fromisoformat(manifest["made"]).tzinfo is not None
    except (KeyError, TypeError, ValueError):
        return False
    return aware and {"database", "why", "bytes"} <= manifest.keys()


def retain(site: Site, keep: Path | None = None) -> None:
    """Delete the oldest, where there are more than BACKUP_KEEP that were made for one reason.

    For one reason: hourly backups never push out the one from before a migration.
    """
    kept: Counter[str] = Counter()
    for backup in listed(site):
        kept[backup.why] += 1
        if backup.file != keep and kept[backup.why] > site.app.config.get("BACKUP_KEEP", KEEP):
            backup.file.unlink(missing_ok=True)
            manifest_of(backup.file).unlink(missing_ok=True)


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
