"""What the release room asks of a database, whichever it is."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy.engine import URL, Connection

from website.release import state
from website.release.files import sweep

LOCK_SECONDS = 60.0  # how long to wait for another release, or for the site's writers
Progress = Callable[[float], None]  # is told which part of the work is done, from 0 to 1


def no_progress(_part: float) -> None:
    """For work that nobody watches."""


class Database(ABC):
    """One database, by its address. Nothing here makes one by looking at it."""

    suffix: str  # of a backup's file name
    mark_is_a_file = False  # whether `maintenance` costs nothing and may be asked at each request

    def __init__(self, url: URL) -> None:
        self.url = url

    @property
    def shown(self) -> str:
        """The address as it may be printed: without a password."""
        hidden = {name: "***" for name in ("password", "sslpassword") if name in self.url.query}
        return self.url.update_query_dict(hidden).render_as_string(hide_password=True)

    @abstractmethod
    def exists(self) -> bool:
        """Whether there is a database at the address; raises Refused if that cannot be told."""

    @abstractmethod
    def size(self) -> int:
        """Bytes on disk, with what has not been merged into the main file yet."""

    @abstractmethod
    def lock(self, seconds: float | None = None) -> AbstractContextManager[None]:
        """Lets one release in at a time, on all machines; raises LockTimeout after `seconds`."""

    @abstractmethod
    def reading(self) -> AbstractContextManager[Connection]:
        """One consistent look at the database, which changes nothing of it."""

    @abstractmethod
    def migrating(self) -> AbstractContextManager[Connection]:
        """A connection for revisions, on an engine of its own.

        Its transactions keep other writers out from their first moment (LockTimeout if someone
        does not let go), hold DDL too, and never cascade.
        """

    @contextmanager
    def changing(self) -> Iterator[Connection]:
        """A transaction of `migrating`, kept at the end; a revision may end it and begin anew."""
        with self.migrating() as connection:
            connection.begin()
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    @abstractmethod
    def dump(self, target: Path, progress: Progress = no_progress) -> None:
        """Write all of it to a new file, durably; raises BackupFailed."""

    @abstractmethod
    def check_dump(self, file: Path) -> dict[str, int] | None:
        """Read a backup from end to end: how many rows each table has, where that can be told.

        Raises BackupFailed if it is damaged.
        """

    @abstractmethod
    def restore(self, file: Path, save: Callable[[], str], progress: Progress = no_progress) -> str:
        """Make the database what this backup is, with connections open.

        Returns where the state from before is: what `save` answers, which is called when nobody
        can write any more, unless the database itself keeps it. Raises Refused.
        """

    @abstractmethod
    def copy(self, folder: Path, progress: Progress) -> AbstractContextManager["Database"]:
        """A copy that may be spoilt; what it needs on disk is in `folder`, and gone afterwards."""

    @abstractmethod
    def scratch(self) -> AbstractContextManager["Database"]:
        """An empty database of the same kind, gone afterwards."""

    def sweep(self, folder: Path) -> None:
        """Delete the copies that killed releases have left, in the folder and beside it."""
        sweep(folder)

    @abstractmethod
    def room_for(self, folder: Path, *, here: int, there: int = 0) -> str | None:
        """Why there is no room in the folder and beside the database, or None.

        For so many times the size of the database.
        """

    def cannot_restore(self) -> str | None:
        """Why a backup could not take the place of the database, or None."""
        return None

    @abstractmethod
    def integrity(self, connection: Connection, *, thorough: bool = True) -> list[str]:
        """What is damaged in the file itself."""

    @abstractmethod
    def broken_references(self, connection: Connection) -> dict[tuple[str, str], int]:
        """How many rows of which table miss their parent in which."""

    @abstractmethod
    def maintenance(self, connection: Connection | None = None) -> dict[str, Any] | None:
        """Since when and why the site is closed, as every process on every machine sees it."""

    @abstractmethod
    def set_maintenance(self, mark: dict[str, Any] | None) -> None:
        """Close the site with this mark, or open it with None. A restore keeps the mark."""

    def note(self, name: str, fact: Any) -> None:
        """Write a fact of the release down in the database, in a transaction of its own."""
        with self.changing() as connection:
            state.write(connection, name, fact)

    @abstractmethod
    def begin_run(self, connection: Connection) -> None:
        """Called in a transaction of `migrating`, before its revisions."""

    def only_a_lock(self, error: BaseException) -> bool:
        """Whether a revision failed for want of a lock alone, so that `undo_run` is worth it."""
        return False

    def was_ended(self, connection: Connection) -> bool:
        """Whether a revision has ended the transaction by the driver's own commit or rollback."""
        return False

    def undo_run(self, connection: Connection) -> None:
        """Undo what came after `begin_run`, wait a little and keep other writers out meanwhile."""
        raise NotImplementedError

    @abstractmethod
    def settle(self) -> None:
        """What is worth doing after a large change, when nobody waits for it."""
