"""How soon a key is drawn in the editor of a long note, and how much the editor's scripts weigh."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from statistics import median

from bench.prose import prose
from bench.report import Row
from bench.rounds import Figures, interleaved, of
from tests.databases import upgrade

try:
    from playwright.sync_api import Page, sync_playwright

    from tests.browser import measure
    from tests.browser.conftest import ARGUMENTS, CHROMIUM, MISSING, Site, Visits
    from tests.browser.test_budgets import KB, visit
except ImportError:
    LACKING = "Playwright is not installed; type: make bench, which installs it"
else:
    LACKING = "" if CHROMIUM.exists() else MISSING  # in a sentence

LONG = 200_000  # characters
SLOWER = 4  # times: Chromium makes its machine so slow
DRAWN_IN = 150  # ms
HEAVIEST = 8  # KB


def rows(folder: Path, presses: int, rounds: int) -> list[Row]:
    url = f"sqlite:///{folder / 'keys.db'}"
    upgrade(url)
    with _browser(url, folder / "log") as (site, visits):
        person = site.enrol()
        page = visits.open(person)
        page.goto(f"/notes/{person.write('Long', prose(LONG))}/edit")
        places = {"at the end": "Control+End", "at the beginning": "Control+Home"}

        def press(key: str) -> Figures:
            text = page.get_by_role("textbox", name="Text")
            text.press(key)
            taken = measure.drawn(text, SLOWER, presses)
            return {"ms": median(taken), "quickest": min(taken)}

        sides = {where: partial(press, key) for where, key in places.items()}
        found = interleaved(rounds, sides)
        drawn = [_drawn(where, found[where]) for where in places]
        return [*drawn, _weight(visits.open(person))]


def _drawn(where: str, found: list[Figures]) -> Row:
    taken, quickest = of(found, "ms"), of(found, "quickest")
    return Row(
        f"A key {where} of a note of 200 KB, drawn by Chromium {SLOWER} times slower",
        f"drawn in {median(taken):.0f} ms, at best in {min(quickest):.0f}", f"{DRAWN_IN} ms",
        [one / DRAWN_IN for one in taken], at_most=1.0,
    )  # fmt: skip


def _weight(page: "Page") -> Row:
    shared, came = visit(page, "/notes"), visit(page, "/notes/new")
    own = {name for name in came if name.endswith(".js")} - shared.keys()
    weight = sum(came[name] for name in own) / KB
    return Row(
        "The editor's own scripts, gzipped", f"{weight:.1f} KB", f"{HEAVIEST} KB",
        [weight / HEAVIEST], at_most=1.0,
    )  # fmt: skip


@contextmanager
def _browser(url: str, log: Path) -> "Iterator[tuple[Site, Visits]]":
    """The server that people start, and browsers that know nothing of each other."""
    site = Site.on(url, log)
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
            yield site, Visits(browser, site)
            browser.close()
    finally:
        site.close()
