"""PostgreSQL: dumped and restored by its own tools, and swapped by name."""

import re
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import psycopg
from sqlalchemy import create_engine, event
from sqlalchemy.engine import Connection
from sqlalchemy.pool import NullPool

from website.release import state
from website.release.dialects import postgresql_server as server
from website.release.dialects import postgresql_tools as tools
from website.release.dialects.base import LOCK_SECONDS, Database, Progress, no_progress
from website.release.dialects.postgresql_locks import keep_writers_out, only_a_lock
from website.release.errors import BackupFailed, LockTimeout, Unreachable
from website.release.files import disk_of, make_file, sync

_WAIT = "2s"  # for a lock on a table: longer, and every later reader would wait behind us
_POINT = "release_run"


class Postgresql(Database):
    suffix = ".dump"

    @property
    def name(self) -> str:
        return str(self.url.database)

    def exists(self) -> bool:
        try:
            with server.connect(self.url):
                return True
        except Unreachable as error:
            if re.search(r'database ".*" does not exist', str(error)):
                return False
            raise

    def size(self) -> int:
        with server.connect(self.url) as connection:
            found = connection.execute("SELECT pg_database_size(current_database())").fetchone()
        return int(found[0]) if found else 0

    @contextmanager
    def lock(self, seconds: float | None = None) -> Iterator[None]:
        end = monotonic() + (LOCK_SECONDS if seconds is None else seconds)
        with server.at(self.url) as connection:  # of its own, since revisions may commit
            attempt = "SELECT pg_try_advisory_lock(hashtext('release'), hashtext(%s))"
            while not _first(connection.execute(attempt, [self.name])):
                if monotonic() > end:
                    raise LockTimeout("Another release is at work on this database. Try again.")
                sleep(0.05)
            yield

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with self._engine("-c default_transaction_isolation=repeatable\\ read") as connection:
            connection.execution_options(postgresql_readonly=True)
            yield connection

    @contextmanager
    def migrating(self) -> Iterator[Connection]:
        patience = "-c statement_timeout=0 -c idle_in_transaction_session_timeout=0"
        with self._engine(f"-c lock_timeout={_WAIT} {patience}") as connection:
            event.listen(connection.engine, "begin", keep_writers_out)
            yield connection

    def dump(self, target: Path, progress: Progress = no_progress) -> None:
        whole = max(self.size(), 1)
        try:
            make_file(target, fresh=True)
            tools.dump(self.url, target, lambda written: progress(min(0.99, written / whole)))
            sync(target)
        except OSError as error:
            raise BackupFailed(f"The backup could not be written: {error}.") from error

    def check_dump(self, file: Path) -> dict[str, int] | None:
        return tools.read_through(file)

    def restore(self, file: Path, save: Callable[[], str], progress: Progress = no_progress) -> str:
        """Into a new database, which then takes the name of the old one: in place, a migration's
        own foreign keys would be in the way, and a failure would leave half."""
        new, old = self._free_name("new"), self._free_name("before")
        existed = self.exists()
        mark = self.maintenance() if existed else None
        with self._made(new) as made:
            tools.load(file, made.url)
            made.set_maintenance(mark)
            progress(0.9)
            server.swap(self.url, new, old if existed else None)
        return f"database {old}" if existed else save()

    @contextmanager
    def copy(self, folder: Path, progress: Progress) -> Iterator[Database]:
        file = folder / "copy.dump"
        try:
            self.dump(file, progress)
            with self._made(self._free_name("copy")) as made:
                tools.load(file, made.url)
                made.set_maintenance(None)
                yield made
        finally:
            file.unlink(missing_ok=True)

    @contextmanager
    def scratch(self) -> Iterator[Database]:
        with self._made(self._free_name("scratch")) as made:
            yield made

    def sweep(self, folder: Path) -> None:
        super().sweep(folder)
        server.sweep(self.url)

    def room_for(self, folder: Path, *, here: int, there: int = 0) -> str | None:
        # What the server has beside its database, it tells nobody.
        (_disk, free), need = disk_of(folder), here * self.size()
        if free < need:
            return (
                f"There must be {need / 1e6:,.0f} MB of room in {folder}, and there are"
                f" {free / 1e6:,.0f} MB."
            )
        return None

    def cannot_restore(self) -> str | None:
        if not self.exists():
            return None
        with server.connect(self.url) as connection:
            owner = _first(
                connection.execute(
                    "SELECT rolsuper OR rolcreatedb AND pg_has_role(datdba, 'USAGE')"
                    " FROM pg_database, pg_roles"
                    " WHERE datname = current_database() AND rolname = current_user"
                )
            )
        if owner:
            return None
        return f"A backup could not be restored: the role must own {self.name} and have CREATEDB."

    def integrity(self, connection: Connection, *, thorough: bool = True) -> list[str]:
        invalid = connection.exec_driver_sql(
            "SELECT indexrelid::regclass::text FROM pg_index WHERE NOT indisvalid"
        )
        return [f"index {name} was never finished: drop it" for name in invalid.scalars()]

    def broken_references(self, connection: Connection) -> dict[tuple[str, str], int]:
        return {}  # it allows none

    def maintenance(self, connection: Connection | None = None) -> dict[str, Any] | None:
        if connection is None:
            with self.reading() as connection:
                return self.maintenance(connection)
        mark = state.read(connection, "maintenance")
        return mark if isinstance(mark, dict) else None

    def set_maintenance(self, mark: dict[str, Any] | None) -> None:
        # In the database itself, where every web host sees it; a restore writes it anew.
        if mark is not None or self.maintenance() is not None:
            self.note("maintenance", mark)

    def note(self, name: str, fact: Any) -> None:
        with self._engine() as connection, connection.begin():  # which keeps no writer out
            state.write(connection, name, fact)

    def begin_run(self, connection: Connection) -> None:
        self._run = connection.exec_driver_sql("SELECT txid_current()").scalar()
        connection.exec_driver_sql(f"SAVEPOINT {_POINT}")

    def only_a_lock(self, error: BaseException) -> bool:
        return only_a_lock(error)

    def was_ended(self, connection: Connection) -> bool:
        with server.connect(self.url) as other:  # ours may be lost, as it is after Ctrl-C
            status = _first(other.execute("SELECT txid_status(%s)", [self._run]))
        return bool(status == "committed" or (status == "aborted" and not connection.invalidated))

    def undo_run(self, connection: Connection) -> None:
        # The locks from before the savepoint stay: no write falls between backup and migration.
        connection.exec_driver_sql(f"ROLLBACK TO SAVEPOINT {_POINT}")
        sleep(1)

    def settle(self) -> None:
        with suppress(psycopg.Error), server.connect(self.url) as connection:
            connection.execute("ANALYZE")

    @contextmanager
    def _engine(self, options: str = "") -> Iterator[Connection]:
        engine = create_engine(
            self.url, poolclass=NullPool, hide_parameters=True, connect_args={"options": options}
        )
        try:
            with engine.connect() as connection:
                yield connection
        finally:
            engine.dispose()

    def _free_name(self, what: str) -> str:
        begins = self.name.encode()[:40].decode(errors="ignore")  # of the 63 bytes a name may have
        return f"{begins}_{what}_{uuid.uuid4().hex[:8]}"

    @contextmanager
    def _made(self, name: str) -> Iterator["Postgresql"]:
        """A new database, empty, like this one in its encoding; gone unless it was renamed."""
        with server.made(self.url, name):
            yield Postgresql(self.url.set(database=name))


def _first(cursor: psycopg.Cursor[Any]) -> Any:
    row = cursor.fetchone()
    return row[0] if row else None
