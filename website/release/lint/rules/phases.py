"""Rules about zero downtime: what the code of before may meet while it still runs."""

from collections.abc import Iterator

from website.release.lint.finding import Remark
from website.release.lint.revision import Revision
from website.release.lint.step import Step
from website.release.lint.tables import Tables

_TAKES_AWAY = {
    "drop_table": "drops the table {table}", "drop_column": "drops {table}.{column}",
    "rename_table": "renames the table {table}", "rename_schema": "renames a schema",
    "rename_value": "renames a value of an enum",
    "create_unique_constraint": "refuses like rows in {table}",
    "create_exclude_constraint": "refuses some rows in {table}",
    "create_check_constraint": "refuses some rows in {table}",
    "create_foreign_key": "refuses some rows in {table}",
}  # fmt: skip


def unknown_phase(revision: Revision, _before: Tables) -> Iterator[Remark]:
    node = revision.said("phase")
    if node is not None and revision.phase not in ("expand", "contract", None):
        yield Remark(
            node.lineno,
            f"phase is {revision.phase!r}." if isinstance(revision.phase, str)
            else "phase is not written out.",
            "Any database: the boot gate would not know whether the old code may run on the new"
            " schema.",
            'phase = "expand" (the old code still works), phase = "contract" (it is gone), or no'
            " phase (it rests in maintenance).",
        )  # fmt: skip


def expand_breaks_old_code(revision: Revision, _before: Tables) -> Iterator[Remark]:
    if revision.phase != "expand":
        return
    for step in revision.upgrade:
        on_old = revision.is_old(step) or step.kind in {"rename_value", "rename_schema"}
        if on_old and (change := _change(step)):
            yield Remark(
                step.line,
                f"The revision is in the expand phase and {change}.",
                "Any database: an expand revision is applied while the old code runs. It will ask"
                " for what is gone, or write what is refused now, and answer with errors.",
                "Expand by adding: a new column, table or value beside the old one, which both"
                " versions of the code can live with. What takes something away is a revision"
                ' with phase = "contract", in the release after.',
            )


def expand_and_contract(revision: Revision, _before: Tables) -> Iterator[Remark]:
    expanding = [one.file for one in revision.release if one.phase == "expand"]
    node = revision.said("phase")
    if node is not None and revision.phase == "contract" and expanding:
        yield Remark(
            node.lineno,
            f"This contracts, and {expanding[0]} in the same release expands.",
            "Any database: contracting needs every machine to run the new code, and the new code"
            " comes with this release.",
            "Release the expand revision with the code that lives with both forms. Contract in the"
            " release after that.",
        )


def _change(step: Step) -> str:
    column = step.column
    if step.kind in _TAKES_AWAY:
        return _TAKES_AWAY[step.kind].format(table=step.table, column=column.name)
    if step.kind == "create_index" and "unique" in step.flags:
        return f"refuses like rows in {step.table}"
    if step.kind != "alter_column":
        return ""
    if step.to:
        return f"renames {step.table}.{column.name}"
    if column.type is not None:
        return f"changes the type of {step.table}.{column.name}"
    return f"refuses NULL in {step.table}.{column.name}" if column.nullable is False else ""
