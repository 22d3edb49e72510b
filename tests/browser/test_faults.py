"""The server or the browser dies under someone who writes, or the clock jumps: no word is lost."""

import os
import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser as Chromium
from playwright.sync_api import Error as BrowserGone
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import ARGUMENTS, CHROMIUM, PATIENCE, Site, Visits
from tests.browser.pages import ANY_NOTE, fill, press, write
from tests.browser.test_drafts import KEPT, copies, drafts, state, typed
from tests.browser.test_words import slow_to_save
from tests.people import Person
from website import db
from website.models import Session

NOT_KEPT = "Not kept yet. Trying again."
WORDS = "these are words that were typed without a look at the clock "
# All that the editor ever said, in `said`.
LISTEN = """() => {
    window.said = [];
    const state = document.querySelector("[data-state]");
    new MutationObserver(() => said.push(state.textContent)).observe(state, { childList: true });
}"""


def said(page: Page) -> list[str]:
    found: list[str] = page.evaluate("said")
    return found


def _killed_before(route: Route, site: Site) -> None:
    site.server.stop(signal.SIGKILL)
    route.continue_()


def _killed_at_work(route: Route, site: Site) -> None:
    with slow_to_save(site):
        route.continue_()
        route.request.frame.page.wait_for_timeout(300)  # it is with the server, which waits
        site.server.stop(signal.SIGKILL)


def _killed_after(route: Route, site: Site) -> None:
    route.fetch()
    site.server.stop(signal.SIGKILL)
    route.abort("connectionreset")


@pytest.mark.parametrize("killed", [_killed_before, _killed_at_work, _killed_after])
def test_a_server_killed_before_it_answers_for_a_draft_costs_no_word(
    visits: Visits, mortal_site: Site, killed: Callable[[Route, Site], None]
) -> None:
    """Interface 13. Each keystroke is a draft once the server is back, and one draft."""
    person = mortal_site.enrol()
    page = visits.open(person, at=mortal_site)
    visits.expected.append("net::ERR_")
    page.goto("/notes/new")
    page.evaluate(LISTEN)
    page.route("**/notes/drafts", lambda route: killed(route, mortal_site), times=1)
    typed(page, "the last words")
    expect(state(page)).to_have_text(NOT_KEPT)
    typed(page, ", and more")
    assert not [sentence for sentence in said(page) if KEPT.search(sentence)]
    assert copies(page) == 1
    mortal_site.server.start()
    expect(state(page)).to_have_text(KEPT)
    assert drafts(person) == ["the last words, and more"]
    assert copies(page) == 0


def test_who_types_without_a_pause_is_kept_every_few_seconds(
    visits: Visits, person: Person
) -> None:
    page = visits.open(person)
    page.goto("/notes/new")
    page.get_by_label("Text").press_sequentially(WORDS * 3, delay=50)  # more than nine seconds
    (draft,) = drafts(person)
    assert (WORDS * 3).startswith(draft)
    assert len(WORDS * 3) - len(draft) <= 120, "of fifty milliseconds each"


@contextmanager
def opened(chromium: Chromium, site: Site, person: Person, profile: Path) -> Iterator[Page]:
    """A tab of a Chromium of its own, which may be killed within this."""
    context = chromium.browser_type.launch_persistent_context(
        profile, executable_path=CHROMIUM, args=ARGUMENTS, base_url=site.url
    )
    context.set_default_timeout(PATIENCE)
    cookie = person.client.get_cookie("octavo")
    assert cookie is not None
    context.add_cookies([{"name": "octavo", "value": cookie.value, "url": site.url}])
    yield context.pages[0]
    with suppress(BrowserGone):
        context.close()


