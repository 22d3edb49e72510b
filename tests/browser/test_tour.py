"""The whole tour of the site: with JavaScript, without it, and by keyboard alone."""

import re

import pytest
from playwright.sync_api import Page, Request, expect

from tests.browser import measure
from tests.browser.conftest import Site, Visits
from tests.browser.pages import (
    ANY_NOTE,
    Stage,
    ask_menu,
    fill,
    follow,
    log_in,
    press,
    sign_up,
    write,
)
from tests.people import PASSWORD, Person

NEW_PASSWORD = "eleven herons under Leiden"


def test_the_tour(visits: Visits, scripted: bool) -> None:
    """Interface 16."""
    page = visits.open(java_script_enabled=scripted)
    email = sign_up(page)
    expect(page.get_by_role("link", name="Welcome to Octavo")).to_be_visible()
    write_and_reload(page)
    edit_pin_and_archive(page)
    trash_and_restore(page)
    change_the_password(page)
    leave_and_look_back(page)
    page.goto("/log-in")
    log_in(page, email, PASSWORD)
    expect(page.get_by_role("main")).to_contain_text("There is no account with this address")
    log_in(page, email, NEW_PASSWORD)
    expect(page).to_have_url(re.compile("/notes$"))
    expect(page.get_by_role("link", name="Welcome to Octavo")).to_be_visible()


def write_and_reload(page: Page) -> None:
    follow(page, "New note")
    fill(page, "Herons", "Seven *pale* ones.", "birds, delft/canal")
    press(page, "Save")
    expect(page).to_have_url(ANY_NOTE)
    expect(page.get_by_role("heading", name="Herons")).to_be_visible()
    expect(page.locator("em")).to_have_text("pale")
    # The page after a save asks whether the copy of the draft may go: that is not the reload's.
    page.wait_for_load_state("networkidle")
    posts: list[Request] = []
    page.on("request", lambda sent: posts.append(sent) if sent.method == "POST" else None)
    page.reload()
    expect(page.get_by_role("heading", name="Herons")).to_be_visible()
    assert posts == []
    follow(page, "Notes")
    expect(page.get_by_role("listitem").filter(has_text="Herons")).to_have_count(1)
    page.get_by_role("link", name="delft/canal").click()
    expect(page.get_by_role("listitem")).to_have_count(1)


def edit_pin_and_archive(page: Page) -> None:
    page.get_by_role("link", name="Herons").click()
    follow(page, "Edit")
    expect(page.get_by_label("Text")).to_have_value("Seven *pale* ones.")
    page.get_by_label("Text").fill("Eight *pale* ones.")
    press(page, "Save")
    expect(page.locator(".prose")).to_have_text("Eight pale ones.")
    write(page, "Later", "than the others")
    follow(page, "Notes")
    page.get_by_role("link", name="Herons").click()
    press(page, "Pin")
    expect(page.get_by_role("status").first).to_contain_text("Pinned")
    follow(page, "Notes")
    expect(page.get_by_role("listitem").first).to_contain_text("Herons")
    page.get_by_role("link", name="Herons").click()
    press(page, "Unpin")
    press(page, "Archive")
    expect(page.get_by_role("status").first).to_contain_text("Moved to the archive.")
    expect(page.get_by_role("link", name="Herons")).to_have_count(0)
    follow(page, "Archive")
    page.get_by_role("link", name="Herons").click()
    press(page, "Back to the list")
    expect(page.get_by_role("status").first).to_contain_text("Back in your list.")


def trash_and_restore(page: Page) -> None:
    press(page, "Move to trash")
    expect(page.get_by_role("status").first).to_contain_text("Moved to the trash.")
    expect(page.get_by_role("link", name="Herons")).to_have_count(0)
    press(page, "Undo")
    expect(page.get_by_role("heading", name="Herons")).to_be_visible()
    press(page, "Move to trash")
    follow(page, "Trash")
    page.get_by_role("link", name="Herons").click()
    press(page, "Restore")
    expect(page.get_by_role("button", name="Move to trash")).to_be_visible()
    press(page, "Move to trash")
    follow(page, "Trash")
    page.get_by_role("link", name="Herons").click()
    follow(page, "Delete for ever")
    expect(page.get_by_role("heading", name="Delete for ever?")).to_be_visible()
    press(page, "Delete for ever")
    expect(page.get_by_role("status").first).to_contain_text("Deleted for ever.")
    expect(page.get_by_text("The trash is empty.")).to_be_visible()


def change_the_password(page: Page) -> None:
    ask_menu(page, "Account")
    follow(page, "Change password")
    page.get_by_label("Current password", exact=True).fill(PASSWORD)
    page.get_by_label("New password", exact=True).fill(NEW_PASSWORD)
    press(page, "Change password")
    expect(page.get_by_role("status").first).to_contain_text("Your password is changed.")


def leave_and_look_back(page: Page) -> None:
    write(page, "For me alone", "a private word")
    follow(page, "Notes")
    ask_menu(page, "Log out")
    expect(page).to_have_title(re.compile("Notes that stay yours"))
    for _step in range(3):
        page.go_back(wait_until="commit")
        expect(page).to_have_url(re.compile(r"/log-in\?next="))
        expect(page.get_by_role("heading", name="Log in")).to_be_visible()
        expect(page.get_by_text("private")).to_have_count(0)


