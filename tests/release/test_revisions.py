"""New revision files: the next number, nothing of others, no type of the application."""

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import render_python_code
from alembic.config import Config
from alembic.operations import ops
from flask_migrate import Migrate
from sqlalchemy.dialects import postgresql
from sqlalchemy.types import TypeDecorator, TypeEngine

from website.database import Instant
from website.release.revisions import drop_empty, number_new_files, owned_tables, plain_types


@pytest.mark.parametrize(
    ("files", "number"),
    [
        ((), "0001"),
        (("0001_people.py", "0002_notes.py"), "0003"),
        (("0001_people.py", "0009_later.py", "0042.py", "12_x.py", "notes.txt"), "0010"),
    ],
)
def test_a_new_file_has_the_number_after_the_highest(
    files: tuple[str, ...], number: str, tmp_path: Path
) -> None:
    (tmp_path / "versions").mkdir()
    for file in files:
        (tmp_path / "versions" / file).touch()
    migrate, config = Migrate(), Config()
    config.set_main_option("script_location", str(tmp_path))
    number_new_files(migrate)
    template = migrate.call_configure_callbacks(config).get_main_option("file_template")
    assert template == f"{number}_%(slug)s"


def test_our_tables_are_the_models_and_what_our_revisions_made(tmp_path: Path) -> None:
    metadata = sa.MetaData()
    db: Any = SimpleNamespace(metadata=metadata)
    (tmp_path / "0001_a.py").write_text("op.create_table('gone', sa.Column('id'))")
    (tmp_path / "0002_b.py").write_text('op.create_table(\n        "left",\n    )')
    include = owned_tables(db, tmp_path)
    assert [include(name, "table", {}) for name in ("gone", "left")] == [True, True]
    assert not include("search_content", "table", {})
    assert include("whatever", "index", {"table_name": "gone"})
    assert not include("modelled", "table", {})
    sa.Table("modelled", metadata)
    assert include("modelled", "table", {})


def over(kind: Any) -> Any:
    """A type of an application, made of this one."""
    return type("Ours", (TypeDecorator,), {"impl": kind, "cache_ok": True})()


@pytest.mark.parametrize(
    ("ours", "plain"),
    [
        (Instant(), sa.DateTime(timezone=True)),
        (over(sa.String(20)), sa.String(20)),
        (over(sa.Enum("a", "b", name="letter")), sa.Enum("a", "b", name="letter")),
        (over(sa.ARRAY(sa.String(20))), sa.ARRAY(sa.String(20))),
        (over(postgresql.CITEXT()), postgresql.CITEXT()),
        (sa.Text(), sa.Text()),
    ],
    ids=repr,
)
def test_a_type_of_the_application_is_written_as_the_sql_type_behind_it(
    ours: TypeEngine[Any], plain: TypeEngine[Any]
) -> None:
    table = sa.Table("note", sa.MetaData(), sa.Column("column", ours))
    made = ops.UpgradeOps([ops.CreateTableOp.from_table(table)])
    code = render_python_code(made, render_item=plain_types)
    written: list[sa.Column[Any]] = []
    recorder = SimpleNamespace(create_table=lambda _name, *parts: written.extend(parts))
    exec(f"if True:\n{code}", {"sa": sa, "op": recorder, "postgresql": postgresql})
    assert repr(written[0].type) == repr(plain)


@pytest.mark.parametrize(
    ("options", "kept"), [({"autogenerate": True}, False), ({}, True)], ids=["migrate", "revision"]
)
def test_an_empty_file_is_written_only_for_someone_who_will_fill_it(
    options: dict[str, bool], kept: bool
) -> None:
    directives = [SimpleNamespace(upgrade_ops=ops.UpgradeOps([]))]
    config = SimpleNamespace(cmd_opts=SimpleNamespace(**options), print_stdout=lambda _said: None)
    drop_empty(SimpleNamespace(config=config), None, directives)
    assert bool(directives) == kept
