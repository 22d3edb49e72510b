"""What the documents say is what the code does."""

import json
import re
from pathlib import Path

from website.config.table import SETTINGS
from website.logs import EVENTS

ROOT = Path(__file__).parents[2]


def rows(document: str) -> dict[str, list[str]]:
    """The rows of a document's tables whose first cell is `code`: name to the other cells."""
    text = (ROOT / document).read_text(encoding="utf-8")
    found = {}
    for line in text.splitlines():
        if match := re.fullmatch(r"\| `(\w+)` \| (.*) \|", line):
            found[match[1]] = match[2].split(" | ")
    return found


def test_every_setting_is_documented_as_the_table_has_it() -> None:
    expected = {
        setting.name: [
            f"`{setting.default}`" if setting.default else "none", setting.meaning,
        ]
        for setting in SETTINGS
    }  # fmt: skip
    assert rows("docs/settings.md") == expected


def test_every_event_of_the_log_is_documented() -> None:
    assert rows("docs/operations.md") == {name: [meaning] for name, meaning in EVENTS.items()}


def test_every_command_of_the_makefile_is_in_the_readme() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for command in re.findall(r"^([a-z]+):.*##", makefile, re.M):
        assert command == "help" or f"make {command}" in readme, command
    called = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "make test" in called


def test_the_lock_files_hold_every_package_with_its_hash() -> None:
    for name in ("requirements.txt", "requirements-dev.txt"):
        text = (ROOT / name).read_text(encoding="utf-8")
        packages = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[a-z,]+\])?==", text, re.M)
        assert len(packages) > 10
        assert text.count("==") >= len(packages)
        for block in re.split(r"\n(?=[a-z])", text):
            assert "--hash=sha256:" in block, block[:60]
        assert "http" not in text
        chosen = (ROOT / name.replace(".txt", ".in")).read_text(encoding="utf-8")
        for line in chosen.splitlines():
            if wanted := re.match(r"[A-Za-z][A-Za-z0-9-]*", line):
                assert wanted[0].lower() in {package.lower() for package in packages}, wanted[0]


def test_what_drives_firefox_is_pinned_with_its_hash_and_names_no_registry() -> None:
    folder = ROOT / "tests" / "firefox"
    chosen = json.loads((folder / "package.json").read_text(encoding="utf-8"))
    assert set(chosen) & {"dependencies", "devDependencies"} == {"devDependencies"}
    for version in chosen["devDependencies"].values():
        assert re.fullmatch(r"\d+\.\d+\.\d+", version)
    lock = json.loads((folder / "package-lock.json").read_text(encoding="utf-8"))
    assert lock["packages"].pop("")["devDependencies"] == chosen["devDependencies"]
    assert len(lock["packages"]) > 10
    for name, package in lock["packages"].items():
        assert package["integrity"].startswith("sha512-"), name
        assert "resolved" not in package, name


def test_every_test_that_the_page_about_writing_names_is_there_and_says_for_what() -> None:
    page = (ROOT / "docs" / "writing.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| (.*?)(?:: .*)? \|.*\| `(.+)::(.+)` \|$", page, re.M)
    assert len(named) == page.count("| `tests/") > 25
    for what, file, test in named:
        text = (ROOT / file).read_text(encoding="utf-8")
        found = re.search(rf"^def {test}\(.*?(?=^(?:@|def |class )|\Z)", text, re.M | re.S)
        assert found, test
        if what.isdigit():
            assert f"Interface {what}" in found[0], test
        else:
            assert all(story in found[0] for story in what.split(", ")), test
    numbers = {int(what) for what, *_ in named if what.isdigit()}
    assert numbers >= set(range(4, 18))
