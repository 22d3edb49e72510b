"""Backups that nobody has to think of: made when they are due, and read again."""

from datetime import UTC, datetime, timedelta

from website.release import backup
from website.release.site import Site

_WHY = "scheduled"


def run() -> str:
    """Make the scheduled backup if it is due, check the newest one, and note that this ran.

    Returns a sentence; raises Refused if a backup failed or the newest is damaged.
    """
    site = Site.current()
    every = timedelta(hours=site.app.config.get("BACKUP_EVERY", 24))
    with site.database.lock():
        site.database.note("jobs_ran", datetime.now(UTC).isoformat(timespec="seconds"))
        site.database.sweep(site.backups)
        made = [
            one for one in backup.listed(site) if one.why == _WHY and one.made <= datetime.now(UTC)
        ]
        # A minute less, or a timer that comes on the hour would skip every other one.
        oldest = datetime.now(UTC) - every + timedelta(minutes=1)
        if every and (not made or made[0].made < oldest):
            new = backup.make(site, _WHY)
            return f"Made the backup {new.file}"
        newest = backup.listed(site)[:1]
        for one in newest:
            one.check(site.database)
    return f"The newest backup is whole: {newest[0].file}" if newest else "There is no backup"
