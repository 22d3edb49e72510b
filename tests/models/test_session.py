"""A signed-in browser is a row: how long it lasts, and how many there are."""

from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select

from tests.people import Person
from website import db
from website.database import now
from website.models import Session
from website.models.session import ABSOLUTE, IDLE, MAX_SESSIONS, SEEN_EVERY


def start(app: Flask, person: Person) -> str:
    with app.app_context():
        token = Session.start(person.id, method="password", address="::1", agent="x" * 400)
        db.session.commit()
        return token


def test_the_secret_is_not_in_the_database(app: Flask, alice: Person) -> None:
    token = start(app, alice)
    with app.app_context():
        stored = db.session.scalars(select(Session.token_hash)).all()
        assert token not in stored
        assert Session.find(token) is not None
        assert all(Session.find(each) is None for each in stored)


def test_a_session_ends_when_it_is_idle(app: Flask, alice: Person) -> None:
    with time_machine.travel("2026-01-01T00:00Z", tick=False) as clock, app.app_context():
        token = start(app, alice)
        clock.shift(IDLE)
        assert Session.find(token) is not None
        clock.shift(timedelta(seconds=1))
        assert Session.find(token) is None


def test_a_session_ends_after_thirty_days_in_any_case(app: Flask, alice: Person) -> None:
    with time_machine.travel("2026-01-01T00:00Z", tick=False) as clock:
        browser = alice.another_browser()
        answers = []
        for _ in range(3):
            clock.shift(IDLE - timedelta(days=1))
            answers.append(browser.get("/notes").status_code)
    assert answers == [200, 200, 303]
    assert 2 * (IDLE - timedelta(days=1)) < ABSOLUTE < 3 * (IDLE - timedelta(days=1))


def test_being_seen_is_written_once_in_some_minutes(app: Flask, alice: Person) -> None:
    def seen() -> object:
        with app.app_context():
            return db.session.scalars(select(Session.last_seen_at)).one()

    with time_machine.travel(now() + timedelta(seconds=1), tick=False) as clock:
        first = seen()
        alice.client.get("/notes")
        assert seen() == first
        clock.shift(SEEN_EVERY + timedelta(seconds=1))
        alice.client.get("/notes")
        assert seen() == now()


def test_the_twenty_first_browser_ends_the_first(app: Flask, alice: Person) -> None:
    tokens = [start(app, alice) for _ in range(MAX_SESSIONS + 1)]
    with app.app_context():
        assert [Session.find(token) is not None for token in tokens] == [False, *[True] * 20]


def test_a_disabled_person_is_signed_out_at_once(app: Flask, alice: Person) -> None:
    assert alice.client.get("/notes").status_code == 200
    assert app.test_cli_runner().invoke(args=["users", "disable", alice.email]).exit_code == 0
    assert alice.client.get("/notes").status_code == 303


@pytest.mark.parametrize("days", [15, 31])
def test_sessions_that_ran_out_are_swept(app: Flask, alice: Person, days: int) -> None:
    with app.app_context(), time_machine.travel(now() + timedelta(days=days), tick=False):
        assert Session.sweep() == 1
