"""The editor: saving, limits, and two saves that meet."""

import re
from html import unescape
from typing import Any

import pytest
from sqlalchemy import update

import website.notes.edit
from tests.http.answers import Log
from tests.people import Person, text_of
from website import db
from website.models.version import Version
from website.text.diff import Line, diff

BODY = "first\n\tsecond  \n\n\U0001f40c last"


def save(person: Person, note_id: str, **fields: Any) -> Any:
    return person.client.submit(f"/notes/{note_id}", fields)


def textarea(page: str) -> str:
    """What a browser would show in the editor: HTML drops one first line end."""
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", page, re.S)
    assert found is not None
    return unescape(found[1]).removeprefix("\n")


def test_a_save_raises_the_version_and_shows_the_new_text(alice: Person) -> None:
    note_id = alice.write("Old", "old", ("a",))
    answer = save(alice, note_id, title="New", body="new", tags="b", version="1")
    assert (answer.status_code, answer.location) == (303, f"/notes/{note_id}")
    note = alice.note(note_id)
    assert note is not None
    assert (note.version, note.title, note.body, note.tag_names) == (2, "New", "new", ("b",))
    assert "<p>new</p>" in alice.client.get(f"/notes/{note_id}").text


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (BODY, BODY),
        ("\nbegins with a line end", "\nbegins with a line end"),
        ("one\r\ntwo\rthree", "one\ntwo\nthree"),
        ("</textarea><script>alert(1)</script>", "</textarea><script>alert(1)</script>"),
        ("blanks at the end   ", "blanks at the end   "),
        ("שלום\u200f עולם", "שלום\u200f עולם"),
    ],
)
def test_the_text_is_kept_exactly_and_comes_back_exactly(
    alice: Person, sent: str, kept: str
) -> None:
    made = alice.client.submit("/notes", {"title": " t ", "body": sent, "tags": "", "key": "k"})
    note = alice.note(made.location.rsplit("/", 1)[1])
    assert note is not None
    assert (note.title, note.body) == (" t ", kept)
    assert textarea(alice.client.get(f"{made.location}/edit").text) == kept


def test_a_stale_save_overwrites_nothing_and_shows_both_texts(alice: Person) -> None:
    """memos 4063, BookStack 395."""
    note_id = alice.write("Title", "base")
    save(alice, note_id, title="Title", body="from the phone", tags="", version="1")
    answer = save(alice, note_id, title="Title", body="from <b>here</b>", tags="x", version="1")
    assert answer.status_code == 409
    assert "from the phone" in answer.text
    assert textarea(answer.text) == (
        "<<<<<<< saved meanwhile\nfrom the phone\n=======\nfrom <b>here</b>\n>>>>>>> what you wrote"
    )
    note = alice.note(note_id)
    assert note is not None
    assert (note.body, note.version) == ("from the phone", 2)
    # One button saves what was put together.
    version = re.search(r'name="version" value="(\d+)"', answer.text)
    assert version is not None
    done = save(alice, note_id, title="Title", body="both", tags="x", version=version[1])
    assert done.status_code == 303
    note = alice.note(note_id)
    assert note is not None
    assert (note.body, note.version) == ("both", 3)


def test_a_stale_save_that_touches_nothing_of_the_other_is_saved_with_it(alice: Person) -> None:
    note_id = alice.write("Title", "one\ntwo\nthree", ("a", "b"))
    save(alice, note_id, title="Title", body="ONE\ntwo\nthree", tags="a, b, phone", version="1")
    answer = save(alice, note_id, title="Better", body="one\ntwo\nTHREE", tags="a", version="1")
    assert answer.status_code == 303
    assert "together with what was saved elsewhere" in alice.client.get(answer.location).text
    again = save(alice, note_id, title="Better", body="one\ntwo\nTHREE", tags="a", version="1")
    assert again.status_code == 303  # the same form twice
    note = alice.note(note_id)
    assert note is not None
    assert (note.title, note.body, note.version) == ("Better", "ONE\ntwo\nTHREE", 3)
    assert set(note.tag_names) == {"a", "phone"}


