"""Rules about PostgreSQL's locks: how long nobody can read or write a table."""

from collections.abc import Iterator
from dataclasses import replace

from website.release.lint.finding import Remark
from website.release.lint.revision import Revision
from website.release.lint.step import NEUTRAL, Step
from website.release.lint.tables import Tables

_BUILDS_INDEX = {
    "create_unique_constraint": "UNIQUE",
    "create_primary_key": "PRIMARY KEY",
    "create_exclude_constraint": "EXCLUDE",
}
_CHECKS_ROWS = {"create_foreign_key": "FOREIGN KEY", "create_check_constraint": "CHECK"}


def non_concurrent_index(revision: Revision, _before: Tables) -> Iterator[Remark]:
    for step in _new_parts(revision):
        if step.kind == "create_index" and "concurrently" not in step.flags:
            also = " It also fails if two rows are alike." if "unique" in step.flags else ""
            yield Remark(
                step.line,
                f"The index {step.name or '(named by SQLAlchemy)'} on {step.table} is created while"
                " the table is in use.",
                f"PostgreSQL: nobody can write the table until the index is built.{also}",
                _alone(f"op.create_index({_index(step)}{{}})"),
            )


def non_concurrent_index_drop(revision: Revision, _before: Tables) -> Iterator[Remark]:
    made = {step.name for step in revision.steps("create_index")}
    dropped = {step.table for step in revision.steps("drop_table")}
    for step in revision.steps("drop_index", on="postgresql"):
        unused = step.table in revision.created | dropped or step.name in made
        if "concurrently" not in step.flags and not unused:
            yield Remark(
                step.line,
                f"The index {step.name} is dropped while its table is in use.",
                "PostgreSQL: it waits for every query on the table, and every later query waits"
                " behind it.",
                _alone(f'op.drop_index("{step.name or "…"}", "{step.table or "…"}"{{}})'),
            )


def concurrently_in_transaction(revision: Revision, _before: Tables) -> Iterator[Remark]:
    for step in revision.upgrade + revision.downgrade:
        outside = "concurrently" in step.flags or step.kind == "outside"
        if outside and not step.autocommit and "postgresql" in step.dialects:
            yield Remark(
                step.line,
                f"{_shown(step)} runs in the transaction of the upgrade.",
                "PostgreSQL: it cannot run inside a transaction block, so the revision fails.",
                _alone("…"),
            )


def concurrently_not_alone(revision: Revision, _before: Tables) -> Iterator[Remark]:
    steps = [step for step in revision.upgrade
             if "postgresql" in step.dialects and step.kind not in NEUTRAL]  # fmt: skip
    for step in steps:
        # What makes room for a second try is about the same index.
        others = [other for other in steps if other is not step
                  and not (step.name and other.name == step.name)]  # fmt: skip
        if "concurrently" in step.flags and others:
            yield Remark(
                step.line,
                f"{_shown(step)} runs next to other changes.",
                "PostgreSQL: the block commits what came before it. If it fails, as it does on two"
                " like rows or a deadlock, the upgrade stays half done, with an invalid index.",
                "A revision of its own for each index, with nothing else in it but, so that it can"
                " be tried again, op.drop_index(…, if_exists=True, postgresql_concurrently=True).",
            )
            return


def constraint_builds_index(revision: Revision, _before: Tables) -> Iterator[Remark]:
    for step in _new_parts(revision):
        if step.kind in _BUILDS_INDEX and "using index" not in step.flags:
            word, name = _BUILDS_INDEX[step.kind], step.name or "NAME"
            by_index = (
                "Mend rows that are alike in a data revision first. Then the index without a lock,"
                " which is all that is needed for UNIQUE. "
                + _alone(f"op.create_index({_index(step)}, unique=True{{}})")
                + "\nIf it has to be a constraint, in the next revision:\nop.execute("
                f"'ALTER TABLE {step.table} ADD CONSTRAINT {name} {word} USING INDEX {name}')"
            )
            yield Remark(
                step.line,
                f"A {word} constraint is added to {step.table}, which has rows.",
                "PostgreSQL: nobody can read or write the table until its index is built. Any"
                " database: it fails if two rows are alike.",
                by_index if word != "EXCLUDE" else "There is no way without the lock: apply it in"
                " maintenance, and waive this rule with how long the rehearsal took.",
            )  # fmt: skip


def constraint_without_not_valid(revision: Revision, before: Tables) -> Iterator[Remark]:
    for step in _new_parts(revision):
        if step.kind in _CHECKS_ROWS and not step.flags & {"not valid", "inline"}:
            name = step.name or "NAME"
            columns_are_new = not any(before.column(step.table, column) for column in step.of)
            inline = (
                "\nFor a column that is new and has no default, no row need be read:\n"
                f'op.add_column("{step.table}", sa.Column(…, sa.ForeignKey("{step.to}.…")),'
                " inline_references=True)"
            )
            yield Remark(
                step.line,
                f"A {_CHECKS_ROWS[step.kind]} constraint is added to {step.table}, which has rows.",
                "PostgreSQL: every row is read while nobody can write the table"
                + (f", nor {step.to}." if step.to else ", or read it."),
                f'op.{step.kind}("{name}", …, postgresql_not_valid=True)\n'
                "It holds for new rows at once. In a later release, with no lock to speak of:\n"
                f'op.execute("ALTER TABLE {step.table} VALIDATE CONSTRAINT {name}")'
                + (inline if step.to and columns_are_new else ""),
            )


def validated_in_same_revision(revision: Revision, _before: Tables) -> Iterator[Remark]:
    added = {step.name for step in revision.upgrade if "not valid" in step.flags}
    for step in revision.steps("validate_constraint", on="postgresql"):
        if step.name in added:
            yield Remark(
                step.line,
                f"{step.name} is added as NOT VALID and validated in the same revision.",
                "PostgreSQL: the lock that adding it took is held until the commit, so every row"
                " is read under it after all.",
                "Validate in a revision of a later release: the revisions of one upgrade run in"
                " one transaction.",
            )


def blocks_table(revision: Revision, _before: Tables) -> Iterator[Remark]:
    for step in revision.steps("block", on="postgresql"):
        yield Remark(
            step.line,
            f"The revision runs {step.sql}.",
            "PostgreSQL: nobody can write the table, or even read it, while it is written anew"
            " or locked.",
            "The CONCURRENTLY form where there is one, in autocommit_block(); for VACUUM FULL and"
            " CLUSTER a tool such as pg_repack, outside of the revisions.",
        )


def _new_parts(revision: Revision) -> Iterator[Step]:
    """Indexes and constraints that tables with rows get on PostgreSQL, with a column or alone."""
    for step in revision.upgrade:
        if "postgresql" in step.dialects and revision.is_old(step) and step.kind != "create_table":
            inline = step.flags & {"inline"}
            for part in step.parts:
                flags = part.flags | (inline if part.kind == "create_foreign_key" else frozenset())
                yield replace(part, table=step.table, flags=flags)
            yield step


def _shown(step: Step) -> str:
    return step.sql or f"{step.kind} {step.name} with postgresql_concurrently"


def _index(step: Step) -> str:
    columns = ", ".join(f'"{name}"' for name in step.of) or "…"
    return f'"{step.name or "NAME"}", "{step.table}", [{columns}]'


def _alone(code: str) -> str:
    """The code for either database; `{}` in it is where PostgreSQL's keyword goes."""
    return f"""In a revision of its own:
if op.get_context().dialect.name == "postgresql":
    with op.get_context().autocommit_block():
        {code.replace("{}", ", postgresql_concurrently=True")}
else:
    {code.replace("{}", "")}"""
