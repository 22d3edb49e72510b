"""A copy of the site as it is now, with a database and one revision of its own."""

import json
import os
import shutil
import sys
import textwrap
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import flask_migrate
from alembic.script import ScriptDirectory

from bench.rounds import Figures, Ran, run

ROOT = Path(__file__).parent.parent  # of the project
_CACHES = shutil.ignore_patterns("__pycache__", ".*")
_MAIN = """
from sqlalchemy import Column, String, event

from website import create_app, db

app = create_app()
if {has_revision}:  # the models have what the revision makes
    db.metadata.tables["note"].append_column(Column("colour", String(20)))
with app.app_context():
    if {is_stock} and db.engine.dialect.name == "sqlite":
        # With foreign keys on, a rebuilt table would lose its children, and that takes time too.
        event.listen(db.engine, "connect", lambda one, _: one.execute("PRAGMA foreign_keys=OFF"))
"""
_REVISION = '''"""Add a colour."""

import sqlalchemy as sa
from alembic import op

revision = "bbbbbbbbbbbb"
down_revision = "{after}"


def upgrade():
{upgrade}


def downgrade():
{downgrade}
'''


@dataclass(frozen=True)
class Revision:
    name: str
    upgrade: str
    downgrade: str


# The way back is rehearsed with the other revision; here it would take a minute a round.
REBUILD = Revision(
    "rebuild",
    """
    with op.batch_alter_table("note", recreate="always") as batch:
        batch.add_column(sa.Column("colour", sa.String(20)))
    """,
    'raise NotImplementedError("it is rehearsed elsewhere")',
)
ADD_COLUMN = Revision(
    "add_column",
    'op.add_column("note", sa.Column("colour", sa.String(20)))',
    'op.drop_column("note", "colour")',
)
FILL_COLUMN = Revision(
    "fill_column",
    ADD_COLUMN.upgrade + "\nop.execute(\"UPDATE note SET colour = 'red'\")",
    ADD_COLUMN.downgrade,
)


def snapshot(folder: Path) -> Path:
    """The code of this moment, so that all of it is measured as one, whoever edits it."""
    for name in ("website", "migrations"):
        shutil.copytree(ROOT / name, folder / name, ignore=_CACHES)
    return folder


class Project:
    """The site in a folder, with the default settings and a database of its own.

    `stock` is the plain way: the `env.py` that Flask-Migrate writes for everyone.
    """

    def __init__(
        self,
        folder: Path,
        code: Path,
        url: str,
        revision: Revision | None = None,
        *,
        stock: bool = False,
    ) -> None:
        self.folder, self.url = folder, url
        self.backups = folder / "instance" / "backups"
        migrations = folder / "migrations"
        shutil.copytree(code, folder)
        main = _MAIN.format(has_revision=revision is not None, is_stock=stock)
        (folder / "main.py").write_text(main, "utf-8")
        if revision is not None:
            script = _REVISION.format(
                after=ScriptDirectory(str(migrations)).get_current_head(),
                upgrade=_body(revision.upgrade),
                downgrade=_body(revision.downgrade),
            )
            (migrations / "versions" / f"9999_{revision.name}.py").write_text(script, "utf-8")
        if stock:
            template = Path(flask_migrate.__file__).parent / "templates" / "flask"
            shutil.copy(template / "env.py", migrations)
            shutil.copy(template / "alembic.ini.mako", migrations / "alembic.ini")

    def flask(self, *arguments: str, allowed: Collection[int] = (0,)) -> Ran:
        """A real `flask …`, with none of the settings of whoever runs the benchmark."""
        environment = {
            "PATH": os.environ["PATH"],
            "TMPDIR": str(self.folder),
            "DATABASE_URL": self.url,
            "SECRET_KEY": "of a benchmark: 0123456789 abcdefghij",
            "FLASK_APP": "main.py",
        }
        command = [str(Path(sys.executable).with_name("flask")), *arguments]
        return run(command, self.folder, environment, allowed)

    def measure(self, *arguments: str, allowed: Collection[int] = (0,)) -> Figures:
        """The same as figures, with what a command of `flask release` says of its own steps."""
        ran = self.flask(*arguments, allowed=allowed)
        said = json.loads(ran.said) if "--json" in arguments else {}
        steps = said.get("steps") or said.get("seconds")
        return {
            "seconds": ran.seconds, "processor": ran.processor, "memory": ran.memory,
            "steps": steps, "window": said.get("window"),
        }  # fmt: skip

    def forget_backups(self) -> None:
        """Leave the receipt of the rehearsal, and no backup."""
        for file in self.backups.glob("*.d*"):
            file.unlink()


def _body(statements: str) -> str:
    return textwrap.indent(textwrap.dedent(statements).strip(), "    ")
