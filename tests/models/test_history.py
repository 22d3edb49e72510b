"""Every version that was saved comes back, to the last character, and costs what was edited."""

import random

import pytest
from flask import Flask
from sqlalchemy import func, select, text, update

from tests.people import Person
from website import db
from website.models import Note, Version
from website.models.content import Content
from website.models.shelf import Shelf
from website.models.version import HistoryDamaged


def note_of(person: Person, public_id: str) -> Note:
    note = Shelf(person.id).get(public_id)
    assert note is not None
    return note


def save(person: Person, public_id: str, content: Content) -> None:
    note = note_of(person, public_id)
    note.save(content, note.version)
    db.session.commit()


def test_each_of_many_versions_comes_back(app: Flask, alice: Person) -> None:
    dice = random.Random(8)
    contents = [Content("Title", "one\ntwo\n\U0001f333\n", ("a",))]
    for number in range(130):  # over two that are kept whole
        body = contents[-1].body
        at = dice.randrange(len(body))
        words = dice.choice(["", "a word ", "\n", "é"])
        body = body[:at] + words + body[at + dice.choice([0, 0, 1, 5]) :] + str(number)
        contents.append(Content(f"Title {number // 7}", body, ("a", f"t{number // 9}")))
    public_id = alice.write("Title", contents[0].body, ("a",))
    with app.app_context():
        for content in contents[1:]:
            save(alice, public_id, content)
        note = note_of(alice, public_id)
        assert note.version == len(contents)
        for number, content in enumerate(contents, 1):
            kept = note.content_at(number)
            assert kept is not None
            assert kept.is_same(content), number
        assert note.content_at(len(contents) + 1) is None


def test_a_note_that_was_never_edited_has_its_first_version(app: Flask, alice: Person) -> None:
    public_id = alice.write("Title", "only")
    with app.app_context():
        note = note_of(alice, public_id)
        assert note.content_at(1) == Content("Title", "only")
        assert db.session.scalar(select(func.count()).select_from(Version)) == 0


def test_what_another_program_wrote_is_a_version_of_its_own(app: Flask, alice: Person) -> None:
    public_id = alice.write("Title", "one")
    with app.app_context():
        save(alice, public_id, Content("Title", "two"))
        db.session.execute(update(Note).values(body="by hand"))
        db.session.commit()
        save(alice, public_id, Content("Title", "three"))
        note = note_of(alice, public_id)
        found = [note.content_at(number) for number in range(1, note.version + 1)]
        assert [content and content.body for content in found] == ["one", "two", "by hand", "three"]


def test_a_thousand_versions_of_a_note_of_20_kb_cost_less_than_2_mb(
    app: Flask, alice: Person
) -> None:
    dice = random.Random(20)
    words = [str(dice.getrandbits(24)) for _ in range(2_000)]
    body = " ".join(dice.choice(words) for _ in range(2_600))
    public_id = alice.write("Long", body)
    with app.app_context():
        note = note_of(alice, public_id)
        for _ in range(1_000):
            at = dice.randrange(len(body))
            body = f"{body[:at]} {dice.choice(words)} {dice.choice(words)} {body[at + 16 :]}"
            note.save(Content("Long", body, ("work", "long")), note.version)
        assert len(body.encode()) > 18_000
        db.session.commit()
        if db.engine.dialect.name == "sqlite":
            size = text("SELECT sum(pgsize) FROM dbstat WHERE name LIKE '%version%'")
        else:
            size = text("SELECT pg_total_relation_size('version')")
        assert db.session.scalar(size) < 2_000_000
        assert db.session.scalar(select(func.count()).select_from(Version)) == 1_001


def test_a_version_that_was_damaged_is_told_and_never_shown(app: Flask, alice: Person) -> None:
    public_id = alice.write("Title", "one")
    with app.app_context():
        save(alice, public_id, Content("Title", "two"))
        db.session.execute(update(Version).values(checksum=1))
        with pytest.raises(HistoryDamaged):
            note_of(alice, public_id).content_at(1)


def test_a_note_deleted_for_ever_takes_its_versions_along(app: Flask, alice: Person) -> None:
    public_id = alice.write("Title", "one")
    with app.app_context():
        save(alice, public_id, Content("Title", "two"))
        Shelf(alice.id).delete(note_of(alice, public_id))
        db.session.commit()
        assert db.session.scalar(select(func.count()).select_from(Version)) == 0
