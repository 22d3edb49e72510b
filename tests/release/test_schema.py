"""Indexes, constraints, triggers and views: none is lost unnoticed, and none is missed in vain."""

from typing import Any

import pytest
import sqlalchemy as sa
from alembic.operations import Operations

from tests.release.trial import Change, Trial, case, cases

SHELF = "CREATE TABLE shelf (id INTEGER PRIMARY KEY)"
BOOK = """CREATE TABLE book (
    id INTEGER NOT NULL, title VARCHAR(40), price INTEGER, shelf_id INTEGER, parent_id INTEGER,
    CONSTRAINT pk_book PRIMARY KEY (id), CONSTRAINT uq_book_title UNIQUE (title),
    CONSTRAINT ck_book_price CHECK (price > 0 AND (price < 100 OR title <> 'it''s, (or) not')),
    CONSTRAINT fk_book_shelf FOREIGN KEY (shelf_id) REFERENCES shelf (id) ON DELETE CASCADE,
    CONSTRAINT fk_book_parent FOREIGN KEY (parent_id) REFERENCES book (id) ON UPDATE CASCADE)"""
ROWS = (
    "INSERT INTO shelf VALUES (1)",
    "INSERT INTO book VALUES (1, 'Rye', 12, 1, NULL), (2, '', 7, NULL, 1), (3, NULL, NULL, 1, 2)",
)
MADE = (SHELF, BOOK, *ROWS)
INDEX = (*MADE, "CREATE INDEX ix ON book (price)")
VIEW = (*MADE, "CREATE VIEW cheap AS SELECT title FROM book WHERE price < 10")


def batch(method: str, *arguments: Any, table: str = "book", **options: Any) -> Change:
    """One operation on a table in a batch: a rebuild on SQLite, ALTER on PostgreSQL."""

    def change(op: Operations) -> None:
        with op.batch_alter_table(table) as batch:
            getattr(batch, method)(*arguments, **options)

    return change


def rebuilt(op: Operations, **options: Any) -> None:
    """A batch that only adds a column, and so should lose nothing."""
    with op.batch_alter_table("book", recreate="always", **options) as batch:
        batch.add_column(sa.Column("colour", sa.Text()))


def without_cascade(op: Operations) -> None:
    with op.batch_alter_table("book") as batch:
        batch.drop_constraint("fk_book_shelf", type_="foreignkey")
        batch.create_foreign_key("fk_book_shelf", "shelf", ["shelf_id"], ["id"])


def looser(op: Operations) -> None:
    with op.batch_alter_table("book") as batch:
        batch.drop_constraint("ck_book_price", type_="check")
        batch.create_check_constraint("ck_book_price", sa.text("price > -1"))


def wider(op: Operations) -> None:
    with op.batch_alter_table("book") as batch:
        batch.drop_constraint("uq_book_title", type_="unique")
        batch.create_unique_constraint("uq_book_title", ["title", "price"])


def renamed_rules(op: Operations) -> None:
    with op.batch_alter_table("book") as batch:
        batch.drop_constraint("uq_book_title", type_="unique")
        batch.create_unique_constraint("uq_book_heading", ["title"])
        batch.drop_constraint("fk_book_shelf", type_="foreignkey")
        batch.create_foreign_key("fk_other", "shelf", ["shelf_id"], ["id"], ondelete="CASCADE")


def unique_in_another_way(op: Operations) -> None:
    op.drop_index("ix")
    with op.batch_alter_table("book") as batch:
        batch.create_unique_constraint("uq_price", ["price"])
        batch.drop_constraint("uq_book_title", type_="unique")
    op.create_index("ux_title", "book", ["title"], unique=True)


def no_key(op: Operations) -> None:
    with op.batch_alter_table("book") as batch:
        batch.drop_constraint("fk_book_parent", type_="foreignkey")
        batch.drop_constraint("pk_book", type_="primary")


def other_key(op: Operations) -> None:
    no_key(op)
    with op.batch_alter_table("book") as batch:
        batch.create_primary_key("pk_book", ["id", "price"])


