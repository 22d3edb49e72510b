"""One Firefox for a run, driven by node; one word of complaint in its console fails a test."""

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.conftest import site  # noqa: F401 - the same, with a server of its own
from tests.conftest import lacking
from tests.people import Person

HERE = Path(__file__).parent
FIREFOX = Path("/usr/bin/firefox-esr")


def pytest_itemcollected(item: pytest.Item) -> None:
    item.add_marker(pytest.mark.browser)


class Firefox:
    """Plays the scenarios of scenarios.js, one after the other."""

    def __init__(self, log: Path) -> None:
        self.log = log
        with log.open("wb") as errors:
            self.process = subprocess.Popen(
                ["node", HERE / "drive.js", FIREFOX],
                stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True,
            )  # fmt: skip

    def plays(self, scenario: str, url: str, person: Person) -> str | None:
        """Play it as this person; what went wrong, in the words of node."""
        cookie = person.client.get_cookie("octavo")
        assert cookie is not None
        assert self.process.stdin
        assert self.process.stdout
        order = {"scenario": scenario, "url": url, "cookie": cookie.value}
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        assert answer, self.log.read_text("utf-8")
        return json.loads(answer)["error"]

    def close(self) -> None:
        self.process.communicate()


@pytest.fixture(scope="session")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    if not FIREFOX.exists():
        lacking("Firefox is not on this machine; type: apt-get install firefox-esr")
    if shutil.which("npm") is None:
        lacking("node is not on this machine; type: apt-get install nodejs npm")
    if not (HERE / "node_modules").exists():
        lacking("What drives Firefox is not installed; type: npm ci --prefix tests/firefox")
    firefox = Firefox(tmp_path_factory.mktemp("firefox") / "log")
    yield firefox
    firefox.close()
