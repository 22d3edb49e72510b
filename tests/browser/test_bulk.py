"""Ticking notes, with a script and without; and tags that complete what is typed."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visits
from tests.browser.pages import follow, press
from tests.people import Person


def boxes(page: Page) -> list[bool]:
    return [bool(box.is_checked()) for box in page.locator(".list__tick").all()]


@pytest.mark.parametrize("scripts", [True, False])
def test_ticked_notes_are_moved_and_come_back(
    visits: Visits, person: Person, scripts: bool
) -> None:
    for title in ("one", "two", "three"):
        person.write(title)
    page = visits.open(person, java_script_enabled=scripts)
    page.goto("/notes")
    bar = page.get_by_role("form", name="Ticked notes")
    expect(bar).to_be_hidden()
    page.get_by_role("checkbox", name="Tick two").check()
    page.get_by_role("checkbox", name="Tick one").check()
    expect(bar).to_be_visible()
    expect(bar.locator("[data-ticked]")).to_have_text(
        "2 notes ticked" if scripts else "Ticked notes"
    )
    bar.get_by_role("button", name="Move to trash").click()
    expect(page.get_by_text("2 notes moved to the trash.")).to_be_visible()
    expect(page.locator(".list__title")).to_have_text(["three"])
    press(page, "Undo")
    expect(page.get_by_text("Undone: 2 notes are as before.")).to_be_visible()
    expect(page.locator(".list__title")).to_have_text(["three", "two", "one"])
    page.get_by_role("checkbox", name="Tick one").check()
    press(page, "Tag, and more")
    page.get_by_label("Tags").fill("work")
    press(page, "Add tags")
    expect(page.locator(".list__row .tag")).to_have_text(["work"])


def test_shift_ticks_all_between_two_and_one_button_all_of_the_page(
    page: Page, person: Person
) -> None:
    for number in range(6):
        person.write(f"note {number}")
    page.goto("/notes")
    ticks = page.locator(".list__tick")
    ticks.nth(1).click()
    ticks.nth(3).click(modifiers=["Shift"])
    assert boxes(page) == [False, True, True, True, False, False]
    ticks.nth(2).focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("status").last).to_have_text("2 notes ticked")
    press(page, "All on this page")
    assert boxes(page) == [True] * 6
    expect(page.get_by_role("button", name="All on this page")).to_be_hidden()
    follow(page, "All on every page")
    expect(page.get_by_role("heading", name="6 notes")).to_be_visible()


def test_what_a_search_found_while_typing_can_be_ticked(page: Page, person: Person) -> None:
    person.write("a boat")
    person.write("other")
    page.goto("/notes")
    page.get_by_role("searchbox", name="Search").fill("boat")
    expect(page.locator(".list__title mark")).to_have_text(["boat"])
    page.get_by_role("checkbox", name="Tick a boat").check()
    expect(page.get_by_role("status").last).to_have_text("1 note ticked")
    press(page, "Archive")
    expect(page.get_by_text("1 note moved to the archive.")).to_be_visible()
    expect(page).to_have_url(re.compile(r"q=boat$"))


def test_the_last_tag_of_a_field_is_completed(page: Page, person: Person) -> None:
    person.write("a", "", ("Work/Berlin", "garden", "two words"))
    page.goto("/notes/new")
    field = page.get_by_label("Tags")
    field.click()
    field.press_sequentially("garden, wor")
    expect(page.locator("#tags-list option")).to_have_attribute("value", "garden, Work/Berlin")
    expect(field).to_have_attribute("list", "tags-list")
    search = page.locator("#search")
    search.click()
    search.press_sequentially("boat -tag:two")
    offered = page.locator("#search-list option")
    expect(offered).to_have_attribute("value", 'boat -tag:"two words"')
    page.keyboard.type(" x")
    expect(offered).to_have_count(0)
    expect(search).to_be_focused()
