"""New revision files: numbered in order, never empty, never touching tables that are not ours."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from alembic.autogenerate.render import _repr_type
from alembic.config import Config
from flask_migrate import Migrate
from sqlalchemy import MetaData
from sqlalchemy.types import TypeDecorator

_NUMBER = re.compile(r"(\d{4})_.*\.py")
_CREATED = re.compile(r"""create_table\(\s*['"](\w+)['"]""")


def number_new_files(migrate: Migrate) -> None:
    """Name the next revision file `0007_its_message.py`.

    The number is in the name alone: ids stay random, since two branches with one id lose a file.
    """

    @migrate.configure
    def numbered(config: Config) -> Config:
        versions = Path(config.get_main_option("script_location") or "") / "versions"
        numbers = [int(match[1]) for file in versions.glob("*.py")
                   if (match := _NUMBER.fullmatch(file.name))]  # fmt: skip
        config.set_main_option("file_template", f"{max(numbers, default=0) + 1:04}_%%(slug)s")
        return config


def owned_tables(metadata: MetaData, versions: Path) -> Callable[..., bool]:
    """Alembic's `include_name`: the models' tables, and those that our own revisions created.

    So a model that was deleted is seen, and a search index or a table of someone else is not.
    """
    ours = set(metadata.tables)
    for file in versions.glob("*.py"):
        ours.update(_CREATED.findall(file.read_text(encoding="utf-8")))

    def include_name(name: str | None, kind: str, _parents: Any) -> bool:
        return kind != "table" or name in ours

    return include_name


def plain_types(kind: str, item: Any, context: Any) -> str | bool:
    """Alembic's `render_item`: a type of the application is written as the SQL type behind it.

    A revision that imports the application breaks on the day the application changes.
    """
    if kind == "type" and isinstance(item, TypeDecorator):
        return _repr_type(item.impl_instance, context)  # with the imports that it needs
    return False


def drop_empty(context: Any, _revision: Any, directives: list[Any]) -> None:
    """Alembic's `process_revision_directives`: no file when nothing changed."""
    options = context.config.cmd_opts
    if getattr(options, "autogenerate", False) and directives[0].upgrade_ops.is_empty():
        directives[:] = []
        context.config.print_stdout("The models and the database agree: no revision is needed.")
