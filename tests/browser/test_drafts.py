"""What is typed outlives the tab, the network and the session; and nobody else sees it."""

import re
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Site, Visits
from tests.browser.pages import log_in, press, write
from tests.people import Person
from website import db
from website.models import Draft, Session

COUNT = """() => new Promise((resolve) => {
    const opening = indexedDB.open("octavo", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("copies");
    opening.onsuccess = () => {
        const counting = opening.result.transaction("copies").objectStore("copies").count();
        counting.onsuccess = () => { opening.result.close(); resolve(counting.result); };
    };
})"""
KEPT = re.compile(r"Draft kept \d\d:\d\d")


def state(page: Page) -> Any:
    return page.locator("[data-state]")


def typed(page: Page, text: str) -> None:
    page.get_by_label("Text").press_sequentially(text)


def begin(page: Page, text: str) -> None:
    """A new note, and what is typed into it kept."""
    page.goto("/notes/new")
    typed(page, text)
    expect(state(page)).to_have_text(KEPT)


def drafts(person: Person) -> list[str]:
    with person.app.app_context():
        rows = db.session.query(Draft).filter_by(user_id=person.id, closed=False)
        return [draft.body for draft in rows.order_by(Draft.id)]


def copies(page: Page) -> int:
    """What this browser alone has."""
    return int(page.evaluate(COUNT))


def test_what_is_typed_is_a_draft_soon_and_the_browser_s_copy_goes(
    visits: Visits, person: Person
) -> None:
    page = visits.open(person)
    page.goto("/notes/new")
    typed(page, "first words")
    expect(state(page)).to_have_text("Not saved yet")
    expect(state(page)).to_have_text(KEPT)
    assert drafts(person) == ["first words"]
    assert copies(page) == 0
    typed(page, " and more")
    expect(state(page)).to_have_text("Not saved yet")
    expect(state(page)).to_have_text(KEPT)
    assert drafts(person) == ["first words and more"]
    press(page, "Save")
    expect(page.locator(".prose")).to_have_text("first words and more")
    assert drafts(person) == []


def test_a_tab_that_was_closed_left_its_words_and_the_editor_offers_them(
    visits: Visits, person: Person
) -> None:
    """Interface 11."""
    note = write(page := visits.open(person), "Title", "saved")
    page.goto(f"{note}/edit")
    typed(page, "typed, ")
    expect(state(page)).to_have_text(KEPT)
    other = page.context.new_page()
    page.close()
    other.goto(f"{note}/edit")
    expect(other.get_by_label("Text")).to_have_value("saved")
    other.get_by_role("link", name="Go on with it").click()
    expect(other.get_by_label("Text")).to_have_value(re.compile("typed, "))
    press(other, "Save")
    expect(other.locator(".prose")).to_contain_text("typed, ")
    assert drafts(person) == []


def test_a_green_word_never_stands_there_while_keeping_fails_and_it_is_tried_again(
    visits: Visits, person: Person
) -> None:
    """Interface 13; BookStack 2150; and the server answers 500 for a while."""
    page = visits.open(person)
    visits.expected.append("500")
    tries = 0

    def fail(route: Route) -> None:
        nonlocal tries
        tries += 1
        route.fulfill(status=500, body="") if tries < 3 else route.continue_()

    page.route("**/notes/drafts", fail)
    page.goto("/notes/new")
    typed(page, "words")
    expect(state(page)).to_have_text("Not kept yet. Trying again.")
    assert drafts(person) == []
    assert copies(page) == 1
    expect(state(page)).to_have_text(KEPT)
    assert drafts(person) == ["words"]
    assert copies(page) == 0


def test_what_was_written_offline_is_sent_when_the_line_is_back(
    visits: Visits, person: Person
) -> None:
    """Interface 10; HedgeDoc 6608."""
    page = visits.open(person)
    visits.expected.append("ERR_INTERNET_DISCONNECTED")
    page.goto("/notes/new")
    page.context.set_offline(True)
    typed(page, "on the train")
    expect(state(page)).to_contain_text("Not kept")
    page.context.set_offline(False)
    expect(state(page)).to_have_text(KEPT)
    assert drafts(person) == ["on the train"]


def test_a_tab_that_went_away_offline_is_found_again_by_the_next_page(
    visits: Visits, person: Person
) -> None:
    page = visits.open(person)
    visits.expected.append("ERR_INTERNET_DISCONNECTED")
    page.goto("/notes/new")
    page.context.set_offline(True)
    typed(page, "only here")
    expect(state(page)).to_contain_text("Not kept")
    other = page.context.new_page()
    page.close()
    other.context.set_offline(False)
    other.goto("/notes")
    expect(other.get_by_role("status")).to_contain_text("What you wrote in this browser")
    other.get_by_role("link", name="your drafts").click()
    expect(other.get_by_text("only here")).to_be_visible()
    assert copies(other) == 0
    assert drafts(person) == ["only here"]


