"""A real browser on the real server; one word of complaint in a console fails the test."""

import re
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.browser.pages import EVERY, OWN, Stage, go_to
from tests.browser.server import SECRET_KEY, Server
from tests.conftest import lacking
from tests.databases import Sqlite, make_app
from tests.people import Browser, Person, enrol
from website import db

CHROMIUM = Path("/usr/bin/chromium")
MISSING = "Chromium is not on this machine; type: apt-get install chromium"
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking",
    "--disable-component-update", "--no-first-run",
]  # fmt: skip
PATIENCE = 15_000  # ms, on a machine that does much else
expect.set_options(timeout=PATIENCE)
# What Chromium itself says of a page that a test asked for on purpose, and its hints on forms.
_ALLOWED = re.compile(
    r"Failed to load resource: the server responded with a status of 4\d\d|"
    r".*Password forms should have"
)
_POLICY = re.compile(r"Content.Security.Policy|Trusted ?Type|violates", re.IGNORECASE)


def pytest_itemcollected(item: pytest.Item) -> None:
    item.add_marker(pytest.mark.browser)


class Site:
    """A running site, and the same database from inside, to make people in."""

    def __init__(self, server: Server, app: Flask) -> None:
        self.server, self.app, self.url = server, app, server.url

    @classmethod
    def on(cls, database_url: str, log: Path) -> "Site":
        app = make_app(database_url, SECRET_KEY=SECRET_KEY)
        app.test_client_class = Browser
        server = Server(database_url, log)
        server.start()
        return cls(server, app)

    def enrol(self) -> Person:
        """Someone new, made without the form, whose limit is twenty an hour."""
        return enrol(self.app, f"{uuid.uuid4().hex[:12]}@example.org")

    def close(self) -> None:
        if self.server.process is not None:
            self.server.stop()
        with self.app.app_context():
            db.engine.dispose()


class Visits:
    """The browsers of one test: each has its cookies, and all their complaints are kept."""

    def __init__(self, chromium: Chromium, site: Site) -> None:
        self.chromium, self.site = chromium, site
        self.contexts: list[BrowserContext] = []
        self.complaints: list[str] = []
        self.expected: list[str] = []  # patterns of what a test provokes

    def open(self, person: Person | None = None, *, at: Site | None = None, **how: Any) -> Page:
        """A tab of a new browser, in which this person is signed in."""
        site = at or self.site
        context = self.chromium.new_context(base_url=site.url, **how)
        context.set_default_timeout(PATIENCE)
        context.on("console", self._heard)
        context.on("weberror", lambda error: self.complaints.append(f"{error.error}"))
        self.contexts.append(context)
        if person is not None:
            cookie = person.client.get_cookie("octavo")
            assert cookie is not None
            context.add_cookies([{"name": "octavo", "value": cookie.value, "url": site.url}])
        return context.new_page()

    def _heard(self, message: ConsoleMessage) -> None:
        text = message.text
        if _POLICY.search(text):
            self.complaints.append(text)
        elif message.type not in {"error", "warning"} or _ALLOWED.match(text):
            return
        elif not any(re.search(pattern, text) for pattern in self.expected):
            self.complaints.append(f"{message.type}: {text} ({message.location['url']})")

    def close(self) -> None:
        for context in self.contexts:
            context.close()
        assert not self.complaints, "\n".join(self.complaints)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Chromium]:
    if not CHROMIUM.exists():
        lacking(MISSING)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=ARGUMENTS,
            # As people have it: Back brings a page from memory, with what was typed there.
            ignore_default_args=["--disable-back-forward-cache"],
        )
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def site(sqlite: Sqlite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with sqlite.copy() as url:
        site = Site.on(url, tmp_path_factory.mktemp("server") / "log")
        yield site
        site.close()


@pytest.fixture(scope="session")
def second_site(sqlite: Sqlite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with sqlite.copy() as url:
        site = Site.on(url, tmp_path_factory.mktemp("second") / "log")
        yield site
        site.close()


@pytest.fixture
def mortal_site(second_site: Site) -> Site:
    """A site that a test may kill."""
    if second_site.server.process is None:
        second_site.server.start()
    return second_site


@pytest.fixture
def visits(chromium: Chromium, site: Site) -> Iterator[Visits]:
    visits = Visits(chromium, site)
    yield visits
    visits.close()


@pytest.fixture(scope="session", params=EVERY)
def place(request: pytest.FixtureRequest, chromium: Chromium, site: Site) -> Iterator[Page]:
    """Every page of the site in turn; a test may change its size and colours, nothing more."""
    visits, person = Visits(chromium, site), site.enrol()
    page = visits.open(person if request.param in OWN else None, reduced_motion="reduce")
    yield go_to(request.param, Stage(page, person))
    visits.close()


@pytest.fixture
def person(site: Site) -> Person:
    return site.enrol()


@pytest.fixture
def page(visits: Visits, person: Person) -> Page:
    """A tab in which `person` is signed in."""
    return visits.open(person)


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def scripted(request: pytest.FixtureRequest) -> bool:
    """Each test that asks runs with JavaScript and without."""
    return bool(request.param)
