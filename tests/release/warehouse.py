"""A small application that is not this one: a column of every type, a trap in every table."""

import enum
import uuid
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

from website import release
from website.database import Instant

db = SQLAlchemy(
    metadata=sa.MetaData(
        naming_convention={"fk": "fk_%(table_name)s_%(column_0_name)s", "pk": "pk_%(table_name)s"}
    )
)


class Colour(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Upper(sa.types.TypeDecorator[str]):
    """Changes what it is handed, and leaves what is there already."""

    impl = sa.String(40)
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Any) -> str:
        return (value or "none").upper()


class Thing(db.Model):  # type: ignore[name-defined]
    __table_args__ = {"sqlite_autoincrement": True}
    id = sa.Column(sa.Integer, primary_key=True)
    parent_id = sa.Column(sa.ForeignKey("thing.id"))
    text = sa.Column(sa.Text)
    code = sa.Column(Upper)
    flag = sa.Column(sa.Boolean)
    big = sa.Column(sa.BigInteger)
    ratio = sa.Column(sa.Float)
    price = sa.Column(sa.Numeric(12, 4))
    naive = sa.Column(sa.DateTime)
    aware = sa.Column(sa.DateTime(timezone=True))
    instant = sa.Column(Instant)
    day = sa.Column(sa.Date)
    clock = sa.Column(sa.Time)
    lasts = sa.Column(sa.Interval)
    data = sa.Column(sa.JSON)
    blob = sa.Column(sa.LargeBinary)
    colour = sa.Column(sa.Enum(Colour, name="colour"))
    key = sa.Column(sa.Uuid)
    pickled = sa.Column(sa.PickleType)
    twice = sa.Column(sa.Integer, sa.Computed("id * 2", persisted=True))


holds = sa.Table(
    "holds",
    db.metadata,
    sa.Column("thing_id", sa.ForeignKey("thing.id"), primary_key=True),
    sa.Column("other_id", sa.ForeignKey("thing.id"), primary_key=True),
)


class Change(db.Model):  # type: ignore[name-defined]
    """Written by a trigger."""

    id = sa.Column(sa.Integer, primary_key=True)
    thing_id = sa.Column(sa.Integer)
    said = sa.Column(sa.Text)


REVISION = '''"""Everything."""

from alembic import op

from tests.release.warehouse import db

revision, down_revision, branch_labels, depends_on = "1d0", None, None, None


def upgrade():
    db.metadata.create_all(op.get_bind())
    op.execute("INSERT INTO change (thing_id, said) VALUES (0, 'by the revision')")
    logged = "INSERT INTO change (thing_id, said) VALUES (new.id, 'made 100%');"
    if op.get_bind().dialect.name == "sqlite":
        op.execute("CREATE VIRTUAL TABLE words USING fts5(text, content=thing, content_rowid=id)")
        op.execute("CREATE TABLE words_spoken (id INTEGER PRIMARY KEY)")
        op.execute(
            "CREATE TRIGGER word AFTER INSERT ON thing BEGIN"
            " INSERT INTO words (rowid, text) VALUES (new.id, new.text); END"
        )
        op.execute(f"CREATE TRIGGER log AFTER INSERT ON thing BEGIN {logged} END")
    else:
        op.execute("CREATE TABLE words_spoken (id INTEGER PRIMARY KEY)")
        op.execute("ALTER TABLE thing ADD COLUMN words tsvector")
        op.execute(
            "CREATE TRIGGER word BEFORE INSERT ON thing FOR EACH ROW EXECUTE FUNCTION"
            " tsvector_update_trigger('words', 'pg_catalog.simple', 'text')"
        )
        op.execute(
            "CREATE FUNCTION log() RETURNS trigger LANGUAGE plpgsql AS"
            f" $$ BEGIN {logged} RETURN new; END $$"
        )
        op.execute("CREATE TRIGGER log AFTER INSERT ON thing FOR EACH ROW EXECUTE FUNCTION log()")
        op.execute("CREATE INDEX ix_made ON change (said) WHERE said LIKE 'made %'")


def downgrade():
    raise NotImplementedError
'''
FULL: dict[str, Any] = {
    "text": "rye \\ \t\r\n\\N \U0001f5d2", "code": "ok", "flag": True, "big": 2**62, "ratio": 0.1,
    "price": Decimal("12345.6700"), "naive": datetime.fromisoformat("1999-12-31T23:59:59.999999"),
    "aware": datetime(2024, 2, 29, 12, tzinfo=UTC),
    "instant": datetime(2024, 2, 29, 12, 0, 0, 1, tzinfo=UTC),
    "day": date(1, 1, 1), "clock": time(23, 59, 59, 1), "lasts": timedelta(days=400, seconds=-1),
    "data": {"b": [1, 2.5, None, "é"], "a": {}}, "blob": bytes(range(256)), "colour": Colour.BLUE,
    "key": uuid.UUID(int=7), "pickled": {1, 2, 3},
}  # fmt: skip
ROWS: list[dict[str, Any]] = [
    {"id": 1, **FULL},
    {"id": 2, **dict.fromkeys(FULL), "data": sa.null()},
    {"id": 3, **FULL, "text": "", "flag": False, "big": -1, "data": None},  # the null of JSON
    {"id": 5, **FULL, "ratio": -1e300, "price": Decimal(0), "data": 7, "blob": b""},
]
HIGHEST = 90  # number ever given to a thing