@cases(
    case("an index", INDEX, "DROP INDEX ix", "object:ix"),
    case("an index of another column",
         INDEX, ("DROP INDEX ix", "CREATE INDEX ix ON book (title)"), "object:ix"),
    case("the uniqueness of an index",
         (*MADE, "CREATE UNIQUE INDEX ix ON book (price)"),
         ("DROP INDEX ix", "CREATE INDEX ix ON book (price)"), "object:ix"),
    case("the WHERE of an index",
         (*MADE, "CREATE UNIQUE INDEX ix ON book (price) WHERE title IS NOT NULL"),
         ("DROP INDEX ix", "CREATE UNIQUE INDEX ix ON book (price)"), "object:ix"),
    case("the DESC of an index",
         (*MADE, "CREATE INDEX ix ON book (title, price DESC)"),
         ("DROP INDEX ix", "CREATE INDEX ix ON book (title, price)"), "object:ix"),
    case("the expression of an index",
         (*MADE, "CREATE INDEX ix ON book (lower(title))"),
         ("DROP INDEX ix", "CREATE INDEX ix ON book (upper(title))"), "object:ix"),
    case("the order of an index's columns",
         (*MADE, "CREATE INDEX ix ON book (title, price)"),
         ("DROP INDEX ix", "CREATE INDEX ix ON book (price, title)"), "object:ix"),
    case("one of two indexes that are alike",
         (*INDEX, "CREATE INDEX ix_too ON book (price)"), "DROP INDEX ix", "object:ix"),
    case("a unique constraint",
         MADE, batch("drop_constraint", "uq_book_title", type_="unique"), "object:uq_book_title"),
    case("a unique constraint for a wider one", MADE, wider, "object:uq_book_title"),
    case("a check",
         MADE, batch("drop_constraint", "ck_book_price", type_="check"), "object:ck_book_price"),
    case("a check for a looser one", MADE, looser, "object:ck_book_price"),
    case("a foreign key",
         MADE, batch("drop_constraint", "fk_book_shelf", type_="foreignkey"),
         "object:fk_book_shelf"),
    case("a foreign key's ON DELETE", MADE, without_cascade, "object:fk_book_shelf"),
    case("a primary key", MADE, no_key, "object:pk_book", "object:fk_book_parent"),
    case("a primary key for another one",
         (*MADE, "UPDATE book SET price = 1 WHERE price IS NULL"), other_key,
         "object:pk_book", "object:fk_book_parent"),
    case("a view", VIEW, "DROP VIEW cheap", "object:cheap"),
    case("a view for another one",
         VIEW, ("DROP VIEW cheap", "CREATE VIEW cheap AS SELECT title FROM book"),
         "object:cheap"),
    case("a view over a column that goes",
         VIEW, ("DROP VIEW cheap", "ALTER TABLE book ADD colour TEXT",
                "CREATE VIEW cheap AS SELECT colour FROM book"),
         "object:cheap"),
)  # fmt: skip
def test_an_object_that_is_gone_or_says_something_else_is_a_loss(
    made: Change, change: Change, losses: set[str], trial: Trial
) -> None:
    assert trial.lost(made, change) == losses


def test_of_two_indexes_that_are_alike_one_is_lost_if_one_comes_in_their_place(
    trial: Trial,
) -> None:
    made = (*INDEX, "CREATE INDEX ix_2 ON book (price)")
    change = ("DROP INDEX ix", "DROP INDEX ix_2", "CREATE INDEX ix_3 ON book (price)")
    assert len(trial.lost(made, change)) == 1


