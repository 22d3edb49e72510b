"""What is typed is kept before it is saved, once, and given back to its writer alone."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskCliRunner
from werkzeug.test import TestResponse

import website.models.draft
from tests.people import Browser, Person
from website import db
from website.database import now
from website.models import Draft

ID = "0123456789abcdef" * 2
OTHER = "f" * 32


def keep(
    person: Person | Browser, sequence: int | str = 0, draft: str = ID, **more: Any
) -> TestResponse:
    client = person.client if isinstance(person, Person) else person
    form = {"title": "T", "body": "b", "tags": "a,", "version": "", "key": "k", "note": ""}
    return client.submit(
        "/notes/drafts", {**form, "draft": draft, "sequence": str(sequence), **more}
    )


def discard(person: Person, sequence: int | str, draft: str = ID) -> TestResponse:
    return person.client.submit(f"/notes/drafts/{draft}/discard", {"sequence": str(sequence)})


def drafts(app: Flask) -> list[Draft]:
    with app.app_context():
        return list(db.session.query(Draft).filter_by(closed=False))


def test_each_keeping_takes_the_place_of_the_one_before(app: Flask, alice: Person) -> None:
    for sequence, body in enumerate(["one", "one two", "\n\tone two\U0001f333 "]):
        kept = keep(alice, sequence, body=body)
        assert kept.status_code == 200
        assert kept.json is not None
        assert kept.json["sequence"] == sequence + 1
    (draft,) = drafts(app)
    assert (draft.body, draft.tags, draft.key) == ("\n\tone two\U0001f333 ", "a,", "k")


def test_an_answer_that_was_lost_makes_no_second_draft(app: Flask, alice: Person) -> None:
    assert keep(alice, 0).json == keep(alice, 0).json
    assert len(drafts(app)) == 1


def test_an_older_text_never_takes_the_place_of_a_newer_one(app: Flask, alice: Person) -> None:
    """Two tabs went on with one draft, or a request was late: the text gets a draft of its own."""
    assert keep(alice, 0, body="from one tab").status_code == 200
    assert keep(alice, 1, body="from one tab, longer").status_code == 200
    assert keep(alice, 1, body="from another tab").status_code == 409
    assert keep(alice, 7, body="nonsense").status_code == 409
    assert keep(alice, 0, body="begun elsewhere").status_code == 409
    assert [draft.body for draft in drafts(app)] == ["from one tab, longer"]


def test_saving_the_note_ends_its_draft_and_what_comes_late_is_not_kept(
    app: Flask, alice: Person
) -> None:
    keep(alice, 0, body="typed")
    form = {"title": "T", "body": "typed more", "tags": "", "key": "k", "draft": ID}
    form["sequence"] = "0 1 9"
    assert alice.client.submit("/notes", form).status_code == 303
    assert drafts(app) == []
    for late in ("1", "0 1", "0"):
        assert keep(alice, late, body="late").json == {"closed": True, "sequence": 9}
    # A draft that never arrived before its note was saved.
    alice.client.submit("/notes", {**form, "key": "other", "draft": OTHER})
    assert keep(alice, 0, draft=OTHER).json == {"closed": True, "sequence": 9}
    assert drafts(app) == []


def test_a_save_that_is_refused_keeps_the_draft(app: Flask, alice: Person) -> None:
    keep(alice, 0)
    refused = alice.client.submit("/notes", {"title": "t" * 501, "body": "b", "draft": ID})
    assert refused.status_code == 422
    assert f'name="draft" value="{ID}"' in refused.text
    assert len(drafts(app)) == 1


def test_the_editor_offers_a_draft_and_opens_with_what_is_saved(alice: Person) -> None:
    note_id = alice.write("Saved", "saved text")
    keep(alice, 0, title="Saved", body="typed\nand not saved", version="1", note=note_id)
    editor = alice.client.get(f"/notes/{note_id}/edit").text
    assert ">\nsaved text</textarea>" in editor
    assert "You have not saved this yet" in editor
    there = f"/notes/{note_id}/edit?draft={ID}"
    assert there in editor
    other = alice.write("Another")
    for elsewhere in (f"/notes/{other}/edit", "/notes/new"):
        assert alice.client.get(f"{elsewhere}?draft={ID}").status_code == 404
    draft = alice.client.get(there).text
    assert ">\ntyped\nand not saved</textarea>" in draft
    assert 'name="version" value="1"' in draft
    assert 'name="sequence" value="1"' in draft
    assert "not saved this yet" not in draft
    assert "not saved this yet" not in alice.client.get("/notes/new").text


def test_a_note_that_was_never_saved_has_drafts_too(alice: Person) -> None:
    keep(alice, 0, title="New", body="never saved", key="the form's")
    assert f"/notes/new?draft={ID}" in alice.client.get("/notes/new").text
    page = alice.client.get(f"/notes/new?draft={ID}").text
    assert ">\nnever saved</textarea>" in page
    assert 'name="key" value="the form&#39;s"' in page
    listed = alice.client.get("/account/drafts").text
    assert "New" in listed
    assert f"/notes/new?draft={ID}" in listed


def test_a_draft_is_thrown_away_by_a_button(app: Flask, alice: Person) -> None:
    keep(alice, 0)
    assert 'name="sequence" value="1"' in alice.client.get("/account/drafts").text
    for _click in range(2):  # of a double one
        done = discard(alice, 1)
        assert (done.status_code, done.location) == (303, "/account/drafts")
        assert drafts(app) == []
    assert "Nothing waits to be saved" in alice.client.get("/account/drafts").text
    assert keep(alice, 1).json == {"closed": True, "sequence": None}
    assert discard(alice, 1, OTHER).status_code == 404


def test_a_draft_that_was_thrown_away_comes_back_by_undo(
    app: Flask, alice: Person, bob: Person
) -> None:
    keep(alice, 0, body="thrown away too soon")
    discard(alice, 1)
    page = alice.client.get("/account/drafts").text
    assert f'action="/notes/drafts/{ID}/restore"' in page
    assert bob.client.submit(f"/notes/drafts/{ID}/restore").status_code == 404
    for _click in range(2):
        back = alice.client.submit(f"/notes/drafts/{ID}/restore")
        assert (back.status_code, back.location) == (303, "/account/drafts")
    assert [draft.body for draft in drafts(app)] == ["thrown away too soon"]
    assert keep(alice, 1, body="and gone on with").status_code == 200
    # One that was saved is in the note, and there is nothing to come back.
    alice.client.submit("/notes", {"title": "", "body": "b", "draft": ID, "sequence": "2"})
    assert alice.client.submit(f"/notes/drafts/{ID}/restore").status_code == 404
    assert discard(alice, 2).status_code == 404


def test_throwing_away_an_old_list_s_draft_leaves_what_was_typed_since(
    app: Flask, alice: Person
) -> None:
    keep(alice, 0, body="as listed")
    keep(alice, 1, body="as listed, and more")
    assert discard(alice, 1).status_code == 303
    assert "more was typed meanwhile" in alice.client.get("/account/drafts").text
    assert [draft.body for draft in drafts(app)] == ["as listed, and more"]


def test_a_save_ends_the_draft_of_its_own_editor_and_not_what_another_typed_into_it(
    app: Flask, alice: Person
) -> None:
    """The phone went on with the desktop's draft; then the desktop, still open, saves."""
    keep(alice, 0, body="begun", following="700")
    assert (
        keep(alice, "700", body="begun, three paragraphs more", following="800").json["sequence"]
        == 800
    )  # type: ignore[index]
    form = {"title": "T", "body": "begun", "tags": "", "key": "k", "draft": ID}
    for own in ("0 700", "", "x"):  # nonsense says nothing of what is one's own
        saved = alice.client.submit("/notes", {**form, "sequence": own})
        assert saved.status_code == 303
        assert [draft.body for draft in drafts(app)] == ["begun, three paragraphs more"]
    assert alice.client.submit("/notes", {**form, "sequence": "0 700 800"}).status_code == 303
    assert drafts(app) == []


