"""The trash empties itself after its days, on purpose at once, and what goes leaves no trace."""

from datetime import timedelta
from pathlib import Path

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import make_url

from tests.people import Person, text_of
from website import db
from website.database import now
from website.models import Note, Tag


def trashed(person: Person, title: str, tags: tuple[str, ...] = ()) -> str:
    note_id = person.write(title, "text", tags)
    person.client.submit(f"/notes/{note_id}/trash")
    return note_id


def test_the_trash_says_how_many_days_are_left(alice: Person) -> None:
    trashed(alice, "Old")
    assert "30 days left" in text_of(alice.client.get("/trash"))
    with time_machine.travel(now() + timedelta(days=29, minutes=1), tick=False):
        # Sessions end after two weeks without a request.
        browser = alice.another_browser()
        assert "1 day left" in text_of(browser.get("/trash"))


def test_what_was_in_the_trash_for_its_days_goes_and_nothing_else(
    app: Flask, runner: FlaskCliRunner, alice: Person, bob: Person
) -> None:
    kept = alice.write("Listed", "text", ("both",))
    gone = [trashed(alice, "Hers", ("both", "hers")), trashed(bob, "His")]
    with time_machine.travel(now() + timedelta(days=29), tick=False):
        assert "0 notes had been" in runner.invoke(args=["jobs"]).output
        later = alice.write("Later", "text")
        alice.another_browser().submit(f"/notes/{later}/trash")
    with time_machine.travel(now() + timedelta(days=30, minutes=1), tick=False):
        assert "2 notes had been" in runner.invoke(args=["jobs"]).output
    with app.app_context():
        left = {note.public_id for note in db.session.query(Note)}
        assert {tag.name for tag in db.session.query(Tag)} == {"both"}
    assert left == {kept, later}
    assert not left & set(gone)


def test_a_note_that_is_saved_in_the_trash_has_its_days_anew(
    runner: FlaskCliRunner, alice: Person
) -> None:
    note_id = trashed(alice, "Hers")
    assert "In the trash, with 30 days left" in text_of(alice.client.get(f"/notes/{note_id}"))
    with time_machine.travel(now() + timedelta(days=29), tick=False):
        form = {"title": "Hers", "body": "gone on with", "tags": "", "version": "1"}
        browser = alice.another_browser()
        assert browser.submit(f"/notes/{note_id}", form).status_code == 303
        assert "with 30 days left" in text_of(browser.get(f"/notes/{note_id}"))
    with time_machine.travel(now() + timedelta(days=58), tick=False):
        assert "0 notes had been" in runner.invoke(args=["jobs"]).output
        assert "with 1 day left" in text_of(alice.another_browser().get(f"/notes/{note_id}"))


def test_emptying_the_trash_asks_and_takes_only_what_is_in_it(alice: Person, bob: Person) -> None:
    kept, hers, his = alice.write("Listed"), trashed(alice, "Hers"), trashed(bob, "His")
    assert "Empty the trash?" in alice.client.get("/trash/empty").text
    assert alice.note(hers) is not None, "it only asked"
    done = alice.client.submit("/trash/empty")
    assert (done.status_code, done.location) == (303, "/trash")
    assert "1 note deleted for ever." in alice.client.get("/trash").text
    assert alice.note(hers) is None
    assert alice.note(kept) is not None
    assert bob.note(his) is not None
    assert "It is empty" in alice.client.get("/trash/empty").text
    assert alice.client.submit("/trash/empty").status_code == 303


@pytest.mark.sqlite_only
@pytest.mark.parametrize("way", ["delete", "empty", "jobs"])
def test_on_sqlite_what_was_deleted_for_ever_is_nowhere_in_the_file(
    way: str, database_url: str, runner: FlaskCliRunner, alice: Person
) -> None:
    secret = "zyxomma" * 3
    note_id = alice.write("Diary", f"{secret}0 " * 3_000, (f"{secret}1",))
    for number in (1, 2):
        form = {"title": f"{secret}2", "body": f"{number} {secret}3", "tags": f"{secret}4"}
        alice.client.submit(f"/notes/{note_id}", {**form, "version": str(number)})
    draft = {"draft": "d" * 32, "note": note_id, "body": f"{secret}5" * 900}
    assert alice.client.submit("/notes/drafts", draft).status_code == 200
    alice.client.submit(f"/notes/{note_id}/trash")
    file = Path(make_url(database_url).database or "")
    places = (file, file.with_name(f"{file.name}-wal"))

    def found() -> bool:
        return any(secret.encode() in place.read_bytes() for place in places if place.exists())

    assert found()
    if way == "delete":
        assert alice.client.submit(f"/notes/{note_id}/delete").status_code == 303
    elif way == "empty":
        assert alice.client.submit("/trash/empty").status_code == 303
    else:
        with time_machine.travel(now() + timedelta(days=31), tick=False):
            assert "1 notes had been" in runner.invoke(args=["jobs"]).output
    assert not found()
