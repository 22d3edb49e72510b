"""`make bench`: what saving, merging, rendering and typing cost, and whether that is little."""

import os
import signal
import sys
import tempfile
from pathlib import Path
from pstats import Stats

import click

from bench import keys, report, saving, texts
from bench.postgresql import durable
from bench.project import ROOT
from bench.report import Row
from bench.rounds import unread_log

RESULTS = Path(__file__).parent / "results" / "writing"
TITLE = "Writing, beside the plain way"
_OURS = 30  # functions of the site in the profile
TRIED = Path(__file__).with_name("tried.md")  # what the figures do not say


def measure(
    times: int, rounds: int, *, postgresql: bool = True, browser: bool = True
) -> tuple[dict[str, str], list[Row], str]:
    """Facts, every goal, and where a save goes. Leaves no file and no process."""
    facts = report.machine()
    loads = [os.getloadavg()[1]]
    with tempfile.TemporaryDirectory(prefix="octavo-bench-") as name:
        rows, profile = saving.on_sqlite(Path(name), times, rounds)
        if postgresql:
            with durable() as server:
                if server is not None:
                    facts["PostgreSQL"] = server.version
                    rows += saving.on_postgresql(server, times, rounds)
        rows += texts.rows(times, rounds)
        if browser and keys.LACKING:
            facts["Browser"] = keys.LACKING
        elif browser:
            rows += keys.rows(Path(name), max(times // 5, 3), rounds)
    loads.append(os.getloadavg()[1])
    facts["Rounds"] = (
        f"{rounds}, each the median of {times} times in turn; fewer of what takes long"
    )
    facts["Load of the machine"] = ", then ".join(f"{load:.1f}" for load in loads)
    return facts, rows, _table(profile)


def _table(profile: Stats) -> str:
    """The site's own functions in which a save spends its time, with all that they call."""
    stats = profile.stats  # type: ignore[attr-defined]
    whole = sum(own for _, _, own, _, _ in stats.values())
    shares = [
        (with_calls / whole, f"{Path(file).relative_to(ROOT)}: {name}" if file[0] == "/" else name)
        for (file, _, name), (_, _, _, with_calls, _) in stats.items()
        if file.startswith(str(ROOT / "website")) or "'commit'" in name
    ]
    lines = [
        "",
        "## Where a save on SQLite spends its time",
        "",
        "| Share | Function |",
        "|---|---|",
    ]
    lines += [f"| {share:.0%} | `{name}` |" for share, name in sorted(shares)[: -_OURS - 1 : -1]]
    return "\n".join(lines) + "\n"


@click.command()
@click.option("--quick", is_flag=True, help="Few saves and one round, to try it; keeps nothing.")
@click.option("--rounds", default=5, show_default=True, help="How often, for the medians.")
def main(quick: bool, rounds: int) -> None:
    """Measure saving, merging, rendering and typing; some minutes."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # and clean up, as after Ctrl-C
    with unread_log():
        facts, rows, words = measure(10 if quick else 100, 1 if quick else rounds)
    click.echo(report.markdown(TITLE, facts, rows) + words)
    if not quick:
        report.write(RESULTS, TITLE, facts, rows, f"{words}\n{TRIED.read_text('utf-8')}")


if __name__ == "__main__":
    main()
