"""What a rehearsal asks the site on a migrated copy: the front door, and a person's own notes."""

import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from website.database import db
from website.models import Note, Session

_NOTE = re.compile(r'href="(/notes/[0-9a-z]{26})"')
_TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
_WRITTEN = "Written by a rehearsal, on a copy."


def doors(client: FlaskClient) -> Iterable[str]:
    """A stranger gets in as far as strangers do."""
    for address in ("/", "/log-in", "/ready"):
        yield from _get(client, address)[1]


def notes(client: FlaskClient) -> Iterable[str]:
    """The person with the newest note sees the list and a note, writes another and reads it."""
    if not _sign_in(client):
        return
    page, wrong = _get(client, "/notes")
    yield from wrong
    if first := _NOTE.search(page):
        yield from _get(client, first[1])[1]
    form, wrong = _get(client, "/notes/new")
    yield from wrong
    if not (token := _TOKEN.search(form)):
        yield "/notes/new has no form."
        return
    fields = {"csrf_token": token[1], "title": "Rehearsal", "body": _WRITTEN, "tags": "", "key": ""}
    origin = client.application.config["PUBLIC_URL"]
    answer = client.post("/notes", data=fields, base_url=origin, headers={"Origin": origin})
    if answer.status_code != 303:
        yield f"A new note was answered with {answer.status}."
    elif _WRITTEN not in _get(client, answer.headers["Location"])[0]:
        yield "A new note does not show what was written."


def _get(client: FlaskClient, address: str) -> tuple[str, list[str]]:
    """The page, and what is wrong with the answer."""
    answer = client.get(address, base_url=client.application.config["PUBLIC_URL"])
    good = answer.status_code < 400
    return answer.get_data(as_text=True), [] if good else [f"{address}: {answer.status}."]


def _sign_in(client: FlaskClient) -> bool:
    """Be the owner of the newest note, if there is one."""
    with _database(client.application):
        newest = select(Note.user_id).order_by(Note.id.desc()).limit(1)
        user_id = db.session.scalar(newest)
        if user_id is None:
            return False
        token = Session.start(user_id, method="password", address="", agent="rehearsal")
        db.session.commit()
    with client.session_transaction(base_url=client.application.config["PUBLIC_URL"]) as session:
        session["sid"] = token
        session.permanent = True
    return True


@contextmanager
def _database(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield
        db.session.remove()


SMOKE = {"the front door": doors, "writing a note": notes}
