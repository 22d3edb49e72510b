"""The house: who may import whom, and where things may be said."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WEBSITE = ROOT / "website"
MODULES = sorted(WEBSITE.rglob("*.py"))
PAGES = ("auth", "notes", "account")

GROUND = {"config", "database", "logs", "text", "security", "release"}
# docs/architecture.md has this table too; the test below holds the two together.
MAY_IMPORT = {
    **{room: set() for room in GROUND},
    "models": {"database", "text", "security"},
    "transfer": {"models", "database", "text", "security"},
    "http": {"config", "database", "logs", "models", "text", "security"},
    **{
        room: {"http", "transfer", "models", *GROUND}
        for room in ("auth", "notes", "account", "operations")
    },
}


def room_of(path: Path) -> str:
    return path.relative_to(WEBSITE).parts[0].removesuffix(".py")


def imports(path: Path) -> Iterator[tuple[str, ast.stmt]]:
    """Dotted names of our own modules that a file imports, with the statement."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                if alias.name.split(".")[0] == "website":
                    yield alias.name, node
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: absolute imports only"
            if (node.module or "").split(".")[0] == "website":
                for alias in node.names:
                    whole = f"{node.module}.{alias.name}"
                    is_module = (ROOT / (whole.replace(".", "/") + ".py")).exists() or (
                        ROOT / whole.replace(".", "/")
                    ).is_dir()
                    yield whole if is_module else str(node.module), node


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_a_room_imports_only_from_below(path: Path) -> None:
    room = room_of(path)
    for imported, _ in imports(path):
        parts = imported.split(".")
        other = parts[1] if len(parts) > 1 else "__init__"
        assert path == WEBSITE / "__init__.py" or other in {room, *MAY_IMPORT[room]}, (
            f"{name(path)} imports {imported}"
        )


def test_no_module_imports_itself_by_a_detour() -> None:
    graph = {
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): {
            imported for imported, _ in imports(path)
        }
        for path in MODULES
    }
    done: set[str] = set()

    def visit(module: str, trail: tuple[str, ...]) -> None:
        assert module not in trail, " → ".join([*trail[trail.index(module) :], module])
        if module not in done:
            for imported in graph.get(module, ()):
                visit(imported, (*trail, module))
            done.add(module)

    for module in graph:
        visit(module, ())


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_imports_stand_at_the_top(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    top = {node.lineno for node in tree.body}
    over = False
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            over = True
        assert not (over and isinstance(node, ast.Import | ast.ImportFrom)), name(path)
    for imported, statement in imports(path):
        assert statement.lineno in top, f"{name(path)} imports {imported} inside something"


@pytest.mark.parametrize("path", MODULES, ids=name)
def test_every_module_begins_with_a_promise_and_is_short(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert ast.get_docstring(ast.parse(text)), f"{name(path)} has no docstring"
    assert text.count("\n") <= 250, f"{name(path)} is too long"


def test_no_module_is_a_heap() -> None:
    heaps = {"utils", "helpers", "common", "services", "manager", "misc"}
    assert not [name(path) for path in MODULES if path.stem in heaps]


def source(*rooms: str) -> Iterator[tuple[str, str]]:
    for path in MODULES:
        if not rooms or room_of(path) in rooms:
            yield name(path), path.read_text(encoding="utf-8")


def test_pages_find_rows_through_the_person_alone() -> None:
    for where, text in source(*PAGES):
        assert not re.search(r"\bselect\(|get_or_404|first_or_404|\.query\b", text), where


def test_models_never_see_the_request() -> None:
    of_a_request = {"request", "session", "current_user", "flash", "g", "current_app"}
    for where, text in source("models", "text", "security"):
        for names in re.findall(r"^from flask(?:_login)? import (.*)$", text, re.M):
            assert not of_a_request & set(re.split(r"[,\s]+", names)), where


def test_the_environment_is_read_in_one_file() -> None:
    readers = [where for where, text in source() if re.search(r"os\.(environ|getenv)", text)]
    assert readers == ["website/config/__init__.py"]


def test_nothing_is_called_safe_but_a_rendered_note() -> None:
    templates = {
        str(path.relative_to(WEBSITE / "templates"))
        for path in (WEBSITE / "templates").rglob("*.html")
        if re.search(r"\|\s*safe|autoescape", path.read_text(encoding="utf-8"))
    }
    assert templates == {"notes/preview.html", "notes/show.html", "notes/version.html"}
    writers = {where for where, text in source() if "Markup(" in text}
    assert writers == {"website/http/assets.py", "website/http/pages.py"}


def test_no_statement_is_put_together_from_strings() -> None:
    for where, text in source("models", "http", "operations", *PAGES):
        for call in re.findall(r"\b(?:text|exec_driver_sql)\((f?[\"'])", text):
            assert not call.startswith("f"), where


def test_randomness_that_matters_is_from_the_operating_system() -> None:
    users = {where for where, text in source() if re.search(r"^(import|from) random", text, re.M)}
    assert users <= {"website/operations/prose.py", "website/operations/seed.py"}


def test_scripts_write_text_and_one_alone_writes_what_the_renderer_made() -> None:
    sinks = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|createPolicy"
    scripts = (WEBSITE / "static" / "js").glob("*.js")
    assert [one.name for one in scripts if re.search(sinks, one.read_text(encoding="utf-8"))] == [
        "rendered.js"
    ]


def test_scripts_change_the_text_only_as_a_key_would_so_that_undo_is_the_browser_s() -> None:
    # The hidden name and numbers of a draft; and all fields, before anybody typed, on the way back.
    filled_in = {"autosave.js": 4, "editor.js": 1}
    for path in (WEBSITE / "static" / "js").glob("*.js"):
        found = re.findall(r"setRangeText|\.value = ", path.read_text(encoding="utf-8"))
        assert len(found) == filled_in.get(path.name, 0), path.name


def test_no_file_names_a_path_of_somebodys_machine_or_holds_a_secret() -> None:
    for path in [*MODULES, *(ROOT / "docs").glob("*.md"), ROOT / "README.md", ROOT / "Makefile"]:
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"/work/|/home/\w+/|/root/", text), name(path)


def test_the_documents_tell_the_same_table() -> None:
    told: dict[str, set[str]] = {}
    document = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    for rooms, may in re.findall(r"^\| ([a-z, ]+) \| ([a-z, ]+) \|$", document, re.M):
        for room in rooms.split(", "):
            told[room] = set() if may == "nothing of ours" else set(may.split(", "))
    assert told == MAY_IMPORT
