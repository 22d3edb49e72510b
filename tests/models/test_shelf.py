"""One person's notes, and nobody else's."""

import threading

import pytest
from flask import Flask

from tests.people import Person
from website import db
from website.models.content import Content
from website.models.listing import BadCursor, Place
from website.models.shelf import Shelf
from website.models.tagging import Tagging
from website.models.versioned import StaleVersion


def test_another_person_s_note_is_no_note(app: Flask, alice: Person, bob: Person) -> None:
    note_id = alice.write("Hers")
    with app.app_context():
        assert Shelf(bob.id).get(note_id) is None
        assert Shelf(alice.id).get(note_id) is not None
        assert Shelf(bob.id).page(Place.LIST).rows == []
        with pytest.raises(BadCursor):
            Shelf(bob.id).page(Place.LIST, after="nonsense")


def at_once(app: Flask, number: int, work: object) -> list[object]:
    """Run `work` in threads that start together; what each returned or raised."""
    barrier, results = threading.Barrier(number), []

    def run() -> None:
        with app.app_context():
            barrier.wait()
            try:
                results.append(work())  # type: ignore[operator]
            except StaleVersion:
                db.session.rollback()
                results.append("stale")

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_of_eight_saves_at_once_one_is_kept_and_seven_are_told(app: Flask, alice: Person) -> None:
    note_id = alice.write("One", "base")
    number = iter(range(100))

    def save() -> str:
        note = Shelf(alice.id).get(note_id)
        assert note is not None
        note.save(Content("One", f"body {next(number)}", ("t",)), 1)
        db.session.commit()
        return "saved"

    assert sorted(map(str, at_once(app, 8, save))) == ["saved"] + ["stale"] * 7
    note = alice.note(note_id)
    assert note is not None
    assert note.version == 2


def test_eight_forms_with_one_key_make_one_note(app: Flask, alice: Person) -> None:
    def create() -> str:
        note_id = Shelf(alice.id).create(Content("Once", "text", ("a", "b")), "key").public_id
        db.session.commit()
        return note_id

    assert len(set(at_once(app, 8, create))) == 1
    with app.app_context():
        assert Tagging(alice.id).counted() == [("a", 1), ("b", 1)]


def test_eight_writers_of_new_notes_all_succeed(app: Flask, alice: Person) -> None:
    def create() -> str:
        note_id = Shelf(alice.id).create(Content("New", "text", ("shared",))).public_id
        db.session.commit()
        return note_id

    assert len(set(at_once(app, 8, create))) == 8


def test_a_kept_rendering_of_another_version_is_not_shown(app: Flask, alice: Person) -> None:
    note_id = alice.write("One", "*old*")
    with app.app_context():
        note = Shelf(alice.id).get(note_id)
        assert note is not None
        # As another program would: the body, and with it the version.
        note.body, note.version = "*new*", 2
        db.session.commit()
        assert note.html == "<p><em>new</em></p>\n"


def test_a_tag_survives_a_save_that_takes_it_off_another_note(app: Flask, alice: Person) -> None:
    one, two = alice.write("One"), alice.write("Two", tags=("x",))
    holds, may_commit = threading.Event(), threading.Event()

    def put_on() -> None:
        with app.app_context():
            note = Shelf(alice.id).get(one)
            assert note is not None
            note.save(Content("One", "", ("x",)), 1)
            holds.set()
            may_commit.wait(5)
            db.session.commit()

    def take_off() -> None:
        with app.app_context():
            holds.wait(5)
            note = Shelf(alice.id).get(two)
            assert note is not None
            note.save(Content("Two", "", ()), 1)
            db.session.commit()

    threads = [threading.Thread(target=put_on), threading.Thread(target=take_off)]
    for thread in threads:
        thread.start()
    holds.wait(5)
    threads[1].join(0.5)  # it has reached the lock, or it would never have waited for one
    may_commit.set()
    for thread in threads:
        thread.join()
    kept = alice.note(one)
    assert kept is not None
    assert kept.tag_names == ("x",)