def test_two_tabs_that_go_on_with_one_draft_lose_nothing(visits: Visits, person: Person) -> None:
    page = visits.open(person)
    visits.expected.append("409")
    begin(page, "begun")
    tabs = [page.context.new_page() for _ in range(2)]
    for tab in tabs:
        tab.goto("/account/drafts")
        tab.get_by_role("link", name="Go on with it").click()
    page.close()
    for number, tab in enumerate(tabs):
        typed(tab, f" {number}")
        expect(state(tab)).to_have_text(KEPT)
    assert sorted(text.replace("begun", "").strip() for text in drafts(person)) == ["0", "1"]


def test_a_save_from_an_older_tab_leaves_what_another_went_on_to_write(
    visits: Visits, person: Person
) -> None:
    page = visits.open(person)
    begin(page, "begun")
    other = page.context.new_page()
    other.goto("/account/drafts")
    other.get_by_role("link", name="Go on with it").click()
    other.get_by_label("Text").press("End")
    typed(other, ", and three paragraphs more")
    expect(state(other)).to_have_text(KEPT)
    press(page, "Save")
    expect(page.locator(".prose")).to_have_text("begun")
    assert drafts(person) == ["begun, and three paragraphs more"]


def test_a_copy_outlives_the_save_of_another_tab_that_never_saw_it(
    visits: Visits, person: Person
) -> None:
    page = visits.open(person)
    visits.expected += ["ERR_FAILED", "409"]
    begin(page, "begun")
    other = page.context.new_page()
    other.goto("/account/drafts")
    other.get_by_role("link", name="Go on with it").click()
    page.route("**/notes/drafts", lambda route: route.abort())
    page.get_by_label("Text").press("End")
    typed(page, ", and more")
    expect(state(page)).to_contain_text("Not kept")
    press(other, "Save")
    expect(other.locator(".prose")).to_have_text("begun")
    page.close()
    other.goto("/notes")
    expect(other.get_by_text("What you wrote in this browser")).to_be_visible()
    assert drafts(person) == ["begun, and more"]
    assert copies(other) == 0


def test_what_is_typed_while_a_save_takes_long_is_a_draft_of_its_own(
    visits: Visits, person: Person
) -> None:
    page = visits.open(person)
    saves: list[Route] = []
    page.route(re.compile("/notes$"), lambda route: saves.append(route))
    begin(page, "sent")
    answers: list[int] = []
    page.on("response", lambda answer: answers.append(answer.status))
    with page.expect_request(re.compile("/notes$")):
        page.keyboard.press("Control+s")
    while not answers:  # the text can be written again after five seconds, and is kept then
        page.keyboard.type(" more")
        page.wait_for_timeout(300)
    saves[0].continue_()
    expect(page.locator(".prose")).to_have_text("sent")
    (draft,) = drafts(person)
    assert re.fullmatch("sent( more)+", draft)


def test_after_a_save_that_was_refused_one_draft_goes_on_and_the_next_save_ends_it(
    visits: Visits, person: Person
) -> None:
    page = visits.open(person)
    visits.expected.append("422")
    page.goto("/notes/new")
    typed(page, "words")
    page.get_by_label("Title").fill("t" * 501)
    expect(state(page)).to_have_text(KEPT)
    press(page, "Save")
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Title").fill("short")
    expect(state(page)).to_have_text(KEPT)
    assert drafts(person) == ["words"]
    press(page, "Save")
    expect(page.locator(".prose")).to_have_text("words")
    assert drafts(person) == []


def test_logging_out_asks_about_what_could_not_be_kept_though_the_line_hangs(
    visits: Visits, person: Person
) -> None:
    page = visits.open(person)
    page.goto("/notes/new")
    page.route("**/notes/drafts", lambda _route: None)  # no answer ever comes
    typed(page, "only here")
    other = page.context.new_page()
    other.route("**/notes/drafts", lambda _route: None)
    other.goto("/notes")
    asked: list[str] = []
    other.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    other.locator("details.menu summary").click()
    with other.expect_event("dialog", timeout=10_000):
        other.get_by_role("button", name="Log out").click(no_wait_after=True)
    assert "could not be kept" in asked[0]
    assert copies(other) == 1


def test_an_ended_session_is_told_at_once_and_the_text_comes_through_the_log_in(
    visits: Visits, person: Person
) -> None:
    """BookStack 4766, memos 5667."""
    page = visits.open(person)
    visits.expected.append("401")
    begin(page, "before")
    with person.app.app_context():
        Session.end_all(person.id)
        db.session.commit()
    typed(page, " and after")
    expect(state(page)).to_contain_text("You are signed out.")
    press(page, "Save")
    log_in(page, person.email)
    expect(page.get_by_label("Text")).to_have_value("before and after")
    press(page, "Save")
    expect(page.locator(".prose")).to_have_text("before and after")
    assert drafts(person) == []


