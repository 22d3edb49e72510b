"""The benchmark runs, whatever it finds: how fast a machine is today is no business of a test."""

import json
import math
import sqlite3
from pathlib import Path

from bench import corpus, finding, release, report, saving, serving, writing
from bench.postgresql import copy_rows, count_on, durable, fill_index
from bench.project import snapshot
from bench.release_postgresql import OnPostgresql
from bench.release_sqlite import OnSqlite
from tests.conftest import lacking
from tests.databases import make_app, upgrade
from tests.postgresql import MISSING
from website import db
from website.models import User
from website.models.search.grammar import parse
from website.models.search.index import check
from website.models.search.search import Search


def assert_finite(rows: list[report.Row]) -> None:
    assert all(row.rounds and all(map(math.isfinite, row.rounds)) for row in rows)


def test_every_goal_of_a_release_on_sqlite_gets_a_figure(tmp_path: Path) -> None:
    facts, rows = release.measure(500, 1, postgresql=False)
    assert_finite(rows)
    assert len(rows) == 11
    assert [row.what for row in rows if row.met is None] == [
        "The same in seconds of CPU, which a busy machine does not change",
        "Backup: the whole command, with its check, its hash and its counts",
    ]
    report.write(tmp_path / "results" / "release", "Title", facts, rows)
    table = (tmp_path / "results" / "release.md").read_text("utf-8")
    assert table.startswith("# Title\n")
    assert all(f"| {row.what} | {row.measured} |" in table for row in rows)
    kept = json.loads((tmp_path / "results" / "release.json").read_text("utf-8"))
    assert [row["ratio"] for row in kept["rows"]] == [row.ratio for row in rows]


def test_every_goal_on_postgresql_gets_a_figure(tmp_path: Path) -> None:
    with durable() as server:
        if server is None:
            lacking(MISSING)
        code = snapshot(tmp_path / "code")
        source = OnSqlite(tmp_path, code, 500, 1).base
        rows = OnPostgresql(tmp_path, code, source, server, 1).rows()
        saved = saving.on_postgresql(server, 5, 1)
        folder = server.folder
    assert_finite([*rows, *saved])
    assert [row.limit for row in [*rows, *saved]] == ["≤ 3.00", "", "≤ 2.50", ""]
    assert not folder.exists()


def test_notes_that_are_copied_to_postgresql_are_found_there(tmp_path: Path) -> None:
    file = tmp_path / "some.db"
    corpus.fill(f"sqlite:///{file}", (150,))
    with durable() as server:
        if server is None:
            lacking(MISSING)
        url = server.database("some")
        upgrade(url)
        copy_rows(file, url)
        count_on(url)
        fill_index(url)
        with make_app(url).app_context():
            assert [*check(db.session.connection())] == []
            person = User.by_email(corpus.reader(150))
            assert person is not None
            found = Search(person.id).all(parse("the")).note_ids
            db.session.rollback()
            db.engine.dispose()
    with sqlite3.connect(file) as connection:
        (held,) = connection.execute(
            "SELECT count(*) FROM findable JOIN note ON note.id = note_id WHERE trashed_at IS NULL"
            " AND instr(findable.title || ' ' || findable.text, 'the')"
        ).fetchone()
    connection.close()
    assert len(found) == held > 50


def test_every_goal_of_writing_gets_a_figure_and_a_save_is_taken_apart() -> None:
    _, rows, words = writing.measure(5, 1, postgresql=False, browser=False)
    assert_finite(rows)
    assert [row.limit for row in rows] == ["≤ 2.50", "", *["≤ 1.00"] * 7, "≤ 1.50", "≤ 1.50", ""]
    assert "% | `website/models/versioned.py: save` |" in words


def test_every_page_that_lists_or_finds_gets_a_figure_on_both_databases() -> None:
    _, rows = finding.measure(2, 1, (2, 60))
    assert_finite(rows)
    assert len(rows) == 2 * 2 * (3 + len(finding.SEARCHES))
    assert {row.limit for row in rows} == {"≤ 3.00", "≤ 3.50", "≤ 1.20", "≤ 2.50", ""}


def test_the_server_is_measured_over_one_connection_and_eight_and_drawn(tmp_path: Path) -> None:
    _, rows, words, shown = serving.measure(tmp_path, (60, 80), 0.1, 1, postgresql=False)
    assert_finite(rows)
    asked = 3 + len(serving.SEARCHES) + 3
    assert len(words.splitlines()) == 5 + 2 * 2 * (asked + 1)
    wrong = [row for row in rows if row.what.startswith("The same, answers")]
    assert [row.met for row in wrong] == 2 * [True], [row.measured for row in wrong]
    file = tmp_path / "plot.svg"
    serving.plot("SQLite", shown["SQLite"], file)
    assert file.read_text("utf-8").count("<!-- a") >= 4  # as it writes words into the drawing
