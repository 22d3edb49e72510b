"""What templates can say: dates, sentences, and where one is."""

from html.parser import HTMLParser

import time_machine
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from tests.http.page import Page
from tests.people import Person, enrol, text_of
from website.http.pages import marks
from website.text.marks import EDGE


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


@given(st.lists(st.text(alphabet="a<>&\"'/ é日", max_size=6), min_size=1))
def test_what_is_marked_is_marked_and_no_text_becomes_markup(parts: list[str]) -> None:
    parts += [""] * (len(parts) % 2 == 0)
    page = Texts()
    page.feed(marks(EDGE.join(parts)))
    page.close()
    assert "".join(page.all) == "".join(parts)
    assert "".join(page.marked) == "".join(parts[1::2])
    assert page.tags <= {"mark"}


class Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.all: list[str] = []
        self.marked: list[str] = []
        self.tags: set[str] = set()
        self.within = False

    def handle_starttag(self, tag: str, _attributes: object) -> None:
        self.tags.add(tag)
        self.within = True

    def handle_endtag(self, _tag: str) -> None:
        self.within = False

    def handle_data(self, data: str) -> None:
        self.all.append(data)
        if self.within:
            self.marked.append(data)
