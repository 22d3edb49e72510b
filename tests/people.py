"""The people of the tests: Alice owns, Bob is another person, Charlie is a stranger."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from werkzeug.test import TestResponse

from website import db
from website.models import Note, Session, User
from website.models.content import Content
from website.models.shelf import Shelf
from website.security.passwords import hash_password

PASSWORD = "seven pale herons over Delft"
_HASH = hash_password(PASSWORD)


class Browser(FlaskClient):
    """A client that sends forms as a page of the site would: with the session's CSRF token."""

    def submit(self, address: str, data: dict[str, Any] | None = None, **more: Any) -> TestResponse:
        fields = {"csrf_token": self.csrf_token(), **(data or {})}
        return self.open(address, **{"method": "POST", "data": fields, **more})

    def csrf_token(self) -> str:
        with self.session_transaction() as session:
            secret = session.setdefault("csrf_token", "0123456789abcdef")
        keys = self.application.config["WTF_CSRF_SECRET_KEY"]
        return str(URLSafeTimedSerializer(keys, salt="wtf-csrf-token").dumps(secret))


@dataclass
class Person:
    """Someone with an account, and a browser in which they are signed in."""

    id: int
    email: str
    app: Flask
    client: Browser

    def write(self, title: str = "", body: str = "", tags: tuple[str, ...] = ()) -> str:
        """A note of theirs; returns its id."""
        with self.app.app_context():
            public_id = Shelf(self.id).create(Content(title, body, tags)).public_id
            db.session.commit()
            return public_id

    def note(self, public_id: str) -> Note | None:
        """The note as it is in the database now, detached."""
        with self.app.app_context():
            note = Shelf(self.id).get(public_id)
            if note is not None:
                note.tag_names  # noqa: B018 - loaded while there is a session
                db.session.expunge(note)
            return note

    def another_browser(self) -> Browser:
        """One more signed-in browser of this person."""
        return sign_in(self.app, self.id)


def enrol(app: Flask, email: str) -> Person:
    with app.app_context():
        user = User(email=email, password_hash=_HASH)
        db.session.add(user)
        db.session.flush()
        user_id = user.id
        db.session.commit()
    return Person(user_id, email, app, sign_in(app, user_id))


def sign_in(app: Flask, user_id: int) -> Browser:
    with app.app_context():
        token = Session.start(user_id, method="password", address="127.0.0.1", agent="test")
        db.session.commit()
    client = app.test_client()
    assert isinstance(client, Browser)
    with client.session_transaction() as session:
        session["sid"] = token
        session.permanent = True
    return client


def text_of(answer: TestResponse) -> str:
    """The words of a page, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text))
