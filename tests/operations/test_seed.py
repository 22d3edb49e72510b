"""`flask seed`: many notes, each as if its owner had typed it, the same ones every time."""

from collections.abc import Callable
from itertools import islice, pairwise
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from tests.people import Person, text_of
from website.database import db, now
from website.models import Note, Rendering, Tag
from website.models.content import Content
from website.models.listing import Place
from website.models.shelf import Shelf
from website.models.tag import note_tag
from website.models.tagging import Tagging
from website.operations import seed
from website.text.lines import excerpt, heading
from website.text.markdown import RENDERER, render

Command = Callable[..., Result]


@pytest.fixture
def command(runner: FlaskCliRunner, alice: Person) -> Command:
    """`flask seed` for Alice."""

    def run(notes: int, *more: str, email: str = alice.email) -> Result:
        return runner.invoke(args=["seed", "--user", email, "--notes", str(notes), *more])

    return run


def written(person: Person) -> list[Any]:
    """Everything that the seed decides of this person's notes, in the order they were made."""
    with person.app.app_context():
        found = db.session.scalars(
            select(Note).where(Note.user_id == person.id).order_by(Note.created_at)
        )
        return [
            (
                note.title, note.body, note.tag_names, note.created_at, note.updated_at,
                note.pinned, note.archived_at, note.trashed_at,
            )
            for note in found
        ]  # fmt: skip


def test_a_person_gets_as_many_notes_as_were_asked_for(command: Command, alice: Person) -> None:
    result = command(120)
    assert (result.exit_code, result.stdout) == (0, "Made 120 notes for alice@example.org.\n")
    assert len(written(alice)) == 120


def test_nothing_but_the_result_is_printed_in_a_pipe(command: Command) -> None:
    assert command(5).stderr == ""


def test_every_note_is_kept_as_a_save_would_have_kept_it(command: Command, app: Flask) -> None:
    command(150)
    with app.app_context():
        notes = db.session.scalars(select(Note)).all()
        for note in notes:
            assert note.version == 1
            assert note.heading == heading(note.title, note.body)
            assert note.excerpt == excerpt(note.title, note.body)
            kept = db.session.get_one(Rendering, note.id)
            assert (kept.version, kept.renderer) == (1, RENDERER)
            assert kept.html == render(note.body)
            assert note.created_at <= note.updated_at <= seed.LATEST
            assert (note.archived_at or note.trashed_at or seed.LATEST) >= note.updated_at
        assert any(note.tags for note in notes)


def test_what_is_kept_is_what_was_drafted(command: Command, app: Flask) -> None:
    command(150)
    with app.app_context():
        notes = db.session.scalars(select(Note).order_by(Note.created_at)).all()
        for note, draft in zip(notes, seed.drafts(150, 1), strict=True):
            assert set(note.tag_names) == set(draft.tags)
            for field in (
                "title", "body", "created_at", "updated_at", "pinned", "archived_at", "trashed_at",
            ):  # fmt: skip
                assert getattr(note, field) == getattr(draft, field), field


def test_a_seeded_note_can_be_saved(command: Command, app: Flask) -> None:
    command(3)
    with app.app_context():
        note = db.session.scalars(select(Note)).first()
        assert note is not None
        note.save(Content("New", "text", ("tag",)), version=1)
        db.session.commit()
        assert (note.version, note.tag_names) == (2, ("tag",))


def test_the_list_shows_seeded_notes(command: Command, alice: Person) -> None:
    command(30)
    newest = max(written(alice), key=lambda note: (note[5], note[4]))
    first_words = " ".join(heading(newest[0], newest[1]).split()[:2])
    assert first_words in text_of(alice.client.get("/notes"))


def test_the_same_seed_makes_the_same_notes(command: Command, alice: Person, bob: Person) -> None:
    command(60)
    command(60, email=bob.email)
    assert written(alice) == written(bob)


def test_another_seed_makes_other_notes(command: Command, alice: Person, bob: Person) -> None:
    command(10)
    command(10, "--seed", "2", email=bob.email)
    bodies = {note[1] for note in written(alice)}
    assert not bodies & {note[1] for note in written(bob)}


def test_a_second_run_adds_to_the_first(command: Command, app: Flask) -> None:
    assert [command(40).exit_code, command(40).exit_code] == [0, 0]
    with app.app_context():
        ids = db.session.scalars(select(Note.public_id)).all()
        tags = db.session.scalars(select(Tag.folded)).all()
    assert len(set(ids)) == 80
    assert len(set(tags)) == len(tags)