def test_the_next_person_at_the_browser_finds_nothing(
    visits: Visits, person: Person, site: Site
) -> None:
    """flatnotes 335."""
    page = visits.open(person)
    visits.expected.append("500")
    page.goto("/notes/new")
    page.route("**/notes/drafts", lambda route: route.fulfill(status=500, body=""))
    typed(page, "mine alone")
    expect(state(page)).to_contain_text("Not kept")
    assert copies(page) == 1
    page.unroute("**/notes/drafts")
    page.locator("details.menu summary").click()
    press(page, "Log out")
    expect(page).to_have_url(re.compile(r"/$|/log-in"))
    assert copies(page) == 0
    assert drafts(person) == ["mine alone"]
    page.goto("/log-in")
    log_in(page, site.enrol().email)
    page.goto("/notes/new")
    expect(page.get_by_label("Text")).to_have_value("")
    expect(page.get_by_text("mine alone")).to_have_count(0)
    page.goto("/account/drafts")
    expect(page.get_by_text("Nothing waits to be saved")).to_be_visible()


@pytest.mark.parametrize("how", ["full", "blocked"])
def test_writing_works_where_the_browser_keeps_nothing(
    visits: Visits, person: Person, how: str
) -> None:
    """Interface 12."""
    page = visits.open(person)
    page.add_init_script(
        "IDBObjectStore.prototype.put = () => { throw new Error('QuotaExceededError'); };"
        if how == "full"
        else "Object.defineProperty(window, 'indexedDB', { get() { throw new Error('no'); } });"
    )
    begin(page, "kept")
    assert drafts(person) == ["kept"]
    press(page, "Save")
    expect(page.locator(".prose")).to_have_text("kept")


def test_going_back_to_a_saved_editor_and_typing_more_is_a_draft_again(
    visits: Visits, person: Person
) -> None:
    page = visits.open(person)
    begin(page, "one")
    press(page, "Save")
    expect(page.locator(".prose")).to_have_text("one")
    page.go_back()
    typed(page, " two")
    expect(state(page)).to_have_text(KEPT)
    assert drafts(person) == ["one two"]


# As copies.js wrote it first. Change this only with a script that still reads the old ones.
LEFT = """(whose) => new Promise((resolve) => {
    const opening = indexedDB.open("octavo", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("copies");
    opening.onsuccess = () => {
        const writing = opening.result.transaction("copies", "readwrite");
        const fields = Object.entries({
            version: "", key: "k", draft: "0123456789abcdef".repeat(2), title: "",
            body: "from an earlier release", tags: "", note: "", sequence: "0",
        });
        writing.objectStore("copies").put({ at: 0, fields }, [whose, "0123456789abcdef".repeat(2)]);
        writing.oncomplete = resolve;
    };
})"""


def test_a_copy_that_an_earlier_release_left_in_the_browser_is_found(
    visits: Visits, person: Person
) -> None:
    """memos 2207: an upgrade dropped the draft."""
    page = visits.open(person)
    page.goto("/notes")
    page.evaluate(LEFT, page.locator("body").get_attribute("data-whose"))
    page.reload()
    expect(page.get_by_role("status")).to_contain_text("What you wrote in this browser")
    assert drafts(person) == ["from an earlier release"]
    assert copies(page) == 0


@pytest.mark.parametrize("saves", [False, True])
def test_going_back_brings_title_text_and_tags(visits: Visits, person: Person, saves: bool) -> None:
    page = visits.open(person)
    page.goto("/notes/new")
    page.get_by_label("Title").fill("Title")
    page.get_by_label("Tags").fill("one, two")
    typed(page, "text")
    expect(state(page)).to_have_text(KEPT)
    if saves:
        press(page, "Save")
        expect(page.locator(".prose")).to_have_text("text")
    else:
        page.get_by_role("link", name="Octavo").click()
        expect(page.get_by_role("heading", name="Notes")).to_be_visible()
    page.go_back()
    assert [page.get_by_label(name).input_value() for name in ("Title", "Text", "Tags")] == [
        "Title", "text", "one, two",
    ]  # fmt: skip
    page.get_by_label("Text").press("End")
    typed(page, " and more")
    press(page, "Save")
    expect(page.locator(".prose")).to_have_text("text and more")
    expect(page.locator("h1")).to_have_text("Title")
    page.goto("/notes")
    expect(page.locator(".list__row")).to_have_count(1)
    assert drafts(person) == []


