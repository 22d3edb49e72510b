"""The picture of the schema shows the models as they are, and every kind of relationship."""

import re

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB

from tests.databases import make_app
from tests.migrations.scratch import ROOT, Project
from website import db
from website.release.diagram import diagram

DOCUMENT = "docs/schema.md"
COMMAND = f"flask release diagram --into {DOCUMENT}"
PEN = """

from sqlalchemy.orm import mapped_column as _new_column
Note.pen_id = _new_column("pen_id", ForeignKey("user.id"), nullable=True, unique=True)
"""


def drawn(document: str) -> str:
    (block,) = re.findall(r"^```mermaid\n(.*?)\n```$", document, re.MULTILINE | re.DOTALL)
    assert isinstance(block, str)
    return block


def test_the_document_shows_the_models_as_they_are() -> None:
    document = (ROOT / DOCUMENT).read_text(encoding="utf-8")
    assert COMMAND in document
    assert drawn(document) == diagram(db.metadata), f"the models changed: type {COMMAND}"


@pytest.mark.sqlite_only
def test_on_sqlite_the_command_renews_the_document_and_nothing_but_its_picture(
    empty_url: str, project: Project
) -> None:
    document = project.folder / DOCUMENT
    document.parent.mkdir()
    before = (ROOT / DOCUMENT).read_text(encoding="utf-8")
    document.write_text(before, encoding="utf-8")
    project.append("note", PEN)
    done = project.flask(empty_url, *COMMAND.split()[1:])
    assert done.returncode == 0, done.stderr
    after = document.read_text(encoding="utf-8")
    assert '        INTEGER pen_id FK, UK "NULL"\n' in after
    assert '    user |o..o| note : "pen_id"\n' in after
    assert before.replace(drawn(before), "") == after.replace(drawn(after), "")


def test_the_command_prints_the_picture_and_writes_it_only_into_a_block_of_its_own(
    project: Project,
) -> None:
    runner = make_app("sqlite:////nowhere/at/all.db").test_cli_runner()
    printed = runner.invoke(args=["release", "diagram"])
    assert (printed.exit_code, printed.stdout) == (0, f"{diagram(db.metadata)}\n")
    other = project.folder / "main.py"
    before = other.read_text(encoding="utf-8")
    refused = runner.invoke(args=["release", "diagram", "--into", str(other)])
    assert refused.exit_code == 2
    assert "```mermaid block" in refused.stderr
    assert other.read_text(encoding="utf-8") == before


def key(target: str) -> sa.ForeignKey:
    return sa.ForeignKey(target)


@pytest.mark.parametrize(
    ("columns", "line"),
    [
        ((sa.Column("a", key("one.id"), nullable=False),), "||..o{"),
        ((sa.Column("a", key("one.id")),), "|o..o{"),
        ((sa.Column("a", key("one.id"), unique=True, nullable=False),), "||..o|"),
        ((sa.Column("a", key("one.id"), index=True, unique=True),), "|o..o|"),
        ((sa.Column("a", key("one.id"), primary_key=True),), "||--o|"),
        (
            (sa.Column("a", key("one.id"), primary_key=True), sa.Column("b", primary_key=True)),
            "||--o{",
        ),
        (
            (
                sa.Column("a", key("one.id"), nullable=False),
                sa.Column("b", sa.Integer),
                sa.UniqueConstraint("a", "b"),
            ),
            "||..o{",
        ),
        (
            (
                sa.Column("a", key("one.id"), nullable=False),
                sa.Index("ix", "a", unique=True, sqlite_where=sa.text("a > 0")),
            ),
            "||..o{",
        ),
    ],
    ids=[
        "many", "or none", "unique", "unique or none", "whole key", "part of key",
        "unique with another", "unique among some",
    ],
)  # fmt: skip
def test_a_line_says_how_many_there_may_be_at_each_end(
    columns: tuple[sa.schema.SchemaItem, ...], line: str
) -> None:
    metadata = sa.MetaData()
    sa.Table("one", metadata, sa.Column("id", sa.Integer, primary_key=True))
    sa.Table("child", metadata, *columns)
    assert diagram(metadata).splitlines()[-1] == f'    "one" {line} child : "a"'


def test_a_column_has_its_type_its_marks_and_says_when_it_may_be_empty() -> None:
    metadata = sa.MetaData()
    sa.Table(
        "child", metadata,
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("parent_id", sa.ForeignKey("child.id", ondelete="SET NULL")),
        sa.Column("name", sa.String(20), nullable=False, unique=True),
        sa.Column("price", sa.Numeric(10, 2), nullable=False),
        sa.Column("more", JSONB),
        sa.Column("FK", sa.TIMESTAMP(), nullable=False),
        sa.UniqueConstraint("parent_id", "price"),
    )  # fmt: skip
    assert diagram(metadata) == (
        "erDiagram\n"
        "    child {\n"
        "        INTEGER id PK\n"
        '        INTEGER parent_id FK "NULL"\n'
        "        VARCHAR(20) name UK\n"
        '        NUMERIC(10_2) price "unique with parent_id"\n'
        '        JSONB more "NULL"\n'
        "        TIMESTAMP _FK\n"
        "    }\n"
        '    child |o..o{ child : "parent_id (ON DELETE SET NULL)"'
    )


def test_two_foreign_keys_to_one_table_and_one_of_two_columns_are_lines_of_their_own() -> None:
    metadata = sa.MetaData()
    sa.Table("pair", metadata, sa.Column("a", sa.Integer, primary_key=True),
             sa.Column("b", sa.Integer, primary_key=True))  # fmt: skip
    sa.Table(
        "child", metadata,
        *(sa.Column(name, sa.Integer, nullable=False) for name in "wxyz"),
        sa.ForeignKeyConstraint(["y", "z"], ["pair.a", "pair.b"]),
        sa.ForeignKeyConstraint(["w", "x"], ["pair.a", "pair.b"]),
    )  # fmt: skip
    assert diagram(metadata).splitlines()[-2:] == [
        '    pair ||..o{ child : "w, x"',
        '    pair ||..o{ child : "y, z"',
    ]
