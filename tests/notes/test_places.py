"""List, archive and trash: where a note is, and how it gets there and back."""

import re

import pytest
import time_machine

from tests.people import Person, text_of
from website.database import now


def titles(person: Person, address: str) -> list[str]:
    page = person.client.get(address).text
    return re.findall(r'class="list__title"[^>]*>([^<]*)<', page)


def act(person: Person, note_id: str, verb: str) -> str:
    answer = person.client.submit(f"/notes/{note_id}/{verb}")
    assert answer.status_code == 303
    return str(answer.location)


def test_the_list_is_newest_edit_first_with_pinned_notes_on_top(alice: Person) -> None:
    with time_machine.travel(now(), tick=False) as clock:
        written = []
        for number in range(3):
            clock.shift(60)
            written.append(alice.write(f"note {number}"))
        act(alice, written[0], "pin")
        assert titles(alice, "/notes") == ["note 0", "note 2", "note 1"]
        act(alice, written[0], "unpin")
        clock.shift(60)
        form = {"title": "note 1, edited", "body": "", "tags": "", "version": "1"}
        alice.client.submit(f"/notes/{written[1]}", form)
        assert titles(alice, "/notes") == ["note 1, edited", "note 2", "note 0"]


def test_a_note_goes_to_the_archive_and_back(alice: Person) -> None:
    note_id = alice.write("Done")
    assert act(alice, note_id, "archive") == "/notes"
    page = alice.client.get("/notes").text
    assert f'action="/notes/{note_id}/unarchive"' in page  # Undo
    assert titles(alice, "/notes") == []
    assert titles(alice, "/archive") == ["Done"]
    act(alice, note_id, "unarchive")
    assert (titles(alice, "/notes"), titles(alice, "/archive")) == (["Done"], [])


@pytest.mark.parametrize("before", ["list", "archive"])
def test_a_note_comes_back_from_the_trash_to_where_it_was(alice: Person, before: str) -> None:
    note_id = alice.write("Old")
    if before == "archive":
        act(alice, note_id, "archive")
    act(alice, note_id, "trash")
    assert (titles(alice, "/notes"), titles(alice, "/archive")) == ([], [])
    assert titles(alice, "/trash") == ["Old"]
    assert "In the trash, with 30 days left" in alice.client.get(f"/notes/{note_id}").text
    act(alice, note_id, "restore")
    assert titles(alice, "/trash") == []
    assert titles(alice, "/notes" if before == "list" else "/archive") == ["Old"]


def test_only_from_the_trash_is_a_note_deleted_for_ever(alice: Person) -> None:
    note_id = alice.write("Gone", "text", ("lonely",))
    refused = alice.client.submit(f"/notes/{note_id}/delete")
    assert refused.status_code == 422
    assert "only from the trash" in text_of(refused)
    assert alice.note(note_id) is not None
    act(alice, note_id, "trash")
    assert "no undo" in text_of(alice.client.get(f"/notes/{note_id}/delete"))
    assert act(alice, note_id, "delete") == "/trash"
    assert alice.note(note_id) is None
    assert "lonely" not in alice.client.get("/tags").text


def test_moving_a_note_raises_no_version(alice: Person) -> None:
    note_id = alice.write("Same")
    for verb in ("pin", "unpin", "archive", "unarchive", "trash", "restore"):
        act(alice, note_id, verb)
    note = alice.note(note_id)
    assert note is not None
    assert note.version == 1


def test_pages_of_fifty_show_every_note_once(alice: Person) -> None:
    for number in range(120):
        alice.write(f"n{number}")
    seen, address = [], "/notes"
    for _ in range(3):
        page = alice.client.get(address).text
        seen += re.findall(r'class="list__title"[^>]*>([^<]*)<', page)
        following = re.search(r'rel="next" href="([^"]+)"', page)
        address = following[1] if following else ""
    assert address == ""
    assert sorted(seen) == sorted(f"n{number}" for number in range(120))


@pytest.mark.parametrize("place", ["/archive", "/trash"])
def test_archive_and_trash_have_pages_too(alice: Person, place: str) -> None:
    for number in range(51):
        act(alice, alice.write(f"n{number}"), place.strip("/"))
    first = alice.client.get(place).text
    following = re.search(r'rel="next" href="([^"]+)"', first)
    assert following is not None
    assert titles(alice, following[1]) == ["n0"]


@pytest.mark.parametrize("after", ["x", "0-1", "2-1-" + "a" * 26, "0-1-ä", "٣", "0-9-" + "a" * 27])
def test_a_page_that_never_was_is_404(alice: Person, after: str) -> None:
    for place in ("/notes", "/archive", "/trash"):
        assert alice.client.get(place, query_string={"after": after}).status_code == 404


def test_the_last_moment_that_can_be_counted_is_no_error(alice: Person) -> None:
    after = "1-" + "9" * 17 + "-" + "a" * 26
    assert alice.client.get("/notes", query_string={"after": after}).status_code in {200, 404}
