"""What lists and searches cost among a few notes and among very many, beside a page from memory.

In process, through the WSGI door, in the processor's time: nothing is written, so no disk is waited
for, and a server's processes would compete with ours for the cores.
"""

import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import quote

import click
import flask
from werkzeug.test import create_environ

from bench import report
from bench.bare import page_from_memory
from bench.postgresql import durable
from bench.report import Row, milliseconds
from bench.rounds import Figures, in_turn, interleaved, of, ratios, unread_log
from bench.saving import send
from tests.databases import make_app, upgrade
from tests.people import Browser, Person, enrol
from website import db
from website.models.listing import PAGE_SIZE, Place
from website.models.shelf import Shelf

RESULTS = Path(__file__).parent / "results" / "finding"
TRIED = Path(__file__).with_name("tried_finding.md")  # what the figures do not say
TITLE = "Lists and searches, beside a page from memory"
SIZES = 1_000, 100_000  # notes of one person
DEEP = 1_000  # the page that a deep list shows; the last full one, where there are fewer
# `flask seed` writes words as often as people do, so these are common and rare; the rarest is ours.
SEARCHES = {
    "a common word": "the", "a rare word": "zzqxj", "two letters": "zu", "one Chinese sign": "日",
    "three words": "water bread letter", "a phrase": '"of the"', "a tag": "tag:work/berlin",
    "a word that is nowhere": "qqqq",
}  # fmt: skip


class Library:
    """A person's many notes."""

    def __init__(self, app: flask.Flask, notes: int) -> None:
        self.app, self.notes = app, notes
        app.test_client_class = Browser
        self.person: Person = enrol(app, "reader@example.org")
        runner = app.test_cli_runner()
        made = runner.invoke(args=["seed", "--user", self.person.email, "--notes", str(notes)])
        assert made.exit_code == 0, made.output
        self.note_id = self.person.write("A rare one", "with a word, zzqxj, that no other has")
        done = runner.invoke(args=["notes", "reindex", "--missing"])
        assert done.exit_code == 0, done.output
        analyze(app)

    def addresses(self) -> dict[str, str]:
        searches = {name: f"/notes?q={quote(typed)}" for name, typed in SEARCHES.items()}
        return {
            "the list": "/notes",
            f"page {DEEP:,} of the list": deep(self.app, self.person.id),
            "a note": f"/notes/{self.note_id}",
            **searches,
        }

    def ask(self, address: str) -> Callable[[], None]:
        cookie = self.person.client.get_cookie("octavo")
        assert cookie is not None
        return _asking(self.app, address, {"Cookie": f"octavo={cookie.value}"})


def deep(app: flask.Flask, user_id: int) -> str:
    """The address of page DEEP of a person's list, or of the last one that is full."""
    address = after = ""
    with app.app_context():
        for _ in range(DEEP):
            page = Shelf(user_id).page(Place.LIST, after=after or None)
            if len(page.rows) == PAGE_SIZE:
                address = f"/notes?after={after}" if after else "/notes"
            if page.after is None:
                break
            after = page.after
        db.session.rollback()
    return address or "/notes"


def analyze(app: flask.Flask) -> None:
    """Let PostgreSQL know what was written, as it does by itself after a while."""
    if db_of(app) == "postgresql":
        with app.app_context(), db.engine.connect() as connection:
            plain = connection.execution_options(isolation_level="AUTOCOMMIT")
            plain.exec_driver_sql("VACUUM ANALYZE")


def db_of(app: flask.Flask) -> str:
    with app.app_context():
        return db.engine.dialect.name


@contextmanager
def library(url: str, notes: int) -> Iterator[Library]:
    upgrade(url)
    app = make_app(url)
    try:
        yield Library(app, notes)
    finally:
        with app.app_context():
            db.engine.dispose()


def _asking(app: flask.Flask, address: str, headers: dict[str, str]) -> Callable[[], None]:
    environ = create_environ(address, "http://localhost", headers=headers)
    return partial(send, app, environ, "200")


def rows(where: str, few: Library, many: Library, times: int, rounds: int) -> Iterator[Row]:
    """For each page: how it stands beside the page from memory, and how it grew with the notes."""
    bare = _asking(page_from_memory(), "/notes", {})
    among_few = few.addresses()
    for name, address in many.addresses().items():
        sides = {
            "page": _again(many.ask(address)),
            "few": _again(few.ask(among_few[name])),
            "bare": _again(bare),
        }
        in_turn(max(times // 5, 2), sides)  # whatever is compiled, cached or opened at first
        measure: dict[str, Callable[[], Figures]] = {
            f"{where}, {name}": partial(in_turn, times, sides)
        }
        (found,) = interleaved(rounds, measure).values()
        most, growth = _limits(name)
        page, small, memory = (of(found, f"{side} processor") for side in sides)
        yield Row(
            f"{name[0].upper()}{name[1:]}, on {where}", milliseconds("page", page),
            milliseconds("from memory", memory), ratios(page, memory), at_most=most,
            detail={"rounds": found},
        )  # fmt: skip
        yield Row(
            f"The same, beside the one among {few.notes:,} notes", milliseconds("page", page),
            milliseconds("among few", small), ratios(page, small), at_most=growth,
        )  # fmt: skip


def _limits(name: str) -> tuple[float, float | None]:
    """At most so many pages from memory, and so much more than among few notes."""
    if name in SEARCHES:
        return 3.5, 2.5
    return 3.0, 1.2 if "list" in name else None


def _again(work: Callable[[], None]) -> Callable[[], Callable[[], None]]:
    return lambda: work


def measure(
    times: int, rounds: int, sizes: Sequence[int] = SIZES, *, postgresql: bool = True
) -> tuple[dict[str, str], list[Row]]:
    """Facts and every goal. Leaves no file and no process."""
    facts = report.machine()
    loads = [os.getloadavg()[1]]
    few, many = sizes
    found: list[Row] = []
    with tempfile.TemporaryDirectory(prefix="octavo-bench-") as name:
        urls = [f"sqlite:///{name}/few.db", f"sqlite:///{name}/many.db"]
        with library(urls[0], few) as small, library(urls[1], many) as large:
            found += rows("SQLite", small, large, times, rounds)
    if postgresql:
        with durable() as server:
            if server is not None:
                facts["PostgreSQL"] = server.version
                urls = [server.database("few"), server.database("many")]
                with library(urls[0], few) as small, library(urls[1], many) as large:
                    found += rows("PostgreSQL", small, large, times, rounds)
    loads.append(os.getloadavg()[1])
    facts["Notes"] = f"{many:,} of one person, of `flask seed`"
    facts["Rounds"] = f"{rounds}, each the median of {times} times in turn, the processor's time"
    facts["Load of the machine"] = ", then ".join(f"{load:.1f}" for load in loads)
    return facts, found


@click.command()
@click.option("--quick", is_flag=True, help="Few notes and one round, to try it; keeps nothing.")
@click.option("--rounds", default=5, show_default=True, help="How often, for the medians.")
def main(quick: bool, rounds: int) -> None:
    """Measure lists and searches; some ten minutes, most of them for making the notes."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # and clean up, as after Ctrl-C
    with unread_log():
        if quick:
            facts, found = measure(5, 1, (100, 2_000))
        else:
            facts, found = measure(30, rounds)
    click.echo(report.markdown(TITLE, facts, found))
    if not quick:
        report.write(RESULTS, TITLE, facts, found, f"\n{TRIED.read_text('utf-8')}")


if __name__ == "__main__":
    main()
