"""Tags: one field, a page of them, and what lies within."""

import re
from html import unescape

import pytest
from werkzeug.test import TestResponse

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


def rename(person: Person, tag: str, to: str) -> TestResponse:
    return person.client.submit("/tags/rename", {"tag": tag, "to": to})


def tags_of(person: Person, *notes: str) -> list[tuple[str, ...]]:
    found = [person.note(note) for note in notes]
    return [note.tag_names for note in found if note]


def undo(person: Person) -> None:
    page = person.client.get("/tags").text
    address = re.findall(r'action="(/undo/[0-9a-z]{26}|/tags/rename\?[^"]+)"', page)[-1]
    assert person.client.submit(unescape(address)).status_code == 303


def test_a_tag_is_renamed_with_what_lies_within_after_a_look_at_it(
    alice: Person, bob: Person
) -> None:
    notes = [alice.write("a", "x", ("Work", "b")), alice.write("b", "y", ("work/berlin/north",))]
    alice.client.submit(f"/notes/{notes[1]}/archive")
    other, his = alice.write("c", "", ("workshop",)), bob.write("d", "", ("work",))
    page = text_of(alice.client.get("/tags/rename?tag=WORK&to=job/main"))
    assert "Work → job/main 1 note" in page
    assert "work/berlin/north → job/main/berlin/north 1 note" in page
    assert "That is 2 notes, 1 of them in the archive." in page
    assert tags_of(alice, *notes) == [("b", "Work"), ("work/berlin/north",)], "it only asked"
    done = rename(alice, "WORK", "job/main")
    assert (done.status_code, done.location) == (303, "/tags")
    assert tags_of(alice, *notes) == [("b", "job/main"), ("job/main/berlin/north",)]
    assert tags_of(alice, other) == [("workshop",)]
    assert tags_of(bob, his) == [("work",)]
    undo(alice)
    assert tags_of(alice, *notes) == [("b", "Work"), ("work/berlin/north",)]


def test_a_name_that_is_taken_makes_one_of_the_two_and_undo_makes_two_again(
    alice: Person,
) -> None:
    notes = [
        alice.write("a", tags=("x",)),
        alice.write("b", tags=("X", "y")),
        alice.write("c", tags=("Y",)),
    ]
    page = text_of(alice.client.get("/tags/rename?tag=x&to=Y"))
    assert "and these become one tag" in page
    assert "Merge" in page
    rename(alice, "x", "Y")
    assert tags_of(alice, *notes) == [("y",)] * 3
    undo(alice)
    assert tags_of(alice, *notes) == [("x",), ("x", "y"), ("y",)]


def test_a_tag_can_be_spelt_otherwise_and_moved_into_itself(alice: Person) -> None:
    notes = [alice.write("a", tags=("work",)), alice.write("b", tags=("work/x",))]
    page = text_of(alice.client.get("/tags/rename?tag=work&to=Work"))
    assert "Only how it is written changes." in page
    rename(alice, "work", "Work")
    assert tags_of(alice, *notes) == [("Work",), ("Work/x",)]
    undo(alice)
    assert tags_of(alice, *notes) == [("work",), ("work/x",)]
    rename(alice, "work", "work/old")
    assert tags_of(alice, *notes) == [("work/old",), ("work/old/x",)]
    undo(alice)
    assert tags_of(alice, *notes) == [("work",), ("work/x",)]


def test_a_tag_is_deleted_after_a_look_at_it_and_every_note_stays(alice: Person) -> None:
    notes = [alice.write(name, "words", ("tag", "tag/in", "other")) for name in "abc"]
    alice.client.submit(f"/notes/{notes[1]}/archive")
    alice.client.submit(f"/notes/{notes[2]}/trash")
    page = text_of(alice.client.get("/tags/delete?tag=tag"))
    assert "That is 3 notes, 1 of them in the archive, 1 of them in the trash." in page
    before = [alice.note(note) for note in notes]
    assert alice.client.submit("/tags/delete", {"tag": "tag"}).status_code == 303
    assert tags_of(alice, *notes) == [("other",)] * 3
    for was, note_id in zip(before, notes, strict=True):
        now = alice.note(note_id)
        assert was is not None
        assert now is not None
        assert (now.body, now.archived_at, now.trashed_at) == (
            was.body, was.archived_at, was.trashed_at,
        )  # fmt: skip
    undo(alice)
    assert tags_of(alice, *notes) == [("other", "tag", "tag/in")] * 3


