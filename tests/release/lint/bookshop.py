"""The revisions of a small application that is not this one, and those that a test adds to them."""

import textwrap
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from alembic.config import Config
from alembic.runtime.environment import EnvironmentContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Connection, create_engine, text

_HEAD = '''"""A revision."""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {after!r}

'''
_DOWNGRADE = '''

def downgrade():
    """Nothing to undo in an example."""
'''
BASE = """
def upgrade():
    op.create_table(
        "author",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("name", sa.String(50), nullable=False),
    )
    op.create_table(
        "book",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(200), server_default=sa.text("''"), nullable=False),
        sa.Column("pages", sa.Integer()),
        sa.Column("blurb", sa.Text()),
        sa.ForeignKeyConstraint(
            ["author_id"], ["author.id"], name="fk_book_author_id", ondelete="CASCADE"
        ),
        sa.CheckConstraint("pages IS NOT NULL", name="ck_book_pages"),
    )
    op.create_index("ix_book_title", "book", ["title"])
    op.create_table(
        "diary",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("day", sa.Date()),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_diary_day", "diary", [sa.text("day DESC")])
    op.create_table(
        "word",
        sa.Column("id", sa.Integer(), primary_key=True),
        sa.Column("word", sa.String(40), nullable=False),
        sa.Column("uses", sa.Integer()),
    )
    op.create_index("ix_word_word", "word", ["word"])
    if op.get_context().dialect.name == "sqlite":
        op.execute(
            "CREATE TRIGGER book_words AFTER INSERT ON book"
            " BEGIN SELECT new.title; END"
        )
"""
_ROWS = (
    "INSERT INTO author (id, name) VALUES (1, 'Ann')",
    "INSERT INTO book (id, author_id, title, pages) VALUES (1, 1, 'Tea', 90)",
    "INSERT INTO diary (id) VALUES (7)",
    "INSERT INTO word (id, word) VALUES (11, 'tea')",
)


class Bookshop:
    """A folder of revisions; the first makes the tables above."""

    def __init__(self, folder: Path) -> None:
        self.directory = folder / "bookshop"
        self.versions = self.directory / "versions"
        self.versions.mkdir(parents=True)
        self.add(BASE)

    def add(self, code: str, header: str = "") -> Path:
        """One more revision; what the code leaves out is put in, `header` before it."""
        number = len(list(self.versions.iterdir())) + 1
        after = f"r{number - 1}" if number > 1 else None
        path = self.versions / f"{number:04}_example.py"
        head = _HEAD.format(revision=f"r{number}", after=after)
        code = head + header + textwrap.dedent(code)
        path.write_text(code if "def downgrade" in code else code + _DOWNGRADE, encoding="utf-8")
        return path

    @property
    def scripts(self) -> list[Script]:
        """All revisions, oldest first."""
        return list(ScriptDirectory(str(self.directory)).walk_revisions())[::-1]

    def upgrade(self, connection: Connection, to: str = "heads") -> None:
        scripts = ScriptDirectory(str(self.directory))
        environment = EnvironmentContext(
            Config(), scripts, fn=lambda revision, _context: scripts._upgrade_revs(to, revision)
        )
        with environment:
            environment.configure(connection=connection)
            with environment.begin_transaction():
                environment.run_migrations()

    @contextmanager
    def open(self, url: str) -> Iterator[Connection]:
        """A database at the first revision, with a row in each table."""
        engine = create_engine(url)
        with engine.connect() as connection:
            self.upgrade(connection, "r1")
            for row in _ROWS:
                connection.execute(text(row))
            connection.commit()
            yield connection
        engine.dispose()
