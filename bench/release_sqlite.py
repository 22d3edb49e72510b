"""What a release on SQLite costs: time, memory and the minutes for which the site is closed."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from statistics import median

from sqlalchemy.engine import make_url

from bench.project import ADD_COLUMN, REBUILD, ROOT, Project, Revision
from bench.report import Row, seconds
from bench.rounds import Figures, interleaved, of, ratios, run, timed, work
from website.release import census
from website.release.dialects import database_at
from website.release.files import sync

MEMORY = 300  # MB
_ALEMBICS = frozenset({"alembic_version"})
Found = Mapping[str, list[Figures]]


class OnSqlite:
    """A million notes, or fewer, in `base`; every measurement begins with a copy of that file."""

    def __init__(self, folder: Path, code: Path, count: int, rounds: int) -> None:
        self.folder, self.code, self.rounds = folder, code, rounds
        self.base, self._work = folder / "base.db", folder / "work.db"
        Project(folder / "head", code, f"sqlite:///{self.base}").flask("db", "upgrade")
        command = [sys.executable, "-m", "bench.notes", str(self.base), str(count)]
        run(command, ROOT, os.environ)
        self._database = database_at(make_url(f"sqlite:///{self._work}"))

    def rows(self) -> list[Row]:
        rebuild, native = self._project(REBUILD), self._project(ADD_COLUMN)
        stock = self._project(REBUILD, stock=True)
        rebuilt = self._released(rebuild, {"plain": lambda: self._upgrade(stock)})
        added = self._released(native, {"parts": self._parts})
        return [
            *_rebuild(rebuilt),
            *_native(added),
            _window("rebuilds the table of notes", rebuilt),
            _window("adds a column", added),
            *(_memory(command, [*rebuilt["release"], *added["release"]])
              for command in ("apply", "rehearse")),
            *self._backup(native),
            self._status(native),
        ]  # fmt: skip

    def _project(self, revision: Revision, *, stock: bool = False) -> Project:
        folder = self.folder / f"{revision.name}{'-stock' * stock}"
        project = Project(folder, self.code, f"sqlite:///{self._work}", revision, stock=stock)
        self._begin_anew()
        project.flask("db", "current")  # Python compiles what it has not seen
        return project

    def _begin_anew(self) -> None:
        for file in self.folder.glob(f"{self._work.name}*"):
            file.unlink()
        shutil.copyfile(self.base, self._work)
        os.sync()

    def _released(self, project: Project, beside: Mapping[str, Callable[[], Figures]]) -> Found:
        sides = {
            **beside,
            "release": lambda: self._release(project),
            "start": lambda: project.measure("db", "current"),
        }
        return interleaved(self.rounds, sides)

    def _upgrade(self, stock: Project) -> Figures:
        self._begin_anew()
        return stock.measure("db", "upgrade")

    def _release(self, project: Project) -> Figures:
        self._begin_anew()
        rehearsal = project.measure("release", "--json", "rehearse")
        os.sync()
        applied = project.measure("release", "--json", "apply")
        project.forget_backups()
        return {"rehearse": rehearsal, "apply": applied}

    def _parts(self) -> Figures:
        """The seconds of what `apply` is made of, each of them alone."""
        self._begin_anew()
        copy = self.folder / "copy.db"
        with self._database.reading() as connection:
            found = {
                "backup": timed(lambda: self._database.dump(copy)),
                "integrity": timed(lambda: self._database.check_dump(copy)),
                "census": timed(lambda: census.take(connection, _ALEMBICS)),
                "quick": timed(lambda: self._database.integrity(connection, thorough=False)),
                "references": timed(lambda: self._database.broken_references(connection)),
            }
        copy.unlink()
        return found

    def _backup(self, project: Project) -> list[Row]:
        self._begin_anew()
        copy = self.folder / "copy.db"

        def copied(by: Callable[[], object]) -> Figures:
            found = timed(by)
            copy.unlink()
            return {"seconds": found}

        def cp() -> None:
            subprocess.run(["cp", self._work, copy], check=True)
            sync(copy)

        def whole() -> Figures:
            os.sync()
            found = project.measure("release", "backup")
            project.forget_backups()
            return found

        short: dict[str, Callable[[], Figures]] = {
            "cp": lambda: copied(cp),
            "copying": lambda: copied(lambda: self._database.dump(copy)),
        }
        found = interleaved(5 * self.rounds - 4, short)
        plain, copying = of(found["cp"]), of(found["copying"])
        start = {"start": lambda: project.measure("db", "current")}
        more = interleaved(self.rounds, {**short, "flask release backup": whole, **start})
        beside, command = of(more["cp"]), work(more["flask release backup"], more["start"])
        return [
            Row(
                "Backup: how fast it copies", seconds("copying", copying),
                seconds("cp and fsync", plain), ratios(plain, copying), at_least=0.6,
            ),
            Row(
                "Backup: the whole command, with its check, its hash and its counts",
                seconds("backup", command), seconds("cp and fsync", beside),
                ratios(beside, command),
            ),
        ]  # fmt: skip

    def _status(self, project: Project) -> Row:
        """With a rehearsal, a backup and a pending revision to tell of."""
        self._begin_anew()
        project.flask("release", "backup")
        sides = {
            "status": lambda: project.measure("release", "status", allowed=(3,)),
            "current": lambda: project.measure("db", "current"),
        }
        found = interleaved(5 * self.rounds - 4, sides)
        status, current = of(found["status"]), of(found["current"])
        return Row(
            "flask release status", seconds("status", status),
            seconds("flask db current", current), ratios(status, current), at_most=1.5,
            detail=found,
        )  # fmt: skip


def _applied(found: Found) -> list[Figures]:
    return [figures["apply"] for figures in found["release"]]


def _rebuild(found: Found) -> list[Row]:
    applied = work(_applied(found), found["start"])
    plain = work(found["plain"], found["start"])
    start = seconds("start", of(found["start"]))
    stock, cpu = "stock flask db upgrade, foreign keys off", "processor"
    cpus = [work(side, found["start"], cpu) for side in (_applied(found), found["plain"])]
    return [
        Row(
            f"A revision that rebuilds the table of notes, without the {start} of Python",
            seconds("apply", applied), seconds(stock, plain), ratios(applied, plain),
            at_most=3.0, detail=found,
        ),
        Row(
            "The same in seconds of CPU, which a busy machine does not change",
            seconds("apply", cpus[0]), seconds(stock, cpus[1]), ratios(*cpus),
        ),
    ]  # fmt: skip


def _native(found: Found) -> list[Row]:
    applied, parts = work(_applied(found), found["start"]), found["parts"]
    least = [one["backup"] + one["integrity"] + one["census"] for one in parts]
    made_of = [
        one + part["census"] + part["quick"] + part["references"]
        for one, part in zip(least, parts, strict=True)
    ]
    alone = ", ".join(seconds(name, [part[name] for part in parts]) for name in parts[0])
    what, measured = "A revision that adds a column", seconds("apply", applied)
    return [
        Row(
            what, measured, seconds("its backup, integrity check, two censuses and verify", made_of)
            + f" ({alone})",
            ratios(applied, made_of), at_most=1.3, detail=found,
        ),
        Row(
            f"{what}, strictly read", measured,
            seconds("one backup, one integrity check, one census", least), ratios(applied, least),
            at_most=1.3,
        ),
    ]  # fmt: skip


def _window(what: str, found: Found) -> Row:
    windows = [figures["apply"]["window"] for figures in found["release"]]
    predicted = [figures["rehearse"]["window"] for figures in found["release"]]
    return Row(
        f"The window of a revision that {what}", seconds("closed for", windows),
        seconds("as rehearsed,", predicted), ratios(windows, predicted), at_least=0.7, at_most=1.3,
    )  # fmt: skip


def _memory(command: str, releases: list[Figures]) -> Row:
    peaks = [figures[command]["memory"] for figures in releases]
    middle = f"{command} {max(peaks):.0f} MB, median {median(peaks):.0f}"
    return Row(
        f"Memory of {command} at its peak", middle, f"{MEMORY} MB",
        [peak / MEMORY for peak in peaks], at_most=1.0, peak=True,
    )  # fmt: skip
