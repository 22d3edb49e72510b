"""Several notes at once: ticked, or all of a list or a search, with one undo."""

import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from tests.people import Person, text_of


def change(person: Person, act: str, *notes: str, **more: str) -> TestResponse:
    return person.client.submit(
        "/notes/bulk", {"act": act, "note": [*notes], "place": "list", **more}
    )


def undo(person: Person, address: str) -> str:
    """Press the button on the page that follows; returns the address that it posts to."""
    page = person.client.get(address).text
    found = re.findall(r'action="(/undo/[0-9a-z]{26})"', page)[-1]
    assert person.client.submit(found).status_code == 303
    return str(found)


def places(person: Person, *notes: str) -> str:
    """A letter for where each note is."""
    found = [person.note(note) for note in notes]
    assert None not in found
    return "".join(
        "t" if note.trashed_at else "a" if note.archived_at else "p" if note.pinned else "l"
        for note in found
        if note
    )


def test_ticked_notes_are_changed_and_one_button_undoes_it(alice: Person) -> None:
    notes = [alice.write(name) for name in "abc"]
    for act, then, said in (
        ("pin", "ppl", "2 notes pinned."),
        ("archive", "aal", "2 notes moved to the archive."),
        ("trash", "ttl", "2 notes moved to the trash."),
    ):
        done = change(alice, act, *notes[:2])
        assert (done.status_code, done.location) == (303, "/notes")
        assert places(alice, *notes) == then
        page = alice.client.get("/notes").text
        assert said in page
        change(alice, act, *notes[:2])
        assert "Nothing was to be changed" in alice.client.get("/notes").text
    assert places(alice, *notes) == "ttl"


def test_an_undo_can_be_pressed_twice_and_is_nobody_elses(alice: Person, charlie: Person) -> None:
    notes = [alice.write(name) for name in "ab"]
    change(alice, "trash", *notes)
    address = undo(alice, "/notes")
    assert places(alice, *notes) == "ll"
    assert "Undone: 2 notes are as before." in alice.client.get("/notes").text
    assert alice.client.submit(address).status_code == 303
    assert "There was nothing left to undo" in alice.client.get("/notes").text
    assert charlie.client.submit(address).status_code == 404
    assert alice.client.submit(f"/undo/{'x' * 26}").status_code == 404


def test_a_strangers_note_is_not_changed_whatever_is_ticked(alice: Person, bob: Person) -> None:
    hers, his = alice.write("hers"), bob.write("his")
    assert change(alice, "trash", hers, his).status_code == 303
    assert "1 note moved to the trash." in alice.client.get("/notes").text
    assert places(bob, his) == "l"
    answer = change(alice, "trash", his)
    assert answer.status_code == 422
    assert "Tick at least one note first." in answer.text
    assert places(bob, his) == "l"


def test_nothing_ticked_is_said_and_nonsense_is_refused(alice: Person) -> None:
    note = alice.write("a")
    answer = change(alice, "archive")
    assert answer.status_code == 422
    assert "Tick at least one note first." in answer.text
    assert change(alice, "delete", note).status_code == 400
    assert change(alice, "restore", note).status_code == 400, "not from the list"
    assert change(alice, "pin", note, place="nowhere").status_code == 400
    assert alice.client.get("/notes/bulk?place=nowhere").status_code == 400
    # A search that stands beside the name of a list would mean all of the list.
    assert alice.client.get("/notes/bulk?place=list&q=a").status_code == 400
    assert change(alice, "trash", all="1", place="list", q="nothinghasthis").status_code == 400
    assert change(alice, "tag", note, place="trash", tags="x").status_code == 400
    assert change(alice, "pin", "x", "\ufffd", "1' OR 1").status_code == 422
    assert places(alice, note) == "l"