def kill(profile: Path) -> None:
    """SIGKILL for each process of the browser with this profile."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            command = (folder / "cmdline").read_bytes().decode().split("\0")
            if f"--user-data-dir={profile}" in command and "--type=" not in " ".join(command):
                os.killpg(os.getpgid(int(folder.name)), signal.SIGKILL)


@pytest.mark.parametrize("offline", [False, True], ids=["online", "offline"])
def test_a_browser_killed_after_the_last_key_has_every_word_when_it_starts_again(
    chromium: Chromium, site: Site, person: Person, tmp_path: Path, offline: bool
) -> None:
    """Interface 11."""
    with opened(chromium, site, person, tmp_path) as page:
        page.goto("/notes/new")
        page.context.set_offline(offline)
        page.get_by_label("Text").press_sequentially(WORDS, delay=10)
        page.wait_for_timeout(500)
        kill(tmp_path)
    assert drafts(person) == []
    with opened(chromium, site, person, tmp_path) as page:
        page.goto("/notes")
        expect(page.get_by_role("status")).to_contain_text("What you wrote in this browser")
        page.get_by_role("link", name="your drafts").click()
        page.get_by_role("link", name="Go on with it").click()
        expect(page.get_by_label("Text")).to_have_value(WORDS)
        assert drafts(person) == [WORDS]


def test_a_browser_killed_in_the_middle_of_a_word_has_all_but_the_last_second(
    chromium: Chromium, site: Site, person: Person, tmp_path: Path
) -> None:
    with opened(chromium, site, person, tmp_path) as page:
        page.goto("/notes/new")
        page.get_by_label("Text").press_sequentially(WORDS, delay=50)
        kill(tmp_path)
    with opened(chromium, site, person, tmp_path) as page:
        page.goto("/notes")
        expect(page.get_by_role("status")).to_contain_text("What you wrote in this browser")
        (text,) = drafts(person)
    assert WORDS.startswith(text)
    assert len(WORDS) - len(text) <= 20, "of fifty milliseconds each"


# What the editor sends: how often, and how many at once.
COUNT = """
window.line = { sent: 0, now: 0, most: 0 };
const real = window.fetch;
window.fetch = (address, how) => {
    if (!address.endsWith("/notes/drafts")) return real(address, how);
    line.sent += 1;
    line.most = Math.max(line.most, (line.now += 1));
    return real(address, how).finally(() => { line.now -= 1; });
};
"""


class Line:
    """The line to the address of the drafts, broken until it is mended."""

    def __init__(self, page: Page, status: int, **headers: str) -> None:
        self.page, self.status, self.headers = page, status, headers
        self.broken = True
        page.add_init_script(COUNT)
        page.route("**/notes/drafts", self._answer)

    def _answer(self, route: Route) -> None:
        if self.broken:
            route.fulfill(status=self.status, headers=self.headers, body="")
        else:
            route.continue_()

    def mend(self, seconds: int) -> None:
        """From now on the server answers; within this time on the page's clock all is kept."""
        self.broken = False
        for _ in range(seconds):
            self.page.clock.run_for(1_000)
            if KEPT.match(state(self.page).inner_text()):
                return
        expect(state(self.page)).to_have_text(KEPT)

    def count(self, what: str) -> int:
        return int(self.page.evaluate("(what) => line[what]", what))


def test_a_server_that_fails_for_a_minute_is_asked_seldom_and_never_twice_at_once(
    visits: Visits, person: Person
) -> None:
    """Interface 13."""
    page = visits.open(person)
    visits.expected.append("500")
    page.clock.install()
    line = Line(page, 500)
    page.goto("/notes/new")
    typed(page, "words")
    page.clock.run_for(1_300)
    expect(state(page)).to_have_text(NOT_KEPT)
    page.evaluate(LISTEN)
    for _ in range(60):
        typed(page, ".")
        page.clock.run_for(1_000)
        expect(state(page)).to_have_text(NOT_KEPT)
        expect(state(page)).to_have_class(re.compile("wrong"))
    assert set(said(page)) <= {NOT_KEPT}
    assert 4 <= line.count("sent") <= 7
    assert line.count("most") == 1
    line.mend(75)
    assert drafts(person) == ["words" + "." * 60]
    assert copies(page) == 0


def test_a_server_that_fails_for_long_leaves_one_draft(visits: Visits, person: Person) -> None:
    page = visits.open(person)
    visits.expected.append("500")
    page.clock.install()
    line = Line(page, 500)
    line.broken = False
    page.goto("/notes/new")
    typed(page, "words")
    line.mend(5)
    line.broken = True
    typed(page, ".")
    while line.count("sent") < 25:
        page.clock.run_for(80_000)
        page.wait_for_timeout(20)  # for the answer
    line.mend(90)
    assert drafts(person) == ["words."]
    press(page, "Save")
    expect(page.locator(".prose")).to_have_text("words.")
    assert drafts(person) == []


