"""Stands behind every revision, in its transaction, and counts what it leaves."""

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

from alembic.runtime.migration import MigrationInfo
from alembic.script import Script
from sqlalchemy import event
from sqlalchemy.engine import Connection

from website.release import census, state
from website.release.census import Loss
from website.release.declared import Declared
from website.release.dialects import Database
from website.release.errors import MigrationFailed
from website.release.renames import Renames
from website.release.site import Site

Say = Callable[[str], None]
_ENDS = re.compile(
    r"\s*(COMMIT|END|ABORT|ROLLBACK(?!\s+TO)|BEGIN|START|PREPARE\s+TRANSACTION)\b", re.IGNORECASE
)


class Watch:
    """Stands behind each revision of a run, in its transaction, and refuses what it loses."""

    def __init__(self, site: Site, database: Database, connection: Connection, say: Say) -> None:
        self.database, self.connection, self.say = database, connection, say
        self.open = False  # while an autocommit_block of ours ends the transaction
        self.committed = False  # a revision ended the transaction: CREATE INDEX CONCURRENTLY does
        self._leave_out = frozenset({site.version_table})
        self._references = database.broken_references(connection)
        self._renames = Renames(connection)
        self.first = self.last = census.take(connection, self._leave_out)
        known = state.read(connection, "may_run") or {}
        # What another tool has migrated since says nothing of the schema of now.
        same = known.get("schema") == sorted(site.applied(connection))
        self._runs: list[str] = known.get("runs", []) if same else []

    @contextmanager
    def whole(self) -> Iterator[None]:
        """Meanwhile a revision may not end the transaction: what is committed cannot be undone."""

        def refuse(*_about: Any) -> None:
            if not self.open:
                raise MigrationFailed("A revision may not COMMIT or ROLLBACK. Nothing was changed.")

        def hear(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
            if _ENDS.match(statement):
                refuse()

        heard = [("commit", refuse), ("rollback", refuse), ("before_cursor_execute", hear)]
        for name, listener in heard:
            event.listen(self.connection.engine, name, listener)
        try:
            yield
        finally:
            for name, listener in heard:
                event.remove(self.connection.engine, name, listener)

    def start_again(self) -> None:
        """Nothing of what was seen has happened."""
        self.last = self.first
        self._renames.forget()

    def __call__(self, *, step: MigrationInfo, heads: set[str], **_more: Any) -> None:
        """Alembic's `on_version_apply`: after each revision, before anything is committed."""
        after = census.take(self.connection, self._leave_out)
        script = cast("Script", step.up_revision)
        declared = Declared.of(script)
        undeclared = []
        for loss in census.losses(self.last, after, self._renames):
            file = Path(script.path).name
            if loss.name in declared.losses:
                self.say(f"{file}: {loss.sentence}, as it declares.")
            elif declared.made(loss, upgrade=step.is_upgrade):
                self.say(f"{file}: {loss.sentence}, which its upgrade had made.")
            else:
                undeclared.append(loss)
        if undeclared:
            raise not_declared(Path(script.path).name, undeclared)
        self.last = after
        self._renames.forget()
        self._remember(step, sorted(heads), expand=declared.expand)

    def _remember(self, step: MigrationInfo, heads: list[str], *, expand: bool) -> None:
        """The revisions whose code may run on this schema: see the boot gate."""
        if expand and step.is_upgrade and len(heads) == 1:
            self._runs = [*(self._runs or step.source_revision_ids), *heads]
        else:
            self._runs = heads if len(heads) == 1 else []
        state.write(self.connection, "may_run", {"schema": heads, "runs": self._runs})

    def finish(self) -> None:
        """Raises MigrationFailed if rows are left that refer to nothing."""
        new = new_orphans(self._references, self.database.broken_references(self.connection))
        if new:
            named = ", ".join(sorted(f"{table} (to {parent})" for table, parent in new))
            raise MigrationFailed(
                f"{sum(new.values())} rows would refer to a row that is gone, in: {named}."
                " Nothing was changed."
            )


def new_orphans(
    before: dict[tuple[str, str], int], now: dict[tuple[str, str], int]
) -> dict[tuple[str, str], int]:
    """How many more rows miss their parent than before, by table and parent."""
    more = {tables: count - before.get(tables, 0) for tables, count in now.items()}
    return {tables: count for tables, count in more.items() if count > 0}


def not_declared(file: str, undeclared: list[Loss]) -> MigrationFailed:
    """With the line that the revision would have to have, to be copied as it stands."""
    told = "; ".join(loss.sentence for loss in undeclared)
    names = ", ".join(json.dumps(loss.name, ensure_ascii=False) for loss in undeclared)
    return MigrationFailed(
        f"{file} loses something that it does not declare: {told}. Nothing was changed. If that is"
        f" meant, write into the revision, with the reason in a comment: expected_loss = [{names}]",
        losses=[loss.name for loss in undeclared],
    )
