"""What a command of `flask release` says: for people, as JSON, and by its exit status."""

import json
import logging
import os
import re
import signal
import sys
import textwrap
import threading
from collections.abc import Callable
from contextlib import redirect_stdout, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import wraps
from typing import Any

import click
from alembic.util import CommandError
from flask.cli import AppGroup
from sqlalchemy.exc import DBAPIError

from website.release.errors import (
    BackupFailed,
    Refused,
    SchemaDiffers,
    UnknownRevision,
    Unreachable,
)
from website.release.lint import Finding
from website.release.site import Site
from website.release.steps import Steps

_HELP = """Schema changes that lose nothing: look, rehearse, apply, verify, restore.

\b
Exit status:
  0 done, or nothing to do           7 no rehearsal, or a stale or failed one
  1 a bug                            8 no backup, and nothing was changed
  2 wrong use                        9 a lock, or a database that does not answer
  3 revisions are pending           10 the migration failed, and nothing was changed
  4 models and schema differ        11 it failed after the commit, and was restored
  5 lint found something            12 it could not be restored: the site stays closed
  6 several heads, or a revision that is unknown or cannot be read
"""


@dataclass(frozen=True)
class Answer:
    facts: dict[str, Any]  # for --json
    text: str  # for people
    status: int = 0


@click.group(cls=AppGroup, help=_HELP)
@click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
@click.pass_context
def release(context: click.Context, as_json: bool) -> None:
    context.meta["release.json"] = as_json
    if threading.current_thread() is threading.main_thread():
        # `systemctl stop`, or a terminal that goes, cleans up as Ctrl-C does: the site opens again,
        # and no copy of everyone's notes stays behind.
        for stop in (signal.SIGTERM, signal.SIGHUP):
            if signal.getsignal(stop) == signal.SIG_DFL:  # `nohup` has said otherwise
                signal.signal(stop, signal.default_int_handler)
                context.call_on_close(lambda stop=stop: signal.signal(stop, signal.SIG_DFL))
    # Alembic's own lines would stand between ours.
    log = logging.getLogger("alembic")
    context.call_on_close(lambda level=log.level: log.setLevel(level))
    log.setLevel(logging.WARNING)


def command(*examples: str, group: click.Group = release) -> Callable[..., Any]:
    """A command of the group: its function is handed the Site, the Steps and its options."""

    def add(function: Callable[..., Answer]) -> Callable[..., Answer]:
        shown = "\n".join(f"  {example}" for example in examples)
        text = f"{function.__doc__}\n\n\b\nExample{'s' * (len(examples) > 1)}:\n{shown}\n"

        @wraps(function)
        def run(as_json: bool, **options: Any) -> None:
            as_json = as_json or click.get_current_context().meta.get("release.json", False)
            steps = Steps(_say)
            try:
                with redirect_stdout(sys.stderr):  # a revision that prints spoils no JSON
                    answer = function(Site.current(), steps, **options)
            except Exception as error:
                refused = as_refused(error)
                if refused is None:
                    raise
                answer = Answer(
                    {"error": str(refused), **refused.details}, f"Error: {refused}", refused.status
                )
            _print(answer, as_json)

        json_option = click.option("--json", "as_json", is_flag=True, help="Answer in JSON.")
        group.command(function.__name__, help=text)(json_option(run))
        return function

    return add


def _say(sentence: str) -> None:
    with suppress(OSError):  # a full disk, or a terminal that is gone: no reason to stop half way
        _echo(sentence, err=True)


def _echo(text: str, *, err: bool = False) -> None:
    try:
        click.echo(text, err=err)
    except BrokenPipeError:  # nobody reads any more, as in `| head -0`: the status tells it all
        nowhere = os.open(os.devnull, os.O_WRONLY)  # for what is still to be flushed
        os.dup2(nowhere, (sys.stderr if err else sys.stdout).fileno())


def as_refused(error: Exception) -> Refused | None:
    """The sentence for an error that is nobody's bug; None for one that is."""
    if isinstance(error, Refused):
        return error
    if isinstance(error, CommandError):  # Alembic's
        return UnknownRevision(str(error))
    if isinstance(error, OSError):
        return BackupFailed(f"{error.strerror or error}: {error.filename or ''}.")
    if isinstance(error, DBAPIError):
        reason = str(error.orig).strip().partition("\n")[0]
        damaged = re.search("malformed|not a database", reason)
        kind = SchemaDiffers if damaged else Unreachable
        return kind(f"The database refused: {reason}.")
    return None


def _print(answer: Answer, as_json: bool) -> None:
    if as_json:
        _echo(json.dumps({"status": answer.status, **answer.facts}, indent=2, default=str))
    else:
        _echo(answer.text, err="error" in answer.facts)
    if answer.status:
        click.get_current_context().exit(answer.status)


def review(finding: Finding) -> str:
    """A finding as a reviewer would write it."""
    where = f"{finding.file}:{finding.line}: {finding.rule}"
    if finding.waived is not None:
        return f"{where}, waived: {finding.waived}"
    said = (finding.what, finding.why, f"Instead: {finding.instead}")
    return "\n".join([where, *(textwrap.indent(text, "  ") for text in said)])


def megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"


def seconds(count: float) -> str:
    return f"{count:.1f} s"


def ago(moment: datetime) -> str:
    """Like "3 hours ago, 2026-01-31 12:00 UTC"."""
    passed = (datetime.now(UTC) - moment).total_seconds()
    for name, size in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if (count := int(passed // size)) >= 1:
            return f"{count} {name}{'s' * (count > 1)} ago, {moment:%Y-%m-%d %H:%M} UTC"
    return f"a moment ago, {moment:%Y-%m-%d %H:%M} UTC"