def test_back_shows_nothing_of_a_page_when_another_tab_logged_out(page: Page) -> None:
    note = write(page, "For me alone", "a private word")
    follow(page, "Tags")
    expect(page.get_by_role("heading", name="Tags")).to_be_visible()
    other = page.context.new_page()
    other.goto(note)
    ask_menu(other, "Log out")
    expect(other).to_have_title(re.compile("Notes that stay yours"))
    page.go_back(wait_until="commit")
    expect(page).to_have_url(re.compile("/log-in"))
    expect(page.get_by_text("private")).to_have_count(0)


def test_back_shows_nothing_of_a_page_when_the_session_was_ended_elsewhere(
    page: Page, person: Person
) -> None:
    page.goto("/notes")  # sets the cookie: the pages after it are kept in memory
    write(page, "For me alone", "a private word")
    follow(page, "Tags")
    expect(page.get_by_role("heading", name="Tags")).to_be_visible()
    Stage(page, person).sign_out_on_the_server()
    page.go_back(wait_until="commit")
    expect(page).to_have_url(re.compile("/log-in"))
    expect(page.get_by_text("private")).to_have_count(0)


def test_the_next_person_at_the_browser_goes_back_to_nobody_elses_page(
    page: Page, site: Site
) -> None:
    write(page, "For me alone", "a private word")
    follow(page, "Tags")
    other = page.context.new_page()
    other.goto("/notes")
    ask_menu(other, "Log out")
    expect(other).to_have_title(re.compile("Notes that stay yours"))
    next_person = site.enrol()
    other.goto("/log-in")
    log_in(other, next_person.email)
    expect(other).to_have_url(re.compile("/notes$"))
    page.go_back(wait_until="commit")
    expect(page.get_by_role("heading", name="Not found")).to_be_visible()
    expect(page.get_by_text("private")).to_have_count(0)


def test_back_brings_the_page_from_memory_with_what_was_typed(page: Page) -> None:
    page.goto("/notes/new")
    fill(page, "Not yet", "half a sentence")
    # By then Chromium has noted what is in the form, too: it does so after a second.
    expect(page.locator("[data-state]")).to_contain_text("Draft kept")
    follow(page, "Cancel")
    expect(page.get_by_role("heading", name="Notes")).to_be_visible()
    page.go_back(wait_until="commit")
    expect(page.get_by_label("Text")).to_be_visible()
    expect(page.get_by_label("Text")).to_have_value("half a sentence")
    press(page, "Save")
    expect(page.locator(".prose")).to_have_text("half a sentence")


def test_what_was_typed_a_moment_before_leaving_is_a_draft_whatever_the_browser_noted(
    page: Page,
) -> None:
    page.on("dialog", lambda leaving: leaving.accept())
    page.goto("/notes/new")
    fill(page, "Not yet", "half a sentence")
    follow(page, "Cancel")
    expect(page.get_by_role("heading", name="Notes")).to_be_visible()
    page.go_back(wait_until="commit")
    expect(page.get_by_label("Text")).to_be_visible()
    page.goto("/account/drafts")
    page.get_by_role("link", name="Go on with it").first.click()
    expect(page.get_by_label("Text")).to_have_value("half a sentence")


def test_the_tour_by_keyboard_alone(visits: Visits) -> None:
    page = visits.open()
    page.goto("/")
    press_to(page, "Sign up")
    expect(page.get_by_role("heading", name="Sign up")).to_be_visible()
    press_to(page, "E-mail address", then="")
    page.keyboard.type("keys-only@example.org")
    press_to(page, "Password", then="")
    page.keyboard.type(PASSWORD)
    press_to(page, "Sign up")
    expect(page).to_have_url(re.compile("/notes$"))
    press_to(page, "Skip to the page")
    page.keyboard.press("Tab")
    found = measure.focus(page)
    assert found is not None
    assert found["name"] == "Edited", "the first thing after the header"
    press_to(page, "New note", back=True)
    expect(page.get_by_label("Title")).to_be_visible()
    press_to(page, "Title", then="")
    page.keyboard.type("By keyboard")
    press_to(page, "Text", then="")
    page.keyboard.type("No mouse.")
    page.keyboard.press("Tab")
    page.keyboard.type("keys")
    press_to(page, "Save")
    expect(page.get_by_role("heading", name="By keyboard")).to_be_visible()
    press_to(page, "Edit")
    expect(page.get_by_label("Text")).to_be_visible()
    press_to(page, "Text", then="End")
    page.keyboard.type(" None.")
    page.keyboard.press("Control+s")
    expect(page.locator(".prose")).to_have_text("No mouse. None.")
    press_to(page, "Move to trash")
    expect(page.get_by_role("status").first).to_be_visible()
    press_to(page, "Undo")
    expect(page.get_by_role("heading", name="By keyboard")).to_be_visible()
    press_to(page, "Account menu")
    press_to(page, "Log out", then="")
    page.keyboard.press("Escape")
    expect(page.locator(".menu__list")).to_be_hidden()
    assert (measure.focus(page) or {})["name"] == "Account menu"
    page.keyboard.press("Enter")
    press_to(page, "Log out")
    expect(page).to_have_title(re.compile("Notes that stay yours"))


def press_to(page: Page, name: str, *, then: str = "Enter", back: bool = False) -> None:
    """Go on with the Tab key to what has this name, and press `then` there."""
    for _ in range(60):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        found = measure.focus(page)
        if found is None:
            continue
        assert found["ring"], found
        assert not found["covered"], found
        if found["name"] == name:
            break
    else:
        pytest.fail(f"the Tab key does not reach “{name}”")
    if then:
        page.keyboard.press(then)
