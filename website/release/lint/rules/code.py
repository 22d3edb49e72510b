"""Rules about the code of a revision: whether it will still run, and run whole, in years."""

import ast
import sys
from collections.abc import Iterator
from importlib.util import find_spec

from website.release.lint.finding import Remark
from website.release.lint.revision import Revision
from website.release.lint.step import CONSTRAINTS, DATA
from website.release.lint.tables import Tables

_LIMIT = 63  # bytes of a name on PostgreSQL


def pragma(revision: Revision, _before: Tables) -> Iterator[Remark]:
    for step in revision.upgrade + revision.downgrade:
        if step.kind == "pragma" and "sqlite" in step.dialects:
            yield Remark(
                step.line,
                f"The revision runs {step.sql}.",
                "SQLite: PRAGMA foreign_keys does nothing once a transaction is open, so what it"
                " should prevent happens. Other PRAGMAs outlive the revision, or are errors on"
                " PostgreSQL.",
                "Set it when the connection is made, before any transaction: in env.py, with"
                ' sqlalchemy.event.listen(engine, "connect", …).',
            )


def transaction_control(revision: Revision, _before: Tables) -> Iterator[Remark]:
    for step in revision.upgrade + revision.downgrade:
        if step.kind == "transaction":
            yield Remark(
                step.line,
                f"The revision runs {step.sql}.",
                "Any database: it ends the transaction of the upgrade, or begins another. If"
                " anything fails afterwards, what was done before stays, and the next try meets a"
                " schema that no revision describes.",
                "Leave it out. Statements one by one: op.execute(…). For a statement that cannot be"
                " in a transaction: with op.get_context().autocommit_block().",
            )


def own_connection(revision: Revision, _before: Tables) -> Iterator[Remark]:
    for step in revision.upgrade + revision.downgrade:
        if step.kind == "connection":
            yield Remark(
                step.line,
                f"The revision opens a connection of its own: {step.sql}.",
                "Any database: what it writes is outside of the transaction of the upgrade, so it"
                " is not counted, and stays when the rest is undone; what it reads is the schema of"
                " before. SQLite: it is locked out. PostgreSQL: it waits for ever for the locks of"
                " the upgrade, which waits for it.",
                "The connection that there is: op.get_bind().execute(…), sa.inspect(op.get_bind()),"
                " Session(op.get_bind()).",
            )


def string_built_sql(revision: Revision, _before: Tables) -> Iterator[Remark]:
    for step in revision.upgrade + revision.downgrade:
        if step.kind == "built":
            yield Remark(
                step.line,
                "A statement is put together from strings.",
                "Any database: a value with a quote in it breaks the statement, or becomes a part"
                " of it. And nobody can tell from the file what it will run, lint neither.",
                'note = sa.table("note", sa.column("title"))\n'
                "op.execute(note.update().values(title=…))\n"
                'Or with a parameter: op.get_bind().execute(sa.text("… :title"), {"title": …})',
            )


def application_import(revision: Revision, _before: Tables) -> Iterator[Remark]:
    for node in ast.walk(revision.tree):
        if isinstance(node, ast.Import):
            modules = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            modules = ["." * node.level + (node.module or "")]
        else:
            continue
        for module in modules:
            if _is_application(module):
                yield Remark(
                    node.lineno,
                    f"The revision imports {module}.",
                    "Any database: a revision runs in years on a new machine, and the application"
                    " will have changed by then: a model has columns that the table does not have"
                    " yet, or is gone.",
                    "Describe the table as it is at this revision, and copy the few lines of code"
                    ' that you need:\nnote = sa.table("note", sa.column("id"), sa.column("title"))',
                )


def missing_downgrade(revision: Revision, _before: Tables) -> Iterator[Remark]:
    ways = revision.entries("upgrade")
    if all(_does_nothing(way) for way in ways):
        return
    back = revision.entries("downgrade")
    line = back[0].lineno if back else 1
    if not back or all(_does_nothing(way) and not ast.get_docstring(way) for way in back):
        yield Remark(
            line,
            "downgrade() does not undo what upgrade() does, and does not say why.",
            "Any database: the database could be set back one revision by name only, and the next"
            " upgrade would fail half way, on a schema that is there already.",
            "Undo each line, in the opposite order. If there is nothing to undo, say so in a"
            " docstring. If there is no way back, say that:\n"
            'raise NotImplementedError("The bodies are gone; restore the backup.")',
        )
    for way in back:
        for node in ast.walk(way):
            if isinstance(node, ast.Raise) and node in way.body and not _is_sentence(node.exc):
                yield Remark(
                    node.lineno,
                    "downgrade() raises without saying why.",
                    "Any database: whoever needs the way back reads this in the middle of a bad"
                    " night.",
                    'raise NotImplementedError("The bodies are gone; restore the backup.")',
                )


