"""Each way in which a release stops, as a sentence and an exit status that scripts may rely on."""

from typing import Any

from alembic.util import CommandError


class Refused(CommandError):
    """What could not be done, why, and what to type. Never shown as a traceback.

    `details` are the facts behind the sentence, for `--json`.
    """

    status = 1

    def __init__(self, sentence: str, **details: Any) -> None:
        super().__init__(sentence)
        self.details = details


class WrongUse(Refused):
    """The command was asked for something that it cannot make sense of."""

    status = 2


class Pending(Refused):
    """There are revisions that the database does not have yet."""

    status = 3


class SchemaDiffers(Refused):
    """The database is not what its revision and its models say, or it is damaged."""

    status = 4


class LintFound(Refused):
    """A revision does something dangerous and does not say why it may."""

    status = 5


class UnknownRevision(Refused):
    """The code has several heads, or the database is at a revision that the code does not know."""

    status = 6


class RehearsalNeeded(Refused):
    """There is no rehearsal of these revisions on this database, or it failed."""

    status = 7


class BackupFailed(Refused):
    """A backup could not be made, or is damaged: nothing was changed."""

    status = 8


class ToolMissing(BackupFailed):
    """A program that makes backups is not on this machine."""


class LockTimeout(Refused):
    """Someone else held the database for too long: nothing was changed."""

    status = 9


class Unreachable(LockTimeout):
    """The database does not answer, or cannot be read."""


class MigrationFailed(Refused):
    """A revision failed or lost something; its transaction was rolled back."""

    status = 10


class Restored(Refused):
    """Something was wrong after the commit, and the backup is back."""

    status = 11


class NotRestored(Refused):
    """The backup could not be put back: the site stays closed, and a person is needed."""

    status = 12


def counted(number: int, noun: str) -> str:
    """Like "1 revision", "2 revisions"."""
    return f"{number:,} {noun}{'s' * (number != 1)}"


def told(error: BaseException) -> str:
    """What an error says of itself; Ctrl-C says nothing but its name."""
    return str(error) or type(error).__name__
