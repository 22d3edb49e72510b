"""The documents are typed as they stand: every command, every edit of a file between them."""

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests import forks
from tests.migrations.scratch import ROOT, Project
from website.release.errors import Refused

WALK = "docs/migrations.md"
HERE = "## A rename"  # where the walk through one change ends, and what needs more care begins
OTHERS = ("README.md", "docs/operations.md")
# The programs of commands that are not typed here, with the reason.
NOT_TYPED = {
    "make": "it installs from the network, and `make run` serves until it is stopped",
    "git": "the copy is no clone",
    "systemctl": "it is the machine's",
    "gunicorn": "it is not installed, and serves until it is stopped",
}
ANSWERS = "y\n" * 3  # to whatever a command asks
PLAIN = re.compile(r"flask [^|&;<>$]*")  # of one process, whose output nobody takes
FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
STATUS = re.compile(r"\s+# exit status (\d+)$")
EDIT = re.compile(r"# (\S+\.py)(?:, (above|in place of) (.+))?\n")


@dataclass
class Command:
    place: str
    text: str
    status: int = 0
    says: list[str] = field(default_factory=list)  # lines of what it prints, in order


@dataclass
class Edit:
    place: str
    file: str
    how: str | None
    where: str | None
    code: str


def steps(document: str, until: str | None = None) -> Iterator[Command | Edit]:
    """What the fenced blocks of a document tell the reader to do, in order."""
    text = (ROOT / document).read_text(encoding="utf-8")
    for block in FENCE.finditer(text, 0, text.index(f"\n{until}\n") if until else len(text)):
        place = f"{document}, line {text.count(chr(10), 0, block.start()) + 2}"
        language, content = block.groups()
        if language == "console":
            yield from commands(place, content)
        elif language == "python":
            head = EDIT.match(content)
            assert head, f"{place}: the first line does not say which file it is of"
            yield Edit(place, head[1], head[2], head[3], content[head.end() :])


def commands(place: str, block: str) -> Iterator[Command]:
    command = None
    for line in block.splitlines():
        if line.startswith("$ "):
            if command:
                yield command
            text, _, status = STATUS.sub(r"\n\1", line[2:]).partition("\n")
            command = Command(place, text, int(status or 0))
        else:
            assert command, f"{place}: it begins with {line}"
            command.says.append(line)
    if command:
        yield command


class Reader:
    """Someone with a fresh clone who types what a document says."""

    def __init__(self, project: Project, url: str | None) -> None:
        self.folder, self.versions = project.folder, project.directory / "versions"
        for name in ("tests", "docs"):
            shutil.copytree(ROOT / name, self.folder / name)
        shutil.copy(ROOT / "pytest.ini", self.folder)
        (self.folder / ".venv").symlink_to(Path(sys.executable).parents[1])
        self.postgresql = url is not None
        inherited = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("PYTEST_", "BACKUP_", "FLASK_"))
        }
        path = f"{self.folder / '.venv' / 'bin'}:{inherited['PATH']}"
        self.environment = {**inherited, "PATH": path, **({"DATABASE_URL": url} if url else {})}

    def do(self, step: Command | Edit) -> None:
        if isinstance(step, Command):
            self.type(step)
        else:
            self.edit(step)

    def type(self, command: Command) -> str:
        """Type it, and yes to what it asks; returns what it printed."""
        text = command.text.replace("Z.db", "Z.dump") if self.postgresql else command.text
        done = self.run(text)
        told = f"{command.place}: {text}\n{done.stdout}"
        assert done.returncode == command.status, f"exit status {done.returncode}. {told}"
        assert "Traceback" not in done.stdout, told
        lines = iter(done.stdout.splitlines())
        for line in command.says:
            pattern = ".*".join(map(re.escape, line.split("…")))
            assert any(re.fullmatch(pattern, said.rstrip()) for said in lines), (
                f"it does not print: {line}\n{told}"
            )
        return done.stdout

    def run(self, text: str) -> subprocess.CompletedProcess[str]:
        """What the shell does with it; a plain `flask …` is forked once the shell has read it."""
        if not PLAIN.fullmatch(text):
            return self.shell(text)
        words = self.shell(f"printf '%s\\0' {text}").stdout.split("\0")
        command = ["-m", *words[:-1]]
        return forks.run(command, self.folder, self.environment, ANSWERS, together=True)

    def shell(self, text: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["bash", "-c", text], cwd=self.folder, env=self.environment, input=ANSWERS, text=True,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False,
        )  # fmt: skip

    def edit(self, edit: Edit) -> None:
        """Write the block into its file, which is a new one unless the block says where."""
        path = self.folder / self.name(edit.file)
        if edit.where is None:
            assert not path.exists(), f"{edit.place}: there is a {path.name} already"
            path.write_text(edit.code, encoding="utf-8")
            return
        lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
        to_the_end = edit.where.startswith("everything below ")
        first, *last = edit.where.removeprefix("everything below ").split(" and ")
        begin = end = self.line(lines, first, edit.place)
        if to_the_end:
            begin, end = begin + 1, len(lines)
        elif edit.how == "in place of":
            end = 1 + (self.line(lines, last[0], edit.place) if last else begin)
        lines[begin:end] = [edit.code]
        path.write_text("".join(lines), encoding="utf-8")
        ast.parse("".join(lines), str(path))

    @staticmethod
    def line(lines: list[str], start: str, place: str) -> int:
        found = [at for at, line in enumerate(lines) if line.strip().startswith(start)]
        assert len(found) == 1, f"{place}: {len(found)} lines begin with {start}"
        return found[0]

    def name(self, file: str) -> str:
        """With the number in the place of `…`: that of the revision with this name."""
        before, sign, slug = file.partition("…")
        if not sign:
            return file
        (revision,) = self.versions.glob(f"*{slug}")
        return f"{before}{revision.name.removesuffix(slug)}{slug}"