@pytest.mark.parametrize("settings", [{"MAX_NOTE_BYTES": 100}])
def test_two_saves_that_are_too_long_together_are_a_conflict(alice: Person) -> None:
    note_id = alice.write("Title", "one\ntwo\nthree")
    save(alice, note_id, title="Title", body="o" * 80 + "\ntwo\nthree", tags="", version="1")
    answer = save(alice, note_id, title="Title", body="one\ntwo\n" + "t" * 80, tags="", version="1")
    assert answer.status_code == 409
    assert textarea(answer.text) == "o" * 80 + "\ntwo\n" + "t" * 80
    note = alice.note(note_id)
    assert note is not None
    assert note.version == 2


def test_two_new_titles_are_a_conflict_that_shows_both(alice: Person) -> None:
    note_id = alice.write("Title", "one")
    save(alice, note_id, title="Phone", body="one", tags="", version="1")
    answer = save(alice, note_id, title="Desk", body="one", tags="", version="1")
    assert answer.status_code == 409
    assert "Phone" in answer.text
    assert 'value="Desk"' in answer.text


@pytest.mark.parametrize("version", ["", "-1", "x", "٢", "2", "99999999999999999999"])
def test_a_version_that_is_none_is_stale(alice: Person, version: str) -> None:
    note_id = alice.write("Title", "base")
    answer = save(alice, note_id, title="Title", body="other", tags="", version=version)
    assert answer.status_code == 409


def test_the_same_save_twice_is_no_conflict_and_no_version(alice: Person) -> None:
    note_id = alice.write("Title", "base", ("a",))
    form = {"title": "Title", "body": "changed", "tags": "A", "version": "1"}
    assert save(alice, note_id, **form).status_code == 303
    assert save(alice, note_id, **form).status_code == 303
    note = alice.note(note_id)
    assert note is not None
    assert note.version == 2


@pytest.mark.parametrize(
    ("base", "theirs", "yours", "both"),
    [
        ("a\n\n\n\nb\nc\nd", "a\n\n\n\nb\nc\nD", "a\n\n\nb\nc\nd", "a\n\n\nb\nc\nD"),
        ("- milk\nb\nc", "- milk\nb\nC", "- milk\n- milk\nb\nc", "- milk\n- milk\nb\nC"),
    ],
    ids=["a blank line less", "a line more"],
)
def test_a_save_that_was_merged_and_sent_again_changes_nothing_more(
    alice: Person, base: str, theirs: str, yours: str, both: str
) -> None:
    """Its answer was lost: what repeats a line, or takes a repeated one out, does so once."""
    note_id = alice.write("Title", base)
    form = {"title": "Title", "tags": "", "version": "1"}
    save(alice, note_id, **form, body=theirs)
    for _time in range(3):
        assert save(alice, note_id, **form, body=yours).status_code == 303
        note = alice.note(note_id)
        assert note is not None
        assert (note.body, note.version) == (both, 3)
    # Once it was changed again, both are shown: to take it back may have been meant.
    save(alice, note_id, title="Title", tags="", version="3", body=theirs)
    answer = save(alice, note_id, **form, body=yours)
    assert answer.status_code == 409
    assert textarea(answer.text) == yours
    note = alice.note(note_id)
    assert note is not None
    assert (note.body, note.version) == (theirs, 4)


