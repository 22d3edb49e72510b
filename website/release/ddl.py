"""What a CREATE statement of SQLite says beyond what its PRAGMAs tell."""

import re
from collections.abc import Iterator

# A string, a quoted name, a comment, a word, or one character of anything else.
_TOKEN = re.compile(
    r"""'(?:[^']|'')*' | "(?:[^"]|"")*" | `[^`]*` | \[[^\]]*\] | --[^\n]* | /\*.*?\*/ | \w+ | \S""",
    re.VERBOSE | re.DOTALL,
)
_CONSTRAINT = ("constraint", "primary", "unique", "check", "foreign")


def is_virtual(sql: str | None) -> bool:
    return bool(re.match(r"\s*CREATE\s+VIRTUAL", sql or "", re.IGNORECASE))


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def tokens(sql: str) -> Iterator[str]:
    """Words without comments, and names without their quotes."""
    for token in _TOKEN.findall(sql):
        if not token.startswith(("--", "/*")):
            yield token[1:-1] if token[0] in '"`[' and len(token) > 1 else token


def _words(sql: str) -> list[str]:
    """Everything but strings in small letters."""
    return [token if token[0] == "'" else token.lower() for token in tokens(sql) if token]


def normal(sql: str) -> str:
    """The statement in one spelling, whoever wrote it: a batch writes CREATE anew."""
    return " ".join(_words(sql))


def _group(words: list[str], start: int) -> list[str]:
    """What stands inside the bracket that opens at `start`."""
    depth = 0
    for at in range(start, len(words)):
        depth += {"(": 1, ")": -1}.get(words[at], 0)
        if depth == 0:
            return words[start + 1 : at]
    return words[start + 1 :]


def _parts(words: list[str]) -> Iterator[list[str]]:
    """The definitions between the outermost commas."""
    part: list[str] = []
    depth = 0
    for word in words:
        depth += {"(": 1, ")": -1}.get(word, 0)
        if word == "," and depth == 0:
            yield part
            part = []
        else:
            part.append(word)
    yield part


def extras(sql: str) -> Iterator[tuple[str, str, str]]:
    """What a CREATE TABLE has that SQLite's PRAGMAs do not show, as (kind, name, definition).

    A thing without a name is named after what it says, `check (price > 0)`.
    """
    words = _words(sql)
    if "(" not in words:  # CREATE TABLE … AS SELECT
        return
    opening = words.index("(")
    body = _group(words, opening)
    for option in (("without", "rowid"), ("strict",)):
        if _has(words[opening + len(body) + 1 :], option):
            yield "option", " ".join(option), "yes"
    for part in _parts(body):
        column = part[0] if part and part[0] not in _CONSTRAINT else ""
        column = column and _as_written(sql, column)
        if column and "autoincrement" in part:
            yield "autoincrement", column, "yes"
        if column and "collate" in part[:-1]:
            yield "collation", column, part[part.index("collate") + 1]
        for at, word in enumerate(part[:-1]):
            if word == "check" and part[at + 1] == "(":
                says = " ".join(_group(part, at + 1))
                named = at > 1 and part[at - 2] == "constraint"
                yield "check", part[at - 1] if named else f"check ({says})", says


def _as_written(sql: str, name: str) -> str:
    return next(token for token in tokens(sql) if token.lower() == name)


def _has(words: list[str], option: tuple[str, ...]) -> bool:
    return any(tuple(words[at : at + len(option)]) == option for at in range(len(words)))