def test_tags_are_added_and_taken_off_from_the_page_of_what_can_be_done(alice: Person) -> None:
    notes = [alice.write(name, tags=("old",)) for name in "ab"]
    page = change(alice, "choose", *notes)
    assert page.status_code == 200
    assert "2 notes" in text_of(page)
    assert re.findall(r'name="note" value="(\w+)"', page.text) == notes
    assert change(alice, "tag", *notes, tags="new/one, Old").status_code == 303
    assert "2 notes tagged." in alice.client.get("/notes").text
    assert [alice.note(note).tag_names for note in notes] == [("new/one", "old")] * 2  # type: ignore[union-attr]
    change(alice, "untag", *notes, tags="NEW")
    assert [alice.note(note).tag_names for note in notes] == [("old",)] * 2  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Write at least one tag."),
        (" , ", "Write at least one tag."),
        ("x" * 101, "A tag has 100 characters at most."),
        (", ".join(f"t{at}" for at in range(51)), "That is more than 50 tags"),
    ],
)
def test_tags_that_make_no_sense_come_back_with_a_sentence(
    alice: Person, typed: str, said: str
) -> None:
    note = alice.write("a", tags=("old",))
    answer = change(alice, "tag", note, tags=typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert f'value="{typed}"' in answer.text
    assert f'name="note" value="{note}"' in answer.text
    assert alice.note(note).tag_names == ("old",)  # type: ignore[union-attr]


def test_all_of_a_list_is_more_than_its_first_page(alice: Person, bob: Person) -> None:
    his = bob.write("his", tags=("work",))
    notes = [alice.write(f"note {at}", tags=("work/x",)) for at in range(60)]
    other = alice.write("other")
    page = alice.client.get("/notes/bulk?place=list&tag=work")
    assert "60 notes" in text_of(page)
    assert "carry work" in text_of(page)
    done = change(alice, "archive", all="1", tag="work")
    assert (done.status_code, done.location) == (303, "/notes?tag=work")
    assert places(alice, *notes, other) == "a" * 60 + "l"
    assert "60 notes" in text_of(alice.client.get("/notes/bulk?place=archive"))
    change(alice, "unarchive", all="1", place="archive")
    assert places(alice, *notes) == "l" * 60
    undo(alice, "/archive")
    assert places(alice, *notes) == "a" * 60
    assert places(bob, his) == "l"


def test_all_that_a_search_finds_is_changed(alice: Person) -> None:
    found = [alice.write("a boat"), alice.write("x", "two boats")]
    alice.client.submit(f"/notes/{found[1]}/archive")
    other, gone = alice.write("other"), alice.write("boat")
    alice.client.submit(f"/notes/{gone}/trash")
    page = text_of(alice.client.get("/notes/bulk?place=search&q=boat"))
    assert "2 notes" in page
    assert "All that is found by “ boat ”" in page
    done = change(alice, "trash", all="1", place="search", q="boat")
    assert (done.status_code, done.location) == (303, "/notes?q=boat")
    assert places(alice, *found, other, gone) == "ttlt"
    done = change(alice, "restore", all="1", place="search", q="boat in:trash")
    assert places(alice, *found, other, gone) == "lalt".replace("t", "l")


def test_restoring_all_of_the_trash_is_undone_with_the_days_they_had(alice: Person) -> None:
    notes = [alice.write(name) for name in "ab"]
    change(alice, "trash", *notes)
    was = [alice.note(note).trashed_at for note in notes]  # type: ignore[union-attr]
    change(alice, "restore", *notes, place="trash")
    assert places(alice, *notes) == "ll"
    undo(alice, "/trash")
    assert [alice.note(note).trashed_at for note in notes] == was  # type: ignore[union-attr]


def test_what_can_be_undone_is_listed_for_a_week(alice: Person, bob: Person) -> None:
    assert "There is nothing to undo." in alice.client.get("/undo").text
    change(alice, "trash", alice.write("a"), alice.write("b"))
    change(alice, "tag", alice.write("c"), tags="x")
    alice.client.get("/notes")  # where the sentences are read
    page = text_of(alice.client.get("/undo"))
    assert page.index("1 note tagged") < page.index("2 notes moved to the trash")
    assert "There is nothing to undo." in bob.client.get("/undo").text
    latest, _ = re.findall(r'action="(/undo/[0-9a-z]{26})"', alice.client.get("/undo").text)
    alice.client.submit(latest)
    page = alice.client.get("/undo").text
    assert re.findall(r'action="(/undo/[0-9a-z]{26})"', page) != [latest]
    assert "Undone." in page


def test_every_list_has_boxes_for_its_form_and_an_empty_one_has_none(
    app: Flask, alice: Person
) -> None:
    assert 'id="bulk"' not in alice.client.get("/notes").text
    note = alice.write("a <b>", "boat", ("t",))
    for address in ("/notes", "/notes?sort=title", "/notes?tag=t", "/notes?q=boat"):
        page = alice.client.get(address).text
        assert 'id="bulk"' in page
        assert f'name="note" value="{note}" form="bulk" aria-label="Tick a &lt;b&gt;"' in page
    assert 'name="q" value="boat"' in alice.client.get("/notes?q=boat").text
    assert 'name="tag" value="t"' in alice.client.get("/notes?tag=t").text


def test_what_no_page_sends_is_answered_too(alice: Person) -> None:
    alice.write("a")
    for query in ({"q": "a\0b", "place": "search"}, {"q": "x" * 100_000, "place": "search"}):
        assert alice.client.get("/notes/bulk", query_string=query).status_code == 200
    long = change(alice, "pin", all="1", place="search", q="日" * 100_000)
    assert long.status_code == 422
    assert change(alice, "pin", all="1", tag="x" * 60_000).status_code == 422
    assert alice.client.get(f"/notes/bulk?tag={'%' * 2}").status_code in {200, 400}