@pytest.fixture
def reader(project: Project) -> Reader:
    return Reader(project, None)


def test_on_sqlite_every_line_about_changing_the_schema_can_be_typed_from_the_top(
    reader: Reader,
) -> None:
    for step in steps(WALK):
        reader.do(step)


@pytest.mark.postgresql_only
def test_on_postgresql_the_walk_through_one_change_can_be_typed_too(
    project: Project, empty_url: str
) -> None:
    reader = Reader(project, empty_url)
    for step in steps(WALK, HERE):
        reader.do(step)


def typed(document: str) -> dict[str, Command]:
    """Each command of a document's indented blocks, and each `flask …` in its sentences, once."""
    text = (ROOT / document).read_text(encoding="utf-8")
    line = r"^    ((?:\.venv/bin/)?[a-z]\w*)( .*[^{;])?$"
    inline = r"`((?:\.venv/bin/)?flask)( [^`]+)`"
    found: dict[str, Command] = {}
    for match in re.finditer(f"{line}|{inline}", text, re.MULTILINE):
        program, more = match[1] or match[3], match[2] or match[4] or ""
        place = f"{document}, line {text.count(chr(10), 0, match.start()) + 1}"
        without_remark = re.sub(r"  +#(?! exit status).*", "", more)
        for command in commands(place, f"$ {program}{without_remark}"):
            found.setdefault(command.text, command)
    return found


def give_the_backup_its_name(reader: Reader, named: Path) -> None:
    """The document cannot know when the reader's backup was made."""
    newest = sorted((reader.folder / "instance" / "backups").glob("*Z.db"))[-1]
    for suffix in ("", ".json"):
        shutil.copy(f"{newest}{suffix}", f"{reader.folder / named}{suffix}")


@pytest.mark.parametrize("document", OTHERS)
def test_on_sqlite_every_command_of_the_document_can_be_typed_as_it_stands(
    document: str, reader: Reader
) -> None:
    for text, command in typed(document).items():
        if text == "make run":  # all that it does before it serves
            reader.type(Command(command.place, "flask release apply --rehearse"))
        if match := re.search(r"flask release restore (\S+)", text):
            give_the_backup_its_name(reader, Path(match[1]))
        elsewhere = "postgresql://" in text  # a server of the reader's; test_move.py has one
        if text.split()[0] not in NOT_TYPED and not elsewhere:
            reader.type(command)


def test_every_exit_status_is_documented() -> None:
    text = (ROOT / WALK).read_text(encoding="utf-8")
    table = text[text.index("## Exit statuses") : text.index("## On an application")]
    documented = [int(number) for number in re.findall(r"^\| (\d+) \|", table, re.MULTILINE)]
    kinds: list[type[Refused]] = [Refused, *Refused.__subclasses__()]
    assert documented == sorted({0, 1} | {kind.status for kind in kinds})


def test_no_command_of_the_walk_stands_where_nobody_types_it() -> None:
    text = (ROOT / WALK).read_text(encoding="utf-8")
    assert {language for language, _ in FENCE.findall(text)} == {"console", "python"}
    assert not re.findall(r"^    (?:\.venv/bin/)?(?:flask|pytest|make) .*", text, re.MULTILINE)


@pytest.mark.parametrize(
    ("block", "complaint"),
    [
        ("$ true  # exit status 3", "exit status 0"),
        ("$ false", "exit status 1"),
        ("$ echo one two three\none … two", "it does not print"),
        ("$ printf 'b\\na\\n'\na\nb", "it does not print: b"),
        ("$ echo Traceback", "Traceback"),
    ],
)
def test_a_document_that_is_not_true_is_found_out(
    block: str, complaint: str, reader: Reader
) -> None:
    for command in commands("here", "$ echo one two three\none…\n$ false  # exit status 1"):
        reader.type(command)
    (untrue,) = commands("here", block)
    with pytest.raises(AssertionError, match=complaint):
        reader.type(untrue)