def test_nobody_else_gets_a_note_or_a_tag(command: Command, app: Flask, bob: Person) -> None:
    bob.write("Mine", "", ("work",))
    command(60)
    with app.app_context():
        assert [row.heading for row in Shelf(bob.id).page(Place.LIST).rows] == ["Mine"]
        assert Tagging(bob.id).counted() == [("work", 1)]


def test_a_tag_that_the_person_has_keeps_its_spelling(
    command: Command, app: Flask, alice: Person
) -> None:
    alice.write("Mine", "", ("WORK",))
    command(60)
    with app.app_context():
        counts = dict(Tagging(alice.id).counted())
    assert counts["WORK"] > 1
    assert "work" not in counts


def test_every_tag_is_carried_by_a_note(command: Command, app: Flask) -> None:
    command(4)
    with app.app_context():
        carried = set(db.session.scalars(select(note_tag.c.tag_id)))
        assert set(db.session.scalars(select(Tag.id))) == carried


def test_a_run_in_several_batches_is_as_one_in_a_single_batch(
    command: Command, alice: Person, bob: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    command(30)
    monkeypatch.setattr(seed, "BATCH", 7)
    command(30, email=bob.email)
    assert written(alice) == written(bob)


def test_what_was_made_before_an_interruption_stays(
    command: Command, alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail_at_the_second(_user_id: int, batch: list[seed.Draft]) -> None:
        if written(alice):
            raise OperationalError("INSERT", {}, Exception("disk full\nand more"))
        keep(_user_id, batch)

    keep = seed._store
    monkeypatch.setattr(seed, "BATCH", 10)
    monkeypatch.setattr(seed, "_store", fail_at_the_second)
    result = command(25)
    assert result.exit_code == 1
    assert "the database refused: disk full" in result.stderr
    assert len(written(alice)) == 10


def test_a_database_without_tables_is_told_in_a_sentence(command: Command, app: Flask) -> None:
    with app.app_context():
        db.session.execute(text("ALTER TABLE note RENAME TO elsewhere"))
        db.session.commit()
    result = command(5)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: the database refused: ")
    assert result.stderr.count("\n") == 1


def test_an_unknown_address_is_told_how_to_make_an_account(command: Command, app: Flask) -> None:
    result = command(5, email="nobody@example.org")
    assert result.exit_code == 1
    assert "no account with the address nobody@example.org" in result.stderr
    assert "flask users create nobody@example.org" in result.stderr
    assert result.stdout == ""
    with app.app_context():
        assert db.session.scalar(select(func.count(Note.id))) == 0


@pytest.mark.parametrize("count", [0, -1])
def test_fewer_notes_than_one_are_refused(command: Command, count: int) -> None:
    result = command(count)
    assert result.exit_code == 2
    assert "--notes" in result.stderr


def test_help_has_an_example(runner: FlaskCliRunner) -> None:
    result = runner.invoke(args=["seed", "--help"])
    assert result.exit_code == 0
    assert "\n    flask seed --user ada@example.org --notes 10000\n" in result.stdout


def test_a_few_notes_are_pinned_some_archived_and_some_in_the_trash() -> None:
    notes = list(seed.drafts(4_000, 1))
    assert sum(note.pinned for note in notes) == 5
    assert 80 < sum(note.archived_at is not None for note in notes) < 160
    assert 20 < sum(note.trashed_at is not None for note in notes) < 60


def test_a_pinned_note_is_in_the_list() -> None:
    pinned = [note for number in range(150) for note in seed.drafts(10, number) if note.pinned]
    assert len(pinned) == 150
    assert not any(note.archived_at or note.trashed_at for note in pinned)


def test_dates_go_back_eight_years_denser_lately_and_never_into_the_future() -> None:
    notes = list(seed.drafts(2_000, 1))
    assert all(one.created_at <= other.created_at for one, other in pairwise(notes))
    assert (seed.LATEST - notes[0].created_at).days > 2_800
    half = seed.LATEST - seed.SPAN / 2
    assert sum(note.created_at > half for note in notes) > 0.65 * len(notes)
    assert max(note.updated_at for note in notes) <= seed.LATEST < now()


def test_a_million_notes_are_not_made_before_the_first_one() -> None:
    assert len(list(islice(seed.drafts(1_000_000, 1), 3))) == 3
