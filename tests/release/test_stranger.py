"""The room on an application that is not this one: copied as it stands, and nothing else."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests import forks
from tests.migrations.scratch import ROOT

APP = """
from flask import Flask
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy

from website import release

app = Flask(__name__)
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///shop.sqlite"
db = SQLAlchemy(app)

ordered = db.Table(
    "ordered",
    db.Column("order_id", db.Integer, db.ForeignKey("order.id"), primary_key=True),
    db.Column("item_id", db.Integer, db.ForeignKey("item.id"), primary_key=True),
)


class Customer(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    name = db.Column(db.String(80), unique=True, nullable=False)
    orders = db.relationship("Order", backref="customer")


class Order(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    customer_id = db.Column(db.Integer, db.ForeignKey("customer.id", ondelete="CASCADE"))
    paid = db.Column(db.Boolean, default=False)
    items = db.relationship("Item", secondary=ordered)


class Item(db.Model):
    id = db.Column(db.Integer, primary_key=True)
    title = db.Column(db.Text, index=True)
    price = db.Column(db.Numeric(10, 2), db.CheckConstraint("price >= 0"))
    # one more column


@app.route("/")
def front():
    return f"{Item.query.count()} items"


def prices(connection):
    dear = connection.exec_driver_sql("SELECT title FROM item WHERE price > 1000")
    return [f"{title} costs too much." for title in dear.scalars()]


def counts(client):
    if client.get("/").text != "2 items":
        yield "the front page does not count."


Migrate(app, db)
release.init_app(app, checks={"prices": prices}, smoke={"counting": counts})
"""
DATA = """
INSERT INTO customer (id, name) VALUES (1, 'Ada'), (2, 'Bo');
INSERT INTO "order" (id, customer_id, paid) VALUES (1, 1, 1), (2, 1, 0), (3, 2, 1);
INSERT INTO item (id, title, price) VALUES (1, 'Rye', 3.5), (2, 'नोट', 0);
INSERT INTO ordered VALUES (1, 1), (1, 2), (2, 1), (3, 2);
"""


class Shop:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        shutil.copytree(
            ROOT / "website" / "release", folder / "website" / "release",
            ignore=shutil.ignore_patterns("__pycache__"),
        )  # fmt: skip
        (folder / "website" / "__init__.py").touch()
        (folder / "app.py").write_text(APP)
        self.file = folder / "instance" / "shop.sqlite"

    def flask(self, *arguments: str, status: int = 0) -> str:
        inherited = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        done = forks.run(["-m", "flask", *arguments], self.folder, inherited)
        assert done.returncode == status, (arguments, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        return done.stdout + done.stderr

    def rows(self, statement: str) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.file)) as connection:
            return list(connection.execute(statement))

    def do(self, statement: str) -> None:
        with closing(sqlite3.connect(self.file)) as connection, connection:
            connection.execute(statement)

    def change(self, code: str) -> None:
        """One more column, as its developer would write it."""
        text = (self.folder / "app.py").read_text()
        (self.folder / "app.py").write_text(text.replace("# one more column", code))


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    """Made with Flask-Migrate's own commands and its stock env.py, and with data in it."""
    shop = Shop(tmp_path)
    shop.flask("db", "init")
    shop.flask("db", "migrate", "-m", "first")
    shop.flask("db", "upgrade")
    with closing(sqlite3.connect(shop.file)) as connection:
        connection.executescript(DATA)
    return shop


def test_on_sqlite_a_strangers_application_is_released_without_a_line_of_ours(shop: Shop) -> None:
    env = (shop.folder / "migrations" / "env.py").read_text()
    assert "at revision" in shop.flask("release", "status").lower()
    assert "All is well" in shop.flask("release", "verify")

    shop.change("colour = db.Column(db.String(20), server_default='red')")
    shop.flask("release", "verify", status=4)  # the models are ahead of the revisions
    shop.flask("db", "migrate", "-m", "colour")
    assert "colour" in shop.flask("release", "status", status=3)
    shop.flask("release", "verify", status=3)
    assert "unnamed-constraint" in shop.flask("release", "lint", status=5)
    first = shop.rows("SELECT version_num FROM alembic_version")[0][0]
    assert "nothing to say" in shop.flask("release", "lint", "--since", str(first))
    assert "ADD COLUMN colour" in shop.flask("release", "plan")
    shop.flask("release", "apply", status=7)
    assert "went well" in shop.flask("release", "rehearse")
    backup = shop.flask("release", "backup").partition(": ")[0].splitlines()[-1]
    before = shop.rows("SELECT * FROM ordered ORDER BY 1, 2")
    assert "The site was closed for" in shop.flask("release", "apply")
    assert "All is well" in shop.flask("release", "verify")
    assert shop.rows("SELECT DISTINCT colour FROM item") == [("red",)]
    assert shop.rows("SELECT * FROM ordered ORDER BY 1, 2") == before
    assert "none of the models" not in shop.flask("db", "check")

    shop.flask("release", "restore", backup, "--yes")
    assert shop.rows("SELECT name FROM pragma_table_info('item')")[-1] == ("price",)
    assert (shop.folder / "migrations" / "env.py").read_text() == env


def test_on_sqlite_a_strangers_own_check_is_part_of_verify_and_its_requests_of_a_rehearsal(
    shop: Shop,
) -> None:
    assert "All is well: integrity, references, models, objects, prices." in shop.flask(
        "release", "verify"
    )
    shop.change("colour = db.Column(db.String(20))")
    shop.flask("db", "migrate", "-m", "colour")
    shop.do("INSERT INTO item (title, price) VALUES ('Yacht', 1)")
    assert "counting failed" in shop.flask("release", "rehearse", status=7)
    shop.do("UPDATE item SET price = 100000 WHERE title = 'Yacht'")
    said = shop.flask("release", "apply", "--no-rehearsal", "a test", status=11)
    assert "Yacht costs too much." in said
    assert "was put back" in said
    shop.do("DELETE FROM item WHERE title = 'Yacht'")
    assert "went well" in shop.flask("release", "rehearse")


def test_on_sqlite_a_strangers_rebuilt_table_keeps_its_children(shop: Shop) -> None:
    """Batch mode is what Flask-Migrate writes; with the stock env.py a cascade would follow."""
    text = (shop.folder / "app.py").read_text()
    (shop.folder / "app.py").write_text(text.replace("String(80), unique", "String(90), unique"))
    shop.flask("db", "migrate", "-m", "longer names")
    shop.flask("release", "rehearse")
    before = shop.rows('SELECT * FROM "order" ORDER BY id')
    shop.flask("release", "apply")
    assert shop.rows('SELECT * FROM "order" ORDER BY id') == before
    assert shop.rows("SELECT name FROM customer ORDER BY id") == [("Ada",), ("Bo",)]


def test_on_sqlite_a_strangers_lost_rows_are_refused_and_nothing_is_changed(shop: Shop) -> None:
    shop.flask("db", "revision", "-m", "tidy")
    (revision,) = (shop.folder / "migrations" / "versions").glob("*_tidy.py")
    code = revision.read_text()
    assert "def upgrade():\n    pass" in code
    revision.write_text(
        code.replace(
            "def upgrade():\n    pass", "def upgrade():\n    op.execute('DELETE FROM item')"
        )
    )
    before = shop.rows("SELECT * FROM item")
    said = shop.flask("release", "apply", "--no-rehearsal", "a test", status=10)
    assert 'expected_loss = ["rows:item"]' in said
    assert shop.rows("SELECT * FROM item") == before
