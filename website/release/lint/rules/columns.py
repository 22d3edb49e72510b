"""Rules about columns that the rows of a table cannot follow, or only slowly."""

import re
from collections.abc import Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeEngine

from website.release.lint.finding import Remark
from website.release.lint.revision import Revision
from website.release.lint.step import Column, Step
from website.release.lint.tables import Tables
from website.release.lint.types import fits, plain, rewrites, shown

_CONSTANT = re.compile(r"\(?(?:'.*'|[-+\d.]+|true|false|null)?\)?(?:::[\w ]+)?", re.I | re.S)
# PostgreSQL takes these once for all rows; any other function is taken to differ by the row.
_STABLE = re.compile(
    r"(now|transaction_timestamp|statement_timestamp|lower|upper|concat)\(\)?"
    r"|current_(date|time|timestamp)|localtime",
    re.I,
)


def not_null_without_default(revision: Revision, _before: Tables) -> Iterator[Remark]:
    for step in _added(revision):
        column = step.column
        filled = column.default is not None or column.flags & {"numbered", "stored", "primary key"}
        if column.nullable is False and not filled:
            yield Remark(
                step.line,
                f"{_name(step)} is added as NOT NULL and has no server_default.",
                "Any database: it fails on a table that has rows, and works on an empty one, such"
                " as a developer's. Code that does not know the column can insert no row.",
                f'sa.Column("{column.name}", …, server_default={_filler(column)}, nullable=False)\n'
                "Or add it as nullable, fill it in a revision of its own, and then set NOT NULL.",
            )


def set_not_null(revision: Revision, before: Tables) -> Iterator[Remark]:
    for step in revision.steps("alter_column"):
        name = step.column.name
        known = before.column(step.table, name)
        was_so = known is not None and known.nullable is False
        if step.column.nullable is not False or was_so or not revision.is_old(step):
            continue
        checked = re.compile(rf"^\W*{re.escape(name)}\W+IS\s+NOT\s+NULL\W*$", re.I)
        checks = before.objects(step.table, "create_check_constraint")
        if not any(checked.match(check.sql) for check in checks):
            yield Remark(
                step.line,
                f"{_name(step)} becomes NOT NULL.",
                "Any database: it fails if a row has no value there. PostgreSQL: every row is read"
                " while nobody can read or write the table.",
                f"""Fill the column in a data revision, and prove with a constraint that it is full:
op.create_check_constraint("ck_{step.table}_{name}", "{step.table}", "{name} IS NOT NULL")
After that PostgreSQL need not look again. There, where the table must not be locked while the
constraint is checked, give it postgresql_not_valid=True, and in a later release:
op.execute("ALTER TABLE {step.table} VALIDATE CONSTRAINT ck_{step.table}_{name}")""",
            )


def type_narrowing(revision: Revision, before: Tables) -> Iterator[Remark]:
    for step, old, new in _retyped(revision, before):
        if old is not None and not fits(old, new):
            yield Remark(
                step.line,
                f"{_name(step)} changes from {shown(old)} to {shown(new)}.",
                "Any database: a value may not fit. PostgreSQL then refuses the revision, or rounds"
                " the value; SQLite keeps what the new type calls impossible.",
                "Add a column of the new type, copy in a data revision what fits and decide there"
                " about the rest, and drop the old column in a later release. If every value fits,"
                " waive this rule and say how you know.",
            )


def type_change(revision: Revision, before: Tables) -> Iterator[Remark]:
    for step, old, new in _retyped(revision, before):
        if "postgresql" in step.dialects and (
            old is None or (fits(old, new) and rewrites(old, new))
        ):
            yield Remark(
                step.line,
                f"{_name(step)} changes from {shown(old)} to {shown(new)}.",
                "PostgreSQL: the whole table and its indexes are written anew, and nobody can read"
                " or write it meanwhile.",
                "Add a column of the new type, fill it in a data revision, and drop the old one in"
                " a later release. On a small table, waive this rule and say how small. Say"
                " existing_type=… if lint should know the old type.",
            )


def non_constant_default(revision: Revision, _before: Tables) -> Iterator[Remark]:
    for step in _added(revision):
        default = step.column.default or ""
        native = "sqlite" in step.dialects and step.batch is None
        if _CONSTANT.fullmatch(default) or not (native or not _STABLE.match(default)):
            continue
        yield Remark(
            step.line,
            f"{_name(step)} is added with the default {default}.",
            "SQLite: a default that is no constant is refused on a table that has rows, and"
            " accepted on an empty one. PostgreSQL: a default that differs by the row, such as"
            " random() or gen_random_uuid(), writes the whole table anew under a lock.",
            "Add the column as nullable and without a default, fill it in a data revision, and let"
            " the application give the value.",
        )


def stored_column(revision: Revision, _before: Tables) -> Iterator[Remark]:
    for step in _added(revision):
        if kinds := sorted(step.column.flags & {"stored", "numbered"}):
            kind = {"stored": "stored generated", "numbered": "numbered"}[kinds[-1]]
            yield Remark(
                step.line,
                f"{_name(step)} is added as a {kind} column.",
                "PostgreSQL: the whole table is written anew, and nobody can read or write it"
                " meanwhile. SQLite: refused on a table that has rows.",
                "Add an ordinary column, fill it in a data revision, and keep it up to date in the"
                " application or by a trigger; or sa.Computed(…, persisted=False), which SQLite"
                " can add.",
            )


def json_column(revision: Revision, _before: Tables) -> Iterator[Remark]:
    for step in _added(revision):
        kind = plain(step.column.type, "postgresql") if step.column.type is not None else None
        is_json = isinstance(kind, sa.JSON) and not isinstance(kind, postgresql.JSONB)
        if is_json and "postgresql" in step.dialects:
            yield Remark(
                step.line,
                f"{_name(step)} is added as json.",
                "PostgreSQL: json cannot be compared, so SELECT DISTINCT and GROUP BY over this"
                " table, which worked before, fail.",
                'sa.JSON().with_variant(postgresql.JSONB(), "postgresql")',
            )


def _added(revision: Revision) -> Iterator[Step]:
    """Columns that a table with rows gets, on the way back too."""
    for step in revision.upgrade + revision.downgrade:
        if step.kind == "add_column" and revision.is_old(step):
            yield step


def _retyped(
    revision: Revision, before: Tables
) -> Iterator[tuple[Step, TypeEngine[Any] | None, TypeEngine[Any]]]:
    for step in revision.steps("alter_column"):
        if step.column.type is not None and revision.is_old(step):
            known = before.column(step.table, step.column.name)
            yield step, step.was or (known.type if known else None), step.column.type


def _filler(column: Column) -> str:
    if isinstance(column.type, sa.Boolean):
        return "sa.false()"
    return '"0"' if isinstance(column.type, sa.Integer) else "sa.text(\"''\")"


def _name(step: Step) -> str:
    return f"{step.table}.{step.column.name or '(a computed name)'}"
