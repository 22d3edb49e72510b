"""Tags: one field, a page of them, and what lies within."""

from tests.people import Person, text_of


def test_a_tag_finds_what_is_nested_in_it(alice: Person) -> None:
    alice.write("In Berlin", tags=("work/berlin",))
    alice.write("At work", tags=("Work",))
    alice.write("Workshop", tags=("workshop",))
    page = alice.client.get("/notes?tag=WORK").text
    assert "In Berlin" in page
    assert "At work" in page
    assert "Workshop" not in page


def test_a_percent_sign_in_a_tag_is_a_percent_sign(alice: Person) -> None:
    alice.write("Half", tags=("50%",))
    alice.write("Other", tags=("50x/y",))
    page = alice.client.get("/notes?tag=50%25").text
    assert "Half" in page
    assert "Other" not in page


def test_the_page_of_tags_counts_the_notes_of_the_list(alice: Person, bob: Person) -> None:
    bob.write("Bob's", tags=("secret",))
    alice.write("One", tags=("日記", "b"))
    trashed = alice.write("Two", tags=("b", "only here"))
    alice.client.submit(f"/notes/{trashed}/trash")
    words = text_of(alice.client.get("/tags"))
    assert "日記 1 note" in words
    assert "b 1 note" in words
    assert "secret" not in words
    assert "only here" not in words


def test_tags_are_folded_but_keep_their_spelling(alice: Person) -> None:
    alice.write("One", tags=("Straße",))
    alice.client.submit(
        "/notes", {"title": "Two", "body": "", "tags": "STRASSE, #straße , ,", "key": "k"}
    )
    words = text_of(alice.client.get("/tags"))
    assert "Straße 2 notes" in words


def test_an_unknown_tag_is_an_empty_list(alice: Person) -> None:
    answer = alice.client.get("/notes?tag=none")
    assert answer.status_code == 200
    assert "No note carries this tag" in answer.text


def test_the_end_of_a_tag_archives_and_trashes_nothing(alice: Person) -> None:
    """memos 4328: a tag was deleted, and notes were gone."""
    notes = [alice.write(title, "words", ("tag", "other")) for title in ("In use", "Away", "Gone")]
    for note_id, act in zip(notes, ("pin", "archive", "trash"), strict=True):
        alice.client.submit(f"/notes/{note_id}/{act}")
    for note_id in notes:
        form = {"title": "", "body": "words", "tags": "other", "version": "1"}
        assert alice.client.submit(f"/notes/{note_id}", form).status_code == 303
    where = []
    for note_id in notes:
        note = alice.note(note_id)
        assert note is not None
        where.append((note.pinned, note.archived_at is not None, note.trashed_at is not None))
    assert where == [(True, False, False), (False, True, False), (False, False, True)]
    assert "tag 1" not in text_of(alice.client.get("/tags"))