@cases(
    case("nothing is done", VIEW, ()),
    case("new things are made",
         VIEW, ("CREATE TABLE more (id INTEGER PRIMARY KEY, book_id INTEGER REFERENCES book (id))",
                "CREATE INDEX ix_more ON more (book_id)", "ALTER TABLE book ADD colour TEXT",
                "CREATE INDEX ix_title ON book (title)",
                "CREATE VIEW dear AS SELECT title FROM book")),
    case("an index is made again, in other letters",
         (*MADE, "CREATE INDEX ix ON book (lower(title), price DESC) WHERE price > 1"),
         ("DROP INDEX ix",
          'create  INDEX "ix" on "book"(LOWER("title"),"price" desc) where "price">1')),
    case("an index says ASC, which is what it is",
         INDEX, ("DROP INDEX ix", "CREATE INDEX ix ON book (price ASC)")),
    case("an index has another name",
         INDEX, ("DROP INDEX ix", "CREATE INDEX ix_book_price ON book (price)")),
    case("two indexes change their names",
         (*INDEX, "CREATE INDEX ix_2 ON book (title)"),
         ("DROP INDEX ix", "DROP INDEX ix_2", "CREATE INDEX ix_2 ON book (price)",
          "CREATE INDEX ix_3 ON book (title)")),
    case("constraints have other names", MADE, renamed_rules),
    case("what was unique by an index is unique by a constraint, and the other way round",
         (*MADE, "CREATE UNIQUE INDEX ix ON book (price)"), unique_in_another_way),
    case("a view has another name",
         VIEW, ("DROP VIEW cheap", "CREATE VIEW low AS SELECT title FROM book WHERE price < 10")),
)  # fmt: skip
def test_no_object_is_lost_where(
    made: Change, change: Change, losses: set[str], trial: Trial
) -> None:
    assert not trial.lost(made, change)


@cases(
    case("a table and all that it had",
         (*INDEX, "CREATE TABLE other (id INTEGER PRIMARY KEY)"), "DROP TABLE book", "drop:book"),
    case("a column and its index, constraints and checks",
         (*MADE, "CREATE INDEX ix ON book (price, title)"),
         lambda op: [op.drop_index("ix"),
                     batch("drop_constraint", "ck_book_price", type_="check")(op),
                     batch("drop_column", "price")(op)],
         "drop:book.price"),
    case("a column with a name like a foreign key's target",
         (SHELF, BOOK.replace("title", "shelf"), ROWS[0]),
         lambda op: [batch("drop_constraint", "ck_book_price", type_="check")(op),
                     batch("drop_constraint", "uq_book_shelf", type_="unique")(op),
                     batch("drop_column", "shelf")(op),
                     batch("drop_constraint", "fk_book_shelf", type_="foreignkey")(op)],
         "drop:book.shelf", "object:fk_book_shelf"),
)  # fmt: skip
def test_what_goes_with_a_table_or_column_is_declared_by_its_drop_and_nothing_else_is(
    made: Change, change: Change, losses: set[str], trial: Trial
) -> None:
    assert trial.lost(made, change) == losses


RICH = (
    SHELF,
    """create table `book` (
    [id] integer primary key, "title" text UNIQUE,
    price int -- in "whole" euros, isn't it?
      DEFAULT (5) CONSTRAINT ck_book_price CHECK(price>0 and title<>')'), "Group" text,
    "order" text, "my (own), column" text, shelf_id int references shelf, /* , */
    parent_id int, constraint fk_parent foreign key(parent_id) references book(id)
      on update set null on delete CASCADE, constraint uq_two unique (title, "Group"))""",
    *ROWS[:1],
    "INSERT INTO book (id, title, shelf_id) VALUES (1, 'Rye', 1), (2, 'Oat', NULL)",
    'create unique index "ix one" on `book` ([order], "my (own), column")',
    "create index ix_two on book (price) where title is not null and price > 3",
)


@pytest.mark.sqlite_only
@cases(
    case("it was written in another way than Alembic writes", RICH, rebuilt),
    case("it is rebuilt twice", RICH, lambda op: [rebuilt(op), batch("drop_column", "colour")(op)]),
    case("it has no rowid",
         (SHELF, "CREATE TABLE book (id TEXT PRIMARY KEY, price INT) WITHOUT ROWID"), rebuilt),
    case("it is strict",
         (SHELF, "CREATE TABLE book (id TEXT PRIMARY KEY, price INT) STRICT"), rebuilt),
    case("its foreign key is deferred, and names its rules in another order",
         (SHELF, "CREATE TABLE book (id INTEGER PRIMARY KEY, shelf_id INTEGER,"
                 " FOREIGN KEY (shelf_id) REFERENCES shelf (id) ON UPDATE CASCADE"
                 " ON DELETE SET NULL DEFERRABLE INITIALLY DEFERRED)"), rebuilt),
    case("it has a type that SQLAlchemy does not know well",
         (SHELF, "CREATE TABLE book (id INTEGER PRIMARY KEY, at DATETIME(6), x whatever)"),
         "ALTER TABLE book ADD colour TEXT"),
)  # fmt: skip
def test_on_sqlite_a_table_that_is_rebuilt_loses_nothing_where(
    made: Change, change: Change, losses: set[str], trial: Trial
) -> None:
    assert not trial.lost(made, change)


