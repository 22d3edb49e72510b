"""What is typed is kept before it is saved, once, and given back to its writer alone."""

from datetime import timedelta
from typing import Any

import time_machine
from flask import Flask
from flask.testing import FlaskCliRunner
from werkzeug.test import TestResponse

from tests.people import Browser, Person
from website import db
from website.database import now
from website.models import Draft

ID = "0123456789abcdef" * 2
OTHER = "f" * 32


def keep(person: Person | Browser, sequence: int = 0, draft: str = ID, **more: Any) -> TestResponse:
    client = person.client if isinstance(person, Person) else person
    form = {"title": "T", "body": "b", "tags": "a,", "version": "", "key": "k", "note": ""}
    return client.submit(
        "/notes/drafts", {**form, "draft": draft, "sequence": str(sequence), **more}
    )


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
    assert [draft.body for draft in drafts(app)] == ["from one tab, longer"]


def test_saving_the_note_ends_its_draft_and_what_comes_late_is_not_kept(
    app: Flask, alice: Person
) -> None:
    keep(alice, 0, body="typed")
    form = {"title": "T", "body": "typed more", "tags": "", "key": "k", "draft": ID}
    assert alice.client.submit("/notes", form).status_code == 303
    assert drafts(app) == []
    assert keep(alice, 1, body="late").json == {"closed": True}
    assert keep(alice, 0, body="late").json == {"closed": True}
    # A draft that never arrived before its note was saved.
    alice.client.submit("/notes", {**form, "key": "other", "draft": OTHER})
    assert keep(alice, 0, draft=OTHER).json == {"closed": True}
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
    draft = alice.client.get(there).text
    assert ">\ntyped\nand not saved</textarea>" in draft
    assert 'name="version" value="1"' in draft
    assert 'data-sequence="1"' in draft
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
    done = alice.client.submit(f"/notes/drafts/{ID}/discard")
    assert (done.status_code, done.location) == (303, "/account/drafts")
    assert drafts(app) == []
    assert "Nothing waits to be saved" in alice.client.get("/account/drafts").text
    assert alice.client.submit(f"/notes/drafts/{ID}/discard").status_code == 404
    assert keep(alice, 1).json == {"closed": True}


def test_nobody_sees_or_changes_another_person_s_draft(
    app: Flask, alice: Person, bob: Person
) -> None:
    note_id = alice.write("Hers", "hers")
    keep(alice, 0, body="alone", note=note_id)
    assert bob.client.get(f"/notes/new?draft={ID}").status_code == 404
    assert bob.client.submit(f"/notes/drafts/{ID}/discard").status_code == 404
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
    alice.client.submit(f"/notes/drafts/{ID}/discard")
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
