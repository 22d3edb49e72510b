"""A statement says the same, however it is written, and all that SQLite reads in it is found."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import groupby

import pytest
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st
from sqlalchemy import Column, Text, create_engine
from sqlalchemy.engine import Connection
from sqlalchemy.exc import SQLAlchemyError

from website.release import census, ddl
from website.release.renames import Renames
from website.release.schema import describe

UNHURRIED = settings(  # on a machine that does other things too
    deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
PIECES = (
    "'",
    '"',
    "`",
    "[",
    "]",
    "(",
    ")",
    ",",
    "--",
    "/*",
    "*/",
    "\n",
    " ",
    ".",
    "::",
    "$$",
    "\0",
)
SQL = st.lists(
    st.sampled_from((*PIECES, "CREATE", "É", "İ", "a", "x1", "''", '""', "É", "e'\\"))
    | st.text(max_size=3),
    max_size=20,
).map("".join)


@given(SQL, st.booleans())
@settings(UNHURRIED, max_examples=500)
def test_any_text_can_be_read_and_its_one_spelling_is_its_own(sql: str, folds: bool) -> None:
    once = ddl.normal(sql, folds=folds)
    assert ddl.normal(once, folds=folds) == once
    assert list(ddl.tokens(sql)) is not None
    assert ddl.meaning(sql, folds=folds) is not None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ('CREATE TABLE "Note" (`id` int, [body] TEXT)', "create table note(id INT,body text)"),
        ("SELECT 'It''s' -- a comment, isn't it?\n, 2", "SELECT 'It''s' /* (one) */ ,2"),
        ('"a b"."c"', "[a b].`c`"),
        ('"say ""so"""', '[say "so"]'),
        ('"tick`"', "`tick```"),
        ("a /* to the end", "a"),
        ("CAFÉ", "cafÉ"),
    ],
)
def test_quotes_spaces_comments_and_case_mean_nothing(one: str, other: str) -> None:
    assert ddl.normal(one) == ddl.normal(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SELECT 'a'", "SELECT 'A'"),
        ("SELECT 'a  b'", "SELECT 'a b'"),
        ("SELECT 'a'", "SELECT a"),
        ('"a b"', "a b"),
        ("É", "é"),  # to SQLite, two names
        ("'--'", "'/*'"),
    ],
)
def test_what_is_in_a_text_or_a_name_means_something(one: str, other: str) -> None:
    assert ddl.normal(one) != ddl.normal(other)


def test_on_postgresql_a_name_in_quotes_is_not_the_one_without() -> None:
    assert ddl.words('"Body" "body" BODY', folds=False) == ['"Body"', "body", "BODY"]
    assert ddl.words("a[1] $x$ ; ' $x$ e'it\\'s'", folds=False) == [
        "a", "[", "1", "]", "$x$ ; ' $x$", "e'it\\'s'",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("((a)::text <> 'x'::text)", "(a <> 'x')", True),
        ("(a = ANY ((ARRAY['x'::character varying(9)])::text[]))",
         "(a = ANY (ARRAY['x'::text]))", True),
        ("(at)::timestamp(3) with time zone > now()", "at > now()", True),
        ("(a OR b) AND c", "a OR (b AND c)", False),
        ("a > 1", "a > 2", False),
    ],
)  # fmt: skip
def test_a_definition_means_the_same_without_casts_and_needless_brackets(
    one: str, other: str, alike: bool
) -> None:
    assert (ddl.meaning(one, folds=False) == ddl.meaning(other, folds=False)) == alike


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        ("a INT CONSTRAINT one CHECK (a > 0) CONSTRAINT two UNIQUE, CHECK (a < 9) UNIQUE (a, b), b",
         [("check", "one", "a > 0"), ("unique", "two", "unique (a)"), ("check", "", "a < 9"),
          ("unique", "", "unique (a, b)")]),
        ('"check" TEXT COLLATE nocase, "unique" TEXT COLLATE binary, PRIMARY KEY ("check" ASC)',
         [("collation", "check", "nocase"), ("primary key", "", "primary key (check)")]),
        ("id INTEGER PRIMARY KEY ON CONFLICT IGNORE AUTOINCREMENT NOT NULL",
         [("primary key", "", "primary key (id) on conflict ignore"),
          ("autoincrement", "id", "yes")]),
        ("'a b' INT REFERENCES 'c d' NOT NULL DEFAULT (1) CHECK (1)",
         [("foreign key", "", '"a b" references "c d" ()'), ("check", "", "1")]),
        ("a REFERENCES b (c) ON UPDATE SET DEFAULT ON DELETE SET NULL NOT DEFERRABLE NOT NULL",
         [("foreign key", "", "a references b (c) on delete set null on update set default")]),
        ("a REFERENCES b (c) MATCH FULL DEFERRABLE INITIALLY DEFERRED ON DELETE NO ACTION",
         [("foreign key", "", "a references b (c) deferrable initially deferred match full")]),
        ("a, b DEFAULT ('x, y(') GENERATED ALWAYS AS (a || ')') STORED, c AS (b)",
         [("generated", "b", "a || ')' stored"), ("generated", "c", "b virtual")]),
        ("a DOUBLE PRECISION (9, 2) UNIQUE ON CONFLICT REPLACE",
         [("unique", "", "unique (a) on conflict replace")]),
    ],
)  # fmt: skip
def test_a_table_says_what_it_has_besides_columns(
    columns: str, found: list[tuple[str, str, str]]
) -> None:
    assert list(ddl.extras(f"CREATE TABLE t ({columns})")) == found


