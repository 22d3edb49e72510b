"""What the production server does in a second and what it works for each request: few notes and a
million, one connection and eight, both databases, beside a page from memory on the same server.

The load comes from this process, so it takes a part of the machine from both sides alike; what the
server worked for a request does not hang on that, and counts.
"""

import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from statistics import median
from time import sleep
from urllib.parse import quote

import click
from matplotlib.figure import Figure

from bench import report
from bench.finding import DEEP, analyze, deep
from bench.load import Ask, Load, load, memory, pressed, request, serving
from bench.peer import FOLDER, LIMIT, Peer, running
from bench.postgresql import copy_rows, count_on, durable
from bench.prose import prose
from bench.report import Row, milliseconds
from bench.rounds import ratios, unread_log
from tests.browser.server import ROOT, SECRET_KEY, free_port
from tests.databases import make_app, upgrade
from tests.people import PASSWORD, Browser, Person, enrol, sign_in
from website import db
from website.models import Note, User
from website.models.search.index import remake
from website.security.tokens import new_id

RESULTS = Path(__file__).parent / "results" / "serving"
TITLE = "The production server, beside a page from memory"
SIZES = 1_000, 100_000, 1_000_000  # notes of one person
CONNECTIONS = 1, 8
READER, VISITOR = "reader@example.org", "visitor@example.org"
SEARCHES = {
    "a common word": "the", "a rare word": "zzqxj", "two letters": "zu", "one Chinese sign": "日",
    "three words": "water bread letter",
}  # fmt: skip
MOST = {"create": 4.5, "edit": 4.5, "log in": None} | dict.fromkeys(SEARCHES, 3.5)
GROWTH = {"the list": 1.2, f"page {DEEP:,} of the list": 1.2} | dict.fromkeys(SEARCHES, 2.5)