def book(columns: str, *more: str) -> tuple[str, ...]:
    return (SHELF, f"CREATE TABLE book (id INTEGER PRIMARY KEY, price INTEGER, {columns})", *more)


@pytest.mark.sqlite_only
@cases(
    case("AUTOINCREMENT",
         (SHELF, "CREATE TABLE book (id INTEGER PRIMARY KEY AUTOINCREMENT)"), rebuilt,
         "object:book.id"),
    case("COLLATE", book("title TEXT COLLATE NOCASE"), rebuilt, "object:book.title"),
    case("DESC", book("title TEXT", "CREATE INDEX ix ON book (price, title DESC)"), rebuilt,
         "object:ix"),
    case("COLLATE in an index",
         book("title TEXT", "CREATE INDEX ix ON book (title COLLATE NOCASE)"), rebuilt,
         "object:ix"),
    case("triggers",
         book("title TEXT", "CREATE TRIGGER tr AFTER DELETE ON book BEGIN SELECT 1; END"),
         rebuilt, "object:tr"),
    case("triggers that speak of a column which goes",
         book("title TEXT", "CREATE TRIGGER tr AFTER DELETE ON book BEGIN SELECT old.title; END"),
         batch("drop_column", "title"), "drop:book.title", "object:tr"),
    case("UNIQUE after a type with a length", book("title VARCHAR(40) UNIQUE"), rebuilt,
         "object:book.unique (title)"),
    case("what to do about a conflict", book("title TEXT, UNIQUE (title) ON CONFLICT REPLACE"),
         rebuilt, "object:book.unique (title) on conflict replace"),
    case("the rules of a foreign key in small letters",
         book("shelf_id INTEGER references shelf on delete cascade"), rebuilt,
         "object:book.shelf_id references shelf (id) on delete cascade"),
    case("every constraint, where it spells the table with other capitals",
         (SHELF, "CREATE TABLE Book (id INTEGER PRIMARY KEY, title TEXT, UNIQUE (title))"),
         rebuilt, "object:Book.primary key", "object:Book.unique (title)"),
    case("DESC in a primary key",
         (SHELF, "CREATE TABLE book (id INT, price INT, CONSTRAINT pk PRIMARY KEY (price DESC))"),
         rebuilt, "object:pk"),
)  # fmt: skip
def test_on_sqlite_what_alembics_batch_loses_without_a_word_is_seen(
    made: Change, change: Change, losses: set[str], trial: Trial
) -> None:
    assert trial.lost(made, change) == losses


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("warning", "made", "loss"),
    [
        ("Unnamed CHECK", book("title TEXT, CHECK (price > 0)"), "book.check (price > 0)"),
        ("expression-based index", book("a TEXT", "CREATE INDEX ix ON book (lower(a))"), "ix"),
    ],
    ids=["unnamed CHECK", "expression index"],
)
def test_on_sqlite_what_alembics_batch_warns_of_is_refused_and_seen(
    warning: str, made: Change, loss: str, trial: Trial
) -> None:
    trial.connection.exec_driver_sql("SAVEPOINT before_it")
    with pytest.raises(Warning, match=warning):
        trial.lost(made, rebuilt)
    trial.connection.exec_driver_sql("ROLLBACK TO before_it")
    assert trial.lost(made, rebuilt, warned=True) == {f"object:{loss}"}


@pytest.mark.sqlite_only
@pytest.mark.parametrize(
    ("made", "error"),
    [
        (VIEW, "error in view cheap"),
        (book("twice INTEGER GENERATED ALWAYS AS (price * 2) STORED"), "into generated column"),
    ],
    ids=["a view", "a generated column"],
)
def test_on_sqlite_alembics_batch_fails_on_a_table_and_so_loses_nothing_of_it_that_has(
    made: Change, error: str, trial: Trial
) -> None:
    """If this fails, Alembic has learnt it: show above what it loses."""
    with pytest.raises(sa.exc.OperationalError, match=error):
        trial.lost(made, rebuilt)


