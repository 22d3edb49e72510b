"""What the production server does in a second and what it works for each request: few notes and a
million, one connection and eight, both databases, beside a page from memory on the same server.

The load comes from this process, so it takes a part of the machine from both sides alike; what the
server worked for a request does not hang on that, and counts.
"""

import os
import signal
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from time import sleep

import click
from matplotlib.figure import Figure

from bench import report
from bench.corpus import CONNECTIONS, SEARCHES, Corpus, always, fill
from bench.finding import DEEP
from bench.load import Load, load, memory, pressed, serving
from bench.peer import FOLDER, LIMIT, Peer, running
from bench.postgresql import Durable, copy_rows, count_on, durable, fill_index
from bench.report import Row, milliseconds
from bench.rounds import ratios, unread_log
from tests.browser.server import ROOT, SECRET_KEY, free_port
from tests.databases import upgrade

RESULTS = Path(__file__).parent / "results" / "serving"
TRIED = Path(__file__).with_name("tried_serving.md")  # what the figures do not say
TITLE = "The production server, beside a page from memory"
SIZES = 1_000, 100_000, 1_000_000  # notes of one person; all but the fewest in one database
GOALS = 100_000  # the size that the goals are set for; others are for information
MOST = {"create": 4.5, "edit": 4.5, "log in": None} | dict.fromkeys(SEARCHES, 3.5)
GROWTH = {"the list": 1.2, f"page {DEEP:,} of the list": 1.2} | dict.fromkeys(SEARCHES, 2.5)


@dataclass
class Measured:
    """What one corpus costs: loads by request and number of connections, round by round."""

    notes: int
    start: float  # seconds until the first answer
    alone: dict[str, float]  # seconds that the driver takes for what a request asks
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
    alone = corpus.alone()
    asks, (page, _) = corpus.asks(), limit.requests["the list"]
    with serving(command, ROOT, environment, port, "/health") as (pid, start):
        found = Measured(corpus.notes, start, alone)
        log_in, _ = asks["log in"]
        for ask, status in asks.values():  # whatever is compiled, cached or opened at first
            if ask is log_in:  # whose hashes take memory that is none of the notes'
                found.memory = memory(pid)
            load(port, pid, most, seconds / 2, ask, status)
        for number in range(rounds):
            click.echo(f"{corpus.notes:,} notes: round {number + 1} of {rounds}", err=True)
            for connections in CONNECTIONS:
                bare = load(limit.port, limit.pid, connections, seconds, always(page))
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
    """Every corpus but the smallest, from which they grew; with goals for the one that has them."""
    small, *others = sizes
    for large in others or [small]:
        yield from _rows(where, small, large)
    starts = [one.start for one in sizes]
    yield Row(
        f"Seconds until the first answer, {where}", f"{max(starts):.2f}", "1", starts, at_most=1.5
    )


def _rows(where: str, small: Measured, large: Measured) -> Iterator[Row]:
    most, of = max(CONNECTIONS), f"{large.notes:,} notes, {where}"

    def goal(value: float | None) -> float | None:
        return value if large.notes == GOALS else None

    bare = [load.each for load in large.limits[most]]
    for name in dict.fromkeys(name for name, _ in large.loads):
        each = large.each(name)
        yield Row(
            f"{name[0].upper()}{name[1:]}, {of}", milliseconds("processor", each),
            milliseconds("from memory", bare), ratios(each, bare),
            at_most=goal(MOST.get(name, 3.0)),
        )  # fmt: skip
        if name in GROWTH and small is not large:
            few = small.each(name)
            yield Row(
                f"The same, beside {small.notes:,} notes", milliseconds("processor", each),
                milliseconds("among few", few), ratios(each, few),
                at_most=goal(GROWTH[name]),
            )  # fmt: skip
        wrong = sum(
            load.wrong for (one, _), some in large.loads.items() if one == name for load in some
        )
        if wrong or name in {"create", "edit"}:
            yield Row(
                "The same, answers that were another status", f"{wrong}", "none", [wrong], at_most=0
            )
    lists = [load.per_second for load in large.loads["the list", most]]
    limits = [load.per_second for load in large.limits[most]]
    yield Row(
        f"Lists in a second over {most} connections, {of}", f"{median(lists):.0f}",
        f"from memory {median(limits):.0f}", ratios(lists, limits), at_least=goal(0.40),
    )  # fmt: skip
    yield Row(
        f"The same while four log in without a pause, {of}", "lists beside them", "lists alone",
        large.beside_log_ins, at_least=goal(0.30),
    )  # fmt: skip
    yield Row(
        f"A worker's memory, MB, {of}", f"{large.memory:.0f}",
        f"{large.memory_after:.0f} after eight log-ins at once", [large.memory], at_most=120,
    )  # fmt: skip


