"""Reads SQL as the same steps that Alembic's operations are read as."""

import re
from collections.abc import Iterator
from dataclasses import replace

from website.release.lint.step import CONSTRAINTS, Column, Step
from website.release.lint.types import type_of_sql

_NAME = r"""(?:[\w$]+\.|"[^"]+"\.)?(?:"[^"]+"|`[^`]+`|\[[^\]]+\]|[\w$]+)"""
# A space stands for any; the first that fits is taken.
_STATEMENTS = {
    "create_index": "CREATE( UNIQUE)? INDEX( CONCURRENTLY)?( IF NOT EXISTS)?( <name>)?"
    " ON( ONLY)? <table>",
    "drop_index": "DROP INDEX( CONCURRENTLY)?( IF EXISTS)? <name>",
    "create_table": "CREATE( TEMP| TEMPORARY| UNLOGGED| VIRTUAL)? TABLE( IF NOT EXISTS)? <table>",
    "drop_table": "DROP TABLE( IF EXISTS)? <table>",
    "create_trigger": "CREATE( OR REPLACE| TEMP| TEMPORARY| CONSTRAINT)* TRIGGER( IF NOT EXISTS)?"
    " <name> .*? ON <table>",
    "drop_trigger": "DROP TRIGGER( IF EXISTS)? <name>( ON <table>)?",
    "create_view": "CREATE( OR REPLACE| TEMP| TEMPORARY| MATERIALIZED)* VIEW( IF NOT EXISTS)?"
    " <name>",
    "drop_view": "DROP( MATERIALIZED)? VIEW( IF EXISTS)? <name>",
    "drop_schema": "DROP( DATABASE| SCHEMA)( IF EXISTS)? <name>",
    "rename_schema": "ALTER SCHEMA <name> RENAME TO <to>",
    "rename_value": "ALTER TYPE <name> RENAME VALUE",
    "create_check_constraint": "ALTER DOMAIN <table> ADD( CONSTRAINT <name>)? CHECK",
    "insert": "(WITH .*?)?(INSERT( OR [A-Z]+)? INTO|REPLACE INTO|MERGE INTO|COPY) <table>",
    "update": "(WITH .*?)?UPDATE( OR [A-Z]+)?( ONLY)? <table>",
    "delete": "(WITH .*?)?(DELETE FROM|TRUNCATE( TABLE)?)( ONLY)? <table>",
    "pragma": "PRAGMA",
    "transaction": r"(BEGIN|COMMIT|END|ABORT|START TRANSACTION|ROLLBACK(?! TO))\b",
    "block": r"(REINDEX\b(?!.* CONCURRENTLY)|LOCK TABLE|VACUUM( FULL|\s*\(FULL)|CLUSTER\b"
    "|REFRESH MATERIALIZED VIEW(?! CONCURRENTLY))",
    "outside": r"(VACUUM|REINDEX|ALTER SYSTEM|CREATE DATABASE)\b",
}
_ACTIONS = {
    "rename_table": "RENAME TO <to>",
    "rename_constraint": "RENAME CONSTRAINT <name>",
    "rename_column": "RENAME( COLUMN)? <column> TO <to>",
    "create_foreign_key": "ADD( CONSTRAINT <name>)? FOREIGN KEY.*? REFERENCES <to>",
    "create_check_constraint": "ADD( CONSTRAINT <name>)? CHECK",
    "create_unique_constraint": r"ADD( CONSTRAINT <name>)? UNIQUE\b",
    "create_primary_key": "ADD( CONSTRAINT <name>)? PRIMARY KEY",
    "create_exclude_constraint": r"ADD( CONSTRAINT <name>)? EXCLUDE\b",
    "drop_constraint": "DROP CONSTRAINT( IF EXISTS)? <name>",
    "validate_constraint": "VALIDATE CONSTRAINT <name>",
    "add_column": "ADD( COLUMN)?( IF NOT EXISTS)? <column>(?P<definition> .*)",
    "drop_column": "DROP( COLUMN)?( IF EXISTS)? <column>",
    "alter_column": "ALTER( COLUMN)? <column>( SET DATA)?(?P<definition> (SET NOT NULL|TYPE ).*)",
    "block": "(SET LOGGED|SET UNLOGGED|SET ACCESS METHOD|DETACH PARTITION(?!.* CONCURRENTLY))",
    "outside": "DETACH PARTITION",
}
_FLAGS = ("CONCURRENTLY", "UNIQUE", "NOT VALID", "USING INDEX", "CASCADE")
_NOISE = re.compile(r"'(?:[^']|'')*'|\$(\w*)\$.*?\$\1\$|--[^\n]*|/\*.*?\*/", re.DOTALL)
_WHOLE = re.compile(r"\s*(CREATE\b[\w\s]*?\b(TRIGGER|FUNCTION|PROCEDURE)|DO)\b", re.IGNORECASE)
_DEFINITION = re.compile(
    r"\s*(?:TYPE\s+)?(?P<type>.*?)(?=\s+(?:(?:SET\s+)?NOT\s+NULL|NULL|DEFAULT|PRIMARY|UNIQUE|CHECK"
    r"|REFERENCES|GENERATED|CONSTRAINT|COLLATE|USING)\b|\s*$)",
    re.IGNORECASE | re.DOTALL,
)