@pytest.mark.sqlite_only
@cases(
    case("AUTOINCREMENT is kept, but not the highest number that it gave",
         (SHELF, "CREATE TABLE book (id INTEGER PRIMARY KEY AUTOINCREMENT)",
          "INSERT INTO book VALUES (1), (9)", "DELETE FROM book WHERE id = 9"),
         lambda op: rebuilt(op, table_kwargs={"sqlite_autoincrement": True}), "object:book.id"),
    case("the options of a table",
         "CREATE TABLE book (id TEXT PRIMARY KEY) WITHOUT ROWID, STRICT",
         ("DROP TABLE book", "CREATE TABLE book (id TEXT PRIMARY KEY)"),
         "object:book.strict", "object:book.without rowid"),
    case("a view on a table that is gone", VIEW, "DROP TABLE book", "drop:book", "object:cheap"),
    case("a trigger on a view",
         (*VIEW, "CREATE TRIGGER tr INSTEAD OF DELETE ON cheap BEGIN SELECT 1; END"),
         "DROP TRIGGER tr", "object:tr"),
    case("a view and its trigger",
         (*VIEW, "CREATE TRIGGER tr INSTEAD OF DELETE ON cheap BEGIN SELECT 1; END"),
         "DROP VIEW cheap", "object:cheap"),
    case("one of two constraints that have one name",
         "CREATE TABLE book (a INT CONSTRAINT ck CHECK (a > 1) CONSTRAINT ck CHECK (a < 9))",
         ("DROP TABLE book", "CREATE TABLE book (a INT CONSTRAINT ck CHECK (a < 9))"),
         "object:ck"),
    case("a virtual table that keeps no rows of its own",
         book("title TEXT",
              "CREATE VIRTUAL TABLE search USING fts5(title, content='book', content_rowid='id')"),
         "DROP TABLE search", "drop:search"),
    case("a virtual table for another one",
         "CREATE VIRTUAL TABLE search USING fts5(title, tokenize='trigram')",
         ("DROP TABLE search", "CREATE VIRTUAL TABLE search USING fts5(title)"),
         "object:search"),
    case("what a generated column is made of",
         book("twice INTEGER AS (price * 2), thrice INTEGER AS (price * 3)"),
         ("ALTER TABLE book DROP twice", "ALTER TABLE book ADD twice INTEGER AS (price)",
          "ALTER TABLE book DROP thrice", "ALTER TABLE book ADD thrice INTEGER"),
         "object:book.twice", "object:book.thrice", "drop:book.thrice"),
    case("a collation that another column has got",
         "CREATE TABLE book (title TEXT COLLATE NOCASE, price TEXT)",
         ("DROP TABLE book", "CREATE TABLE book (title TEXT, price TEXT COLLATE NOCASE)"),
         "object:book.title"),
    case("everything but the rows, by CREATE TABLE … AS",
         (SHELF, "CREATE TABLE book (id INTEGER PRIMARY KEY, title TEXT COLLATE NOCASE,"
                 " CHECK (id > 0))"),
         ("CREATE TABLE new AS SELECT * FROM book", "DROP TABLE book",
          "ALTER TABLE new RENAME TO book"),
         "object:book.primary key", "object:book.title", "object:book.check (id > 0)"),
)  # fmt: skip
def test_on_sqlite_a_loss_of_what_it_alone_has_is_seen(
    made: Change, change: Change, losses: set[str], trial: Trial
) -> None:
    assert trial.lost(made, change) == losses


@pytest.mark.sqlite_only
def test_on_sqlite_a_view_that_was_broken_and_is_mended_is_no_loss(trial: Trial) -> None:
    made = ("CREATE VIEW cheap AS SELECT title FROM book",)
    assert not trial.lost(made, book("title TEXT"))