class Corpus:
    """A database with one person's many notes, made unless it is there, and what is asked of it."""

    def __init__(self, url: str, notes: int, *, anew: bool = False) -> None:
        self.url, self.notes = url, notes
        upgrade(url)
        self.app = make_app(url, SECRET_KEY=SECRET_KEY)
        self.app.test_client_class = Browser
        self.reader = self._person(READER)
        if anew:  # rows were copied, and no index
            with self.app.app_context(), db.engine.begin() as connection:
                remake(connection)
        self._fill()
        self.visitor = self._person(VISITOR)
        self.rare = self.reader.write("A rare one", "with a word, zzqxj, that no other has")
        self.mine = [
            self.reader.write(f"Edited {at}", prose(2_000)) for at in range(max(CONNECTIONS))
        ]
        analyze(self.app)

    def asks(self) -> dict[str, tuple[Ask, int]]:
        """Each request by name, for a connection by its number, and the status of its answer."""
        cookie = self._cookie(self.reader.client)
        searches = {name: f"/notes?q={quote(typed)}" for name, typed in SEARCHES.items()}
        reads = {
            "the list": "/notes",
            f"page {DEEP:,} of the list": deep(self.app, self.reader.id),
            "a note": f"/notes/{self.rare}",
        }
        found: dict[str, tuple[Ask, int]] = {
            name: (_always(request("GET", path, cookie)), 200)
            for name, path in (reads | searches).items()
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

    def _fill(self) -> None:
        with self.app.app_context():
            there = db.session.query(Note).filter_by(user_id=self.reader.id).count()
        runner = self.app.test_cli_runner()
        if there < self.notes:
            made = runner.invoke(
                args=["seed", "--user", READER, "--notes", f"{self.notes - there}"]
            )
            assert made.exit_code == 0, made.output
        done = runner.invoke(args=["notes", "reindex", "--missing"])
        assert done.exit_code == 0, done.output

    def _create(self, cookie: dict[str, str]) -> Ask:
        form = {"csrf_token": self.reader.client.csrf_token(), "tags": "work, work/berlin"}
        body = prose(2_000)

        def ask(_number: int) -> bytes:
            more = {"title": "A new note", "body": body, "key": new_id()}
            return request("POST", "/notes", cookie, form | more)

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


def _always(sent: bytes) -> Ask:
    return lambda _number: sent


@dataclass
class Measured:
    """What one corpus costs: loads by request and number of connections, round by round."""

    notes: int
    start: float  # seconds until the first answer
    memory: float = 0.0  # MB of the largest worker, after reading and writing
    memory_after: float = 0.0  # and after many log-ins at once
    loads: dict[tuple[str, int], list[Load]] = field(default_factory=dict)
    limits: dict[int, list[Load]] = field(default_factory=dict)
    beside_log_ins: list[float] = field(default_factory=list)  # lists, to those without

    def each(self, name: str, connections: int = max(CONNECTIONS)) -> list[float]:
        """Seconds of the processor for a request, round by round."""
        return [load.each for load in self.loads[name, connections]]


def measured(corpus: Corpus, limit: Peer, seconds: float, rounds: int) -> Measured:
    port, most = free_port(), max(CONNECTIONS)
    environment = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment |= {"DATABASE_URL": corpus.url, "SECRET_KEY": SECRET_KEY, "PORT": str(port)}
    command = [sys.executable, "-m", "flask", "serve"]
    asks, (page, _) = corpus.asks(), limit.requests["the list"]
    with serving(command, ROOT, environment, port, "/health") as (pid, start):
        found = Measured(corpus.notes, start)
        log_in, _ = asks["log in"]
        for ask, status in asks.values():  # whatever is compiled, cached or opened at first
            if ask is log_in:  # whose hashes take memory that is none of the notes'
                found.memory = memory(pid)
            load(port, pid, most, seconds / 2, ask, status)
        for number in range(rounds):
            click.echo(f"{corpus.notes:,} notes: round {number + 1} of {rounds}", err=True)
            for connections in CONNECTIONS:
                bare = load(limit.port, limit.pid, connections, seconds, _always(page))
                found.limits.setdefault(connections, []).append(bare)
                for name, (ask, status) in asks.items():
                    one = load(port, pid, connections, seconds, ask, status)
                    found.loads.setdefault((name, connections), []).append(one)
            with pressed(port, 4, log_in):
                sleep(0.2)
                beside = load(port, pid, most, seconds, asks["the list"][0])
            alone = found.loads["the list", most][-1]
            found.beside_log_ins.append(beside.per_second / alone.per_second)
        found.memory_after = memory(pid)
    return found


def rows(where: str, sizes: Sequence[Measured]) -> Iterator[Row]:
    """The goals, for the largest corpus; and how it grew from the smallest."""
    most, (small, large) = max(CONNECTIONS), (sizes[0], sizes[-1])
    bare = [load.each for load in large.limits[most]]
    for name in dict.fromkeys(name for name, _ in large.loads):
        each = large.each(name)
        yield Row(
            f"{name[0].upper()}{name[1:]}, {large.notes:,} notes, {where}",
            milliseconds("processor", each), milliseconds("from memory", bare),
            ratios(each, bare), at_most=MOST.get(name, 3.0),
        )  # fmt: skip
        if name in GROWTH and small is not large:
            few = small.each(name)
            yield Row(
                f"The same, beside {small.notes:,} notes", milliseconds("processor", each),
                milliseconds("among few", few), ratios(each, few), at_most=GROWTH[name],
            )  # fmt: skip
        wrong = sum(
            load.wrong for (one, _), some in large.loads.items() if one == name for load in some
        )
        if wrong or name in {"create", "edit"}:
            yield Row(
                f"The same, answers that were another status, {where}",
                f"{wrong}",
                "none",
                [wrong],
                at_most=0,
            )
    lists = [load.per_second for load in large.loads["the list", most]]
    limits = [load.per_second for load in large.limits[most]]
    yield Row(
        f"Lists in a second over {most} connections, {where}", f"{median(lists):.0f}",
        f"from memory {median(limits):.0f}", ratios(lists, limits), at_least=0.40,
    )  # fmt: skip
    yield Row(
        f"The same while four log in without a pause, {where}", "lists beside them", "lists alone",
        large.beside_log_ins, at_least=0.30,
    )  # fmt: skip
    yield Row(
        f"A worker's memory, MB, {where}",
        f"{large.memory:.0f}",
        f"{large.memory_after:.0f} after eight log-ins at once",
        [large.memory],
        at_most=120,
    )
    starts = [one.start for one in sizes]
    yield Row(
        f"Seconds until the first answer, {where}", f"{max(starts):.2f}", "1", starts, at_most=1.5
    )


def table(where: str, sizes: Sequence[Measured]) -> str:
    """Every request, at each size, over one connection and several."""
    lines = [
        f"\n## {where}, every request\n",
        "| Notes | Connections | Request | A second | p50 ms | p99 ms | Processor ms |",
        "|---|---|---|---|---|---|---|",
    ]
    for one in sizes:
        bare = {
            ("a page from memory", connections): some for connections, some in one.limits.items()
        }
        for (name, connections), loads in {**bare, **one.loads}.items():
            figures = (
                median(load.per_second for load in loads),
                *(1000 * median(load.percentile(number) for load in loads) for number in (50, 99)),
                1000 * median(load.each for load in loads),
            )
            cells = (f"{one.notes:,}", connections, name, *(f"{figure:.1f}" for figure in figures))
            lines.append(f"| {' | '.join(map(str, cells))} |")
    return "\n".join(lines) + "\n"


def plot(where: str, sizes: Sequence[Measured], into: Path) -> None:
    """How what a request costs grows with the number of notes."""
    figure = Figure(figsize=(9, 6), layout="constrained")
    axes = figure.add_subplot(
        title=f"What a request costs, {where}", xlabel="notes", xscale="log",
        ylabel="ms of the processor", yscale="log",
    )  # fmt: skip
    numbers = [one.notes for one in sizes]
    for name in dict.fromkeys(name for name, _ in sizes[-1].loads):
        axes.plot(numbers, [1000 * median(one.each(name)) for one in sizes], marker="o", label=name)
    bare = [1000 * median(load.each for load in one.limits[max(CONNECTIONS)]) for one in sizes]
    axes.plot(numbers, bare, color="black", linestyle="dashed", label="a page from memory")
    figure.legend(loc="outside right upper")
    into.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(into)


def peers(files: Sequence[Path], limit: Peer, seconds: float) -> Iterator[Row]:
    """Other applications that are described in `bench/peers/`, each request beside the limit."""
    most, (page, _) = max(CONNECTIONS), limit.requests["the list"]
    for file in files:
        with running(file) as peer:
            for name, (sent, status) in peer.requests.items():
                one = load(peer.port, peer.pid, most, seconds, _always(sent), status)
                bare = load(limit.port, limit.pid, most, seconds, _always(page))
                yield Row(
                    f"{peer.name}: {name}", milliseconds("processor", [one.each]),
                    milliseconds("from memory", [bare.each]), [one.each / bare.each],
                )  # fmt: skip


@contextmanager
def corpora(
    folder: Path, sizes: Sequence[int], most: int
) -> Iterator[dict[str, list[Callable[[], Corpus]]]]:
    """For each database, what makes its corpora, the small ones first, with files in the folder."""
    files = [(folder / f"{notes}.db", notes) for notes in sizes]
    found = {
        "SQLite": [
            lambda file=file, notes=notes: Corpus(f"sqlite:///{file}", notes)
            for file, notes in files
        ]
    }
    with durable() if most else nullcontext() as server:
        if server is not None:

            def copied(file: Path, notes: int) -> Corpus:
                url = server.database(f"notes_{notes}")
                upgrade(url)
                copy_rows(file, url)
                count_on(url)
                return Corpus(url, notes, anew=True)

            found[f"PostgreSQL {server.version}"] = [
                lambda file=file, notes=notes: copied(file, notes)
                for file, notes in files
                if notes <= most
            ]
        yield found


def measure(
    folder: Path, sizes: Sequence[int], seconds: float, rounds: int, *, postgresql: int = 0
) -> tuple[dict[str, str], list[Row], str, dict[str, list[Measured]]]:
    """Facts, goals, every figure as a table, and what the plots show; on PostgreSQL with up to so
    many notes, where to fill the index takes longest."""
    facts = report.machine()
    loads = [os.getloadavg()[1]]
    found: list[Row] = []
    words, shown = "", {}
    with running(LIMIT) as limit, corpora(folder, sizes, postgresql) as by_database:
        for where, makers in by_database.items():
            shown[where] = []
            for make in makers:
                corpus = make()
                shown[where].append(measured(corpus, limit, seconds, rounds))
                corpus.close()
            found += rows(where, shown[where])
            words += table(where, shown[where])
        others = sorted(file for file in FOLDER.glob("*.toml") if file != LIMIT)
        found += peers(others, limit, seconds)
    loads.append(os.getloadavg()[1])
    facts["Notes"] = ", ".join(f"{notes:,}" for notes in sizes) + " of one person, of `flask seed`"
    facts["Rounds"] = f"{rounds}, each {seconds:g} s for each request"
    facts["Load of the machine"] = ", then ".join(f"{load:.1f}" for load in loads)
    return facts, found, words, shown


@click.command()
@click.option("--quick", is_flag=True, help="Few notes and one round, to try it; keeps nothing.")
@click.option(
    "--sizes", default=",".join(map(str, SIZES)), show_default=True, help="Notes, by size."
)
@click.option(
    "--at", "folder", type=click.Path(path_type=Path), help="Where notes are, or are kept."
)
@click.option("--rounds", default=3, show_default=True, help="How often, for the medians.")
@click.option("--postgresql", default=max(SIZES), show_default=True, help="Up to so many there.")
def main(quick: bool, sizes: str, folder: Path | None, rounds: int, postgresql: int) -> None:
    """Measure the server. To make a million notes takes the better part of an hour."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # and clean up, as after Ctrl-C
    with unread_log(), ExitStack() as stack:
        if folder is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="octavo-bench-")))
        folder.mkdir(parents=True, exist_ok=True)
        numbers = (100, 1_000) if quick else tuple(sorted(map(int, sizes.split(","))))
        facts, found, words, shown = measure(
            folder.absolute(), numbers, 0.3 if quick else 2.0, 1 if quick else rounds,
            postgresql=postgresql,
        )  # fmt: skip
    click.echo(report.markdown(TITLE, facts, found) + words)
    if not quick:
        report.write(RESULTS, TITLE, facts, found, words)
        for where, some in shown.items():
            plot(where, some, RESULTS.with_name(f"serving-{where.split()[0].lower()}.svg"))


if __name__ == "__main__":
    main()
