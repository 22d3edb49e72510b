"""`make bench`: what `flask release` costs beside the plain way, and whether that is little."""

import os
import signal
import sys
import tempfile
from contextlib import nullcontext
from pathlib import Path

import click

from bench import report
from bench.postgresql import durable
from bench.project import snapshot
from bench.release_postgresql import OnPostgresql
from bench.release_sqlite import OnSqlite
from bench.report import Row

RESULTS = Path(__file__).parent / "results" / "release"
TITLE = "flask release, beside the plain way"


def measure(notes: int, rounds: int, *, postgresql: bool) -> tuple[dict[str, str], list[Row]]:
    """Facts of the machine and the data, and every goal. Leaves no file and no process."""
    facts = report.machine()
    loads = [os.getloadavg()[1]]
    with (
        tempfile.TemporaryDirectory(prefix="octavo-bench-") as name,
        durable() if postgresql else nullcontext() as server,
    ):
        folder = Path(name)
        code = snapshot(folder / "code")
        on_sqlite = OnSqlite(folder, code, notes, rounds)
        facts["Database"] = f"{notes:,} notes, {on_sqlite.base.stat().st_size / 1e6:,.0f} MB"
        rows = on_sqlite.rows()
        if server is not None:
            facts["PostgreSQL"] = server.version
            rows += OnPostgresql(folder, code, on_sqlite.base, server, rounds).rows()
    loads.append(os.getloadavg()[1])
    facts["Rounds"] = (
        f"{rounds}, interleaved; more for what takes a second, one where there is no goal"
    )
    facts["Load of the machine"] = ", then ".join(f"{load:.1f}" for load in loads)
    return facts, rows


@click.command()
@click.option("--quick", is_flag=True, help="20 MB and one round, to try it out; keeps nothing.")
@click.option("--rounds", default=3, show_default=True, help="How often, for the medians.")
def main(quick: bool, rounds: int) -> None:
    """Measure the goals of `flask release` on 500 MB and a million notes; some ten minutes."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # and clean up, as after Ctrl-C
    facts, rows = measure(40_000 if quick else 1_000_000, 1 if quick else rounds, postgresql=True)
    click.echo(report.markdown(TITLE, facts, rows))
    if not quick:
        report.write(RESULTS, TITLE, facts, rows)


if __name__ == "__main__":
    main()
