"""The search box: while one types, the last query wins; without a script, Enter."""

import re
import time

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Visits
from tests.people import Person


def test_what_is_typed_is_found_where_the_list_was(page: Page, person: Person) -> None:
    person.write("Zürich", "a lake")
    person.write("Berlin", "a lake too")
    page.goto("/notes")
    page.evaluate("window.stayed = true")
    search = page.get_by_role("searchbox", name="Search")
    search.press_sequentially("zur")
    expect(page.locator(".list__title mark")).to_have_text(["Zür"])
    expect(page).to_have_url(re.compile(r"/notes\?q=zur$"))
    expect(page.get_by_role("status").first).to_have_text("1 note")
    search.press_sequentially("x")
    expect(page.get_by_text("No note has all of this")).to_be_visible()
    search.fill("")
    expect(page.locator(".list__title")).to_have_text(["Berlin", "Zürich"])
    expect(page).to_have_url(re.compile(r"/notes$"))
    expect(search).to_be_focused()
    assert page.evaluate("window.stayed") is True
    search.fill("lake")
    expect(page.locator(".list__excerpt mark")).to_have_text(["lake", "lake"])
    page.reload()
    expect(search).to_have_value("lake")
    expect(page.locator(".list__row")).to_have_count(2)


def test_a_search_on_the_page_of_a_tag_goes_back_to_it(page: Page, person: Person) -> None:
    person.write("Lake", "", ("water",))
    person.write("Berlin", "")
    page.goto("/notes?tag=water")
    title = page.title()
    search = page.get_by_role("searchbox", name="Search")
    search.fill("berlin")
    expect(page.locator(".list__title mark")).to_have_text(["Berlin"])
    expect(page).to_have_title("Search: berlin · Octavo")
    search.fill("")
    expect(page.locator(".list__title")).to_have_text(["Lake"])
    expect(page).to_have_url(re.compile(r"/notes\?tag=water$"))
    expect(page).to_have_title(title)


def test_a_session_that_ended_meanwhile_is_told_by_a_page(
    visits: Visits, page: Page, person: Person
) -> None:
    visits.expected.append("401")
    page.goto("/notes")
    page.context.clear_cookies()
    page.get_by_role("searchbox", name="Search").fill("lake")
    expect(page.get_by_role("heading", name="Log in", level=1)).to_be_visible()


def test_an_answer_that_comes_late_is_not_shown_over_a_newer_one(
    page: Page, person: Person
) -> None:
    def late(route: Route) -> None:
        time.sleep(1)  # its answer is there when the next has long been shown
        route.continue_()

    person.write("first", "")
    person.write("second", "")
    page.goto("/notes")
    page.route(re.compile(r"\?q=first$"), late)
    search = page.get_by_role("searchbox", name="Search")
    with page.expect_request(re.compile(r"\?q=first$")):
        search.fill("first")
    search.fill("second")
    marked = page.locator(".list__title mark")
    expect(marked).to_have_text(["second"])
    page.wait_for_timeout(1500)
    expect(marked).to_have_text(["second"])
    expect(page).to_have_url(re.compile(r"\?q=second$"))


def test_without_the_server_what_was_typed_stays_and_enter_tries_again(
    visits: Visits, page: Page, person: Person
) -> None:
    visits.expected.append("ERR_INTERNET_DISCONNECTED")
    person.write("Lake", "")
    page.goto("/notes")
    page.route("**/notes?q=*", lambda route: route.abort("internetdisconnected"))
    search = page.get_by_role("searchbox", name="Search")
    search.fill("lake")
    page.wait_for_timeout(500)
    expect(search).to_have_value("lake")
    expect(page.locator(".list__title")).to_have_text(["Lake"])
    page.unroute("**/notes?q=*")
    search.press("Enter")
    expect(page.locator(".list__title mark")).to_have_text(["Lake"])


def test_enter_searches_from_any_page_without_a_script_too(visits: Visits, person: Person) -> None:
    person.write("Lake", "a needle <b>and</b> thread")
    page = visits.open(person, java_script_enabled=False)
    page.goto("/trash")
    search = page.get_by_role("searchbox", name="Search")
    search.fill("needle <b>")
    search.press("Enter")
    expect(page).to_have_url(re.compile(r"/notes\?q="))
    expect(page.locator(".list__excerpt mark")).to_have_text(["needle", "<b>"])
    expect(page.get_by_role("searchbox", name="Search")).to_have_value("needle <b>")
    page.get_by_text("How to search").click()
    expect(page.get_by_text("one of them")).to_be_visible()


def test_the_sign_that_is_composed_is_not_looked_for_half_way(page: Page, person: Person) -> None:
    person.write("日記", "")
    page.goto("/notes")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "q=" in request.url else None)
    devtools = page.context.new_cdp_session(page)
    page.get_by_role("searchbox", name="Search").focus()
    for half in ("n", "ni", "にk", "にき"):
        devtools.send(
            "Input.imeSetComposition",
            {"text": half, "selectionStart": len(half), "selectionEnd": len(half)},
        )
        page.wait_for_timeout(200)
    assert asked == []
    devtools.send("Input.insertText", {"text": "日記"})
    expect(page.locator(".list__title mark")).to_have_text(["日記"])


def test_the_search_box_offers_what_was_saved(page: Page, person: Person) -> None:
    person.write("Lake")
    page.goto("/notes?q=lake")
    page.get_by_role("button", name="Save this search").click()
    expect(page.get_by_text("Saved. The search box offers it.")).to_be_visible()
    page.goto("/tags")
    page.locator("#search").focus()
    expect(page.locator("#search-list option")).to_have_attribute("value", "lake")
    page.keyboard.type("x")
    expect(page.locator("#search-list option")).to_have_count(0)
