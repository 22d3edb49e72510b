"""What a move to PostgreSQL, and a release there, cost beside the plain way."""

from pathlib import Path

from bench.postgresql import Durable, copy_rows
from bench.project import FILL_COLUMN, Project
from bench.report import Row, seconds
from bench.rounds import Figures, interleaved, of, ratios, timed, work


class OnPostgresql:
    """Every measurement begins with a database of its own; `source` is an SQLite file."""

    def __init__(
        self, folder: Path, code: Path, source: Path, server: Durable, rounds: int
    ) -> None:
        self.folder, self.code, self.source = folder, code, source
        self.server, self.rounds = server, rounds
        Project(folder / "empty", code, server.database("empty")).flask("db", "upgrade")

    def rows(self) -> list[Row]:
        return [*self._move(), *self._release()]

    def _move(self) -> list[Row]:
        project = Project(self.folder / "move", self.code, f"sqlite:///{self.source}")
        project.flask("db", "current")  # Python compiles what it has not seen
        sides = {
            "COPY": self._copy,
            "move": lambda: self._move_once(project),
            "start": lambda: project.measure("db", "current"),
        }
        found = interleaved(self.rounds, sides)
        moved, plain = work(found["move"], found["start"]), of(found["COPY"])
        return [
            Row(
                "A move from SQLite to PostgreSQL", seconds("move", moved),
                seconds("a bare COPY of the same rows", plain),
                ratios(moved, plain), at_most=3.0, detail=found,
            )
        ]  # fmt: skip

    def _copy(self) -> Figures:
        url = self.server.database("base", "empty")
        return {"seconds": timed(lambda: copy_rows(self.source, url))}

    def _move_once(self, project: Project) -> Figures:
        url = self.server.database("moved")
        found = project.measure("release", "--json", "move", url)
        project.flask("release", "maintenance", "off")  # the old site stays closed
        return found

    def _release(self) -> list[Row]:
        url = f"{self.server.url}/work"
        project, stock = (
            Project(self.folder / f"pg-{is_stock}", self.code, url, FILL_COLUMN, stock=is_stock)
            for is_stock in (False, True)
        )

        def side(one: Project, *arguments: str) -> Figures:
            self.server.database("work", "base")
            found = one.measure(*arguments)
            one.forget_backups()
            return found

        for one in (project, stock):
            side(one, "db", "current")
        why = "a benchmark"
        sides = {
            "plain": lambda: side(stock, "db", "upgrade"),
            "apply": lambda: side(project, "release", "--json", "apply", "--no-rehearsal", why),
            "start": lambda: side(project, "db", "current"),
        }
        found = interleaved(1, sides)  # it has no goal, and takes a minute
        applied, plain = (work(found[name], found["start"]) for name in ("apply", "plain"))
        return [
            Row(
                "On PostgreSQL, a revision that adds a column and fills it",
                seconds("apply", applied), seconds("stock flask db upgrade", plain),
                ratios(applied, plain), detail=found,
            )
        ]  # fmt: skip
