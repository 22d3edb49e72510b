"""What a save of a note costs through the application, beside a bare INSERT of the same row.

In process, through the WSGI door: a server's process would compete with ours for the cores, and
both requests go the same way. The disk decides what a commit takes, from 0.4 to 4 ms on one machine
within an hour: so save, bare request and bare commit take turns, and only their ratio counts.
"""

import cProfile
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from pstats import Stats
from typing import Any
from urllib.parse import urlencode

import flask
import psycopg
from werkzeug.test import create_environ, run_wsgi_app

from bench.postgresql import Durable, plain
from bench.prose import prose
from bench.report import Row, milliseconds
from bench.rounds import in_turn, interleaved, less, of, ratios
from tests.databases import make_app, upgrade
from tests.people import Browser, enrol
from website import db
from website.database import PRAGMAS
from website.models import Note
from website.security.tokens import new_id

SIZE = 20_000  # characters of the note
MOST = 2.5  # bare commits
_PROFILED = 100  # saves
_COLUMNS = [
    "public_id", "user_id", "heading", "excerpt", "name", "created_at", "version", "updated_at",
    "pinned", "title", "body",
]  # fmt: skip
_USER = "INSERT INTO \"user\" (id, email, created_at) VALUES (1, 'a@example.org', '2026-01-01')"


class Saving:
    """One person's note, saved again and again, each time with another word in its middle."""

    def __init__(self, app: flask.Flask) -> None:
        self.app = app
        app.test_client_class = Browser
        person = enrol(app, "writer@example.org")
        self.body = f"See [[Another note]].\n\n{prose(SIZE)}"
        self.note_id = person.write("A note", self.body, ("work", "work/berlin"))
        self.version = 1
        self._token = person.client.csrf_token()
        cookie = person.client.get_cookie("octavo")
        assert cookie is not None
        self._headers = {"Cookie": f"octavo={cookie.value}"}
        self._bare = flask.Flask("bare")
        self._bare.add_url_rule("/notes/<note_id>", view_func=_answer, methods=["POST"])

    def save(self) -> Callable[[], None]:
        send = self.request(self.app)
        self.version += 1
        return send

    def request(self, app: flask.Flask | None = None) -> Callable[[], None]:
        """The editor's form, sent; to an application that does nothing, unless another is given."""
        middle = len(self.body) // 2
        form = {
            "csrf_token": self._token, "title": "A note", "tags": "work, work/berlin",
            "body": f"{self.body[:middle]} edit{self.version} {self.body[middle:]}",
            "version": self.version, "draft": "0" * 26,
        }  # fmt: skip
        environ = create_environ(
            f"/notes/{self.note_id}", "http://localhost", method="POST", headers=self._headers,
            data=urlencode(form).encode(), content_type="application/x-www-form-urlencoded",
        )  # fmt: skip
        return partial(send, app or self._bare, environ)

    def row(self) -> list[Any]:
        """The note's row, as one with another id."""
        with self.app.app_context():
            note = db.session.query(Note).filter_by(public_id=self.note_id).one()
            values = {name: getattr(note, name) for name in _COLUMNS}
        return list({**values, "public_id": new_id()}.values())

    def rows(self, where: str, insert: Callable[[], Callable[[], object]],
             times: int, rounds: int) -> list[Row]:  # fmt: skip
        sides = {"save": self.save, "request": self.request, "insert": insert}
        in_turn(times // 5, sides)  # whatever is compiled, cached or opened at first
        found = interleaved(rounds, {where: lambda: in_turn(times, sides)})[where]
        saves, requests, inserts = (of(found, name) for name in ("save", "request", "insert"))
        busy, bare = (of(found, f"{name} processor") for name in ("save", "request"))
        more = less(saves, requests)
        return [
            Row(
                f"A save of a 20 KB note on {where}, without the bare request's"
                f" {milliseconds('', requests).strip()}",
                milliseconds("save", more), milliseconds("bare INSERT and COMMIT", inserts),
                ratios(more, inserts), at_most=MOST, detail={"rounds": found},
            ),
            Row(
                f"The processor's part of it, for which no disk matters, on {where}",
                milliseconds("save", busy), milliseconds("bare request", bare), ratios(busy, bare),
            ),
        ]  # fmt: skip

    def profile(self) -> Stats:
        profile = cProfile.Profile()
        for _ in range(_PROFILED):
            profile.runcall(self.save())
        return Stats(profile)


def _answer(note_id: str) -> Any:
    assert flask.request.form["body"]
    return flask.redirect(f"/notes/{note_id}", 303)


def send(app: flask.Flask, environ: dict[str, Any], expected: str = "303") -> None:
    """One request, through the WSGI door, with all of its answer."""
    parts, status, _ = run_wsgi_app(app, dict(environ))
    b"".join(parts)
    assert status.startswith(expected), status


@contextmanager
def _on(url: str) -> Iterator[Saving]:
    app = make_app(url)
    try:
        yield Saving(app)
    finally:
        with app.app_context():
            db.engine.dispose()


def on_sqlite(folder: Path, times: int, rounds: int) -> tuple[list[Row], Stats]:
    """What a save costs, and where it goes."""
    site, bare = folder / "site.db", folder / "bare.db"
    upgrade(f"sqlite:///{bare}")
    shutil.copyfile(bare, site)
    statement = _insert("?")
    with (
        _on(f"sqlite:///{site}") as saving,
        closing(sqlite3.connect(bare, isolation_level=None)) as connection,
    ):
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        connection.execute(_USER)

        def insert() -> Callable[[], object]:
            row = [one if isinstance(one, str | int) else str(one)[:26] for one in saving.row()]

            def work() -> None:
                connection.execute("BEGIN IMMEDIATE")
                connection.execute(statement, row)
                connection.execute("COMMIT")

            return work

        return saving.rows("SQLite", insert, times, rounds), saving.profile()


def on_postgresql(server: Durable, times: int, rounds: int) -> list[Row]:
    upgrade(server.database("bare"))
    statement = _insert("%s")
    with (
        _on(server.database("site", "bare")) as saving,
        psycopg.connect(plain(f"{server.url}/bare")) as connection,
    ):
        connection.execute(_USER)

        def insert() -> Callable[[], object]:
            row = saving.row()

            def work() -> None:
                connection.execute(statement, row)
                connection.commit()

            return work

        return saving.rows("PostgreSQL", insert, times, rounds)


def _insert(sign: str) -> str:
    signs = ", ".join([sign] * len(_COLUMNS))
    return f"INSERT INTO note ({', '.join(_COLUMNS)}) VALUES ({signs})"
