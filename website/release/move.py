"""Everything into another, empty database; done when nothing differs, and the old one as it was."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from website.release import maintenance, upgrade, verify
from website.release.cargo import Cargo
from website.release.copying import Passage
from website.release.destination import (
    emptied_after_failure,
    require_another,
    require_empty,
    rows_of,
    streaming,
)
from website.release.dialects import Database, Progress
from website.release.dialects.rows import Rows
from website.release.errors import MigrationFailed, WrongUse
from website.release.schema import Schema, describe
from website.release.site import Site
from website.release.steps import Steps


@dataclass
class Moved:
    target: str
    tables: int = 0
    rows: int = 0
    seconds: float = 0.0
    left: list[str] = field(default_factory=list)  # what stayed behind, and is no row of ours


def move(site: Site, steps: Steps, target: Database) -> Moved:
    """Copy every row, compare every row, and leave the old database closed for good.

    Raises WrongUse where the target is not empty or the source has something that cannot go along,
    Pending, and MigrationFailed or SchemaDiffers where a row is refused or anything differs: the
    site is then open on the old database, in which nothing was changed in any case.
    """
    source = streaming(site.database.url)
    if not source.exists():
        raise WrongUse(f"There is no database at {source.shown}.")
    require_another(source, target)
    with source.lock(), target.lock(), steps.clock() as clock:
        if not site.at_head():
            raise WrongUse("The database is at no revision, so there is nothing to move.")
        require_empty(target)
        with _closed(site, target), source.migrating() as others:
            with steps.step("wait for writers"):
                others.begin()
            # Read on a connection of its own, which can write nothing into the old database.
            with source.reading() as reading:
                moved = _move(site, steps, rows_of(reading), source, target)
    target.set_maintenance(None)
    target.settle()
    moved.seconds = clock.seconds
    return moved


@contextmanager
def _closed(site: Site, target: Database) -> Iterator[None]:
    """The old database is closed meanwhile and, unless this fails, for good: nobody must write
    into it when the site is on the new one."""
    before = maintenance.status(site)
    if before is None:
        maintenance.close(site, f"everything is moved to {target.shown}", by="release")
    try:
        yield
    except BaseException:
        # What a release that was killed has closed, the next one opens.
        if before is None or before.get("by") == "release":
            maintenance.reopen(site)
        raise
    maintenance.close(site, f"moved to {target.shown}")


def _move(site: Site, steps: Steps, rows: Rows, source: Database, target: Database) -> Moved:
    with steps.step("look"):
        cargo = Cargo.of(site, rows, target.url.get_dialect()())
    with emptied_after_failure(source, target):
        expected, passages = _fill(site, steps, target, cargo)
        with steps.step("compare") as progress, target.reading() as reading:
            _compare(passages, rows_of(reading), progress)
        with target.migrating() as writing, writing.begin():
            for remake in site.indexes.values():
                remake(writing)
        with steps.step("verify"):
            verify.verify(site, target, expected=expected, thorough=False).refuse()
    return Moved(
        target.shown, len(passages), sum(passage.rows for passage in passages), left=cargo.left
    )


def _fill(site: Site, steps: Steps, target: Database, cargo: Cargo) -> tuple[Schema, list[Passage]]:
    """Make the tables and commit; then, in one transaction, everything that goes into them."""
    with target.migrating() as writing:
        with steps.step("make the tables"), writing.begin():
            upgrade.to(site, target, writing, "heads", steps.say)
            expected = describe(writing, frozenset({site.version_table}))
        # Nobody starts on the half of a database, and no release takes it for its own mark.
        target.set_maintenance({"why": "not everything was moved here yet", "by": "move"})
        with writing.begin(), ExitStack() as filling:
            rows = rows_of(writing)
            passages = list(cargo.passages(rows))
            filling.enter_context(rows.filling(cargo.derived(expected)))
            for passage in passages:
                passage.empty()
            with steps.step("copy") as progress:
                tick = _ticks(progress, sum(passage.counts()[""] for passage in passages))
                for passage in passages:
                    passage.copy(tick)
            with steps.step("make keys and indexes"):
                filling.close()
                cargo.left += rows.go_on_counting(cargo.source.counters())
    return expected, passages


def _ticks(progress: Progress, whole: int) -> Callable[[int], None]:
    done = 0

    def tick(more: int) -> None:
        nonlocal done
        done += more
        progress(done / whole)

    return tick


def _compare(passages: list[Passage], there: Rows, progress: Progress) -> None:
    """Raises MigrationFailed with everything that differs between the old database and the new."""
    wrong = []
    for passage in passages:
        was, now = passage.counts(), passage.counts(there)
        wrong += [
            f"{passage.table}{name and '.'}{name} had {was[name]:,} {'values' if name else 'rows'}"
            f" and has {now[name]:,}"
            for name in was
            if was[name] != now[name]
        ]
    tick = _ticks(progress, sum(passage.rows for passage in passages))
    for passage in passages if not wrong else []:
        names = ", ".join(passage.differences(there, tick))
        wrong += [f"table {passage.table} has other values of {names}"] if names else []
    if wrong:
        raise MigrationFailed(f"The two databases differ: {'; '.join(wrong)}.")
