"""Rules about what a revision takes away, and whether it says so beforehand."""

import ast
from collections.abc import Iterator

from website.release.declared import FORM
from website.release.lint.finding import Remark
from website.release.lint.revision import Revision
from website.release.lint.step import Step
from website.release.lint.tables import Tables

_OBJECTS = {"drop_index", "drop_constraint", "drop_trigger", "drop_view"}


def undeclared_loss(revision: Revision, before: Tables) -> Iterator[Remark]:
    declared = {loss for loss, _node in _declared(revision)}
    dropped = {
        loss for step in revision.upgrade for loss in [_loss(step)] if loss.startswith("drop:")
    }
    made = {step.name for step in revision.upgrade if step.kind.startswith("create_")}
    for step in revision.upgrade:
        loss = _loss(step)
        if not loss or _is_in(declared, loss) or _is_new(revision, step):
            continue
        made_anew = step.kind in _OBJECTS and step.name in made
        if made_anew or _goes_along(step, before, dropped - {loss}):
            continue
        yield Remark(
            step.line,
            f"{_takes(step)} and the revision does not declare it.",
            f"Any database: {_consequence(step)} `flask release` compares before and after, and"
            " undoes an upgrade that loses what it did not declare.",
            f'expected_loss = ["{loss}"]  # and here why nobody needs it any more',
        )


def malformed_loss(revision: Revision, before: Tables) -> Iterator[Remark]:
    node = revision.said("expected_loss")
    if node is not None and not isinstance(node, ast.List | ast.Tuple | ast.Set):
        yield Remark(
            node.lineno,
            "expected_loss is no list that is written out.",
            "Any database: a declaration is read without running the file, by people as well.",
            'expected_loss = ["drop:TABLE.COLUMN"]  # the reason',
        )
    for loss, element in _declared(revision):
        if not FORM.fullmatch(loss) or _are_rows_of_a_column(loss, before):
            yield Remark(
                element.lineno,
                f"expected_loss has {loss!r}." if loss else "expected_loss has no string here.",
                "Any database: it declares nothing, so the upgrade is undone in spite of it.",
                'One of "drop:TABLE", "drop:TABLE.COLUMN", "rows:TABLE", "values:TABLE.COLUMN",'
                ' "object:NAME".',
            )
        elif not revision.has_comment(element.lineno):
            yield Remark(
                element.lineno,
                f'The loss "{loss}" is declared without a reason.',
                "Any database: whoever reviews it, or looks for the data in a year, needs to know"
                " why it could go.",
                f'"{loss}",  # the reason, on this line or right above',
            )


def drop_schema(revision: Revision, _before: Tables) -> Iterator[Remark]:
    for step in revision.steps("drop_schema"):
        yield Remark(
            step.line,
            f"The revision runs {step.sql}.",
            "PostgreSQL: everything in it goes at once, uncounted, and whatever else used it.",
            "Drop the tables one by one, each with its expected_loss.",
        )


def cascade(revision: Revision, _before: Tables) -> Iterator[Remark]:
    for step in revision.upgrade + revision.downgrade:
        if "cascade" in step.flags and step.kind.startswith(("drop_", "delete")):
            yield Remark(
                step.line,
                f"The revision runs {step.sql}, with CASCADE.",
                "PostgreSQL: it takes along whatever refers to this, in tables that the revision"
                " does not name: foreign keys and views, or with TRUNCATE the rows.",
                "Name what has to go and drop it first; without CASCADE the database tells.",
            )


def _declared(revision: Revision) -> list[tuple[str, ast.expr]]:
    node, scope = revision.said("expected_loss"), revision.scope
    elements = node.elts if isinstance(node, ast.List | ast.Tuple | ast.Set) else []
    return [(scope.string(element), element) for element in elements]


def _are_rows_of_a_column(loss: str, before: Tables) -> bool:
    kind, _, name = loss.partition(":")
    table, _, column = name.rpartition(".")
    return kind == "rows" and before.column(table, column) is not None


def _is_in(declared: set[str], loss: str) -> bool:
    """With or without the schema of PostgreSQL in which it is."""
    kind, name = loss.split(":", 1)
    return loss in declared or any(
        one.startswith(f"{kind}:") and one.endswith(f".{name}") for one in declared
    )


def _loss(step: Step) -> str:
    """What the step loses, as expected_loss names it, or ""."""
    if step.kind in {"drop_table", "drop_column"}:
        column = f".{step.column.name or 'COLUMN'}" if step.kind == "drop_column" else ""
        return f"drop:{step.table or 'TABLE'}{column}"
    if step.kind == "delete":
        return f"rows:{step.table or 'TABLE'}"
    return f"object:{step.name}" if step.kind in _OBJECTS and step.name else ""


def _consequence(step: Step) -> str:
    if step.kind in _OBJECTS:
        return "everything goes on working, slower or with wrong rows, and nobody is told."
    return "what is gone is gone, and a downgrade brings back the form without the content."


def _takes(step: Step) -> str:
    name = f"{step.table or 'a table whose name is computed'}"
    if step.kind == "drop_column":
        return f"{name}.{step.column.name or 'COLUMN'} is dropped,"
    if step.kind == "delete":
        return f"Rows of {name} are deleted,"
    return f"{name if step.kind == 'drop_table' else step.name} is dropped,"


def _is_new(revision: Revision, step: Step) -> bool:
    """Whether an earlier line of the same revision made it."""
    earlier = revision.upgrade[: revision.upgrade.index(step)]
    if any(one.kind == "create_table" and one.table == step.table for one in earlier):
        return bool(step.table)
    added = [(one.table, one.column.name) for one in earlier if one.kind == "add_column"]
    return step.kind == "drop_column" and (step.table, step.column.name) in added


def _goes_along(step: Step, before: Tables, dropped: set[str]) -> bool:
    """Whether it goes with its table or column, whose loss is the one to declare."""
    known = before.named(step.name or "") if step.kind in _OBJECTS else None
    table = known.table if known else step.table
    columns = known.of if known and step.kind in _OBJECTS else ()
    return bool(dropped & {f"drop:{table}", *(f"drop:{table}.{name}" for name in columns)})