@pytest.mark.parametrize(
    ("to", "said"),
    [
        ("", "Write one tag, without a comma."),
        ("a, b", "Write one tag, without a comma."),
        ("#/ ", "Write one tag, without a comma."),
        ("work", "That is its name already."),
        ("x" * 101, "would be too long"),
        ("x" * 95, "would be too long"),  # with what lies within
    ],
)
def test_a_name_that_makes_no_sense_comes_back_with_a_sentence(
    alice: Person, to: str, said: str
) -> None:
    note = alice.write("a", tags=("work", "work/berlin"))
    for answer in (
        alice.client.get("/tags/rename", query_string={"tag": "work", "to": to}),
        rename(alice, "work", to),
    ):
        assert answer.status_code == 422
        assert said in answer.text
        assert f'value="{to}"' in answer.text
    assert tags_of(alice, note) == [("work", "work/berlin")]


def test_a_tag_that_no_note_of_hers_carries_is_404(alice: Person, bob: Person) -> None:
    bob.write("his", tags=("secret/plan",))
    for tag in ("secret", "secret/plan", "none", "", "%", "_ecret"):
        for page in ("rename", "delete"):
            assert alice.client.get(f"/tags/{page}", query_string={"tag": tag}).status_code == 404
            assert alice.client.submit(f"/tags/{page}", {"tag": tag, "to": "x"}).status_code == 404
    assert bob.client.get("/tags/rename?tag=secret").status_code == 200


@pytest.mark.attack(67)
def test_a_script_is_given_the_tags_that_complete_a_word_and_nobody_elses(
    alice: Person, bob: Person
) -> None:
    bob.write("his", tags=("work/secret",))
    alice.write("hers", tags=("Work/Berlin", "garden/work", "homework", "日記", "50% off"))

    def offered(typed: str) -> list[str]:
        answer = alice.client.get(
            "/tags", query_string={"begins": typed}, headers={"Accept": "application/json"}
        )
        return list(answer.json["tags"])

    assert offered("wor") == ["Work/Berlin", "garden/work"]
    assert offered("work/b") == ["Work/Berlin"]
    assert offered("日") == ["日記"]
    assert offered("50%") == ["50% off"]
    assert offered("%") == offered("") == offered("_") == []


@pytest.mark.parametrize(
    ("typed", "tag"),
    [
        ("# todo", "todo"),
        ("#/x", "x"),
        (" # #/ #a b/ c ", "a b/c"),
        ("仕事／会議", "仕事/会議"),
        ("#", None),
    ],
)
def test_a_tag_is_what_would_be_read_from_it_again(
    alice: Person, typed: str, tag: str | None
) -> None:
    form = {"title": "a", "body": "", "tags": typed, "key": "k"}
    note = alice.client.submit("/notes", form).location.rpartition("/")[2]
    assert tags_of(alice, note) == [(tag,) if tag else ()]


def test_a_tag_that_is_too_long_for_one_is_none(alice: Person) -> None:
    alice.write("a", tags=("x",))
    long = "x" * 60_000
    for address in ("/notes", "/tags/rename", "/tags/delete"):
        answer = alice.client.get(address, query_string={"tag": long})
        assert answer.status_code in {200, 404}
    assert alice.client.submit("/tags/delete", {"tag": long}).status_code == 404
    assert rename(alice, "x", long).status_code == 422
    found = alice.client.get(
        "/tags", query_string={"begins": long}, headers={"Accept": "application/json"}
    )
    assert found.json == {"tags": []}


def test_a_tag_of_archived_notes_alone_is_on_the_page_and_leads_to_them(alice: Person) -> None:
    note = alice.write("Away", tags=('two "words"',))
    alice.client.submit(f"/notes/{note}/archive")
    page = alice.client.get("/tags").text
    (address,) = re.findall(r'class="tags__tag" href="([^"]+)"', page)
    assert "Away" in alice.client.get(unescape(address)).text
