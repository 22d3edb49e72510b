"""The preview while one writes: the server's own rendering, of the last text, and nothing lost."""

import re

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from tests.browser import measure
from tests.browser.conftest import Visits
from tests.browser.pages import ANY_NOTE, EVERYTHING, Stage, fill, go_to, log_in, press
from tests.browser.test_words import enter
from tests.people import Person

BOX = re.compile(r"<button [^>]*class=\"task\"[^>]*></button>|<input type=\"checkbox\"[^>]*>")


@pytest.fixture
def text(page: Page) -> Locator:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/notes/new")
    return page.get_by_role("textbox", name="Text")


def pane(page: Page) -> Locator:
    return page.get_by_role("region", name="Preview")


def test_it_shows_what_reading_the_note_will_show_and_follows_the_keys(
    page: Page, text: Locator
) -> None:
    button = page.get_by_role("button", name="Preview")
    text.fill(EVERYTHING)
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(pane(page).locator("h2")).to_have_text("A heading")
    text.press("Control+Home")
    text.press_sequentially("**new** ")
    expect(pane(page).locator("strong").first).to_have_text("new")
    # On its page a note's boxes are buttons, and links to nothing are marked; the rest is the same.
    drawn = BOX.sub("box", pane(page).locator(".prose").inner_html())
    button.click()
    expect(pane(page)).to_be_hidden()
    expect(button).to_have_attribute("aria-pressed", "false")
    press(page, "Save")
    expect(page).to_have_url(ANY_NOTE)
    read = page.locator(".prose").inner_html().replace(' class="missing"', "")
    assert BOX.sub("box", read) == drawn


def test_one_request_is_in_flight_and_the_last_text_wins(page: Page, text: Locator) -> None:
    """interface.md 35, of the preview: a slow answer to old text never stands there last."""
    asked: list[str] = []
    waiting: list[Route] = []

    def late(route: Route) -> None:
        found = re.search(r'name="body"\r\n\r\n(.*?)\r\n--', route.request.post_data or "", re.S)
        assert found is not None
        asked.append(found[1])
        waiting.append(route)

    page.route("**/notes/preview", late)
    text.fill("one")
    with page.expect_request("**/notes/preview"):
        press(page, "Preview")
    for letter in " and more":
        text.press_sequentially(letter, delay=40)
    page.wait_for_timeout(700)  # the keys have rested, and nothing is asked beside the first
    assert asked == ["one"]
    with page.expect_request("**/notes/preview"):
        waiting[0].continue_()
    while len(waiting) < 2:
        page.wait_for_timeout(20)
    assert asked == ["one", "one and more"]
    waiting[1].continue_()
    expect(pane(page).locator(".prose")).to_have_text("one and more")
    page.wait_for_timeout(700)
    assert len(asked) == 2


@pytest.mark.parametrize("name", ["editor", "conflict", "editor-with-kept-text"])
def test_it_stands_beside_the_text_or_on_a_phone_in_its_place(
    visits: Visits, person: Person, name: str
) -> None:
    page = visits.open(person, reduced_motion="reduce")
    go_to(name, Stage(page, person))
    text = page.get_by_role("textbox", name="Text")
    words = text.input_value()
    press(page, "Preview")
    expect(pane(page).locator(".prose > *").first).to_be_attached()
    page.set_viewport_size({"width": 1280, "height": 800})
    left, right = text.bounding_box(), pane(page).bounding_box()
    assert left is not None
    assert right is not None
    assert left["x"] + left["width"] <= right["x"]
    assert abs(left["width"] - right["width"]) < 60
    assert left["width"] > 500
    if name != "editor-with-kept-text":  # whose text has no heading
        heading = pane(page).locator("h2").first
        faces = heading.evaluate(
            "e => [e, e.parentElement].map((one) => getComputedStyle(one).fontFamily)"
        )
        assert faces[0] == faces[1], "a heading of the text is no heading of the page"
    for width in (1280, 360, 320):
        page.set_viewport_size({"width": width, "height": 640})
        found = measure.sideways(page) + measure.too_small(page) + measure.overlaid(page)
        assert not found, (width, found)
        assert not measure.axe(page), width
    expect(text).to_be_hidden()
    expect(page.get_by_role("toolbar")).to_be_hidden()
    expect(pane(page)).to_be_visible()
    press(page, "Preview")
    expect(text).to_be_visible()
    expect(pane(page)).to_be_hidden()
    assert text.input_value() == words
    press(page, "Save")
    expect(page).to_have_url(ANY_NOTE)


