"""Where the code, the database and the backups stand."""

from datetime import datetime
from typing import Any

from website.release import backup, maintenance, receipt, state
from website.release.answers import ago, megabytes, seconds
from website.release.site import Site


def status(site: Site) -> dict[str, Any]:
    """Facts, for people and for `--json`; raises UnknownRevision. Looks, and makes nothing."""
    database = site.database
    exists = database.exists()
    applied, pending = site.now()
    backups, rehearsed = backup.listed(site), receipt.last(site)
    jobs = None
    if exists:
        with database.reading() as connection:
            jobs = state.read(connection, "jobs_ran")
    return {
        "database": database.shown,
        "exists": exists,
        "bytes": database.size() if exists else 0,
        "code": list(site.heads),
        "applied": list(applied),
        "pending": [{"revision": one.revision, "message": one.doc} for one in pending],
        "rehearsal": None if rehearsed is None else {
            "made": rehearsed.made, "failed": rehearsed.failed, "window": rehearsed.window,
            "counts": not pending or receipt.counts(site, applied),
        },
        "backup": {**backups[0].manifest, "file": str(backups[0].file)} if backups else None,
        "maintenance": maintenance.status(site) if exists else None,
        "jobs": jobs,
    }  # fmt: skip


def told(facts: dict[str, Any]) -> str:
    """The facts, a line each."""
    exists = facts["exists"]
    where = megabytes(facts["bytes"]) if exists else "not made yet"
    lines = [
        ("Database", f"{facts['database']}, {where}"),
        ("At revision", ", ".join(facts["applied"]) or "none"),
        ("Code's head", ", ".join(facts["code"]) or "none"),
    ]
    lines += [("Pending", f"{one['revision']} {one['message']}") for one in facts["pending"]]
    lines += [
        ("Rehearsal", _rehearsal(facts["rehearsal"])),
        ("Backup", _backup(facts["backup"])),
        ("Jobs", f"last ran {_when(facts['jobs'])}" if facts["jobs"] else "never ran"),
        ("Maintenance", maintenance_told(facts["maintenance"])),
    ]
    return "\n".join(f"{name:<12} {text}" for name, text in lines)


def maintenance_told(mark: dict[str, Any] | None) -> str:
    if mark is None:
        return "off: the site is open"
    since = f" since {_when(mark['since'])}" if "since" in mark else ""
    by = ", by a release. If none is running it was killed: type its command again"
    return f"on{since}: {mark.get('why', 'closed')}{by if mark.get('by') == 'release' else ''}"


def _rehearsal(receipt: dict[str, Any] | None) -> str:
    if receipt is None:
        return "never"
    if receipt["failed"]:
        return f"{_when(receipt['made'])}, failed: {receipt['failed']}"
    what = f"the window was {seconds(receipt['window'])}"
    return f"{_when(receipt['made'])}, {what if receipt['counts'] else 'of another state'}"


def _backup(manifest: dict[str, Any] | None) -> str:
    if manifest is None:
        return "none"
    made, size = _when(manifest["made"]), megabytes(manifest["bytes"])
    return f"{made}, {manifest['why']}, {size}: {manifest['file']}"


def _when(moment: str) -> str:
    return ago(datetime.fromisoformat(moment))