def test_a_save_of_a_page_of_the_release_before_ends_the_draft_that_says_the_same(
    app: Flask, alice: Person
) -> None:
    """It has no numbers; and so it is wherever one's own were forgotten."""
    form = {"title": "T", "body": "one\r\ntwo", "tags": "a,", "key": "k", "draft": ID}
    keep(alice, 0, body="one\ntwo", following="700")
    alice.client.submit("/notes", form)
    assert drafts(app) == []
    assert keep(alice, 0, body="longer").json == {"closed": True, "sequence": -1}
    keep(alice, 0, body="one\ntwo", draft=OTHER, following="700")
    for other in ({"body": "one"}, {"title": ""}, {"tags": ""}):
        alice.client.submit("/notes", {**form, "draft": OTHER, "key": "o", "version": "1", **other})
        assert len(drafts(app)) == 1
    alice.client.submit("/notes", {**form, "draft": OTHER, "key": "other", "sequence": "5"})
    assert drafts(app) == []


def test_what_is_thrown_away_counts_among_the_drafts_that_there_may_be(
    app: Flask, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(website.models.draft, "MAX_DRAFTS", 2)
    assert keep(alice, 0, draft="a" * 32).status_code == 200
    assert keep(alice, 0, draft="b" * 32).status_code == 200
    discard(alice, 1, "a" * 32)
    assert keep(alice, 0, draft="c" * 32).status_code == 422
    # What is there is told from what would be one more.
    assert keep(alice, 0, draft="a" * 32).json == {"closed": True, "sequence": None}
    assert keep(alice, 0, draft="b" * 32, body="other").status_code == 409
    assert keep(alice, 1, draft="b" * 32, body="other").status_code == 200


def test_what_may_have_arrived_is_one_s_own(app: Flask, alice: Person) -> None:
    """An answer was lost; the next text says which numbers the one before may have."""
    keep(alice, 0, body="one", following="41")
    assert keep(alice, "0 41", body="one two", following="77").status_code == 200
    # It never arrived.
    assert keep(alice, "0 41 77 90", body="one two three", following="12").status_code == 200
    assert keep(alice, 0, body="one", following="41").status_code == 409  # it was late
    assert [draft.body for draft in drafts(app)] == ["one two three"]
    never = "0 " + " ".join(map(str, range(5, 25)))
    assert keep(alice, never, draft=OTHER, body="first").status_code == 200
    for nonsense in ("-1", "1.5", "9" * 40, "🌳", "1 " * 5_000):
        assert keep(alice, nonsense, following=nonsense, body="late").status_code == 409


def test_nobody_sees_or_changes_another_person_s_draft(
    app: Flask, alice: Person, bob: Person
) -> None:
    note_id = alice.write("Hers", "hers")
    keep(alice, 0, body="alone", note=note_id)
    assert bob.client.get(f"/notes/new?draft={ID}").status_code == 404
    assert discard(bob, 1).status_code == 404
    assert "alone" not in bob.client.get("/account/drafts").text
    # The same id is another draft, and a stranger's note is none.
    assert keep(bob, 0, body="his", note=note_id).status_code == 200
    assert sorted((draft.body, draft.note_id is None) for draft in drafts(app)) == [
        ("alone", False), ("his", True),
    ]  # fmt: skip


def test_nonsense_is_refused_in_a_sentence(alice: Person, client: Browser) -> None:
    for draft in ("", "x", "A" * 32, "0" * 33, "é" * 26):
        assert keep(alice, 0, draft=draft).status_code == 400
    for draft in ("", "x", "A" * 32, "é" * 26):
        assert alice.client.get(f"/notes/new?draft={draft}").status_code == 404
    assert keep(alice, 0, sequence_="x").status_code == 200
    assert keep(client, 0).status_code == 401


def test_a_draft_that_holds_nothing_new_is_not_offered(app: Flask, alice: Person) -> None:
    """Typed and taken away again; and typed on after that."""
    note_id = alice.write("Saved", "text", ("a", "b"))
    saved = {"title": "Saved", "body": "text", "tags": "a, b", "note": note_id}
    for draft, something, nothing in (
        (ID, {"body": "abc"}, {"title": " ", "body": "\n ", "tags": ""}),
        (OTHER, {**saved, "tags": "a"}, saved),
    ):
        assert keep(alice, 0, draft, **something).status_code == 200
        assert len(drafts(app)) == 1
        taken_away = keep(alice, 1, draft, **nothing).json
        assert taken_away is not None
        assert taken_away["sequence"] == 2
        assert drafts(app) == []
        assert keep(alice, "0 1 2", draft, **something).status_code == 200
        assert len(drafts(app)) == 1
        assert keep(alice, "0 1 2 3", draft, **nothing).status_code == 200
    # Text that was emptied is no text that was taken away.
    assert keep(alice, 0, "a" * 32, title="", body="", tags="", note=note_id).status_code == 200
    assert len(drafts(app)) == 1


def test_a_draft_may_be_longer_than_a_note(app: Flask, alice: Person) -> None:
    assert keep(alice, 0, title="t" * 600, body="b" * 1_100_000).status_code == 200
    assert len(drafts(app)[0].body) == 1_100_000


def test_a_note_deleted_for_ever_takes_its_drafts_along(app: Flask, alice: Person) -> None:
    note_id = alice.write("Hers", "hers")
    keep(alice, 0, note=note_id)
    alice.client.submit(f"/notes/{note_id}/trash")
    alice.client.submit(f"/notes/{note_id}/delete")
    assert drafts(app) == []


def test_the_trace_of_a_closed_draft_goes_after_a_day(
    app: Flask, runner: FlaskCliRunner, alice: Person
) -> None:
    keep(alice, 0)
    keep(alice, 0, draft=OTHER)
    discard(alice, 1)
    assert "0 traces of drafts" in runner.invoke(args=["jobs"]).output
    with time_machine.travel(now() + timedelta(hours=25), tick=False):
        assert "1 traces of drafts" in runner.invoke(args=["jobs"]).output
    with app.app_context():
        assert [draft.public_id for draft in db.session.query(Draft)] == [OTHER]


def test_which_draft_is_newer_is_no_question_of_the_clock(app: Flask, alice: Person) -> None:
    """The clock goes back by a day, then on by two: the order of keeping alone counts."""
    for sequence, (days, body) in enumerate([(0, "one"), (-1, "one two"), (1, "two three")]):
        with time_machine.travel(now() + timedelta(days=days), tick=False):
            assert keep(alice, sequence, body=body).status_code == 200
    with time_machine.travel(now() + timedelta(days=2), tick=False):
        assert keep(alice, 1, body="from another tab, late").status_code == 409
    assert [draft.body for draft in drafts(app)] == ["two three"]