def test_going_back_to_an_editor_takes_nothing_of_what_was_saved_elsewhere_meanwhile(
    visits: Visits, person: Person
) -> None:
    page = visits.open(person)
    note = write(page, "Title", "one\ntwo\nthree")
    page.goto(f"{note}/edit")
    page.get_by_label("Text").fill("one\ntwo\nthree, typed here")
    expect(state(page)).to_have_text(KEPT)
    page.get_by_role("link", name="Octavo").click()
    other = page.context.new_page()
    other.goto(f"{note}/edit")
    other.get_by_label("Text").fill("one, saved there\ntwo\nthree")
    press(other, "Save")
    page.go_back()
    expect(page.get_by_label("Text")).to_have_value("one\ntwo\nthree, typed here")
    press(page, "Save")
    expect(page.locator(".prose")).to_have_text("one, saved there\ntwo\nthree, typed here")


def test_what_is_typed_after_signing_out_in_another_tab_is_not_left_in_the_browser(
    visits: Visits, person: Person
) -> None:
    page = visits.open(person)
    visits.expected.append("401")
    begin(page, "before")
    other = page.context.new_page()
    other.goto("/notes")
    other.locator("details.menu summary").click()
    press(other, "Log out")
    expect(other).to_have_url(re.compile(r"/$|/log-in"))
    typed(page, " and after")
    expect(state(page)).to_contain_text("You are signed out.")
    assert copies(other) == 0
    assert drafts(person) == ["before"]


def test_a_character_that_is_no_text_keeps_nothing_from_being_kept(
    visits: Visits, person: Person
) -> None:
    page = visits.open(person)
    page.goto("/notes/new")
    page.get_by_label("Text").evaluate("(field) => { field.value = 'a\\0b'; }")
    typed(page, "c")
    expect(state(page)).to_have_text(KEPT)
    (draft,) = drafts(person)
    assert sorted(draft) == ["a", "b", "c", "\N{REPLACEMENT CHARACTER}"]


def test_what_was_typed_and_left_at_once_is_saved_after_going_back_and_offered_no_more(
    visits: Visits, person: Person
) -> None:
    page = visits.open(person)
    page.goto("/notes/new")
    page.get_by_label("Title").fill("Title")
    typed(page, "text")
    page.on("dialog", lambda dialog: dialog.accept())  # it is not kept yet
    page.goto("/notes")
    expect(page.get_by_text("What you wrote in this browser")).to_be_visible()
    page.go_back()
    expect(page.get_by_label("Title")).to_have_value("Title")
    page.get_by_label("Text").press("End")
    typed(page, " and more")
    expect(state(page)).to_have_text(KEPT)
    press(page, "Save")
    expect(page.locator(".prose")).to_have_text("text and more")
    assert drafts(person) == []


def test_going_back_after_a_save_is_no_conflict_with_oneself(
    visits: Visits, person: Person
) -> None:
    page = visits.open(person)
    note = write(page, "Title", "one")
    page.goto(f"{note}/edit")
    page.get_by_label("Tags").fill("b,a")
    for text in ("one two", "one two three"):
        page.get_by_label("Text").fill(text)
        expect(state(page)).to_have_text(KEPT)
        press(page, "Save")
        expect(page.locator(".prose")).to_have_text(text)
        page.go_back()
        expect(page.get_by_label("Text")).to_have_value(text)
    assert drafts(person) == []


def test_a_draft_that_was_looked_at_can_be_thrown_away(visits: Visits, person: Person) -> None:
    page = visits.open(person)
    begin(page, "text")
    page.goto("/account/drafts")
    page.get_by_role("link", name="Go on with it").click()
    expect(page.get_by_label("Text")).to_have_value("text")
    page.goto("/account/drafts")
    press(page, "Throw away")
    expect(page.get_by_text("The draft is thrown away.")).to_be_visible()
    assert drafts(person) == []
    press(page, "Undo")
    expect(page.get_by_text("The draft is here again.")).to_be_visible()
    assert drafts(person) == ["text"]


def test_the_next_person_finds_nothing_on_the_way_back(
    visits: Visits, person: Person, site: Site
) -> None:
    page = visits.open(person)
    page.goto("/notes/new")
    page.get_by_label("Title").fill("mine alone")
    typed(page, "mine alone too")
    expect(state(page)).to_have_text(KEPT)
    page.locator("details.menu summary").click()
    press(page, "Log out")
    expect(page).to_have_url(re.compile(r"/$|/log-in"))
    other = site.enrol()
    page.goto("/log-in")
    log_in(page, other.email)
    expect(page.get_by_role("heading", name="Notes")).to_be_visible()
    while not page.url.endswith("/notes/new"):
        assert page.go_back() is not None
    expect(page.get_by_role("toolbar")).to_be_visible()
    fields = [page.get_by_label(name).input_value() for name in ("Title", "Text", "Tags")]
    assert fields == ["", "", ""]
    page.goto("/notes")
    assert drafts(other) == []
