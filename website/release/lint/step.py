"""What a revision does, in Alembic's words, whether it was written in Python or in SQL."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy.types import TypeEngine

DIALECTS = frozenset({"sqlite", "postgresql"})
DATA = {"insert", "update", "delete"}  # steps that change rows and no schema
CONSTRAINTS = {
    "create_foreign_key", "create_check_constraint", "create_unique_constraint",
    "create_primary_key", "create_exclude_constraint",
}  # fmt: skip
NEUTRAL = {
    "batch_alter_table", "built", "connection", "pragma", "sql", "transaction",
    "validate_constraint",
}  # fmt: skip


@dataclass(frozen=True)
class Column:
    name: str
    type: TypeEngine[Any] | None = None  # None where nothing is said of it
    nullable: bool | None = None
    default: str | None = None  # the server's default, as SQL
    # "primary key", "stored", "numbered" (identity, serial); "clause": the default is no string
    flags: frozenset[str] = frozenset()
    collation: str | None = None


@dataclass(frozen=True)
class Step:
    kind: str  # add_column, create_index …; insert, pragma, transaction … for SQL alone
    line: int = 0
    table: str = ""  # "" where the code computes it
    name: str | None = ""  # of an index, constraint or trigger; None: it is given none
    to: str = ""  # the new name; of a foreign key, the table that it refers to
    columns: tuple[Column, ...] = ()  # as they are afterwards
    of: tuple[str, ...] = ()  # the columns of an index or constraint
    was: TypeEngine[Any] | None = None  # what alter_column calls the existing type
    parts: tuple["Step", ...] = ()  # the constraints and indexes of a new table or column
    flags: frozenset[str] = frozenset()
    sql: str = ""  # the statement, or the condition of a CHECK
    batch: "Step | None" = None
    autocommit: bool = False  # inside autocommit_block()
    dialects: frozenset[str] = DIALECTS  # where it runs

    @property
    def column(self) -> Column:
        return self.columns[0] if self.columns else Column("")

    @property
    def with_parts(self) -> Iterator["Step"]:
        yield self
        yield from self.parts

    @property
    def is_schema(self) -> bool:
        return self.kind not in DATA | NEUTRAL
