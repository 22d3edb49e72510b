"""The revisions that came after a revision, or since a commit, branch or tag of git."""

import subprocess
from pathlib import Path

from alembic.script import Script, ScriptDirectory
from alembic.util import CommandError


def since(directory: ScriptDirectory, ref: str) -> list[Script]:
    """The revisions after the revision `ref`, or whose files git has as new or changed since.

    Oldest first. Raises CommandError, with a sentence, if `ref` is neither.
    """
    try:
        scripts = list(directory.walk_revisions())[::-1]
    except SyntaxError as error:
        raise CommandError(
            f"{error.filename}, line {error.lineno}: {error.msg}. No revision can be read."
        ) from error
    known = _up_to(directory, ref)
    if known is not None:
        return [script for script in scripts if script.revision not in known]
    changed = {
        file for folder in {Path(script.path).parent for script in scripts}
        for file in _changed(folder, ref)
    }  # fmt: skip
    return [script for script in scripts if Path(script.path).resolve() in changed]


def _up_to(directory: ScriptDirectory, ref: str) -> set[str] | None:
    """The ids of the revision and all before it, or None if there is no such revision."""
    if ref in ("", "base"):
        return set() if ref else None
    try:
        named = tuple(script.revision for script in directory.get_revisions(ref) if script)
    except CommandError:
        return None
    return {script.revision for script in directory.iterate_revisions(named, "base")}


def _changed(folder: Path, ref: str) -> set[Path]:
    commit = _git(folder, ref, "rev-parse", "--verify", "--end-of-options", f"{ref}^{{commit}}")
    names = _git(folder, ref, "diff", "--name-only", "--relative", "-z", commit.strip(), "--", ".")
    names += _git(folder, ref, "ls-files", "--others", "--exclude-standard", "-z", "--", ".")
    return {(folder / name).resolve() for name in names.split("\0") if name}


def _git(folder: Path, ref: str, *arguments: str) -> str:
    unknown = CommandError(f"{ref} is neither a revision nor a commit, branch or tag of git here.")
    try:
        # No shell, and what the caller typed stands behind --end-of-options.
        done = subprocess.run(
            ["git", *arguments],  # noqa: S607
            cwd=folder, capture_output=True, text=True, check=False,
        )  # fmt: skip
    except OSError as error:
        raise unknown from error
    if done.returncode:
        raise unknown
    return done.stdout