def test_a_server_that_asks_to_wait_is_left_alone_so_long(visits: Visits, person: Person) -> None:
    """Nothing is sent before the time of Retry-After is over, however much is typed."""
    page = visits.open(person)
    page.clock.install()
    line = Line(page, 429, **{"Retry-After": "30"})
    page.goto("/notes/new")
    typed(page, "words")
    page.clock.run_for(1_300)
    expect(state(page)).to_have_text(NOT_KEPT)
    for _ in range(28):
        typed(page, ".")
        page.clock.run_for(1_000)
    expect(state(page)).to_have_text(NOT_KEPT)
    assert line.count("sent") == 1
    line.mend(10)
    assert drafts(person) == ["words" + "." * 28]
    assert (line.count("sent"), line.count("most")) == (2, 1)


def test_drafts_go_on_when_the_browser_s_clock_is_moved_by_a_day(
    visits: Visits, person: Person
) -> None:
    page = visits.open(person)
    tomorrow = datetime.now().astimezone() + timedelta(days=1)
    page.clock.install(time=tomorrow)
    page.goto("/notes/new")
    text = ""
    for word, clock in (
        ("one", tomorrow),
        (" two", tomorrow - timedelta(days=2)),
        (" three", tomorrow),
    ):
        page.clock.set_system_time(clock)
        typed(page, word)
        text += word
        expect(state(page)).to_have_text("Not saved yet")
        page.clock.run_for(1_300)
        expect(state(page)).to_have_text(KEPT)
        assert drafts(person) == [text]
    press(page, "Save")
    expect(page.locator(".prose")).to_have_text(text)
    assert drafts(person) == []


def test_a_form_open_for_three_hours_saves(visits: Visits, person: Person) -> None:
    """Interface 7. test_csrf.py has the same with the server's clock."""
    page = visits.open(person)
    page.clock.install()
    page.goto("/notes/new")
    fill(page, "Long", "begun in the morning")
    page.clock.run_for(1_300)
    expect(state(page)).to_have_text(KEPT)
    with person.app.app_context():
        for session in db.session.query(Session).filter_by(user_id=person.id):
            session.created_at -= timedelta(hours=3)
            session.last_seen_at -= timedelta(hours=3)
        db.session.commit()
    page.clock.fast_forward("03:00:00")
    page.get_by_label("Text").press("End")
    typed(page, ", ended at noon")
    page.clock.run_for(1_300)
    expect(state(page)).to_have_text(KEPT)
    press(page, "Save")
    expect(page.locator(".prose")).to_have_text("begun in the morning, ended at noon")


def test_a_reload_after_a_save_posts_nothing(page: Page, scripted: bool) -> None:
    """Interface 5."""
    note = write(page, "Once", "only once")
    page.wait_for_load_state("networkidle")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.reload()
    expect(page).to_have_url(ANY_NOTE)
    assert page.url == note
    assert set(sent) == {"GET"}
    page.goto("/notes")
    expect(page.get_by_role("listitem")).to_have_count(1)


def test_after_a_save_that_was_stopped_what_is_typed_is_kept_again(
    visits: Visits, person: Person
) -> None:
    """However long the waiting had grown while drafts failed."""
    page = visits.open(person)
    visits.expected.append("500|ERR_ABORTED")
    page.clock.install()
    line = Line(page, 500)
    page.goto("/notes/new")
    typed(page, "one")
    page.clock.run_for(1_300)
    expect(state(page)).to_have_text(NOT_KEPT)
    page.route(re.compile("/notes$"), lambda route: route.abort("aborted"))
    press(page, "Save")
    expect(state(page)).to_have_text("Saving…")
    page.clock.run_for(5_100)
    typed(page, " two")
    line.mend(10)
    assert drafts(person) == ["one two"]


def test_who_goes_on_with_a_draft_that_the_browser_knew_better_loses_neither(
    visits: Visits, person: Person
) -> None:
    """A tab is gone, and its address is opened again, as a browser does that was killed."""
    page = visits.open(person)
    visits.expected.append("ERR_INTERNET_DISCONNECTED|409")
    page.goto("/notes/new")
    typed(page, "kept")
    expect(state(page)).to_have_text(KEPT)
    page.goto("/account/drafts")
    page.get_by_role("link", name="Go on with it").click()
    expect(page.get_by_role("toolbar")).to_be_visible()  # its scripts have come
    page.context.set_offline(True)
    typed(page, " only here")
    expect(state(page)).to_have_text(NOT_KEPT)
    address = page.url
    other = page.context.new_page()
    page.close()
    other.context.set_offline(False)
    other.goto(address)
    typed(other, " and on")
    expect(state(other)).to_have_text(KEPT)
    words = " ".join(drafts(person))
    assert "only here" in words
    assert "and on" in words