SERIAL = (
    "CREATE TABLE book (id SERIAL PRIMARY KEY, page INTEGER GENERATED BY DEFAULT AS IDENTITY)",
    "INSERT INTO book DEFAULT VALUES", "INSERT INTO book DEFAULT VALUES",
)  # fmt: skip
FUNCTION = """CREATE FUNCTION hear() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RETURN {}; END; $$"""
TRIGGER = (
    *MADE, FUNCTION.format("new"),
    "CREATE TRIGGER tr BEFORE INSERT ON book FOR EACH ROW EXECUTE FUNCTION hear()",
)  # fmt: skip
POLICY = (
    *MADE, "ALTER TABLE book ENABLE ROW LEVEL SECURITY",
    "CREATE POLICY own ON book USING (price > 1)",
)  # fmt: skip
EXCLUSION = "EXCLUDE USING gist (during WITH &&)"
RESERVED = f"CREATE TABLE book (during int4range, CONSTRAINT ex {EXCLUSION})"


@pytest.mark.postgresql_only
@cases(
    case("a trigger", TRIGGER, "DROP TRIGGER tr ON book", "object:tr"),
    case("a trigger that is left disabled",
         TRIGGER, "ALTER TABLE book DISABLE TRIGGER tr", "object:tr"),
    case("what the function of a trigger does",
         TRIGGER, FUNCTION.format("NULL").replace("CREATE", "CREATE OR REPLACE"), "object:hear"),
    case("an identity", SERIAL, "ALTER TABLE book ALTER page DROP IDENTITY", "object:book.page"),
    case("a serial", SERIAL, "ALTER TABLE book ALTER id DROP DEFAULT", "object:book.id"),
    case("the highest number that was given",
         SERIAL, ("ALTER SEQUENCE book_id_seq RESTART", "TRUNCATE book RESTART IDENTITY"),
         "object:book.id", "object:book.page", "rows:book"),
    case("a sequence of nobody", "CREATE SEQUENCE bill", "DROP SEQUENCE bill", "object:bill"),
    case("an exclusion constraint",
         RESERVED, "ALTER TABLE book DROP CONSTRAINT ex", "object:ex"),
    case("a materialized view",
         (*MADE, "CREATE MATERIALIZED VIEW cheap AS SELECT title FROM book"),
         "DROP MATERIALIZED VIEW cheap", "object:cheap"),
    case("the rows that a materialized view keeps, for a plain one",
         (*MADE, "CREATE MATERIALIZED VIEW cheap AS SELECT title FROM book"),
         ("DROP MATERIALIZED VIEW cheap", "CREATE VIEW cheap AS SELECT title FROM book"),
         "object:cheap"),
    case("a collation",
         'CREATE TABLE book (title text COLLATE "C")', "ALTER TABLE book ALTER title TYPE text",
         "object:book.title"),
    case("what a generated column is made of",
         "CREATE TABLE book (price int, twice int GENERATED ALWAYS AS (price * 2) STORED)",
         "ALTER TABLE book ALTER twice DROP EXPRESSION", "object:book.twice"),
    case("a policy", POLICY, "DROP POLICY own ON book", "object:own"),
    case("row level security",
         POLICY, "ALTER TABLE book DISABLE ROW LEVEL SECURITY", "object:book.row level security"),
    case("a rule", (*MADE, "CREATE RULE keep AS ON DELETE TO book DO INSTEAD NOTHING"),
         "DROP RULE keep ON book", "object:keep"),
    case("that a foreign key is valid",
         MADE, ("ALTER TABLE book DROP CONSTRAINT fk_book_shelf",
                "ALTER TABLE book ADD CONSTRAINT fk_book_shelf FOREIGN KEY (shelf_id)"
                " REFERENCES shelf ON DELETE CASCADE NOT VALID"), "object:fk_book_shelf"),
    case("that a foreign key is deferrable",
         (SHELF, "CREATE TABLE book (shelf_id int CONSTRAINT fk REFERENCES shelf DEFERRABLE)"),
         "ALTER TABLE book ALTER CONSTRAINT fk NOT DEFERRABLE", "object:fk"),
    case("a unique index that a foreign key rests on, with the foreign key",
         ("CREATE TABLE shelf (id int)", "CREATE UNIQUE INDEX ux ON shelf (id)",
          "CREATE TABLE book (shelf_id int CONSTRAINT fk REFERENCES shelf (id))"),
         "DROP INDEX ux CASCADE", "object:ux", "object:fk"),
    case("an index of a materialized view",
         (*MADE, "CREATE MATERIALIZED VIEW cheap AS SELECT title FROM book",
          "CREATE INDEX ix ON cheap (title)"), "DROP INDEX ix", "object:ix"),
    case("what CASCADE takes along",
         VIEW, "ALTER TABLE book DROP title CASCADE", "drop:book.title", "object:cheap"),
    case("an index of a partitioned table",
         ("CREATE TABLE book (id int) PARTITION BY RANGE (id)",
          "CREATE TABLE book_1 PARTITION OF book FOR VALUES FROM (0) TO (9)",
          "CREATE INDEX ix ON book (id)"), "DROP INDEX ix", "object:ix"),
    case("what a batch loses that makes the table anew: the trigger, the highest number",
         (*SERIAL, *TRIGGER[-2:]), rebuilt, "object:tr", "object:book.id", "object:book.page"),
)  # fmt: skip
def test_on_postgresql_a_loss_of_what_it_alone_has_is_seen(
    made: Change, change: Change, losses: set[str], trial: Trial
) -> None:
    assert trial.lost(made, change) == losses


