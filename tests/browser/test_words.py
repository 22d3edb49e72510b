"""Nothing that was typed is lost: two tabs, an ended session, a missing script, a dead server."""

import re
import signal
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import cycle, islice

import pytest
from playwright.sync_api import Page, Request, Route, expect

from tests.browser.conftest import Site, Visits
from tests.browser.pages import ANY_NOTE, Stage, fill, log_in, press, write
from tests.people import Person

AS_TYPED = [
    "\nthe first line is empty",
    "\n\n\nso are three",
    "\ta tab\n\t\ttwo\n",
    "trailing blanks   \n   leading ones  \n\n\n",
    "👩‍👩‍👧 🏳️‍🌈 é e\u0301 \u202eright to left\u202c \u200b \ufeff 日本 \u2028 line",
    "</textarea><script>alert(1)</script> &amp; &lt; &#10; %0D%0A + =",
]


def written(page: Page) -> str:
    """The text in the editor, as the browser has it."""
    return page.get_by_role("textbox", name="Text").input_value()


def enter(page: Page, text: str) -> None:
    """Put a text into the editor at once; Playwright's `fill` is slow at a megabyte."""
    page.get_by_role("textbox", name="Text").evaluate(
        "(e, text) => { e.value = text; e.dispatchEvent(new Event('input', { bubbles: true })); }",
        text,
    )


def is_shown_as(page: Page, text: str) -> None:
    """Fail, in few words, unless the editor holds this."""
    assert (len(written(page)), written(page) == text) == (len(text), True)