@dataclass(frozen=True)
class Style:
    """One way to write a schema."""

    quotes: str
    space: str
    shout: bool

    def name(self, name: str) -> str:
        opening, closing = self.quotes[0], self.quotes[-1]
        return opening + name.replace(closing, closing * 2) + closing

    def write(self, *parts: str) -> str:
        """Words in this style, names in its quotes, and texts as they are: see `n` and `t`."""
        said = []
        for part in " ".join(parts).split("\1"):
            if part.startswith("<"):
                said.append(self.name(part[1:]))
            elif part.startswith("'"):
                said.append(part)
            else:
                said.append((part.upper() if self.shout else part).replace(" ", self.space))
        return "".join(said)


STYLES = st.builds(
    Style,
    st.sampled_from(['""', "``", '"']),
    st.sampled_from([" ", "\n\t", " /* , ( ' */ ", "--, it's\n "]),
    st.booleans(),
)


def n(name: str) -> str:
    """A name, as `Style.write` takes it."""
    return f"\1<{name}\1"


def t(text: str) -> str:
    """A text, the same way."""
    return f"\1'{text}'\1"


NAMES = st.sampled_from(
    ["id", "body", "Title", "order", "unique", "a b", 'sa"y', "it's", "x,y", "(z", "É", "check"]
)
OTHER_TABLE = "create table \1<other\1 ( \1<id\1 integer primary key , \1<code\1 text unique )"


@st.composite
def schemas(draw: st.DrawFn) -> list[str]:
    """Statements for one table with whatever SQLite knows, and for its indexes."""
    columns = draw(st.lists(NAMES, min_size=2, max_size=5, unique_by=str.lower))
    some = st.lists(st.sampled_from(columns), min_size=1, max_size=3, unique=True)
    parts = []
    for name in columns:
        kind = draw(st.sampled_from(["", "text", "varchar ( 20 )", "double precision"]))
        clauses = draw(
            st.lists(
                st.sampled_from([
                    "not null", f"default ( {t('x, (')} )", "collate nocase", "unique",
                    f"constraint {n('c 1')} unique on conflict replace",
                    f"check ( {n(name)} <> {t('A, (b')} )", f"references {n('other')}",
                    f"references {n('other')} ( {n('code')} ) on update cascade on delete set null",
                ]),
                max_size=3, unique=True,
            )
        )  # fmt: skip
        if sum("references" in clause for clause in clauses) < 2:
            parts.append(" ".join([n(name), kind, *clauses]))
        else:
            parts.append(n(name))
    if draw(st.booleans()):
        parts.append(f"primary key ( {' , '.join(map(n, draw(some)))} )")
    for at in range(draw(st.integers(0, 2))):
        parts.append(f"constraint {n(f'uq {at}')} unique ( {' , '.join(map(n, draw(some)))} )")
    if draw(st.booleans()):
        parts.append(
            f"foreign key ( {n(columns[0])} ) references {n('other')} ( {n('code')} )"
            " on delete cascade deferrable initially deferred"
        )
    made = [OTHER_TABLE, f"create table {n('My table')} ( {' , '.join(parts)} )"]
    for at in range(draw(st.integers(0, 2))):
        keys = " , ".join(n(name) + draw(st.sampled_from(["", " desc"])) for name in draw(some))
        made.append(
            f"create {draw(st.sampled_from(['', 'unique']))} index {n(f'ix {at}')}"
            f" on {n('My table')} ( {keys} )"
        )
    return made


