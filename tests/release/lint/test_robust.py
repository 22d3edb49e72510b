"""Whatever Python a file holds, lint answers with findings and never with a traceback."""

import ast
import contextlib
import keyword
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import website.release.lint as room
from tests.release.lint.bookshop import Bookshop
from tests.release.lint.examples import EXAMPLES
from website.release.lint import Tables, lint, lint_code
from website.release.lint.operations import NAMES

FILES = sorted(Path(ast.__file__).parent.glob("*.py"))[::3]
WORDS = [*sorted(NAMES), "execute", "text", "Column", "ForeignKey", "table", "batch", "op", "sa",
         "upgrade", "x", "note", "name", "dialect", "columns", "nullable", "func"]  # fmt: skip
names = st.sampled_from(WORDS).map(lambda word: ast.Name(word, ast.Load()))
constants = st.sampled_from(
    ["note", "x", "", "DROP TABLE", "ALTER TABLE note ADD (", "CREATE INDEX ON (x", "sqlite", None,
     True, 0, -1, 1.5, b"x", ..., "é" * 40]
).map(ast.Constant)  # fmt: skip


load = st.just(ast.Load())


def larger(parts: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    words = st.sampled_from(WORDS)
    attributes = st.builds(ast.Attribute, parts, words, load)
    values = st.one_of(parts, st.builds(ast.Starred, parts, load))
    keywords = st.dictionaries(words, parts, max_size=3).map(
        lambda given: [ast.keyword(name, value) for name, value in given.items()]
    )
    calls = st.builds(
        ast.Call, func=st.one_of(names, attributes), args=st.lists(values, max_size=3),
        keywords=keywords,
    )  # fmt: skip
    filled = st.builds(ast.FormattedValue, names, st.just(-1), st.none())
    return st.one_of(
        calls,
        calls,
        attributes,
        st.builds(ast.List, st.lists(parts, max_size=3), load),
        st.builds(ast.BinOp, parts, st.just(ast.Add()), parts),
        st.builds(ast.Compare, parts, st.just([ast.Eq()]), parts.map(lambda part: [part])),
        st.builds(ast.JoinedStr, st.lists(filled, max_size=2)),
    )


expressions = st.recursive(st.one_of(names, constants), larger, max_leaves=12)
target = st.sampled_from(["x", "batch", "note", "phase", "lint_waive", "expected_loss", "revision"])


def block(parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    def indented(head: str, body: str) -> str:
        return f"{head}:\n" + "\n".join(f"    {line}" for line in body.splitlines())

    code = expressions.map(unparsed)
    heads = st.one_of(
        code.map(lambda text: f"if {text}"), st.just("while x"),
        st.tuples(target, code).map(lambda two: f"for {two[0]} in {two[1]}"),
        st.tuples(code, target).map(lambda two: f"with {two[0]} as {two[1]}"),
    )  # fmt: skip
    return st.one_of(st.builds(indented, heads, parts),
                     st.lists(parts, min_size=1, max_size=4).map("\n".join))  # fmt: skip


def unparsed(node: ast.expr) -> str:
    return ast.unparse(ast.fix_missing_locations(node))


lines = st.one_of(
    expressions.map(unparsed),
    st.tuples(target, expressions.map(unparsed)).map(" = ".join),
    st.just("return"),
)
bodies = st.recursive(lines, block, max_leaves=12)


def indent(code: str) -> str:
    return "\n".join(f"    {line}" for line in code.splitlines())


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(target, expressions.map(unparsed)), max_size=3), bodies, bodies)
def test_any_valid_python_gives_findings_and_no_traceback(
    module: list[tuple[str, str]], upgrade: str, downgrade: str
) -> None:
    said = "\n".join(f"{name} = {value}" for name, value in module)
    code = f"{said}\ndef upgrade():\n{indent(upgrade)}\ndef downgrade():\n{indent(downgrade)}\n"
    for finding in lint_code(code):
        assert finding.line >= 1
        assert finding.what


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_python_s_own_modules_as_the_body_of_a_revision_give_no_traceback(path: Path) -> None:
    text = path.read_text(encoding="utf-8", errors="replace").replace("\f", "")
    with contextlib.suppress(SyntaxError):
        code = f"def upgrade():\n{indent(text)}\n    pass\n"
        ast.parse(code)
        lint_code(code)
    lint_code(text)


@settings(max_examples=200, deadline=None)
@given(st.text(max_size=60))
def test_any_text_gives_findings_and_no_traceback(text: str) -> None:
    lint_code(text)
    lint_code(f"def upgrade():\n    op.execute({text!r})\ndef downgrade(): 'No.'\n")


@pytest.mark.parametrize(
    "code", ["def upgrade(:", "x = '", "\0", "é = (", "(" * 500, "x = " + "-" * 9000 + "1",
             "def upgrade():\n    op.execute(" + "'a' + " * 9000 + "'b')", "\ud800"]
)  # fmt: skip
def test_what_is_no_python_that_can_be_read_is_one_finding(code: str) -> None:
    (finding,) = lint_code(code, file="0007_broken.py")
    assert (finding.rule, finding.file) == ("unreadable", "0007_broken.py")
    assert finding.what.startswith("The file is no Python that can be read: ")


def test_a_file_that_became_unreadable_hides_no_other_revision(tmp_path: Path) -> None:
    bookshop = Bookshop(tmp_path)
    first = bookshop.add(EXAMPLES["pragma"].bad)
    bookshop.add(EXAMPLES["pragma"].bad)
    scripts = bookshop.scripts[1:]
    first.write_text("def upgrade(:", encoding="utf-8")
    assert [(one.rule, one.revision) for one in lint(scripts)] == [
        ("unreadable", "r2"), ("pragma", "r3"),
    ]  # fmt: skip


def test_a_file_in_another_encoding_is_read(tmp_path: Path) -> None:
    bookshop = Bookshop(tmp_path)
    path = bookshop.add(EXAMPLES["pragma"].bad)
    path.write_bytes(b"# coding: latin-1\n# \xe9\n" + path.read_bytes())
    assert [one.rule for one in lint(bookshop.scripts[1:])] == ["pragma"]


def test_a_long_chain_is_read_in_a_moment(tmp_path: Path) -> None:
    bookshop = Bookshop(tmp_path)
    for number in range(300):
        bookshop.add(
            f'def upgrade():\n    op.add_column("word", sa.Column("c{number}", sa.Text()))'
        )
    assert lint(bookshop.scripts, Tables()) == []


def test_the_room_says_what_it_offers() -> None:
    assert all(hasattr(room, name) and not keyword.iskeyword(name) for name in room.__all__)
