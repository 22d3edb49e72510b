"""pg_dump and pg_restore, called so that no password is seen and no half of a file is believed."""

import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from psycopg.conninfo import make_conninfo
from sqlalchemy.engine import URL

from website.release.errors import BackupFailed, Refused, ToolMissing

_COPY = re.compile(rb"COPY (?:\"?[^\".]+\"?\.)?\"?([^\"(]+?)\"? \(.* FROM stdin;\n")


def parameters(url: URL) -> dict[str, Any]:
    """The address as libpq's parameters."""
    query = {name: value for name, value in url.query.items() if isinstance(value, str)}
    return {**url.translate_connect_args(username="user", database="dbname"), **query}


def program(name: str) -> str:
    """Where PostgreSQL's program is; raises ToolMissing if it is not on this machine."""
    found = shutil.which(name)
    if found is None:
        raise ToolMissing(
            f"{name} is not on this machine; on Debian type: apt-get install postgresql-client"
        )
    return found


@contextmanager
def address(url: URL) -> Iterator[str]:
    """The database for a command line, on which everyone can read: the password is in a file."""
    parts = parameters(url)
    password = parts.pop("password", None)
    with tempfile.NamedTemporaryFile("w", encoding="utf-8") as file:  # of mode 0600
        if password:
            file.write("*:*:*:*:" + re.sub(r"([\\:])", r"\\\1", str(password)) + "\n")
            file.flush()
            parts["passfile"] = file.name
        yield make_conninfo(**parts)


def dump(url: URL, target: Path, watch: Any) -> None:
    """Write the whole database to a file of PostgreSQL's custom format."""
    with address(url) as database, tempfile.TemporaryFile() as complaints:
        # Level 1 takes a quarter of the default's time, and the site is closed meanwhile.
        command = [program("pg_dump"), "--format=custom", "--compress=1", "--no-password"]
        command += [f"--file={target}", f"--dbname={database}"]
        with subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=complaints) as process:
            while process.poll() is None:
                watch(target.stat().st_size)
                with suppress(subprocess.TimeoutExpired):
                    process.wait(0.05)
        if process.returncode:
            raise BackupFailed(f"pg_dump: {_said(complaints)}")


def load(file: Path, url: URL) -> None:
    """Put a dump into an empty database, all of it or nothing."""
    with address(url) as database:
        command = [program("pg_restore"), "--exit-on-error", "--single-transaction"]
        command += ["--no-password", f"--dbname={database}", str(file)]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)
    if done.returncode:
        raise Refused(f"pg_restore: {_last_line(done.stderr)}")


def read_through(file: Path) -> dict[str, int]:
    """Read a dump from end to end: how many rows of each table are in it.

    A list of its contents would not do: pg_restore lists a truncated file without complaint.
    """
    counts: dict[str, int] = {}
    table = None
    command = [program("pg_restore"), "--file=-", str(file)]
    with (
        tempfile.TemporaryFile() as complaints,
        subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=complaints
        ) as process,
    ):
        assert process.stdout is not None
        for line in process.stdout:
            if table is None:
                if line.startswith(b"COPY ") and (match := _COPY.match(line)):
                    table = match[1].decode()
                    counts[table] = 0
            elif line == b"\\.\n":
                table = None
            else:
                counts[table] += 1
        process.wait()
        if process.returncode:
            raise BackupFailed(f"The backup {file.name} is damaged: {_said(complaints)}")
    return counts


def _said(complaints: Any) -> str:
    complaints.seek(0)
    return _last_line(complaints.read())


def _last_line(said: bytes) -> str:
    lines = said.decode("utf-8", "replace").strip().splitlines()
    errors = [line for line in lines if "error:" in line]
    return (errors or lines or ["it said nothing"])[-1].partition("error: ")[2] or "it failed"
