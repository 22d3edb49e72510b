"""A table of what was measured, beside what, and whether that is good enough."""

import json
import os
import platform
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Row:
    """One goal. A ratio for each round; the median counts or, for a `peak`, the largest."""

    what: str
    measured: str  # with its figure, as "apply 12.3 s"
    beside: str
    rounds: Sequence[float]
    at_most: float | None = None
    at_least: float | None = None
    peak: bool = False
    detail: Mapping[str, Any] = field(default_factory=dict)  # for those who look for the reason

    @property
    def ratio(self) -> float:
        return max(self.rounds) if self.peak else median(self.rounds)

    @property
    def limit(self) -> str:
        least = [] if self.at_least is None else [f"≥ {self.at_least:.2f}"]
        most = [] if self.at_most is None else [f"≤ {self.at_most:.2f}"]
        return ", ".join(least + most)

    @property
    def met(self) -> bool | None:
        """None where there is no goal, and the row is for information."""
        if not self.limit:
            return None
        least = self.at_least is None or self.at_least <= self.ratio
        return least and (self.at_most is None or self.ratio <= self.at_most)


def markdown(title: str, facts: Mapping[str, str], rows: Sequence[Row]) -> str:
    lines = [f"# {title}", "", "| | |", "|---|---|"]
    lines += [f"| {name} | {fact} |" for name, fact in facts.items()]
    lines += ["", "| What | Measured | Beside | Ratio | Each round | Limit | Met |"]
    lines += ["|---|---|---|---|---|---|---|"]
    for row in rows:
        met = {True: "yes", False: "**no**", None: "for information"}[row.met]
        each = " ".join(f"{ratio:.2f}" for ratio in row.rounds)
        cells = (row.what, row.measured, row.beside, f"{row.ratio:.2f}", each, row.limit, met)
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def write(
    place: Path, title: str, facts: Mapping[str, str], rows: Sequence[Row], words: str = ""
) -> None:
    """`place`.md for people, with more words, and `place`.json, with the details, for programs."""
    place.parent.mkdir(parents=True, exist_ok=True)
    place.with_suffix(".md").write_text(markdown(title, facts, rows) + words, "utf-8")
    more = [{**asdict(row), "ratio": row.ratio, "met": row.met} for row in rows]
    content = json.dumps({"facts": facts, "rows": more}, indent=2)
    place.with_suffix(".json").write_text(f"{content}\n", "utf-8")


def machine() -> dict[str, str]:
    """What the figures were measured on."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    packages = ("Flask", "SQLAlchemy", "alembic", "Flask-Migrate", "psycopg")
    return {
        "Measured": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
        "Machine": f"{os.cpu_count()} cores, {memory / 1e9:.0f} GB, {platform.platform()}",
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        "Packages": ", ".join(f"{name} {version(name)}" for name in packages),
    }


def milliseconds(name: str, values: Sequence[float]) -> str:
    """Like "save 2.34 ms", of the median of seconds."""
    return f"{name} {1000 * median(values):.2f} ms"


def seconds(name: str, values: Sequence[float]) -> str:
    """Like "apply 12.3 s", of the median."""
    middle = median(values)
    return f"{name} {middle:.2f} s" if middle < 10 else f"{name} {middle:.1f} s"
