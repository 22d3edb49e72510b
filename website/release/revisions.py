"""New revision files: numbered in order, never empty, never touching tables that are not ours."""

import re
import textwrap
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import click
from alembic.autogenerate.render import _repr_type
from alembic.config import Config
from alembic.operations import ops
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.types import TypeDecorator

from website.release.lint import Tables, warnings

_NUMBER = re.compile(r"(\d{4})_.*\.py")
_CREATED = re.compile(r"""create_table\(\s*['"](\w+)['"]""")


def configure(extension: Any) -> None:
    """Teach Flask-Migrate's `app.extensions["migrate"]` what is here; what it was told stays."""
    number_new_files(extension.migrate)
    known = extension.configure_args
    known.setdefault("render_item", plain_types)
    known.setdefault("process_revision_directives", partial(review_new, extension.db))
    owned = owned_tables(extension.db, Path(extension.directory) / "versions")
    known["include_name"] = _both(owned, known.get("include_name"))


def _both(one: Callable[..., bool], other: Callable[..., bool] | None) -> Callable[..., bool]:
    return one if other is None else lambda *named: one(*named) and other(*named)


def number_new_files(migrate: Migrate) -> None:
    """Name the next revision file `0007_its_message.py`, where the earlier ones are named so.

    The number is in the name alone: ids stay random, since two branches with one id lose a file.
    """

    @migrate.configure
    def numbered(config: Config) -> Config:
        files = (Path(config.get_main_option("script_location") or "") / "versions").glob("*.py")
        names = [file.name for file in files]
        numbers = [int(match[1]) for name in names if (match := _NUMBER.fullmatch(name))]
        if numbers or not names:
            number = max(numbers, default=0) + 1
            config.set_main_option("file_template", f"{number:04}_%%(slug)s")
        return config


def owned_tables(db: SQLAlchemy, versions: Path) -> Callable[..., bool]:
    """Alembic's `include_name`: the models' tables, and those that our own revisions created.

    So a model that was deleted is seen, and a search index or a table of someone else is not.
    """

    def include_name(name: str | None, kind: str, _parents: Any) -> bool:
        return kind != "table" or name in db.metadata.tables or name in _created(versions)

    return include_name


def _created(versions: Path) -> set[str]:
    return {
        table
        for file in versions.glob("*.py")
        for table in _CREATED.findall(file.read_text(encoding="utf-8"))
    }


def plain_types(kind: str, item: Any, context: Any) -> str | bool:
    """Alembic's `render_item`: a type of the application is written as the SQL type behind it.

    A revision that imports the application breaks on the day the application changes.
    """
    if kind == "type" and isinstance(item, TypeDecorator):
        return _repr_type(item.impl_instance, context)  # with the imports that it needs
    return False


def review_new(db: SQLAlchemy, context: Any, revision: Any, directives: list[Any]) -> None:
    """Alembic's `process_revision_directives`: what lint will say is said at once."""
    drop_empty(context, revision, directives)
    for script in directives:
        unbatch(script.upgrade_ops)
        unbatch(script.downgrade_ops)
        tables = Tables.of(db.metadata)
        for finding in warnings(context, script.upgrade_ops, script.downgrade_ops, tables):
            lines = textwrap.indent(f"{finding.why}\nInstead: {finding.instead}", "  ")
            click.echo(f"{finding.rule}: {finding.what}\n{lines}", err=True)


_NATIVE = (ops.AddColumnOp, ops.DropColumnOp, ops.CreateIndexOp, ops.DropIndexOp)


def unbatch(directives: ops.UpgradeOps | ops.DowngradeOps) -> None:
    """Write without a batch, which copies the table, what SQLite can do without one."""
    plain: list[ops.MigrateOperation] = []
    for one in directives.ops:
        if isinstance(one, ops.ModifyTableOps) and all(map(_is_native, one.ops)):
            plain += one.ops
        else:
            plain.append(one)
    directives.ops = plain


def _is_native(one: ops.MigrateOperation) -> bool:
    if isinstance(one, ops.AddColumnOp):  # a column that comes with a constraint does not
        return not (one.column.foreign_keys or one.column.unique or one.column.constraints)
    if isinstance(one, ops.DropColumnOp):  # nor does one go that a constraint stands on
        column = one.to_column()
        return not (column.foreign_keys or column.unique or column.primary_key)
    return isinstance(one, _NATIVE)


def drop_empty(context: Any, _revision: Any, directives: list[Any]) -> None:
    """No file when nothing changed."""
    options = context.config.cmd_opts
    if getattr(options, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []
        context.config.print_stdout("The models and the database agree: no revision is needed.")
