"""The server dies in the middle of twenty people's saves: what it answered for is there."""

import re
import signal
import sqlite3
import threading
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import func, select
from sqlalchemy.engine import make_url

from tests.browser.server import PATIENCE, SECRET_KEY, Server
from tests.databases import make_app
from tests.people import Browser, Person, enrol
from website import db
from website.models import Note, Rendering

PEOPLE = 20
ANSWERS = 100  # saves that are answered before the server is killed


class Writer(threading.Thread):
    """One person who saves without a pause, until the server is gone."""

    def __init__(self, person: Person, port: int, answered: threading.Semaphore) -> None:
        super().__init__()
        self.person, self.answered = person, answered
        self.connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
        cookie = person.client.get_cookie("octavo")
        assert cookie is not None
        self.headers = {"Cookie": f"octavo={cookie.value}"}
        self.kept: dict[str, str] = {}  # what was answered for: id and body
        self.under_way = ""  # the body that was sent and not yet answered
        self.refused: list[int] = []

    def run(self) -> None:
        try:
            with closing(self.connection):
                self.write()
        except (OSError, HTTPException):
            pass  # the server is dead

    def write(self) -> None:
        form = self.ask("GET", "/notes/new")
        self.headers["Cookie"] = re.search("octavo=[^;]+", form[1]["Set-Cookie"])[0]  # type: ignore[index]
        token = re.search('name="csrf_token" value="([^"]+)"', form[2])[1]  # type: ignore[index]
        for number in range(10_000):
            first = next(iter(self.kept), None)
            edit = first is not None and number % 2
            address = f"/notes/{first}" if edit else "/notes"
            self.under_way = f"{self.person.email} {number}\n" * 50
            status, headers, _text = self.ask(
                "POST", address,
                csrf_token=token, title=f"{number}", body=self.under_way, tags="crash",
                version=str(1 + number // 2), key=f"{number}",
            )  # fmt: skip
            if status != 303:
                self.refused.append(status)
                return
            self.kept[headers["Location"].rpartition("/")[2]] = self.under_way
            self.answered.release()

    def ask(self, method: str, address: str, **form: str) -> tuple[int, Any, str]:
        kind = {"Content-Type": "application/x-www-form-urlencoded"}
        self.connection.request(method, address, urlencode(form), {**self.headers, **kind})
        answer = self.connection.getresponse()
        return answer.status, answer.headers, answer.read().decode()


def test_every_save_that_was_answered_is_there_after_the_server_was_killed(
    backend: Any, tmp_path: Path
) -> None:
    with backend.copy() as url:
        app = make_app(url, SECRET_KEY=SECRET_KEY)
        app.test_client_class = Browser
        people = [enrol(app, f"writer{number}@example.org") for number in range(PEOPLE)]
        server = Server(url, tmp_path / "log")
        server.start()
        answered = threading.Semaphore(0)
        writers = [Writer(person, server.port, answered) for person in people]
        for writer in writers:
            writer.start()
        for _ in range(ANSWERS):
            assert answered.acquire(timeout=PATIENCE), server.said()[-2000:]
        server.stop(signal.SIGKILL)
        for writer in writers:
            writer.join(PATIENCE)
            assert not writer.is_alive()
        server.start()
        for writer in writers:
            assert writer.refused == []
            for note_id, body in writer.kept.items():
                note = writer.person.note(note_id)
                assert note is not None, "an answered save is gone"
                assert note.body in {body, writer.under_way}
        with app.app_context():
            notes = db.session.scalar(select(func.count(Note.id)))
            whole = select(func.count(Note.id)).join(Rendering).where(Note.body != "")
            assert db.session.scalar(whole) == notes, "half of a save is there"
            db.session.rollback()
            db.engine.dispose()
        server.stop()
        if url.startswith("sqlite"):
            with closing(sqlite3.connect(str(make_url(url).database))) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
                assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
