"""A note's page: its contents where it is long, its boxes as buttons, its text as it was drawn."""

from tests.http.page import Page
from tests.people import Person
from website.notes.show import MANY_HEADINGS


def test_a_note_with_many_headings_has_a_table_of_contents(alice: Person) -> None:
    body = "".join(f"{'#' * (1 + n % 2)} Part <{n}>\n\n" for n in range(MANY_HEADINGS))
    note_id = alice.write("Long", body)
    page = Page(alice.client.get(f"/notes/{note_id}"))
    ids = {e.attributes["id"] for e in page.elements if "id" in e.attributes}
    links = [e.attributes["href"] for e in page.elements
             if e.tag == "a" and any("contents__" in name for name in e.within)]  # fmt: skip
    assert len(links) == MANY_HEADINGS
    assert {link.removeprefix("#") for link in links} <= ids


def test_a_short_note_has_none(alice: Person) -> None:
    note_id = alice.write("Short", "# a\n\n" * (MANY_HEADINGS - 1))
    assert "Contents" not in Page(alice.client.get(f"/notes/{note_id}")).words