@pytest.mark.postgresql_only
@cases(
    case("a table without rows is made anew by a batch",
         ("CREATE TABLE book (id SERIAL PRIMARY KEY, price INT GENERATED BY DEFAULT AS IDENTITY)",
          "CREATE INDEX ix ON book ((id + 1))", "CREATE INDEX ix_2 ON book (price DESC)"), rebuilt),
    case("a constraint becomes valid",
         (*MADE, "ALTER TABLE book ADD CONSTRAINT ck CHECK (price > 1) NOT VALID"),
         "ALTER TABLE book VALIDATE CONSTRAINT ck"),
    case("a unique index becomes a constraint",
         (*MADE, "CREATE UNIQUE INDEX ux ON book (price)"),
         "ALTER TABLE book ADD CONSTRAINT uq_price UNIQUE USING INDEX ux"),
    case("a trigger is enabled",
         (*TRIGGER, "ALTER TABLE book DISABLE TRIGGER tr"), "ALTER TABLE book ENABLE TRIGGER tr"),
    case("indexes, constraints and triggers are renamed",
         (*TRIGGER, "CREATE INDEX ix ON book (price)"),
         ("ALTER INDEX ix RENAME TO ix_2", "ALTER TRIGGER tr ON book RENAME TO tr_2",
          "ALTER TABLE book RENAME CONSTRAINT uq_book_title TO uq_2",
          "ALTER TABLE book RENAME CONSTRAINT pk_book TO pk_2")),
    case("a type grows that a check and indexes speak of",
         ("CREATE TABLE book (a varchar CHECK (a IN ('x', 'y') AND a <> ''), b int CHECK (b > 1))",
          "CREATE INDEX ix ON book (lower(a)) WHERE a <> 'z'"),
         ("ALTER TABLE book ALTER a TYPE text", "ALTER TABLE book ALTER b TYPE bigint")),
    case("a serial becomes an identity",
         SERIAL, ("ALTER TABLE book ALTER id DROP DEFAULT", "DROP SEQUENCE book_id_seq",
                  "ALTER TABLE book ALTER id ADD GENERATED ALWAYS AS IDENTITY (START 3)",
                  "SELECT nextval('book_id_seq')")),
    case("two functions have one name",
         ("CREATE FUNCTION f(int) RETURNS int LANGUAGE sql AS 'SELECT 1'",
          "CREATE FUNCTION f(text) RETURNS int LANGUAGE sql AS 'SELECT 1'"), MADE),
    case("there are types that SQLAlchemy does not know",
         ("CREATE TYPE pair AS (a int, b int)", "CREATE DOMAIN short AS varchar(3)",
          "CREATE TABLE book (p pair, s short, x xml, t tsvector, n name, c \"char\")",
          "INSERT INTO book VALUES ('(1,2)', 'abc', '<a/>', 'a b', 'n', 'c')"),
         "ALTER TABLE book ADD colour text"),
)  # fmt: skip
def test_on_postgresql_no_object_is_lost_where(
    made: Change, change: Change, losses: set[str], trial: Trial
) -> None:
    assert not trial.lost(made, change)
