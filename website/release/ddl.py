"""What the statements of a schema say, in one spelling, whoever wrote them."""

import re
from collections.abc import Iterator, Mapping
from string import ascii_lowercase, ascii_uppercase

_STRING = r"""'(?P<string>(?:[^']|'')*)(?:'|\Z) | "(?P<double>(?:[^"]|"")*)(?:"|\Z)"""
_REST = r"(?P<comment>--[^\n]*|/\*.*?(?:\*/|\Z)) | \w+ | [<>=!|]+ | \S"
_SQLITE = re.compile(
    rf"{_STRING} | `(?P<tick>(?:[^`]|``)*)(?:`|\Z) | \[(?P<bracket>[^\]]*)(?:\]|\Z) | {_REST}",
    re.VERBOSE | re.DOTALL,
)
_POSTGRESQL = re.compile(
    rf"(?P<plain>[eE]'(?:[^'\\]|''|\\.)*(?:'|\Z) | \$(?P<tag>\w*)\$.*?\$(?P=tag)\$)"
    rf" | {_STRING} | {_REST}",
    re.VERBOSE | re.DOTALL,
)
_ASCII = str.maketrans(ascii_uppercase, ascii_lowercase)
_TABLE_CONSTRAINT = {"constraint", "primary", "unique", "check", "foreign"}
_CLAUSE = _TABLE_CONSTRAINT | {"references", "collate", "generated", "as", "default", "not", "null"}
# What one of these words begins after another of them is still the clause of the first.
_GOES_ON = {("always", "as"), ("set", "null"), ("set", "default")}
_RULE = re.compile(
    r"on (?:delete|update) (?:cascade|restrict|set null|set default)|match (?:full|partial)"
    r"|deferrable(?: initially deferred)?"  # NOT begins a clause of its own
)
_CAST = re.compile(  # of PostgreSQL, which writes others when a column changes its type
    r" : : (?:character varying|double precision|bit varying"
    r"|time(?:stamp)?(?: \( \d \))? with(?:out)? time zone"
    r"|(?:\w+ \. )?(?:\"[^\"]*\"|\w+))(?: \( \d+(?: , \d+)? \))?(?: \[ \])*"
)


def is_virtual(sql: str | None) -> bool:
    return bool(re.match(r"\s*CREATE\s+VIRTUAL", sql or "", re.IGNORECASE))


def quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def unquoted(token: str) -> str:
    """The name that a token is; SQLite takes a string for a name where only a name can be."""
    if token[:1] in {'"', "'"}:
        return token[1:-1].replace(token[0] * 2, token[0])
    return token


def fold(name: str) -> str:
    """As SQLite compares names: no letters but those of ASCII have two cases."""
    return name.translate(_ASCII)


def lexemes(sql: str, *, brackets: bool = True) -> Iterator[str]:
    """Words and signs without comments; a quoted name has double quotes, whatever it had.

    `brackets` are quotes too, as backticks are: on SQLite.
    """
    for match in (_SQLITE if brackets else _POSTGRESQL).finditer(sql):
        kind, content = match.lastgroup, match[match.lastgroup or 0]
        if kind == "string":
            yield f"'{content}'"
        elif kind == "double":
            yield f'"{content}"'
        elif kind in {"tick", "bracket"}:
            yield quoted(content.replace("``", "`") if kind == "tick" else content)
        elif kind != "comment":
            yield content


def tokens(sql: str) -> Iterator[str]:
    """Words and signs without comments, and names without their quotes."""
    return (unquoted(token) if token[0] == '"' else token for token in lexemes(sql))


def spelled(name: str, *, folds: bool = True) -> str:
    """How a name stands in a definition: in quotes only where it needs them.

    `folds` is whether its case means nothing: on SQLite.
    """
    if folds:
        return fold(name if re.fullmatch(r"\w+", name) else quoted(name))
    return name if re.fullmatch(r"[a-z_][a-z0-9_]*", name) else quoted(name)


def words(sql: str, *, folds: bool = True) -> list[str]:
    """Names as they are spelled, signs, and strings as they are."""
    return [_spelled(token, folds=folds) for token in lexemes(sql, brackets=folds)]


def _spelled(token: str, *, folds: bool = True) -> str:
    if token[0] == '"':
        return spelled(unquoted(token), folds=folds)
    return fold(token) if folds and token[0] != "'" else token


def normal(sql: str, *, folds: bool = True) -> str:
    """The statement in one spelling: a batch writes CREATE anew."""
    return " ".join(words(sql, folds=folds))


def meaning(says: str, *, folds: bool = True) -> list[str]:
    """The words of a definition but for casts, and for brackets around one thing."""
    open_groups: list[list[object]] = [[]]
    for word in words(_CAST.sub("", normal(says, folds=folds)), folds=folds):
        if word == "(":
            open_groups.append([])
        elif word == ")" and len(open_groups) > 1:
            group = open_groups.pop()
            open_groups[-1].append(group[0] if len(group) == 1 else group)
        else:
            open_groups[-1].append(word)
    return list(_flat([each for group in open_groups for each in group]))


def _flat(group: list[object]) -> Iterator[str]:
    for each in group:
        if isinstance(each, list):
            yield from ("(", *_flat(each), ")")
        else:
            yield str(each)


