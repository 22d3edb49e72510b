"""`flask notes reindex`: everything is found afterwards, and meanwhile."""

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import delete, update

from tests.migrations.scratch import flask
from tests.people import Person
from website import db
from website.models import Findable
from website.models.search.index import check, dialect, waiting


def found(person: Person, typed: str) -> bool:
    return "list__title" in person.client.get(f"/notes?q={typed}").text


def test_a_note_that_the_code_before_saved_is_found_after_it(
    runner: FlaskCliRunner, app: Flask, alice: Person
) -> None:
    alice.write("Zürich")
    with app.app_context():
        db.session.execute(delete(Findable))
        db.session.commit()
    assert not found(alice, "zurich")
    result = runner.invoke(args=["notes", "reindex", "--missing"])
    assert (result.exit_code, result.output) == (0, "1 notes were taken into the search index.\n")
    assert found(alice, "zurich")
    again = runner.invoke(args=["notes", "reindex", "--missing"])
    assert again.output.startswith("0 notes")


def test_what_was_folded_otherwise_is_folded_anew(
    runner: FlaskCliRunner, app: Flask, alice: Person
) -> None:
    alice.write("Zürich")
    with app.app_context():
        db.session.execute(update(Findable).values(folding=0, title="zürich"))
        db.session.commit()
    assert not found(alice, "zurich")
    runner.invoke(args=["notes", "reindex", "--missing"])
    assert found(alice, "zurich")


def test_an_index_that_lost_something_is_told_by_verify_and_made_anew(
    runner: FlaskCliRunner, app: Flask, alice: Person
) -> None:
    alice.write("Lake")
    runner.invoke(args=["notes", "reindex"])
    assert runner.invoke(args=["release", "verify"]).exit_code == 0
    with app.app_context():
        dialect().clear()
        db.session.commit()
        said = "The search index lacks 1 notes: make it anew with `flask notes reindex`."
        assert list(check(db.session.connection())) == [said]
        db.session.rollback()
    assert not found(alice, "lake")
    told = runner.invoke(args=["release", "verify"])
    assert told.exit_code != 0
    assert said in told.output
    runner.invoke(args=["notes", "reindex"])
    assert found(alice, "lake")
    assert runner.invoke(args=["release", "verify"]).exit_code == 0
    with app.app_context():
        assert waiting() == 0


@pytest.mark.parametrize("command", ["notes reindex", "users list", "seed --user a@b.c --notes 1"])
def test_a_database_that_does_not_answer_is_told_in_a_sentence(command: str) -> None:
    done = flask("postgresql://nobody@127.0.0.1:1/none", *command.split())
    assert done.returncode == 9
    assert done.stderr.startswith("Error: The database does not answer: ")
    assert done.stderr.count("\n") == 1