def test_nobody_waits_while_the_texts_of_a_conflict_are_compared(
    alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def compare(old: str, new: str) -> list[Line]:
        assert not db.session().in_transaction()
        return diff(old, new)

    monkeypatch.setattr(website.notes.edit, "diff", compare)
    note_id = alice.write("Title", "base")
    save(alice, note_id, title="Title", body="theirs", tags="", version="1")
    answer = save(alice, note_id, title="Title", body="yours", tags="", version="1")
    assert answer.status_code == 409
    assert "<del>theirs</del>" in answer.text


@pytest.mark.parametrize("damage", [{"checksum": 1}, {"packed": b"no zlib"}])
def test_a_stale_save_over_a_damaged_history_shows_both_texts(
    alice: Person, log: Log, damage: dict[str, Any]
) -> None:
    note_id = alice.write("Title", "base")
    save(alice, note_id, title="Title", body="theirs", tags="", version="1")
    with alice.app.app_context():
        db.session.execute(update(Version).values(damage))
        db.session.commit()
    answer = save(alice, note_id, title="Title", body="yours", tags="", version="1")
    assert answer.status_code == 409
    assert log.events[-1] == "history_damaged"
    assert "theirs" in answer.text
    assert textarea(answer.text) == "yours"
    page = alice.client.get(f"/notes/{note_id}/history/1")
    assert page.status_code == 500
    assert "What is kept of this version is damaged" in text_of(page)
    done = save(alice, note_id, title="Title", body="yours", tags="", version="2")
    assert done.status_code == 303


@pytest.mark.parametrize("settings", [{"MAX_NOTE_BYTES": 1000}])
@pytest.mark.parametrize("address", ["/notes", "/notes/{}"])
@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"body": "é" * 501}, "1,002 bytes; the limit is 1,000"),
        ({"title": "t" * 501}, "501 characters; the limit is 500"),
        ({"tags": ",".join(map(str, range(51)))}, "51 tags; the limit is 50"),
        ({"tags": "x" * 101}, "too long; the limit is 100"),
    ],
)
def test_over_a_limit_all_that_was_typed_comes_back(
    alice: Person, address: str, fields: dict[str, str], sentence: str
) -> None:
    form = {"title": "T", "body": "B", "tags": "g", "version": "1", "key": "k", **fields}
    answer = alice.client.submit(address.format(alice.write("Kept")), form)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert textarea(answer.text) == form["body"]
    assert f'value="{form["title"]}"' in answer.text
    assert f'value="{form["tags"]}"' in answer.text
    assert f'value="{form["key"]}"' in answer.text


@pytest.mark.parametrize("settings", [{"MAX_NOTE_BYTES": 1000}])
def test_a_note_of_exactly_the_limit_is_saved(alice: Person) -> None:
    answer = alice.client.submit("/notes", {"title": "", "body": "é" * 500, "key": "k"})
    assert answer.status_code == 303


def test_saving_a_note_that_was_deleted_for_ever_gives_the_text_back(alice: Person) -> None:
    note_id = alice.write("Title", "base")
    alice.client.submit(f"/notes/{note_id}/trash")
    alice.client.submit(f"/notes/{note_id}/delete")
    answer = save(alice, note_id, title="Title", body="hours of work", tags="x", version="1")
    assert answer.status_code == 404
    assert textarea(answer.text) == "hours of work"
    assert 'action="/notes"' in answer.text


def test_a_note_in_the_trash_can_still_be_saved(alice: Person) -> None:
    note_id = alice.write("Title", "base")
    alice.client.submit(f"/notes/{note_id}/trash")
    assert save(alice, note_id, title="Title", body="more", tags="", version="1").status_code == 303
    note = alice.note(note_id)
    assert note is not None
    assert (note.body, note.trashed_at is None) == ("more", False)


def test_a_note_without_a_key_is_made_all_the_same(alice: Person) -> None:
    assert alice.client.submit("/notes", {"body": "no key"}).status_code == 303
    assert alice.client.submit("/notes", {"body": "no key"}).status_code == 303
    assert text_of(alice.client.get("/notes")).count("no key") == 2


def test_an_empty_note_is_called_untitled(alice: Person) -> None:
    alice.client.submit("/notes", {"title": "", "body": "", "key": "k"})
    assert "Untitled" in alice.client.get("/notes").text


def test_the_two_of_the_same_key_do_not_meet_for_two_people(alice: Person, bob: Person) -> None:
    form = {"title": "Mine", "body": "", "key": "the same"}
    assert (
        alice.client.submit("/notes", form).location != bob.client.submit("/notes", form).location
    )


@pytest.mark.parametrize("missing", ["title", "body", "tags"])
def test_what_was_not_sent_is_not_emptied(alice: Person, missing: str) -> None:
    """Trilium 8806: a page that had loaded half sent a blank note over the old one."""
    note_id = alice.write("Title", "words", ("tag",))
    fields = {"title": "New", "body": "new", "tags": "new", "version": "1"}
    del fields[missing]
    answer = alice.client.submit(f"/notes/{note_id}", fields)
    assert answer.status_code == 400
    assert missing == "body" or ">\nnew</textarea>" in answer.text
    note = alice.note(note_id)
    assert note is not None
    assert (note.version, note.title, note.body, note.tag_names) == (1, "Title", "words", ("tag",))
    if missing == "body":
        draft = {**fields, "draft": "0" * 32, "sequence": "0", "note": note_id}
        for address in ("/notes", "/notes/drafts"):
            assert alice.client.submit(address, draft).status_code == 400
