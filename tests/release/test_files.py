"""What root makes in someone's folder is theirs, or the site could not use it afterwards."""

import os
from pathlib import Path

import pytest
from sqlalchemy import make_url

from website.release.dialects import database_at
from website.release.files import make_file, write_json

NOBODY = 65534


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """A folder of another user, where the suite runs as root; else it is one's own."""
    folder = tmp_path / "theirs"
    folder.mkdir(mode=0o700)
    if os.geteuid() == 0:
        os.chown(folder, NOBODY, NOBODY)
    return folder


def test_files_and_folders_belong_to_the_owner_of_the_folder_they_are_in(theirs: Path) -> None:
    write_json(theirs / "deep" / "deeper" / "file.json", {})
    with database_at(make_url(f"sqlite:///{theirs}/octavo.db")).lock():
        made = [file for file in theirs.rglob("*") if not file.is_symlink()]
    assert {file.name for file in made} == {"deep", "deeper", "file.json", "octavo.db.lock"}
    assert {file.stat().st_uid for file in made} == {theirs.stat().st_uid}
    assert {file.stat().st_mode & 0o077 for file in made} == {0}


def test_a_file_that_is_there_keeps_its_owner(theirs: Path) -> None:
    file = theirs / "file"
    file.touch()
    make_file(file)
    assert file.stat().st_uid == os.geteuid()
