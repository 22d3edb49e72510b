"""The schema as a picture: Mermaid's text for it, made from the models' MetaData."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from sqlalchemy import Column, ForeignKeyConstraint, Index, MetaData, Table, UniqueConstraint
from sqlalchemy.exc import CompileError

from website.release.errors import WrongUse

_BLOCK = re.compile(r"(?<=^```mermaid\n).*?(?=^```$)", re.MULTILINE | re.DOTALL)
# What Mermaid takes for words of its own where a table's, or a column's, name stands.
_TABLE = re.compile(
    r"acc|class|direction|end|erdiagram|many|on|sub|style|title|to|zero|[uo]$", re.I
)
_COLUMN = re.compile(r"([pfu]k$|\d)", re.I)


def diagram(metadata: MetaData) -> str:
    """Every table with its columns, and a line for each foreign key; the same each time."""
    tables = sorted(metadata.tables.values(), key=lambda table: table.fullname)
    lines = ["erDiagram"]
    for table in tables:
        lines += [f"    {_name(table.fullname)} {{", *map(_column, table.columns), "    }"]
    for table in tables:
        lines += sorted(map(_relationship, table.foreign_key_constraints))
    return "\n".join(lines)


def put_into(file: Path, metadata: MetaData) -> None:
    """Write it into the file's ```mermaid block; raises WrongUse if there is not just one."""
    text = file.read_text("utf-8") if file.is_file() else ""
    if len(_BLOCK.findall(text)) != 1:
        raise WrongUse(f"{file} is no file with one ```mermaid block to put the diagram into.")
    file.write_text(_BLOCK.sub(lambda _old: f"{diagram(metadata)}\n", text), "utf-8")


def _name(table: str) -> str:
    """In quotes where Mermaid needs them."""
    plain = re.fullmatch(r"[A-Za-z]\w*", table, re.ASCII) and not _TABLE.match(table)
    return table if plain else f'"{table}"'


def _column(column: Column[Any]) -> str:
    unique = [names for names in _unique(column.table) if column.name in names]
    marks = {
        "PK": column.primary_key,
        "FK": bool(column.foreign_keys),
        "UK": not column.primary_key and (column.name,) in unique,
    }
    remarks = ["NULL"] if column.nullable else []
    for *others, last in unique:
        if others and last == column.name and not column.primary_key:
            remarks.append(f"unique with {', '.join(others)}")
    name = _COLUMN.sub(r"_\1", _word(column.name))
    parts = [_type(column), name, ", ".join(mark for mark in marks if marks[mark])]
    remark = f'"{"; ".join(remarks)}"' if remarks else ""
    return " ".join(["       ", *(part for part in (*parts, remark) if part)])


def _type(column: Column[Any]) -> str:
    try:
        return _word(column.type.compile())
    except CompileError:  # a type of one database alone
        return _word(type(column.type).__name__)


def _word(text: str) -> str:
    """As Mermaid takes it for one word: NUMERIC(10, 2) has a comma and a space too many."""
    return re.sub(r"[^\w()\[\]-]+", "_", text)


def _unique(table: Table) -> Iterator[tuple[str, ...]]:
    """The sets of columns that no two rows have alike, in the table's order."""
    indexes = [index for index in table.indexes if index.unique and _is_of_whole_columns(index)]
    constraints = [one for one in table.constraints if isinstance(one, UniqueConstraint)]
    groups = [table.primary_key.columns, *(one.columns for one in constraints)]
    for group in (*groups, *(index.columns for index in indexes)):
        names = {column.name for column in group}
        yield tuple(column.name for column in table.columns if column.name in names)


def _is_of_whole_columns(index: Index) -> bool:
    partial = [value for name, value in index.dialect_kwargs.items() if name.endswith("_where")]
    plain = all(isinstance(expression, Column) for expression in index.expressions)
    return plain and not any(value is not None for value in partial)


def _relationship(key: ForeignKeyConstraint) -> str:
    """A parent has many children, or one at most; a child has one parent, or perhaps none."""
    columns = list(key.columns)
    names = {column.name for column in columns}
    parent = key.elements[0].target_fullname.rpartition(".")[0]
    one_at_most = any(group and names >= set(group) for group in _unique(key.table))
    within_key = all(column.primary_key for column in columns)
    line = "".join([
        "|o" if any(column.nullable for column in columns) else "||",
        "--" if within_key else "..",
        "o|" if one_at_most else "o{",
    ])  # fmt: skip
    says = ", ".join(column.name for column in columns)
    says += f" (ON DELETE {key.ondelete})" if key.ondelete else ""
    return f'    {_name(parent)} {line} {_name(key.table.fullname)} : "{says}"'
