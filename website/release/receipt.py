"""A rehearsal leaves a receipt; `apply` asks for one of these revisions on this database."""

import hashlib
import shutil
import subprocess
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from website.release.errors import RehearsalNeeded
from website.release.files import make_folder, read_json, write_json
from website.release.site import Site


@dataclass(frozen=True)
class Receipt:
    database: str  # its address, without a password
    migrations: str  # hash of every file in versions/
    revisions: list[str]  # that the database was at
    commit: str | None  # of the code, where there is git
    made: str = ""
    seconds: dict[str, float] = field(default_factory=dict)  # by step
    window: float = 0.0  # seconds for which the site will be closed
    failed: str | None = None  # why, if it did

    @classmethod
    def of_now(cls, site: Site, applied: tuple[str, ...]) -> "Receipt":
        """What a rehearsal of this moment would be of."""
        return cls(
            site.database.shown,
            hash_of_migrations(site),
            list(applied),
            _commit(Path(site.app.root_path)),
            datetime.now(UTC).isoformat(timespec="seconds"),
        )

    def write(self, site: Site) -> None:
        make_folder(site.backups)
        write_json(_place(site), asdict(self))


def forget(site: Site) -> None:
    _place(site).unlink(missing_ok=True)


def last(site: Site) -> Receipt | None:
    """Of the last rehearsal, whatever it was of."""
    found: dict[str, Any] | None = read_json(_place(site))
    try:
        return Receipt(**found) if found else None
    except TypeError:
        return None


def require(site: Site, applied: tuple[str, ...]) -> Receipt:
    """The receipt that allows to apply now; raises RehearsalNeeded with the reason."""
    found = last(site)
    if found is None:
        raise RehearsalNeeded("These revisions were not rehearsed. Type: flask release rehearse")
    now = Receipt.of_now(site, applied)
    stale = {
        "it was of another database": found.database != now.database,
        "a revision was changed since": found.migrations != now.migrations,
        "the database is at another revision now": found.revisions != now.revisions,
        "the code was changed since": found.commit != now.commit,
    }
    for reason, is_so in stale.items():
        if is_so:
            raise RehearsalNeeded(
                f"The last rehearsal does not count: {reason}. Type: flask release rehearse"
            )
    if found.failed:
        raise RehearsalNeeded(
            f"The last rehearsal failed: {found.failed} When that is mended, type: flask release"
            " rehearse"
        )
    return found


def counts(site: Site, applied: tuple[str, ...]) -> bool:
    """Whether `require` would be content."""
    try:
        require(site, applied)
    except RehearsalNeeded:
        return False
    return True


def hash_of_migrations(site: Site) -> str:
    total = hashlib.sha256()
    for script in sorted(site.scripts.walk_revisions(), key=lambda script: script.revision):
        total.update(f"{script.revision}\n".encode())
        total.update(Path(script.path).read_bytes())
    for file in sorted(Path(site.directory).rglob("*")):  # and what they may read or import
        if file.is_file() and "__pycache__" not in file.parts:
            total.update(f"{file}\n".encode() + file.read_bytes())
    return total.hexdigest()


def _place(site: Site) -> Path:
    return site.backups / "rehearsal.json"


def _commit(folder: Path) -> str | None:
    git = shutil.which("git")
    if git is None:
        return None
    command = [git, "-C", str(folder), "rev-parse", "HEAD"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 else None
