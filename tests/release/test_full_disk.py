"""A disk that fills up in the middle of a release: as it was or as it should be, and a sentence."""

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import make_url

from tests.migrations.schema import dump
from tests.release.conftest import Site
from website.release.dialects import database_at

EMERGENCY = ("apply", "--no-rehearsal", "the test says so")


@pytest.fixture
def small(site: Site, tmp_path: Path) -> Iterator[Site]:
    """The site with its file and its backups on a disk of 64 MB: a release wants 50 to spare.

    Where none may be mounted, a limit on the size of a file stands for the full disk.
    """
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(disk)]
    mounted = shutil.which("mount") and not subprocess.run(mount, capture_output=True).returncode
    if not mounted:
        yield site
        return
    try:
        site.backups = disk / "backups"
        site.environment |= {"SMALL_DISK": str(disk), "BACKUP_DIR": str(site.backups)}
        url = make_url(site.url)
        if url.get_backend_name() == "sqlite":
            shutil.copyfile(url.database or "", disk / "octavo.db")
            site.url = f"sqlite:///{disk}/octavo.db"
            site.environment["DATABASE_URL"] = site.url
        yield site
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


@pytest.mark.parametrize(
    ("step", "statuses"),
    [("wait for writers", {8}), ("backup", {8}), ("migrate", {0, 8, 10}), ("verify", {0, 12})],
)
def test_a_disk_that_fills_up_at_a_step_loses_nothing_and_the_retry_succeeds(
    step: str, statuses: set[int], small: Site
) -> None:
    small.append("note", '\nfrom sqlalchemy import Text as _Text\n'
                         'from sqlalchemy.orm import mapped_column as _new_column\n'
                         'Note.colour = _new_column("colour", _Text)\n')  # fmt: skip
    small.add("colour", 'op.add_column("note", sa.Column("colour", sa.Text()))\n'
                        "op.execute(\"UPDATE note SET colour = \" + "
                        "repr('red' * 1_000_000))",
              'op.drop_column("note", "colour")')  # fmt: skip
    before = dump(small.url)
    done = small.at(step, "begin", "fill", *EMERGENCY)
    assert done.status in statuses, done.complained
    (small.backups.parent / "filling").unlink(missing_ok=True)
    if done.status == 12:  # nothing can be read nor put back: what to type is said
        assert database_at(make_url(small.url)).maintenance() is not None
        typed = re.search(r"type: flask release (restore \S+)$", done.complained)
        assert typed is not None
        restored = small.release(*typed[1].split(), "--yes")
        assert restored.status == 0, restored.complained
    assert database_at(make_url(small.url)).maintenance() is None
    assert (dump(small.url) == before) == (done.status != 0)
    assert small.release(*EMERGENCY).status == 0
    assert small.release("verify").status == 0


def test_a_release_that_has_no_room_is_refused_before_anything_is_done(small: Site) -> None:
    database = database_at(make_url(small.url))
    free = shutil.disk_usage(small.backups.parent).free
    assert database.room_for(small.backups, here=1) is None
    told = database.room_for(small.backups, here=free // database.size() + 1)
    assert told is not None
    assert "MB of room" in told
    if "SMALL_DISK" in small.environment:
        (small.backups.parent / "more").write_bytes(bytes(60_000_000))
        refused = small.release("backup")
        assert refused.status == 8
        assert "MB of room" in refused.complained
