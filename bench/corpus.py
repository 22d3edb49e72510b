"""A person's many notes in a database, what a server is asked of them, and what the driver alone
takes for it."""

from collections.abc import Callable, Sequence
from itertools import count
from random import choice
from statistics import median
from time import perf_counter
from typing import Any
from urllib.parse import quote

from sqlalchemy import Engine, event

from bench import finding
from bench.finding import DEEP, analyze, deep
from bench.load import Ask, request
from bench.prose import prose
from tests.browser.server import SECRET_KEY
from tests.databases import make_app, upgrade
from tests.people import PASSWORD, Browser, Person, enrol, sign_in
from website import db
from website.models import Note, User
from website.security.tokens import new_id

CONNECTIONS = 1, 8
VISITOR = "visitor@example.org"
SEARCHES = {
    name: finding.SEARCHES[name]
    for name in ("a common word", "a rare word", "two letters", "one Chinese sign", "three words")
}
TIMES = 200  # that the driver does alone what a request asks of the database


def reader(notes: int) -> str:
    """The address of the person with so many notes."""
    return f"reader-{notes}@example.org"


def fill(url: str, numbers: Sequence[int]) -> None:
    """Let a database have a reader for each of these numbers of notes; what is there stays."""
    upgrade(url)
    app = make_app(url)
    app.test_client_class = Browser
    runner = app.test_cli_runner()
    for notes in numbers:
        with app.app_context():
            user = User.by_email(reader(notes))
            there = 0 if user is None else db.session.query(Note).filter_by(user_id=user.id).count()
        if user is None:
            enrol(app, reader(notes))
        if there < notes:
            more = ["--notes", str(notes - there)]
            made = runner.invoke(args=["seed", "--user", reader(notes), *more])
            assert made.exit_code == 0, made.output
    done = runner.invoke(args=["notes", "reindex", "--missing"])
    assert done.exit_code == 0, done.output
    with app.app_context():
        db.engine.dispose()


class Corpus:
    """One person's many notes, in a database that `fill` filled, and what is asked of it."""

    def __init__(self, url: str, notes: int) -> None:
        self.url, self.notes = url, notes
        self.app = make_app(url, SECRET_KEY=SECRET_KEY)
        self.app.test_client_class = Browser
        self.reader = self._person(reader(notes))
        self.visitor = self._person(VISITOR)
        rare = self.reader.write("A rare one", "with a word, zzqxj, that no other has")
        self.mine = [
            self.reader.write(f"Edited {at}", prose(2_000)) for at in range(max(CONNECTIONS))
        ]
        analyze(self.app)
        searches = {name: f"/notes?q={quote(typed)}" for name, typed in SEARCHES.items()}
        self.reads = {
            "the list": "/notes",
            f"page {DEEP:,} of the list": deep(self.app, self.reader.id),
            "a note": f"/notes/{rare}",
            **searches,
        }

    def asks(self) -> dict[str, tuple[Ask, int]]:
        """Each request by name, for a connection by its number, and the status of its answer."""
        cookie = self._cookie(self.reader.client)
        found: dict[str, tuple[Ask, int]] = {
            name: (always(request("GET", path, cookie)), 200) for name, path in self.reads.items()
        }
        return found | {
            "create": (self._create(cookie), 303),
            "edit": (self._edit(cookie), 303),
            "log in": (self.log_in(), 303),
        }

    def log_in(self) -> Ask:
        """Each connection from a browser of its own that the account knows: others are limited."""
        sent = []
        for _ in range(max(CONNECTIONS)):
            known, stranger = self.app.test_client(), self.app.test_client()
            assert isinstance(known, Browser)
            assert isinstance(stranger, Browser)
            form = {"email": VISITOR, "password": PASSWORD}
            assert known.submit("/log-in", form).status_code == 303
            device = known.get_cookie("octavo-device")
            assert device is not None
            form["csrf_token"] = stranger.csrf_token()
            cookies = f"{self._cookie(stranger)['Cookie']}; octavo-device={device.value}"
            sent.append(request("POST", "/log-in", {"Cookie": cookies}, form))
        return lambda number: sent[number]

    def alone(self) -> dict[str, float]:
        """The median seconds in which sqlite3 or psycopg does what a request asks of the database:
        the same reads, or a bare row with the same text that is on the disk."""
        with self.app.app_context():
            engine = db.engine
        proxied = engine.raw_connection()
        connection: Any = proxied.driver_connection
        if engine.dialect.name == "postgresql":
            connection.autocommit = True
        cursor = connection.cursor()
        found = {}
        for name, path in self.reads.items():
            asked = self._asked(engine, path)

            def read(asked: list[tuple[str, Any]] = asked) -> None:
                for statement, values in asked:
                    cursor.execute(statement, values)
                    if cursor.description:
                        cursor.fetchall()

            found[name] = _median_seconds(read)
        cursor.execute("DROP TABLE IF EXISTS bare")
        cursor.execute("CREATE TABLE bare (title TEXT, body TEXT)")
        row = f"INSERT INTO bare VALUES ('A new note', '{prose(2_000)}')"
        found["create"] = found["edit"] = _median_seconds(lambda: cursor.execute(row))
        cursor.execute("DROP TABLE bare")
        proxied.invalidate()
        return found

    def _asked(self, engine: Engine, path: str) -> list[tuple[str, Any]]:
        """What is read from the database for a page."""
        asked: list[tuple[str, Any]] = []

        def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
            if statement.startswith(("SELECT", "SET ")):
                asked.append((statement, values))

        event.listen(engine, "before_cursor_execute", note)
        assert self.reader.client.get(path).status_code == 200
        event.remove(engine, "before_cursor_execute", note)
        return asked

    def close(self) -> None:
        with self.app.app_context():
            db.engine.dispose()

    def _person(self, email: str) -> Person:
        with self.app.app_context():
            user = User.by_email(email)
            user_id = None if user is None else user.id
        if user_id is None:
            return enrol(self.app, email)
        return Person(user_id, email, self.app, sign_in(self.app, user_id))

    def _create(self, cookie: dict[str, str]) -> Ask:
        form = {"csrf_token": self.reader.client.csrf_token(), "tags": "work, work/berlin"}
        words = prose(400_000)  # in each note as often as in others: what is found hangs on it
        bodies = [words[at : at + 2_000] for at in range(0, len(words), 2_000)]

        def ask(_number: int) -> bytes:
            new = {"title": "A new note", "body": choice(bodies), "key": new_id()}
            return request("POST", "/notes", cookie, form | new)

        return ask

    def _edit(self, cookie: dict[str, str]) -> Ask:
        token = self.reader.client.csrf_token()
        found = [self.reader.note(note_id) for note_id in self.mine]
        versions = [count(note.version) for note in found if note]
        body = prose(2_000)

        def ask(number: int) -> bytes:
            version = next(versions[number])
            text = f"{body[:1_000]} edit {version} {body[1_000:]}"
            form = {"csrf_token": token, "title": "Edited", "tags": "work", "body": text}
            address = f"/notes/{self.mine[number]}"
            return request("POST", address, cookie, form | {"version": str(version)})

        return ask

    def _cookie(self, client: Browser) -> dict[str, str]:
        client.csrf_token()
        cookie = client.get_cookie("octavo")
        assert cookie is not None
        return {"Cookie": f"octavo={cookie.value}"}


def _median_seconds(work: Callable[[], object]) -> float:
    """Of one time."""
    seconds = []
    for _ in range(TIMES):
        begun = perf_counter()
        work()
        seconds.append(perf_counter() - begun)
    return median(seconds)


def always(sent: bytes) -> Ask:
    return lambda _number: sent
