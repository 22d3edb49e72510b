"""What is known of the schema before a revision: from models, a database, or older revisions."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

import sqlalchemy as sa
from sqlalchemy.engine import Connection
from sqlalchemy.sql.elements import UnaryExpression

from website.release.lint.step import CONSTRAINTS, Column, Step

_TRIGGERS = "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'"


@dataclass
class Table:
    columns: dict[str, Column] = field(default_factory=dict)
    objects: dict[str, Step] = field(default_factory=dict)  # by name, each as the step that made it
    autoincrement: bool = False

    def add(self, step: Step) -> None:
        """A constraint, an index or a trigger."""
        self.objects[_key(step)] = step


class Tables:
    def __init__(self, tables: dict[str, Table] | None = None) -> None:
        self._tables = tables or {}

    @classmethod
    def of(cls, metadata: sa.MetaData, connection: Connection | None = None) -> "Tables":
        """As the models have them, with the triggers of the database.

        Only on SQLite can a revision lose a trigger by rebuilding its table.
        """
        tables = {table.name: _modelled(table) for table in metadata.tables.values()}
        if connection is not None and connection.dialect.name == "sqlite":
            for name, table in connection.exec_driver_sql(_TRIGGERS):
                tables.setdefault(table, Table()).add(Step("create_trigger", 0, table, name))
        return cls(tables)

    @classmethod
    def after(cls, steps: Iterable[Step]) -> "Tables":
        """As these steps leave them."""
        tables = cls()
        for step in steps:
            tables.apply(step)
        return tables

    def __or__(self, other: "Tables") -> "Tables":
        """What is known here, and of the rest what is known there."""
        both = dict(other._tables)
        for name, table in self._tables.items():
            more = other._tables.get(name, Table())
            both[name] = Table(
                {**more.columns, **table.columns},
                {**more.objects, **table.objects},
                more.autoincrement or table.autoincrement,
            )
        return Tables(both)

    def unmade(self, steps: Iterable[Step]) -> "Tables":
        """What is here and was made by none of these steps: so it may have been there before."""
        every = list(steps)
        made = {step.table for step in every if step.kind == "create_table"}
        made |= {step.to for step in every if step.kind == "rename_table"}
        keys = {_key(part) for step in every for part in step.with_parts}
        return Tables({
            name: Table(
                {} if name in made else table.columns,
                {key: step for key, step in table.objects.items() if key not in keys},
                table.autoincrement and name not in made,
            )
            for name, table in self._tables.items()
        })  # fmt: skip

    def column(self, table: str, name: str) -> Column | None:
        return self._tables.get(table, Table()).columns.get(name)

    def columns(self, table: str) -> dict[str, Column]:
        return self._tables.get(table, Table()).columns

    def objects(self, table: str, kind: str) -> list[Step]:
        found = self._tables.get(table, Table()).objects.values()
        return [step for step in found if step.kind == kind]

    def named(self, name: str) -> Step | None:
        """The index, constraint or trigger of this name, in whichever table."""
        found = (table.objects[name] for table in self._tables.values() if name in table.objects)
        return next(found, None)

    def children(self, table: str) -> list[str]:
        """The other tables with a foreign key to this one."""
        return sorted(
            name for name, child in self._tables.items()
            if name != table and any(
                step.kind == "create_foreign_key" and step.to == table
                for step in child.objects.values()
            )
        )  # fmt: skip

    def fragile(self, table: str) -> Iterator[str]:
        """What a rebuild of the table on SQLite would forget."""
        known = self._tables.get(table, Table())
        if known.autoincrement:
            yield "AUTOINCREMENT"
        for column in known.columns.values():
            if column.collation:
                yield f"COLLATE {column.collation} of {column.name}"
        for step in known.objects.values():
            if "sqlite" not in step.dialects:
                continue
            for flag in sorted(step.flags & {"descending", "expression"}):
                yield f"the {flag} index {step.name}"
            if step.kind == "create_check_constraint" and not step.name:
                yield f"the unnamed CHECK ({step.sql})"

    def apply(self, step: Step) -> None:
        """Become what the step makes of it."""
        table = self._tables.setdefault(step.table, Table()) if step.table else Table()
        if step.kind == "create_table":
            table = Table(autoincrement="autoincrement" in step.flags)
            self._tables[step.table] = table
        if step.kind in {"create_table", "add_column"}:
            table.columns |= {column.name: column for column in step.columns}
            for part in step.parts:
                table.add(replace(part, table=step.table))
        elif step.kind in {"create_index", "create_trigger"} or step.kind in CONSTRAINTS:
            table.add(step)
        elif step.kind in {"drop_index", "drop_constraint", "drop_trigger"} and step.name:
            for known in self._tables.values():
                known.objects.pop(step.name, None)
        elif step.kind == "drop_table":
            self._tables.pop(step.table, None)
        elif step.kind == "rename_table":
            self._tables[step.to] = self._tables.pop(step.table, table)
            self._follow(step.table, step.to)
        elif step.kind == "drop_column":
            table.columns.pop(step.column.name, None)
        elif step.kind == "alter_column":
            _alter(table, step)

    def _follow(self, old: str, new: str) -> None:
        """Foreign keys follow a table to its new name."""
        for table in self._tables.values():
            for name, step in table.objects.items():
                if step.kind == "create_foreign_key" and step.to == old:
                    table.objects[name] = replace(step, to=new)


def _key(step: Step) -> str:
    """Its name, or what tells it apart from others that have none."""
    return step.name or f"{step.kind} {step.of} {step.sql}"


def _alter(table: Table, step: Step) -> None:
    changed, name = step.column, step.column.name
    known = table.columns.pop(name, Column(name))
    table.columns[step.to or name] = replace(
        known,
        name=step.to or name,
        type=changed.type or known.type or step.was,
        nullable=known.nullable if changed.nullable is None else changed.nullable,
    )


def _modelled(table: sa.Table) -> Table:
    known = Table(
        {
            column.name: Column(
                column.name, column.type, column.nullable,
                collation=getattr(column.type, "collation", None),
            )
            for column in table.columns
        },
        autoincrement=bool(table.dialect_options["sqlite"]["autoincrement"]),
    )  # fmt: skip
    for index in table.indexes:
        names = tuple(part.name for part in index.expressions if isinstance(part, sa.Column))
        kinds = {
            "descending" if isinstance(part, UnaryExpression) else "expression"
            for part in index.expressions
            if not isinstance(part, sa.Column)
        }
        known.add(Step("create_index", table=table.name, name=str(index.name), of=names,
                       flags=frozenset(kinds)))  # fmt: skip
    of_columns = [constraint for column in table.columns for constraint in column.constraints]
    for constraint in [*table.constraints, *of_columns]:
        name = str(constraint.name) if isinstance(constraint.name, str) else None
        if isinstance(constraint, sa.ForeignKeyConstraint):
            to = constraint.elements[0].target_fullname.split(".")[-2]
            step = Step("create_foreign_key", name=name, to=to, of=tuple(constraint.column_keys))
        elif isinstance(constraint, sa.CheckConstraint):
            step = Step("create_check_constraint", name=name, sql=str(constraint.sqltext))
        elif isinstance(constraint, sa.UniqueConstraint):
            of = tuple(column.name for column in constraint.columns)
            step = Step("create_unique_constraint", name=name, of=of)
        else:
            continue
        known.add(replace(step, table=table.name))
    return known
