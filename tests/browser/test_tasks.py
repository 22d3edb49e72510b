"""A box is ticked where it stands, with a mouse, a key, in two tabs; what it shows is saved."""

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Visits
from tests.people import Person

LIST = "- [ ] milk\n- [ ] bread\n- [x] jam\n"


def body(person: Person, note_id: str) -> tuple[int, str]:
    note = person.note(note_id)
    assert note is not None
    return note.version, note.body


def test_a_box_is_ticked_without_leaving_the_page(page: Page, person: Person) -> None:
    note_id = person.write("List", LIST)
    page.goto(f"/notes/{note_id}")
    page.evaluate("window.stayed = true")
    milk = page.get_by_role("checkbox", name="milk")
    milk.click()
    expect(milk).to_be_checked()
    assert body(person, note_id) == (2, LIST.replace("[ ] milk", "[x] milk"))
    milk.press("Space")
    expect(milk).not_to_be_checked()
    page.get_by_role("checkbox", name="jam").click()
    expect(page.get_by_role("checkbox", name="jam")).not_to_be_checked()
    assert body(person, note_id) == (4, LIST.replace("[x] jam", "[ ] jam"))
    assert page.evaluate("window.stayed") is True


def test_boxes_ticked_in_a_hurry_are_all_ticked(page: Page, person: Person) -> None:
    note_id = person.write("List", "".join(f"- [ ] item {n}\n" for n in range(8)))
    page.goto(f"/notes/{note_id}")
    page.evaluate("document.querySelectorAll('button.task').forEach((box) => box.click())")
    expect(page.locator('button.task[aria-checked="true"]')).to_have_count(8)
    assert body(person, note_id) == (9, "".join(f"- [x] item {n}\n" for n in range(8)))


def test_a_box_is_ticked_without_a_script(visits: Visits, person: Person) -> None:
    note_id = person.write("List", LIST)
    page = visits.open(person, java_script_enabled=False)
    page.goto(f"/notes/{note_id}")
    page.get_by_role("checkbox", name="bread").click()
    expect(page).to_have_url(re.compile(r"#task-1$"))
    expect(page.get_by_role("checkbox", name="bread")).to_be_checked()
    assert body(person, note_id) == (2, LIST.replace("[ ] bread", "[x] bread"))


def test_a_box_on_an_old_page_says_that_the_task_was_changed(page: Page, person: Person) -> None:
    note_id = person.write("List", LIST)
    page.goto(f"/notes/{note_id}")
    form = {"title": "List", "tags": "", "body": LIST.replace("milk", "oat milk"), "version": 1}
    assert person.client.submit(f"/notes/{note_id}", form).status_code == 303
    page.get_by_role("checkbox", name="milk").click()
    expect(page.get_by_role("alert")).to_contain_text("That task was changed elsewhere")
    page.get_by_role("checkbox", name="oat milk").click()
    expect(page.get_by_role("checkbox", name="oat milk")).to_be_checked()
    assert body(person, note_id)[0] == 3


def test_when_the_line_is_down_no_box_seems_ticked_and_that_is_said(
    visits: Visits, page: Page, person: Person
) -> None:
    note_id = person.write("List", LIST)
    page.goto(f"/notes/{note_id}")
    visits.expected.append("ERR_INTERNET_DISCONNECTED")
    page.context.set_offline(True)
    milk = page.get_by_role("checkbox", name="milk")
    milk.click()
    expect(page.get_by_text("Not ticked: the site does not answer.")).to_be_visible()
    expect(milk).not_to_be_checked()
    page.context.set_offline(False)
    milk.click()
    expect(milk).to_be_checked()
    expect(page.get_by_text("Not ticked")).to_be_hidden()
    assert body(person, note_id) == (2, LIST.replace("[ ] milk", "[x] milk"))