@contextmanager
def slow_to_save(site: Site) -> Iterator[None]:
    """Someone else is writing: within this a save waits."""
    database = site.server.settings["DATABASE_URL"].removeprefix("sqlite:///")
    with closing(sqlite3.connect(database, isolation_level=None)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        yield
        writer.execute("ROLLBACK")


def test_two_tabs_conflict_and_one_button_saves_what_is_put_together(
    visits: Visits, person: Person, scripted: bool
) -> None:
    """Interface 8; memos 4063, BookStack 395."""
    page = visits.open(person, java_script_enabled=scripted)
    note = write(page, "Shopping", "thyme\n", "list")
    other = page.context.new_page()
    for tab in (page, other):
        tab.goto(f"{note}/edit")
    other.get_by_label("Text").fill("bay\n")
    press(other, "Save")
    expect(other).to_have_url(note)
    page.get_by_label("Text").fill("sage\n")
    with page.expect_response(note) as answer:
        press(page, "Save")
    assert answer.value.status == 409
    expect(
        page.get_by_role("region", name="The text that is saved now").locator("del")
    ).to_have_text("bay")
    expect(page.get_by_role("region", name="The text that you wrote").locator("ins")).to_have_text(
        "sage"
    )
    assert {"bay", "sage"} <= set(written(page).split("\n"))
    expect(page.get_by_role("button", name="Save")).to_have_count(1)
    page.get_by_role("textbox", name="Text").fill("bay\nsage\n")
    press(page, "Save")
    expect(page).to_have_url(note)
    page.goto(f"{note}/edit")
    assert written(page) == "bay\nsage\n"


def test_a_double_click_on_save_makes_one_note(
    visits: Visits, person: Person, scripted: bool
) -> None:
    """Interface 4; Standard Notes 928."""
    page = visits.open(person, java_script_enabled=scripted)
    page.goto("/notes/new")
    fill(page, "Once", "only once")
    page.get_by_role("button", name="Save").dblclick()
    expect(page).to_have_url(ANY_NOTE)
    page.goto("/notes")
    expect(page.get_by_role("listitem").filter(has_text="Once")).to_have_count(1)
    page.goto(page.get_by_role("link", name="Once").get_attribute("href") or "")
    page.get_by_role("link", name="Edit", exact=True).click()
    page.get_by_label("Text").fill("twice")
    page.get_by_role("button", name="Save").dblclick()
    expect(page).to_have_url(ANY_NOTE)
    expect(page.locator(".prose")).to_have_text("twice")


def test_a_second_click_on_a_slow_save_makes_no_second_note(
    visits: Visits, person: Person, site: Site, scripted: bool
) -> None:
    page = visits.open(person, java_script_enabled=scripted)
    page.goto("/notes/new")
    fill(page, "Once", "only once")
    box = page.get_by_role("button", name="Save").bounding_box()
    assert box is not None
    sent: list[Request] = []
    page.on("request", lambda request: sent.append(request))
    with slow_to_save(site):
        for _ in range(2):
            page.mouse.click(box["x"] + 9, box["y"] + 9)
            while not sent:
                page.wait_for_event("request")
    expect(page).to_have_url(ANY_NOTE)
    posted = [request for request in sent if request.method == "POST"]
    saves = [request for request in posted if not request.url.endswith("/drafts")]
    assert len(saves) == (1 if scripted else 2)
    page.goto("/notes")
    expect(page.get_by_role("listitem").filter(has_text="Once")).to_have_count(1)


@pytest.mark.parametrize("text", AS_TYPED, ids=range(len(AS_TYPED)))
def test_text_comes_back_exactly(page: Page, text: str) -> None:
    """Interface 15."""
    note = write(page, f" {text.splitlines()[-1]} ", text)
    page.goto(f"{note}/edit")
    assert written(page) == text
    assert page.get_by_label("Title").input_value() == f" {text.splitlines()[-1]} "
    # Saved again untouched, it is not changed: the second time round nothing is added or eaten.
    press(page, "Save")
    expect(page).to_have_url(note)
    page.goto(f"{note}/edit")
    assert written(page) == text


def test_pasted_line_ends_of_windows_come_back_as_line_ends(page: Page) -> None:
    page.goto("/notes/new")
    page.get_by_label("Text").evaluate("e => { e.value = '\\r\\none\\r\\n\\r\\ntwo\\r\\n' }")
    press(page, "Save")
    expect(page).to_have_url(ANY_NOTE)
    page.goto(f"{page.url}/edit")
    assert written(page) == "\none\n\ntwo\n"


def test_600_kilobytes_come_back_exactly(page: Page) -> None:
    """Interface 14."""
    lines = cycle(["Seven pale herons stand over Delft, é and 鷺 among them.  \n", "\tand\n", "\n"])
    text = "".join(islice(lines, 28_000))
    assert len(text.encode()) > 600_000
    page.goto("/notes/new")
    enter(page, text)
    press(page, "Save")
    expect(page).to_have_url(ANY_NOTE)
    page.goto(f"{page.url}/edit")
    is_shown_as(page, text)


def test_a_note_too_long_is_refused_and_stays_in_the_editor(page: Page) -> None:
    text = ("Seven pale herons stand over Delft. " * 30 + "\n") * 950
    assert len(text.encode()) > 1_000_000
    page.goto("/notes/new")
    page.get_by_label("Title").fill("Too long")
    enter(page, text)
    press(page, "Save")
    expect(page.locator("[data-focus]")).to_be_focused()
    is_shown_as(page, text)
    assert page.get_by_label("Title").input_value() == "Too long"
    enter(page, "shorter")
    press(page, "Save")
    expect(page.locator(".prose")).to_have_text("shorter")


@pytest.mark.parametrize("existing", [False, True], ids=["new", "existing"])
def test_a_session_that_ended_while_writing_costs_no_word(
    visits: Visits, person: Person, scripted: bool, existing: bool
) -> None:
    """Interface 6."""
    page = visits.open(person, java_script_enabled=scripted)
    page.goto(f"/notes/{person.write('Old', 'as it was')}/edit" if existing else "/notes/new")
    text = "\n\ttyped for an hour  \n👩‍👧 “and” <more>\n"
    fill(page, "Work", text, "deep/work")
    Stage(page, person).sign_out_on_the_server()
    press(page, "Save")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()
    log_in(page, person.email, "a wrong password")  # and not even then
    expect(page.get_by_role("main")).to_contain_text("There is no account with this address")
    log_in(page, person.email)
    expect(page.get_by_text("You are signed in again")).to_be_visible()
    assert written(page) == text
    assert page.get_by_label("Title").input_value() == "Work"
    assert page.get_by_label("Tags").input_value() == "deep/work"
    press(page, "Save")
    expect(page.locator(".prose")).to_contain_text("typed for an hour")
    page.goto(f"{page.url}/edit")
    assert written(page) == text
    page.goto("/notes")
    expect(page.get_by_role("listitem")).to_have_count(1)


def test_a_note_deleted_for_ever_elsewhere_is_saved_as_a_new_one(
    visits: Visits, person: Person, scripted: bool
) -> None:
    page = visits.open(person, java_script_enabled=scripted)
    page.goto(f"/notes/{person.write('Gone', 'as it was')}/edit")
    page.get_by_label("Text").fill("\nwhat I was writing")
    Stage(page, person).delete_on_the_server()
    press(page, "Save")
    expect(page.get_by_text("What you wrote was not saved")).to_be_visible()
    assert written(page) == "\nwhat I was writing"
    press(page, "Save")
    expect(page).to_have_url(ANY_NOTE)
    page.goto(f"{page.url}/edit")
    assert written(page) == "\nwhat I was writing"


def test_what_is_typed_during_a_slow_save_is_saved_or_not_taken(page: Page, site: Site) -> None:
    """Interface 9."""
    page.goto("/notes/new")
    fill(page, "Slow", "before")
    taken = ["before"]
    page.on("console", lambda said: taken.append(said.text) if said.type == "log" else None)
    text = page.get_by_label("Text")
    text.evaluate("e => e.addEventListener('input', () => console.log(e.value))")
    text.press("End")
    with slow_to_save(site):
        with page.expect_request(re.compile("/notes$")):
            page.keyboard.press("Control+s")
        page.keyboard.type(" and after")
    expect(page.locator(".prose")).to_be_visible()
    expect(page.locator(".prose")).to_have_text(taken[-1])


@pytest.mark.parametrize(
    "missing", ["editor", "commands", "site", ""], ids=["one", "deep", "first", "all"]
)
def test_forms_work_when_a_script_is_missing(visits: Visits, person: Person, missing: str) -> None:
    """Interface 17."""
    page = visits.open(person)
    visits.expected.append("Failed to load resource: net::ERR_FAILED")
    page.route(re.compile(rf"/static/js/{missing}[^/]*\.js"), _lose)
    note = write(page, "Without", "scripts", "plain")
    page.goto(f"{note}/edit")
    page.get_by_label("Text").fill("without scripts")
    press(page, "Save")
    expect(page.locator(".prose")).to_have_text("without scripts")
    press(page, "Move to trash")
    press(page, "Undo")
    expect(page.get_by_role("heading", name="Without")).to_be_visible()


def _lose(route: Route) -> None:
    route.abort()


def test_leaving_with_unsaved_words_asks_first(page: Page) -> None:
    page.goto("/notes/new")
    fill(page, "Half", "a thought")
    asked: list[str] = []

    def stay(leaving: object) -> None:
        asked.append(leaving.type)  # type: ignore[attr-defined]
        leaving.dismiss()  # type: ignore[attr-defined]

    page.once("dialog", stay)
    page.get_by_role("link", name="Tags", exact=True).click()
    assert asked == ["beforeunload"]
    assert written(page) == "a thought"
    press(page, "Save")  # and saving asks nothing
    expect(page.locator(".prose")).to_have_text("a thought")


@pytest.mark.parametrize("existing", [False, True], ids=["new", "existing"])
def test_a_server_killed_before_a_save_costs_no_word(
    visits: Visits, mortal_site: Site, existing: bool
) -> None:
    person = mortal_site.enrol()
    page = visits.open(person, at=mortal_site)
    visits.expected.append("net::ERR_CONNECTION_(REFUSED|RESET)")
    if existing:
        person.write("Old", "as it was")
    page.goto("/notes")
    for link in ["Old", "Edit"] if existing else ["New note"]:
        page.get_by_role("link", name=link).click()
    expect(page.get_by_role("toolbar")).to_be_visible()  # its scripts have come
    fill(page, "Before", "\nthe lights went out")
    page.evaluate("() => import('octavo/completes')")  # on its way since the last field
    mortal_site.server.stop(signal.SIGKILL)
    press(page, "Save")
    page.wait_for_url("chrome-error://**")
    page.go_back(wait_until="commit")
    expect(page.get_by_label("Text")).to_be_visible()
    assert written(page) == "\nthe lights went out"
    expect(page.locator("[data-state]")).to_have_text("Not saved yet")
    mortal_site.server.start()
    press(page, "Save")
    expect(page).to_have_url(ANY_NOTE)
    page.goto(f"{page.url}/edit")
    assert written(page) == "\nthe lights went out"
    page.goto("/notes")
    expect(page.get_by_role("listitem")).to_have_count(1)


def test_what_was_typed_before_the_server_was_killed_is_there_though_the_page_was_not_kept(
    visits: Visits, mortal_site: Site
) -> None:
    page = visits.open(mortal_site.enrol(), at=mortal_site)
    visits.expected.append("net::ERR_CONNECTION_(REFUSED|RESET)")
    page.goto("/notes/new")
    with page.expect_response("**/tags?begins=dark"):  # Chromium keeps no page that had one
        fill(page, "Before", "the lights went out", "dark")
    mortal_site.server.stop(signal.SIGKILL)
    press(page, "Save")
    page.wait_for_url("chrome-error://**")
    mortal_site.server.start()
    page.go_back(wait_until="commit")
    expect(page.get_by_label("Text")).to_have_value("the lights went out")


def test_a_form_open_while_the_server_was_killed_and_started_again_saves(
    visits: Visits, mortal_site: Site
) -> None:
    page = visits.open(mortal_site.enrol(), at=mortal_site)
    visits.expected.append("ERR_CONNECTION_REFUSED")  # of a draft
    page.goto("/notes/new")
    fill(page, "During", "the lights were out")
    page.evaluate("() => import('octavo/completes')")  # on its way since the last field
    mortal_site.server.stop(signal.SIGKILL)
    mortal_site.server.start()
    press(page, "Save")
    expect(page.locator(".prose")).to_have_text("the lights were out")