@contextmanager
def warehouse(url: str, folder: Path) -> Iterator[Flask]:
    """The application in its context."""
    app = Flask(__name__, instance_path=str(folder))
    app.config.update(SQLALCHEMY_DATABASE_URI=url, BACKUP_DIR=str(folder / "backups"))
    db.init_app(app)

    def include_object(_object: Any, name: str, *_more: Any) -> bool:
        return name not in {"words", "words_spoken", "ix_made"}

    Migrate(app, db, directory=str(folder / "migrations"), include_object=include_object)
    release.init_app(app)
    with app.app_context(), warnings.catch_warnings():
        warnings.simplefilter("ignore", sa.exc.SAWarning)  # SQLite has no decimal numbers
        yield app
        db.engine.dispose()


def open_warehouse(url: str, folder: Path) -> None:
    """Make the tables of the application, and put rows into them."""
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True)
    (versions / "0001_everything.py").write_text(REVISION)
    with warehouse(url, folder) as app:
        applied = app.test_cli_runner().invoke(args=["release", "apply"])
        assert applied.exit_code == 0, applied.output
        with db.engine.begin() as connection:
            for row in ROWS:
                connection.execute(sa.insert(Thing), row)
            for statement in (
                "UPDATE thing SET code = 'Mixed' WHERE id = 1",
                "UPDATE thing SET code = NULL WHERE id = 2",
                "UPDATE thing SET parent_id = 4 - id WHERE id IN (1, 3)",
                "UPDATE thing SET parent_id = id WHERE id = 5",
                "INSERT INTO holds VALUES (1, 2), (2, 1), (5, 5)",
                "INSERT INTO words_spoken VALUES (4), (8)",
                f"INSERT INTO thing (id) VALUES ({HIGHEST})",
                f"DELETE FROM thing WHERE id = {HIGHEST}",
            ):
                connection.execute(sa.text(statement))


def contents(url: str, folder: Path) -> dict[str, list[Any]]:
    """Every row as the application sees it, and what is beside: NULLs, and an index of words."""
    with warehouse(url, folder), db.engine.connect() as connection:
        found: dict[str, list[Any]] = {
            name: sorted(repr([_plain(value) for value in row]) for row in rows)
            for name, table in db.metadata.tables.items()
            for rows in [connection.execute(sa.select(table))]
        }
        search = "SELECT rowid FROM words WHERE words MATCH 'rye' ORDER BY rowid"
        if connection.dialect.name == "postgresql":
            search = "SELECT id FROM thing WHERE words @@ 'rye'::tsquery ORDER BY id"
        for name, statement in (
            ("found by its words", search),
            ("without a text", "SELECT id FROM thing WHERE text IS NULL"),
            ("without data", "SELECT id FROM thing WHERE data IS NULL"),
            ("without a code", "SELECT id FROM thing WHERE code IS NULL"),
            ("words spoken", "SELECT id FROM words_spoken ORDER BY id"),
        ):
            found[name] = list(connection.scalars(sa.text(statement)))
    return found


def next_number(url: str, folder: Path) -> int:
    """That a new thing would get, which is then given back; its trigger is at work too."""
    with warehouse(url, folder), db.engine.connect() as connection:
        (number,) = connection.execute(sa.insert(Thing).values(text="new")).inserted_primary_key
        made = sa.select(Change.said).where(Change.thing_id == number)
        assert connection.scalars(made).all() == ["made 100%"]
        connection.rollback()
    return int(number)


def _plain(value: Any) -> Any:
    """A moment without a time zone was one in UTC."""
    if isinstance(value, datetime):
        return value.replace(tzinfo=value.tzinfo or UTC).astimezone(UTC)
    return value
