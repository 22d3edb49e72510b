"""What templates can say: dates, sentences, and where one is."""

import time_machine
from flask import Flask

from tests.http.page import Page
from tests.people import Person, enrol, text_of


def test_a_list_says_a_moment_as_short_as_it_can(app: Flask) -> None:
    with time_machine.travel("2024-12-31 23:30 +0000", tick=False) as clock:
        alice = enrol(app, "alice@example.org")
        alice.write("Old", "text")

        def said() -> str:
            page = alice.client.get("/notes")
            times = [item for item in Page(page).elements if item.tag == "time"]
            assert times[0].attributes["datetime"] == "2024-12-31T23:30:00+00:00"
            return text_of(page)

        assert "23:30" in said()
        clock.shift(3600)
        assert "31 Dec 2024" in said()
        clock.move_to("2024-12-29 01:00 +0000")
        alice.client = alice.another_browser()
        assert "31 Dec" in said()
        assert "31 Dec 2024" not in said()


def test_a_sentence_is_said_once_and_undoes_what_it_says(alice: Person) -> None:
    note_id = alice.write("Hers", "alone")
    assert alice.client.submit(f"/notes/{note_id}/trash").status_code == 303
    page = Page(alice.client.get("/notes"))
    assert "Moved to the trash." in page.words
    (undo,) = [form for form in page.forms if form.address == f"/notes/{note_id}/restore"]
    assert "Moved to the trash." not in Page(alice.client.get("/notes")).words
    assert undo.send(alice.client).status_code == 303
    assert "Hers" in text_of(alice.client.get("/notes"))


def test_a_page_says_where_one_is(alice: Person) -> None:
    for address in ("/notes", "/tags", "/archive", "/trash"):
        page = Page(alice.client.get(address))
        here = [
            item.attributes["href"] for item in page.elements if "aria-current" in item.attributes
        ]
        assert here == [address]
