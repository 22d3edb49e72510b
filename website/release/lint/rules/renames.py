"""The rule about a rename that was written as a drop and an add."""

from collections.abc import Iterator, Mapping
from difflib import SequenceMatcher

from website.release.lint.finding import Remark
from website.release.lint.revision import Revision
from website.release.lint.step import Column, Step
from website.release.lint.tables import Tables
from website.release.lint.types import alike

_WHY = (
    "Any database: if this was meant as a rename, everything in it is gone. Alembic's autogenerate"
    " cannot know, and writes every rename this way."
)
_ENOUGH = 0.6  # of the columns of both, for two tables to look like one


def rename_as_drop_and_add(revision: Revision, before: Tables) -> Iterator[Remark]:
    moved = {step.table for step in revision.steps("insert", "update")}
    for drop in revision.steps("drop_column", "drop_table"):
        if revision.is_old(drop) and drop.table not in moved:
            of = _column if drop.kind == "drop_column" else _table
            yield from of(drop, revision, before)


def _column(drop: Step, revision: Revision, before: Tables) -> Iterator[Remark]:
    table, old = drop.table, _old_column(revision, before, drop)
    added = [
        step.column.name for step in revision.steps("add_column")
        if step.table == table and alike(old.type, step.column.type)
    ]  # fmt: skip
    if added:
        new = max(added, key=lambda name: SequenceMatcher(None, old.name, name).ratio())
        yield Remark(
            drop.line,
            f"{table}.{old.name} is dropped, and {table}.{new}, which looks like it, is added.",
            _WHY,
            f'op.alter_column("{table}", "{old.name}", new_column_name="{new}")\n'
            "and in downgrade():\n"
            f'op.alter_column("{table}", "{new}", new_column_name="{old.name}")',
        )


def _table(drop: Step, revision: Revision, before: Tables) -> Iterator[Remark]:
    old = drop.table
    columns = before.columns(old) or _restored(revision, old)
    shares = {step.table: _share(columns, step.columns) for step in revision.steps("create_table")}
    new = max(shares, key=lambda name: shares[name], default="")
    if shares.get(new, 0) >= _ENOUGH:
        yield Remark(
            drop.line,
            f"{old} is dropped, and {new}, which has the same columns, is created.",
            _WHY,
            f'op.rename_table("{old}", "{new}")\nand in downgrade():\n'
            f'op.rename_table("{new}", "{old}")',
        )


def _old_column(revision: Revision, before: Tables, drop: Step) -> Column:
    """The dropped column as the chain or the revision's own downgrade describes it."""
    known = before.column(drop.table, drop.column.name)
    if known is not None and known.type is not None:
        return known
    back = (step.column for step in revision.downgrade if step.kind == "add_column"
            and (step.table, step.column.name) == (drop.table, drop.column.name))  # fmt: skip
    return next(back, drop.column)


def _restored(revision: Revision, table: str) -> dict[str, Column]:
    return {column.name: column for step in revision.downgrade
            if step.kind == "create_table" and step.table == table
            for column in step.columns}  # fmt: skip


def _share(old: Mapping[str, Column], new: tuple[Column, ...]) -> float:
    """Which part of all columns both tables have, of the same type."""
    both = [
        column for column in new if column.name in old and alike(column.type, old[column.name].type)
    ]
    return len(both) / max(len({*old, *(column.name for column in new)}), 1)
