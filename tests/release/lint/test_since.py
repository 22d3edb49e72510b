"""`--since` takes a revision, or what git knows: the revisions that came after, oldest first."""

import os
import subprocess
from pathlib import Path

import pytest
from alembic.script import ScriptDirectory
from alembic.util import CommandError

from tests.release.lint.bookshop import Bookshop
from website.release.lint import since

ADD = 'def upgrade():\n    op.add_column("word", sa.Column("n{}", sa.Integer()))'


@pytest.fixture
def bookshop(tmp_path: Path) -> Bookshop:
    """Three revisions in a repository of their own: the first committed and tagged."""
    bookshop = Bookshop(tmp_path)
    git(bookshop, "init", "-q", "-b", "main")
    git(bookshop, "add", ".")
    git(bookshop, "commit", "-qm", "First")
    git(bookshop, "tag", "v1.0")
    for number in range(2):
        bookshop.add(ADD.format(number))
    return bookshop


def git(bookshop: Bookshop, *arguments: str) -> None:
    identity = ["-c", "user.name=Ann", "-c", "user.email=ann@example.org"]
    environment = {"PATH": os.environ["PATH"], "HOME": str(bookshop.directory)}
    subprocess.run(
        ["git", *identity, *arguments], cwd=bookshop.directory, env=environment, check=True
    )


def ids(bookshop: Bookshop, ref: str) -> list[str]:
    return [script.revision for script in since(ScriptDirectory(str(bookshop.directory)), ref)]


def test_after_a_revision_come_the_later_ones(bookshop: Bookshop) -> None:
    assert ids(bookshop, "r1") == ["r2", "r3"]
    assert ids(bookshop, "r3") == ids(bookshop, "head") == []
    assert ids(bookshop, "base") == ["r1", "r2", "r3"]


def test_after_a_revision_come_those_of_both_branches(bookshop: Bookshop) -> None:
    path = bookshop.add(ADD.format("b"))
    path.write_text(path.read_text().replace('down_revision = "r3"', "down_revision = 'r1'")
                    .replace("down_revision = 'r3'", "down_revision = 'r1'"))  # fmt: skip
    assert set(ids(bookshop, "r1")) == {"r2", "r3", "r4"}
    assert set(ids(bookshop, "r2")) == {"r3", "r4"}


@pytest.mark.parametrize("ref", ["v1.0", "main", "HEAD"])
def test_since_a_tag_or_branch_come_the_new_and_the_changed_files(
    bookshop: Bookshop, ref: str
) -> None:
    assert ids(bookshop, ref) == ["r2", "r3"]
    git(bookshop, "add", ".")
    git(bookshop, "commit", "-qm", "Second and third")
    assert ids(bookshop, ref) == (["r2", "r3"] if ref == "v1.0" else [])
    first = bookshop.versions / "0001_example.py"
    first.write_text(first.read_text() + "\n# edited\n")
    assert ids(bookshop, ref) == (["r1", "r2", "r3"] if ref == "v1.0" else ["r1"])


@pytest.mark.parametrize("ref", ["no-such-thing", "--output=file", "v1.0:versions", "", "-h"])
def test_what_is_neither_is_a_sentence(bookshop: Bookshop, ref: str) -> None:
    with pytest.raises(CommandError, match="neither a revision nor a commit, branch or tag"):
        ids(bookshop, ref)
    assert not (bookshop.directory / "versions" / "file").exists()


def test_without_git_a_branch_is_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bookshop = Bookshop(tmp_path)
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path))
    with pytest.raises(CommandError, match="main is neither"):
        ids(bookshop, "main")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(CommandError, match="main is neither"):
        ids(bookshop, "main")
    assert ids(bookshop, "base") == ["r1"]


def test_a_file_that_is_no_python_is_a_sentence(bookshop: Bookshop) -> None:
    bookshop.add("def upgrade(:")
    with pytest.raises(CommandError, match=r"0004_example.py, line 9: "):
        ids(bookshop, "r1")