@contextmanager
def database(schema: list[str], style: Style) -> Iterator[Connection]:
    engine = create_engine("sqlite://")
    with engine.connect() as connection:
        for statement in schema:
            connection.exec_driver_sql(style.write(statement))
        yield connection
    engine.dispose()


@given(schemas(), STYLES, STYLES)
@settings(UNHURRIED, max_examples=60)
def test_on_sqlite_a_schema_has_lost_nothing_to_itself_in_whatever_style_it_is_written(
    schema: list[str], style: Style, other: Style
) -> None:
    with database(schema, style) as one, database(schema, other) as two:
        before, renames = census.take(one), Renames(one)
        assert not list(census.losses(before, census.take(one), renames))
        assert not list(census.losses(before, census.take(two), renames))
        assert describe(one).things == describe(two).things


@given(schemas(), STYLES)
@settings(UNHURRIED, max_examples=60)
def test_on_sqlite_every_constraint_that_sqlite_knows_of_is_found(
    schema: list[str], style: Style
) -> None:
    with database(schema, style) as connection:
        things = describe(connection).things
        ours = {
            kind: [
                one  # two constraints can have one name
                for thing, says in things.items()
                if (thing.kind, thing.table) == (kind, "My table")
                for one in says.split("; ")
            ]
            for kind in ("unique", "primary key", "foreign key", "index")
        }

        def asked(pragma: str) -> list[tuple[object, ...]]:
            rows = connection.exec_driver_sql(f"PRAGMA {pragma}('My table')")
            return [tuple(row) for row in rows]

        keys = sorted((row[5], row[1]) for row in asked("table_info") if row[5])
        assert ours["primary key"] == ([f"primary key ({named(keys)})"] if keys else [])
        unique = {
            named(
                (row[0], row[2])
                for row in connection.exec_driver_sql(f"PRAGMA index_info('{name}')")
            )
            for _, name, _, origin, _ in asked("index_list")
            if origin == "u"
        }
        found = {says.removeprefix("unique (").partition(")")[0] for says in ours["unique"]}
        assert unique <= found | {named(keys)}
        assert len(ours["index"]) == sum(row[3] == "c" for row in asked("index_list"))
        foreign = [
            (key, sorted(rows, key=lambda row: row[1]))
            for key, rows in groupby(asked("foreign_key_list"), key=lambda row: row[0])
        ]
        assert len(set(ours["foreign key"])) <= len(foreign)
        for _, rows in foreign:
            column = named((row[1], row[3]) for row in rows)
            target = named((row[1], row[4] or "id") for row in rows)
            rules = [f" on delete {rows[0][6]}", f" on update {rows[0][5]}"]
            said = f"{column} references {ddl.spelled(str(rows[0][2]))} ({target})"
            said += "".join(rule for rule in rules if "NO ACTION" not in rule).lower()
            assert any(
                says.replace(" deferrable initially deferred", "") == said
                for says in ours["foreign key"]
            )


def named(pairs: object) -> str:
    return ", ".join(ddl.spelled(str(name)) for _, name in sorted(pairs))  # type: ignore[call-overload]


def facts(connection: Connection) -> set[object]:
    """What SQLite itself tells of the table: keys, columns of indexes with COLLATE and DESC."""
    key = connection.exec_driver_sql("PRAGMA table_info('My table')").all()
    found: set[object] = {tuple(sorted((row[5], row[1]) for row in key if row[5]))}
    for _, name, unique, origin, _ in connection.exec_driver_sql("PRAGMA index_list('My table')"):
        rows = connection.exec_driver_sql(f"PRAGMA index_xinfo('{name}')")
        columns = tuple((row[2], row[3], row[4]) for row in rows if row[5])
        if origin != "pk":  # which needs no index, where it is the rowid
            found.add((name if origin == "c" else origin, unique, columns))
    for row in connection.exec_driver_sql("PRAGMA foreign_key_list('My table')"):
        found.add((row[2], row[3], row[4] or "id", row[5], row[6]))
    return found


@given(schemas(), STYLES)
@settings(UNHURRIED, max_examples=40)
def test_on_sqlite_whatever_a_batch_loses_is_seen(schema: list[str], style: Style) -> None:
    with database(schema, style) as connection, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        before, renames, known = census.take(connection), Renames(connection), facts(connection)
        op = Operations(MigrationContext.configure(connection))
        try:
            with op.batch_alter_table("My table", recreate="always") as batch:
                batch.add_column(Column("colour", Text()))
        except SQLAlchemyError:
            reject()  # what Alembic cannot read at all, it leaves alone
        lost = list(census.losses(before, census.take(connection), renames))
        assert lost or known <= facts(connection)