def table(where: str, sizes: Sequence[Measured]) -> str:
    """Every request, at each size, over one connection and several; and how long sqlite3 or psycopg
    takes for the same reads, or for a bare row with the same text that is on the disk."""
    lines = [
        f"\n## {where}, every request\n",
        "| Notes | Connections | Request | A second | p50 ms | p99 ms | Processor ms "
        "| The driver alone, ms |",
        "|---|---|---|---|---|---|---|---|",
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
            cells = (
                f"{one.notes:,}",
                f"{connections}",
                name,
                *(f"{figure:.1f}" for figure in figures),
            )
            alone = f"{1000 * one.alone[name]:.2f}" if name in one.alone else ""
            lines.append(f"| {' | '.join(cells)} | {alone} |")
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
                one = load(peer.port, peer.pid, most, seconds, always(sent), status)
                bare = load(limit.port, limit.pid, most, seconds, always(page))
                yield Row(
                    f"{peer.name}: {name}", milliseconds("processor", [one.each]),
                    milliseconds("from memory", [bare.each]), [one.each / bare.each],
                )  # fmt: skip


@contextmanager
def corpora(
    folder: Path, sizes: Sequence[int], *, postgresql: bool
) -> Iterator[dict[str, Iterator[Corpus]]]:
    """The corpora of each database, from the smallest, with files in the folder."""
    databases = [numbers for numbers in (sizes[:1], sizes[1:]) if numbers]

    def on_sqlite() -> Iterator[tuple[str, Sequence[int]]]:
        for numbers in databases:
            url = f"sqlite:///{_file(folder, numbers)}"
            fill(url, numbers)
            yield url, numbers

    def on_postgresql(server: Durable) -> Iterator[tuple[str, Sequence[int]]]:
        for numbers in databases:
            url = server.database(_file(folder, numbers).stem)
            upgrade(url)
            copy_rows(_file(folder, numbers), url)
            count_on(url)
            fill_index(url)
            yield url, numbers

    def made(filled: Iterator[tuple[str, Sequence[int]]]) -> Iterator[Corpus]:
        return (Corpus(url, notes) for url, numbers in filled for notes in numbers)

    with durable() if postgresql else nullcontext() as server:
        found = {"SQLite": made(on_sqlite())}
        if server is not None:
            found[f"PostgreSQL {server.version}"] = made(on_postgresql(server))
        yield found


def _file(folder: Path, numbers: Sequence[int]) -> Path:
    return folder / f"notes_{'_'.join(map(str, numbers))}.db"


def measure(
    folder: Path, sizes: Sequence[int], seconds: float, rounds: int, *, postgresql: bool = True
) -> tuple[dict[str, str], list[Row], str, dict[str, list[Measured]]]:
    """Facts, goals, every figure as a table, and what the plots show."""
    facts = report.machine()
    loads = [os.getloadavg()[1]]
    found: list[Row] = []
    words, shown = "", {}
    with running(LIMIT) as limit, corpora(folder, sizes, postgresql=postgresql) as by_database:
        for where, some in by_database.items():
            shown[where] = []
            for corpus in some:
                shown[where].append(measured(corpus, limit, seconds, rounds))
                corpus.close()
            found += rows(where, shown[where])
            words += table(where, shown[where])
        others = sorted(file for file in FOLDER.glob("*.toml") if file != LIMIT)
        found += peers(others, limit, seconds)
    loads.append(os.getloadavg()[1])
    facts["Notes"] = (
        ", ".join(f"{notes:,}" for notes in sizes)
        + " of one person, of `flask seed`; all but the fewest in one database"
    )
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
def main(quick: bool, sizes: str, folder: Path | None, rounds: int) -> None:
    """Measure the server. To make a million notes takes the better part of an hour."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # and clean up, as after Ctrl-C
    tried = TRIED.read_text("utf-8")
    with unread_log(), ExitStack() as stack:
        if folder is None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="octavo-bench-")))
        folder.mkdir(parents=True, exist_ok=True)
        numbers = (100, 1_000) if quick else tuple(sorted(map(int, sizes.split(","))))
        facts, found, words, shown = measure(
            folder.absolute(), numbers, 0.3 if quick else 2.0, 1 if quick else rounds
        )  # fmt: skip
    words += f"\n{tried}"
    click.echo(report.markdown(TITLE, facts, found) + words)
    if not quick:
        report.write(RESULTS, TITLE, facts, found, words)
        for where, some in shown.items():
            plot(where, some, RESULTS.with_name(f"serving-{where.split()[0].lower()}.svg"))


if __name__ == "__main__":
    main()
