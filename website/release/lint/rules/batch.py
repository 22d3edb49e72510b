"""Rules about batch_alter_table, with which Alembic rebuilds a table on SQLite."""

from collections.abc import Iterator

from website.release.lint.finding import Remark
from website.release.lint.revision import Revision
from website.release.lint.step import Step
from website.release.lint.tables import Tables


def batch_on_parent(revision: Revision, before: Tables) -> Iterator[Remark]:
    for batch, inside in _rebuilds(revision):
        if children := before.children(batch.table):
            yield Remark(
                batch.line,
                f"The batch rebuilds {batch.table}, the parent by foreign key of"
                f" {', '.join(children)}.",
                "SQLite: Alembic copies the table, drops it and renames the copy. Where foreign"
                " keys are on, as they can be under Flask-Migrate's own env.py, the drop deletes"
                " every row of the children by ON DELETE CASCADE, or empties their references by"
                " SET NULL, with exit status 0. Where they are off nothing is lost, and still"
                " every row is written anew.",
                _native(inside),
            )


def batch_drops_triggers(revision: Revision, before: Tables) -> Iterator[Remark]:
    steps = revision.upgrade + revision.downgrade
    for batch, inside in _rebuilds(revision):
        after = steps[steps.index(batch) :]
        made = {step.name for step in after if step.kind == "create_trigger"}
        triggers = {
            str(step.name) for step in before.objects(batch.table, "create_trigger")
            if "sqlite" in step.dialects
        }  # fmt: skip
        if gone := sorted(triggers - made):
            yield Remark(
                batch.line,
                f"The batch rebuilds {batch.table} and drops its triggers: {', '.join(gone)}.",
                "SQLite: a trigger goes with the old table, and Alembic does not make it again."
                " What it kept up to date, such as a search index, falls behind without a word.",
                _native(inside) + "\nOr create the triggers again after the batch:\n"
                'op.execute("CREATE TRIGGER …")',
            )


def batch_loses_details(revision: Revision, before: Tables) -> Iterator[Remark]:
    for batch, inside in _rebuilds(revision):
        lost = list(before.fragile(batch.table))
        if lost and "described" not in batch.flags:
            yield Remark(
                batch.line,
                f"The batch rebuilds {batch.table} and forgets {', '.join(lost)}.",
                "SQLite: Alembic makes the copy from what it can reflect, and these it cannot.",
                _native(inside)
                + "\nOr describe them to the batch: op.batch_alter_table(…, table_kwargs="
                '{"sqlite_autoincrement": True}, table_args=[…], reflect_args=[…])',
            )


def _rebuilds(revision: Revision) -> Iterator[tuple[Step, list[Step]]]:
    """The batches that copy a table on SQLite, each with what is done in it."""
    steps = revision.upgrade + revision.downgrade
    for batch in steps:
        if batch.kind != "batch_alter_table" or "sqlite" not in batch.dialects:
            continue
        inside = [step for step in steps if step.batch is batch]
        copies = "recreate always" in batch.flags or any(map(_needs_a_copy, inside))
        if copies and "recreate never" not in batch.flags and revision.is_old(batch):
            yield batch, inside


def _needs_a_copy(step: Step) -> bool:
    """As Alembic decides it, in SQLiteImpl.requires_recreate_in_batch."""
    if step.kind == "add_column":
        return bool(step.column.flags & {"clause", "stored"})
    return step.kind not in {"create_index", "drop_index"}


def _native(inside: list[Step]) -> str:
    """The same without a batch, if SQLite can do it."""
    written = []
    for step in inside:
        table, column = f'"{step.table}"', f'"{step.column.name}"'
        if step.kind == "alter_column" and step.to:
            written.append(f'op.alter_column({table}, {column}, new_column_name="{step.to}")')
        elif step.kind == "drop_column":
            written.append(f"op.drop_column({table}, {column})")
        elif step.kind == "add_column":
            written.append(f"op.add_column({table}, sa.Column({column}, …))")
        elif step.kind in {"create_index", "drop_index"}:
            written.append(f'op.{step.kind}("{step.name}", {table}, …)')
        else:
            return (
                "Without a batch SQLite can add, drop and rename a column, and no more. If it must"
                " be a batch, waive this rule and say what keeps the rest: an env.py that turns"
                " foreign keys off before the transaction begins."
            )
    return "\n".join(["Without a batch:", *written]) if written else "Leave the batch out."