def data_and_schema(revision: Revision, _before: Tables) -> Iterator[Remark]:
    schema = [step for step in revision.upgrade if step.is_schema]
    moves = [step for step in revision.upgrade if step.kind in DATA
             and step.table not in revision.created]  # fmt: skip
    together = [move for move in moves if any(move.dialects & change.dialects for change in schema)]
    if together:
        yield Remark(
            together[0].line,
            f"The revision changes rows of {together[0].table or 'a table'} and the schema.",
            "PostgreSQL: the locks of the schema change are held until all rows are written. Any"
            " database: the two cannot be tried, timed or undone one by one.",
            "Two revisions: first the schema, then the rows. What removes the old form comes in a"
            " third.",
        )


def unnamed_constraint(revision: Revision, _before: Tables) -> Iterator[Remark]:
    back = [step for step in revision.downgrade if step.kind == "drop_constraint"]
    for step in revision.upgrade + back:
        for part in step.with_parts:
            named = part.name is not None or "inline" in step.flags
            if named or part.kind not in CONSTRAINTS | {"drop_constraint", "create_index"}:
                continue
            of = f" ({', '.join(part.of)})" if part.of else ""
            yield Remark(
                part.line,
                f"{part.kind} on {step.table}{of} gives no name.",
                "SQLite: a constraint without a name can never be dropped, and a batch loses an"
                " unnamed CHECK. PostgreSQL invents a name, which no later revision can rely on.",
                f'op.f("{_suggested(part.kind, step.table, part.of)}") as its name. Give the'
                " models' MetaData a naming_convention, and autogenerate writes it.",
            )


def partial_on_one_database(revision: Revision, _before: Tables) -> Iterator[Remark]:
    for step in revision.upgrade + revision.downgrade:
        full = {name for name in step.dialects if f"where on {name}" not in step.flags}
        partial = any(flag.startswith("where on ") for flag in step.flags)
        if step.kind == "create_index" and partial and full:
            where = "SQLite" if "sqlite" in full else "PostgreSQL"
            also = "refuses rows that may be alike" if "unique" in step.flags else "is larger"
            yield Remark(
                step.line,
                f"The index {step.name or '(without a name)'} is partial, but not on {where}.",
                f"{where}: every row is in it, so it {also}. Autogenerate reads an index from one"
                " database, and writes a way back for that one alone.",
                'op.create_index(…, sqlite_where=sa.text("…"), postgresql_where=sa.text("…"))',
            )


def name_too_long(revision: Revision, _before: Tables) -> Iterator[Remark]:
    for step in revision.upgrade:
        names = {step.to, *(column.name for column in step.columns)}
        names |= {name for part in step.with_parts for name in (part.table, part.name or "")}
        for name in sorted(names):
            if len(name.encode()) > _LIMIT and "postgresql" in step.dialects:
                yield Remark(
                    step.line,
                    f"{name} has {len(name.encode())} bytes.",
                    "PostgreSQL: a name ends after 63 bytes. SQLAlchemy refuses a longer one, SQL"
                    " cuts it off, and two long names can become one. SQLite takes any.",
                    f"{name.encode()[:50].decode(errors='ignore')}…, of at most 63 bytes.",
                )


def _is_application(module: str) -> bool:
    """Whether the module is neither Python's nor an installed package."""
    top = module.partition(".")[0]
    if not top or top == "flask":  # a relative import; and current_app is today's application
        return True
    if top in sys.stdlib_module_names:
        return False
    try:
        spec = find_spec(top)
    except (ImportError, ValueError):
        return True
    places = [spec.origin or "", *(spec.submodule_search_locations or [])] if spec else []
    return not any("site-packages" in place or "dist-packages" in place for place in places)


def _does_nothing(function: ast.FunctionDef) -> bool:
    return all(
        isinstance(node, ast.Pass)
        or (isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant))
        for node in function.body
    )


def _is_sentence(node: ast.expr | None) -> bool:
    said = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant)] if node else []
    return any(isinstance(part, str) and " " in part for part in said)


def _suggested(kind: str, table: str, of: tuple[str, ...]) -> str:
    short = {"create_foreign_key": "fk", "create_unique_constraint": "uq",
             "create_check_constraint": "ck", "create_primary_key": "pk"}  # fmt: skip
    return "_".join([short.get(kind, "ix"), table or "TABLE", *of])