def _compiled(patterns: dict[str, str]) -> dict[str, re.Pattern[str]]:
    return {
        kind: re.compile(
            re.sub(r"(?<!\?P)<(\w+)>", lambda name: f"(?P<{name[1]}>{_NAME})", pattern).replace(
                " ", r"\s+"
            ),
            re.IGNORECASE | re.DOTALL,
        )
        for kind, pattern in patterns.items()
    }


_STATEMENT, _ACTION = _compiled(_STATEMENTS), _compiled(_ACTIONS)
_ALTER = _compiled({"table": "ALTER TABLE( IF EXISTS)?( ONLY)? <table>"})["table"]


def steps_of(text: str) -> Iterator[Step]:
    """What these statements do, one step for each; a statement of no interest is "sql"."""
    text = _NOISE.sub(lambda found: "''" if found[0][0] in "'$" else " ", text)
    for piece in [text] if _WHOLE.match(text) else text.split(";"):
        statement = piece.strip()
        if altered := _ALTER.match(statement):
            table = _plain(altered["table"])
            for action in _parts(statement[altered.end() :]):
                yield replace(_step(action, _ACTION), table=table)
        elif statement:
            yield _step(statement, _STATEMENT)


def _step(text: str, patterns: dict[str, re.Pattern[str]]) -> Step:
    found = ((kind, match) for kind, pattern in patterns.items() if (match := pattern.match(text)))
    kind, match = next(found, ("sql", None))
    groups = match.groupdict() if match else {}
    flags = {flag.lower() for flag in _FLAGS if re.search(_words(flag), text, re.IGNORECASE)}
    inside = _parenthesis(text)
    names = [part for part in _parts(inside) if re.fullmatch(_NAME, part)]
    if kind == "create_index" and len(names) < len(_parts(inside)):
        flags.add("expression")
    name = groups.get("name")
    return Step(
        "alter_column" if kind == "rename_column" else kind,
        table=_plain(groups.get("table")),
        name=_plain(name) if name or kind not in CONSTRAINTS else None,
        to=_plain(groups.get("to")),
        columns=tuple(_columns(groups)),
        of=tuple(_plain(part) for part in names),
        flags=frozenset(flags),
        sql=inside if kind == "create_check_constraint" else " ".join(text.split())[:60],
    )


def _columns(groups: dict[str, str | None]) -> Iterator[Column]:
    if not groups.get("column"):
        return
    text = groups.get("definition") or ""
    kind, flags = _DEFINITION.match(text), set()
    written = kind["type"] if kind else ""
    default = re.search(r"\bDEFAULT\s+(\(.*?\)|[^\s,]+(?:\(.*?\))?)", text, re.IGNORECASE)
    if re.search(r"\bSTORED\b", text, re.IGNORECASE):
        flags.add("stored")
    if re.search(r"\bIDENTITY\b|serial", text, re.IGNORECASE):
        flags.add("numbered")
    yield Column(
        _plain(groups["column"]),
        type_of_sql(written),
        False if re.search(r"\bNOT\s+NULL\b", text, re.IGNORECASE) else None,
        default[1] if default else None,
        frozenset(flags),
    )


def _parenthesis(text: str) -> str:
    """What stands in the first pair of parentheses."""
    depth, start = 0, text.find("(")
    for at in range(max(start, 0), len(text)):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if not depth:
            return text[start + 1 : at]
    return ""


def _parts(text: str) -> list[str]:
    """What commas outside of parentheses separate."""
    parts, depth = [""], 0
    for sign in text:
        depth += {"(": 1, ")": -1}.get(sign, 0)
        if sign == "," and not depth:
            parts.append("")
        else:
            parts[-1] += sign
    return [part.strip() for part in parts if part.strip()]


def _words(flag: str) -> str:
    return rf"\b{flag}\b".replace(" ", r"\s+")


def _plain(name: str | None) -> str:
    return re.sub(r'^(?:[\w$]+\.|"[^"]+"\.)|["`\[\]]', "", name or "")
