"""Two tabs, two requests at once: one of them waits or is told, and no words are lost."""

import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import delete, func, select, text
from sqlalchemy.exc import OperationalError
from werkzeug.test import TestResponse

from tests.http.answers import refused
from tests.http.page import Page
from tests.people import Browser, Person
from website import db
from website.models import Note
from website.notes import edit


def at_once(*calls: Callable[[], TestResponse]) -> list[TestResponse]:
    """The answers of requests that start together, each in a thread of its own."""
    barrier = threading.Barrier(len(calls))
    answers: list[TestResponse | None] = [None] * len(calls)

    def run(number: int, call: Callable[[], TestResponse]) -> None:
        barrier.wait()
        answers[number] = call()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert None not in answers
    return [answer for answer in answers if answer is not None]


def notes(app: Flask) -> int:
    with app.app_context():
        return db.session.scalar(select(func.count(Note.id))) or 0


@pytest.mark.attack(112)
def test_of_parallel_saves_one_wins_and_every_other_gets_its_words_back(alice: Person) -> None:
    note_id = alice.write("Hers", "from the beginning")
    browsers = [alice.another_browser() for _ in range(6)]

    def save(browser: Browser, number: int) -> Callable[[], TestResponse]:
        form = {"title": "Hers", "body": f"text {number}", "tags": f"t{number}", "version": "1"}
        return lambda: browser.submit(f"/notes/{note_id}", form)

    answers = at_once(*(save(browser, number) for number, browser in enumerate(browsers)))
    assert sorted(answer.status_code for answer in answers) == [303, 409, 409, 409, 409, 409]
    (won,) = [number for number, answer in enumerate(answers) if answer.status_code == 303]
    note = alice.note(note_id)
    assert note is not None
    assert (note.version, note.body, note.tag_names) == (2, f"text {won}", (f"t{won}",))
    for number, answer in enumerate(answers):
        if number != won:
            form = Page(refused(answer, 409)).editor
            assert f"text {number}" in form.fields["body"].split("\n")
            assert form.fields["version"] == "2"


@pytest.mark.attack(112)
def test_a_form_sent_many_times_at_once_makes_one_note(alice: Person) -> None:
    browsers = [alice.another_browser() for _ in range(6)]
    form = {"title": "Once", "body": "only", "tags": "a, b", "key": "the same"}
    answers = at_once(*(lambda b=browser: b.submit("/notes", form) for browser in browsers))
    assert {answer.status_code for answer in answers} == {303}
    assert len({answer.location for answer in answers}) == 1
    assert notes(alice.app) == 1


@pytest.mark.attack(112)
def test_going_back_to_a_sent_form_and_writing_more_loses_nothing(alice: Person) -> None:
    editor = Page(alice.client.get("/notes/new")).editor
    first = editor.send(alice.client, title="Draft", body="the first thought")
    assert first.status_code == 303
    # The back button shows the same form, with the same key.
    second = editor.send(alice.client, title="Draft", body="the first thought, and a second")
    if second.status_code == 303:
        assert "and a second" in alice.client.get(second.location).text
    else:
        form = Page(refused(second, 409)).editor
        assert form.fields["body"] == "the first thought, and a second"
    stored = alice.note(first.location.rpartition("/")[2])
    assert stored is not None
    assert stored.body.startswith("the first thought")


@pytest.mark.attack(112)
def test_a_save_and_a_deletion_at_once_keep_the_words(alice: Person) -> None:
    for number in range(3):
        note_id = alice.write("Hers", "soon gone")
        alice.client.submit(f"/notes/{note_id}/trash")
        one, two = alice.another_browser(), alice.another_browser()
        form = {"title": "Hers", "body": f"words {number}", "tags": "", "version": "1"}
        saving, deleting = at_once(
            lambda b=one, i=note_id, f=form: b.submit(f"/notes/{i}", f),
            lambda b=two, i=note_id: b.submit(f"/notes/{i}/delete"),
        )
        assert deleting.status_code == 303
        if saving.status_code == 303:
            continue  # it was first: saved, and then deleted by the same person
        page = Page(refused(saving, 404)).editor
        assert page.fields["body"] == f"words {number}"
        assert page.send(one).status_code == 303


@pytest.mark.attack(112)
@pytest.mark.postgresql_only
def test_on_postgresql_a_note_cannot_go_away_while_it_is_saved(
    alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    # SQLite's writers come one after another, from the look-up on.
    note_id = alice.write("Hers", "soon gone")
    find = edit.own_note

    def deleted_meanwhile(wanted: str) -> Note:
        note = find(wanted)
        with db.engine.begin() as connection:
            connection.execute(text("SET LOCAL lock_timeout = '100ms'"))
            with pytest.raises(OperationalError, match="lock timeout"):
                connection.execute(delete(Note).where(Note.public_id == note_id))
            connection.rollback()
        return note

    monkeypatch.setattr(edit, "own_note", deleted_meanwhile)
    form = {"title": "Hers", "body": "my words", "tags": "", "version": "1"}
    assert alice.client.submit(f"/notes/{note_id}", form).status_code == 303
    kept = alice.note(note_id)
    assert kept is not None
    assert kept.body == "my words"


@pytest.mark.attack(112)
def test_saving_twice_or_nothing_new_is_no_conflict(alice: Person) -> None:
    note_id = alice.write("Hers", "alone", ("Work",))
    form = {"title": "Hers", "body": "changed", "tags": "Work", "version": "1"}
    for _ in range(2):
        assert alice.client.submit(f"/notes/{note_id}", form).status_code == 303
    unchanged = {**form, "version": "77", "tags": "work"}
    assert alice.client.submit(f"/notes/{note_id}", unchanged).status_code == 303
    note = alice.note(note_id)
    assert note is not None
    assert (note.version, note.body, note.tag_names) == (2, "changed", ("Work",))