def body(sql: str) -> str:
    """What an index, trigger, view or virtual table of SQLite is, but for its name."""
    found = list(lexemes(sql))
    low = [fold(token) for token in found]
    at = next(i for i, word in enumerate(low) if word in {"index", "trigger", "view", "table"})
    rest = found[at + 2 :]
    if low[at] == "index":
        rest = found[low.index("on", at + 2) + 2 :]
        unique = ["unique"] * ("unique" in low[:at])
        rest = unique + [word for word in rest if fold(word) != "asc"]
    return _say(rest)


def _say(found: list[str]) -> str:
    return " ".join(map(_spelled, found))


def extras(sql: str, keys: Mapping[str, str] | None = None) -> Iterator[tuple[str, str, str]]:
    """What a CREATE TABLE of SQLite has besides columns, as (kind, name, definition).

    The name is empty for a constraint that has none. `keys` are the columns of primary keys, by
    folded table: what a foreign key refers to that names no columns.
    """
    found = list(lexemes(sql))
    if "(" not in found:
        return
    opening = found.index("(")
    inside = _group(found, opening)
    options = [fold(word) for word in found[opening + len(inside) + 1 :]]
    for option in (["without", "rowid"], ["strict"]):
        if any(options[at : at + len(option)] == option for at in range(len(options))):
            yield "option", " ".join(option), "yes"
    for part in _parts(inside):
        column = "" if fold(part[0]) in _TABLE_CONSTRAINT else unquoted(part[0])
        for name, clause in _clauses(part[1:] if column else part):
            yield from _clause(column, name, clause, keys or {})


def _clauses(part: list[str]) -> Iterator[tuple[str, list[str]]]:
    """Each clause of a column or table constraint, with the name that CONSTRAINT gives it."""
    name, depth = "", 0
    starts: list[int] = []
    low = [fold(word) for word in part]
    for at, word in enumerate(low):
        goes_on = (low[at - 1] if at else "", word) in _GOES_ON
        of_key = word == "references" and bool(starts) and low[starts[-1]] == "foreign"
        if depth == 0 and word in _CLAUSE and not goes_on and not of_key:
            starts.append(at)
        depth += {"(": 1, ")": -1}.get(word, 0)
    for start, end in zip(starts, [*starts[1:], len(part)], strict=False):
        if low[start] == "constraint":
            name = unquoted(part[start + 1]) if start + 1 < end else ""
        else:
            yield name, part[start:end]
            name = ""


def _clause(
    column: str, name: str, clause: list[str], keys: Mapping[str, str]
) -> Iterator[tuple[str, str, str]]:
    low = [fold(word) for word in clause]
    opening = clause.index("(") if "(" in clause else len(clause)
    inside = _group(clause, opening)
    if low[0] in {"primary", "unique"}:
        listed = inside or [quoted(column), *(["desc"] if "desc" in low else [])]
        kind = "primary key" if low[0] == "primary" else "unique"
        conflict = f" {_say(clause[low.index('conflict') - 1 :][:3])}" if "conflict" in low else ""
        yield kind, name, f"{kind} ({_columns(listed)}){conflict}"
        if "autoincrement" in low:
            yield "autoincrement", column or unquoted(listed[0]), "yes"
    elif low[0] == "check":
        yield "check", name, _say(inside)
    elif low[0] in {"generated", "as"}:
        yield "generated", column, f"{_say(inside)} {'stored' if 'stored' in low else 'virtual'}"
    elif low[0] == "collate" and low[1:] != ["binary"]:
        yield "collation", column, " ".join(map(spelled, map(unquoted, clause[1:2])))
    elif low[0] in {"foreign", "references"}:
        at = low.index("references")
        target = unquoted(clause[at + 1])
        columns = _columns(inside) if low[0] == "foreign" else spelled(column)
        if low[0] == "foreign":
            inside = _group(clause, at + 2) if clause[at + 2 : at + 3] == ["("] else []
        referred = _columns(inside) or keys.get(fold(target), "")
        rules = " ".join(sorted(_RULE.findall(_say(clause[at + 2 :]))))
        says = f"{columns} references {spelled(target)} ({referred}) {rules}"
        yield "foreign key", name, says.strip()


def _columns(listed: list[str]) -> str:
    """The names in a list of columns, as SQLite understands it."""
    return ", ".join(
        " ".join([spelled(unquoted(part[0])), *map(_spelled, part[1:])])
        for part in _parts([w for w in listed if fold(w) not in {"asc", "autoincrement"}])
    )


def _group(found: list[str], start: int) -> list[str]:
    """What stands inside the bracket that opens at `start`."""
    depth = 0
    for at in range(start, len(found)):
        depth += {"(": 1, ")": -1}.get(found[at], 0)
        if depth == 0:
            return found[start + 1 : at]
    return found[start + 1 :]


def _parts(found: list[str]) -> Iterator[list[str]]:
    """The definitions between the outermost commas."""
    part: list[str] = []
    depth = 0
    for word in [*found, ","]:
        depth += {"(": 1, ")": -1}.get(word, 0)
        if word == "," and depth == 0:
            if part:
                yield part
            part = []
        else:
            part.append(word)