def test_the_preview_is_read_where_the_text_is_written(page: Page, text: Locator) -> None:
    text.fill("\n\n".join(f"Paragraph {number} " + "and words " * 30 for number in range(60)))
    press(page, "Preview")
    expect(pane(page)).to_contain_text("Paragraph 59")
    for share in (0.5, 1, 0.2):
        text.evaluate(
            "(e, share) => { e.scrollTop = share * (e.scrollHeight - e.clientHeight) }", share
        )
        at = "e => e.scrollTop / (e.scrollHeight - e.clientHeight)"
        page.wait_for_function(
            f"at => Math.abs(({at})(document.querySelector('[data-pane]')) - at) < 0.08", arg=share
        )
    press(page, "Preview")
    seen = text.evaluate("e => -e.getBoundingClientRect().top / e.offsetHeight")
    assert 0.1 < seen < 0.35, seen


def test_what_cannot_be_drawn_is_said_and_the_text_stays(visits: Visits, person: Person) -> None:
    page = visits.open(person, viewport={"width": 1280, "height": 800})
    visits.expected += ["422", "401", "ERR_FAILED"]
    page.goto("/notes/new")
    text, said = page.get_by_role("textbox", name="Text"), pane(page).get_by_role("status")
    press(page, "Preview")
    expect(said).to_have_text("There is nothing to show yet.")
    page.route("**/notes/preview", lambda route: route.abort())
    text.fill("words")
    expect(said).to_have_text("No preview just now.")
    page.unroute("**/notes/preview")
    text.press_sequentially(" and more")
    expect(pane(page).locator(".prose")).to_have_text("words and more")
    expect(said).to_be_empty()
    enter(page, "x" * 1_100_000)
    expect(said).to_contain_text("The text has 1,100,000 bytes")
    text.fill("words")
    Stage(page, person).sign_out_on_the_server()
    text.press_sequentially(" at last")
    expect(said).to_contain_text("You are signed out. Press Save and log in")
    press(page, "Save")
    log_in(page, person.email)
    expect(page.get_by_role("textbox", name="Text")).to_have_value("words at last")


def test_what_is_drawn_is_what_the_renderer_lets_through(page: Page, text: Locator) -> None:
    text.fill("<img src=x onerror=alert(1)>\n\n[a](javascript:alert(1))\n\n**bold**")
    press(page, "Preview")
    expect(pane(page).locator("strong")).to_have_text("bold")
    assert pane(page).locator("img, script, [onerror], a[href^=javascript]").count() == 0


def test_without_a_script_a_page_shows_it_with_the_editor_under_it(
    visits: Visits, person: Person
) -> None:
    page = visits.open(person, java_script_enabled=False)
    note = f"/notes/{person.write('Old', 'as it was')}"
    page.goto(f"{note}/edit")
    fill(page, "New", "*as* it is", "a, b")
    press(page, "Preview")
    expect(page.get_by_role("heading", name="Preview")).to_be_visible()
    expect(page.locator(".prose em")).to_have_text("as")
    expect(page.get_by_label("Title")).to_have_value("New")
    expect(page.get_by_label("Tags")).to_have_value("a, b")
    page.get_by_label("Text").fill("*as* it will be")
    press(page, "Preview")
    expect(page.locator(".prose:visible")).to_have_text("as it will be")
    press(page, "Save")
    expect(page).to_have_url(re.compile(f"{note}$"))
    expect(page.locator(".prose")).to_have_text("as it will be")
