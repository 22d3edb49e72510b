"""A box ticked on a note's page changes that box and nothing else, whatever was saved meanwhile."""

import re
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import update
from werkzeug.test import TestResponse

from tests.http.page import Page
from tests.people import Person
from website import db
from website.models import Note

LIST = "Shopping\n\n- [ ] milk\n- [ ] bread\n- [x] jam\n"


def press(alice: Person, note_id: str, version: int, **button: int) -> TestResponse:
    return alice.client.submit(f"/notes/{note_id}/tasks", {"version": version, **button})


def body(alice: Person, note_id: str) -> tuple[int, str]:
    note = alice.note(note_id)
    assert note is not None
    return note.version, note.body


def edit(alice: Person, note_id: str, text: str, version: int) -> None:
    form: dict[str, Any] = {"title": "", "tags": "", "body": text, "version": version}
    assert alice.client.submit(f"/notes/{note_id}", form).status_code == 303


def test_the_button_of_a_box_ticks_it_as_a_new_version(alice: Person) -> None:
    note_id = alice.write(body=LIST)
    page = alice.client.get(f"/notes/{note_id}").text
    assert re.search('name="tick" value="1" [^>]*aria-label="bread"', page)
    answer = press(alice, note_id, 1, tick=1)
    assert (answer.status_code, answer.location) == (303, f"/notes/{note_id}#task-1")
    assert body(alice, note_id) == (2, LIST.replace("[ ] bread", "[x] bread"))
    page = alice.client.get(f"/notes/{note_id}").text
    assert re.search('name="clear" value="1" [^>]*aria-checked="true" aria-label="bread"', page)


def test_a_script_is_told_the_new_version(alice: Person) -> None:
    note_id = alice.write(body=LIST)
    answer = alice.client.submit(
        f"/notes/{note_id}/tasks", {"version": 1, "clear": 2},
        headers={"Accept": "application/json"},
    )  # fmt: skip
    assert answer.json == {"version": 2}
    assert body(alice, note_id) == (2, LIST.replace("[x] jam", "[ ] jam"))


def test_a_tick_pressed_twice_is_one_version(alice: Person) -> None:
    note_id = alice.write(body=LIST)
    for _ in range(2):
        assert press(alice, note_id, 1, tick=0).status_code == 303
    assert body(alice, note_id) == (2, LIST.replace("[ ] milk", "[x] milk"))


def test_memos_2713_a_tick_on_an_old_page_rewrites_nothing_that_was_saved_meanwhile(
    alice: Person,
) -> None:
    """memos 2713."""
    note_id = alice.write(body=LIST)
    edit(alice, note_id, "- [ ] eggs\n" + LIST + "\nand more\n", 1)
    assert press(alice, note_id, 1, tick=0).status_code == 303
    assert body(alice, note_id) == (
        3, "- [ ] eggs\n" + LIST.replace("[ ] milk", "[x] milk") + "\nand more\n",
    )  # fmt: skip


def test_two_tabs_tick_lines_that_stand_beside_each_other(alice: Person) -> None:
    note_id = alice.write(body=LIST)
    assert press(alice, note_id, 1, tick=0).status_code == 303
    assert press(alice, note_id, 1, tick=1).status_code == 303
    assert press(alice, note_id, 1, clear=2).status_code == 303
    assert body(alice, note_id) == (4, "Shopping\n\n- [x] milk\n- [x] bread\n- [ ] jam\n")


def test_a_tick_on_what_another_program_wrote_hits_the_box_that_is_there(
    app: Flask, alice: Person
) -> None:
    note_id = alice.write(body=LIST)
    edit(alice, note_id, LIST + "more\n", 1)
    with app.app_context():
        theirs = "- [ ] first, and longer\n" + LIST
        db.session.execute(update(Note).values(body=theirs))
        db.session.commit()
    assert press(alice, note_id, 2, tick=0).status_code == 303
    assert body(alice, note_id)[1] == theirs.replace("[ ] first", "[x] first")


def test_an_old_page_goes_on_ticking_its_own_tasks(alice: Person) -> None:
    note_id = alice.write(body=LIST)
    edit(alice, note_id, "- [ ] eggs\n" + LIST, 1)
    version = 1
    for box in (0, 1):
        answer = alice.client.submit(
            f"/notes/{note_id}/tasks", {"version": version, "tick": box},
            headers={"Accept": "application/json"},
        )  # fmt: skip
        version = answer.json["version"]
    assert body(alice, note_id)[1] == (
        "- [ ] eggs\n" + LIST.replace("[ ] milk", "[x] milk").replace("[ ] bread", "[x] bread")
    )


def test_a_box_whose_place_is_not_known_is_not_ticked_and_keeps_no_other_from_it(
    alice: Person,
) -> None:
    text = "- [ ] ok\n- [^1]:\n  [ ] b\n"
    note_id = alice.write(body=text)
    assert press(alice, note_id, 1, tick=1).status_code == 409
    assert press(alice, note_id, 1, tick=0).status_code == 303
    assert body(alice, note_id) == (2, text.replace("- [ ] ok", "- [x] ok"))


def test_a_task_that_was_changed_meanwhile_is_not_ticked_and_that_is_said(alice: Person) -> None:
    note_id = alice.write(body=LIST)
    edit(alice, note_id, LIST.replace("milk", "oat milk"), 1)
    answer = press(alice, note_id, 1, tick=0)
    assert answer.status_code == 409
    page = Page(answer)
    assert "That task was changed elsewhere meanwhile" in page.words
    assert "oat milk" in page.words
    assert body(alice, note_id) == (2, LIST.replace("milk", "oat milk"))


@pytest.mark.parametrize(
    "sent",
    [
        {}, {"tick": 0}, {"version": 1}, {"version": 1, "tick": 3}, {"version": 9, "tick": 0},
        {"version": 0, "tick": 0}, {"version": "x", "tick": "0"}, {"version": 1, "tick": "-1"},
        {"version": 1, "tick": "٠"},
    ],
)  # fmt: skip
def test_nonsense_ticks_nothing(alice: Person, sent: dict[str, Any]) -> None:
    note_id = alice.write(body=LIST)
    assert alice.client.submit(f"/notes/{note_id}/tasks", sent).status_code == 409
    assert body(alice, note_id) == (1, LIST)


def test_a_tick_and_an_edit_on_the_version_before_are_brought_together(alice: Person) -> None:
    note_id = alice.write(body=LIST)
    assert press(alice, note_id, 1, tick=0).status_code == 303
    edit(alice, note_id, LIST.replace("Shopping", "Shopping today"), 1)
    assert body(alice, note_id) == (
        3, LIST.replace("Shopping", "Shopping today").replace("[ ] milk", "[x] milk"),
    )  # fmt: skip
