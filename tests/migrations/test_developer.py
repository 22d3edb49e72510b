"""`flask db …` as a developer types it, from the project's root and with no flags."""

import logging
import re
from pathlib import Path
from typing import Any

import flask_migrate
import psycopg
import pytest
from alembic.script import Script, ScriptDirectory
from sqlalchemy import make_url

from tests.migrations.schema import connected, described, dump, in_both, rows
from tests.migrations.scratch import CHAIN, Chain, Project, downgrade, flask, site_on, upgrade
from tests.migrations.test_data import data_of
from website.release import lint

COLOUR = """

from sqlalchemy.orm import mapped_column as _new_column
Note.colour = _new_column("colour", String(20))
"""
NO_THROTTLE = """

from website.database import db as _db
_db.metadata.remove(Throttle.__table__)
"""
STRANGERS = (
    "CREATE TABLE diary (day TEXT PRIMARY KEY, mood INTEGER)",
    "CREATE INDEX ix_diary_mood ON diary (mood)",
    "INSERT INTO diary VALUES ('2024-02-29', 3)",
)
SEARCH = (
    "CREATE VIRTUAL TABLE search USING fts5(title, body)",
    "INSERT INTO search VALUES ('Rye', 'Flour, water, salt')",
)


def test_check_finds_that_the_models_and_a_migrated_database_agree(database_url: str) -> None:
    done = flask(database_url, "db", "check")
    assert done.returncode == 0, done.stderr
    assert "No new upgrade operations detected" in done.stdout


def test_a_new_column_is_refused_by_check_and_then_migrated_alone(
    written: str, project: Project
) -> None:
    project.append("note", COLOUR)
    checked = project.flask(written, "db", "check")
    assert checked.returncode != 0
    assert "colour" in checked.stderr

    files = project.files
    with connected(written) as connection:
        schema, data = described(connection), rows(connection)
    made = project.flask(written, "db", "migrate", "-m", "Add colour")
    assert made.returncode == 0, made.stderr
    (new,) = set(project.files) - set(files)
    assert new.name == f"{len(files) + 1:04}_add_colour.py"

    upgrade(written, directory=project.directory)
    with connected(written) as connection:
        changed, upgraded = described(connection), rows(connection)
    assert changed.pop("column note.colour")
    assert changed == schema
    assert {row["colour"] for row in upgraded["note"]} == {None}
    kept, now = in_both(data, upgraded)
    assert now == kept == in_both(data, data)[0]

    downgrade(written, "-1", directory=project.directory)
    with connected(written) as connection:
        assert described(connection) == schema
        assert rows(connection) == data


def test_migrate_with_nothing_to_do_writes_no_file_and_says_so(
    database_url: str, project: Project
) -> None:
    files = project.files
    done = project.flask(database_url, "db", "migrate", "-m", "Nothing")
    assert done.returncode == 0, done.stderr
    assert "no revision is needed" in done.stdout
    assert project.files == files


def test_migrate_leaves_tables_that_are_not_ours_alone(written: str, project: Project) -> None:
    sqlite = make_url(written).get_backend_name() == "sqlite"
    with connected(written) as connection:
        for statement in STRANGERS + SEARCH * sqlite:
            connection.exec_driver_sql(statement)
    before, files = dump(written), project.files
    done = project.flask(written, "db", "migrate", "-m", "Nothing of ours")
    assert done.returncode == 0, done.stderr
    assert "no revision is needed" in done.stdout
    assert (project.files, dump(written)) == (files, before)


def test_check_sees_that_a_model_of_ours_is_gone(database_url: str, project: Project) -> None:
    project.append("__init__", NO_THROTTLE)
    done = project.flask(database_url, "db", "check")
    assert done.returncode != 0
    assert re.search(r"remove_table.*throttle", done.stderr)


@pytest.mark.sqlite_only
@pytest.mark.parametrize("command", ["current", "check", "migrate"])
def test_on_sqlite_looking_at_a_database_that_is_not_there_makes_none(
    command: str, empty_url: str, chain: Chain, caplog: pytest.LogCaptureFixture
) -> None:
    path = make_url(empty_url).database or ""
    with site_on(empty_url), pytest.raises(SystemExit):
        getattr(flask_migrate, command)(str(chain.directory))
    assert not Path(path).exists()
    assert f"There is no database at sqlite:///{path}" in caplog.text


def test_history_and_heads_list_the_chain() -> None:
    nowhere = "sqlite:////nowhere/at/all.db"
    history = flask(nowhere, "db", "history")
    assert history.returncode == 0, history.stderr
    listed = re.findall(r"-> (\w+)", history.stdout)
    assert sorted(listed) == sorted(script.revision for script in CHAIN)
    heads = flask(nowhere, "db", "heads")
    assert heads.returncode == 0, heads.stderr
    assert heads.stdout.split() == [CHAIN[-1].revision, "(head)"]


def test_downgrade_goes_one_step_back_and_current_says_where_that_is(
    database_url: str, chain: Chain
) -> None:
    chain.add("thing", 'op.create_table("thing", sa.Column("id", sa.Integer()))',
              'op.drop_table("thing")')  # fmt: skip
    here = ("-d", str(chain.directory))
    assert flask(database_url, "db", "upgrade", *here).returncode == 0
    done = flask(database_url, "db", "downgrade", *here)
    assert done.returncode == 0, done.stderr
    assert re.search(rf"Running downgrade \w+ -> {CHAIN[-1].revision}, thing", done.stderr)
    current = flask(database_url, "db", "current", *here)
    assert current.returncode == 0, current.stderr
    assert current.stdout.split()[0] == CHAIN[-1].revision


@pytest.mark.postgresql_only
def test_on_postgresql_the_printed_sql_makes_the_same_database(
    database_url: str, empty_url: str
) -> None:
    done = flask(empty_url, "db", "upgrade", "--sql")
    assert done.returncode == 0, done.stderr
    address = make_url(empty_url).set(drivername="postgresql")
    with psycopg.connect(address.render_as_string(hide_password=False), autocommit=True) as server:
        server.execute(done.stdout)
    assert dump(empty_url) == dump(database_url)


def generated(chain: Chain, url: str, command: str, *arguments: Any, **options: Any) -> Script:
    """The file that `flask db …` has just written; loading it shows that it is valid Python."""
    known = set(chain.files)
    with site_on(url):
        getattr(flask_migrate, command)(str(chain.directory), *arguments, **options)
    (new,) = set(chain.files) - known
    every = ScriptDirectory(str(chain.directory)).walk_revisions()
    return next(script for script in every if Path(script.path) == new)


def comments(script: Script) -> list[str]:
    code = Path(script.path).read_text(encoding="utf-8")
    return [line for line in code.splitlines() if line.startswith("# ")]


def uncommented(script: Script, name: str) -> str:
    """The file in which a person took the sign of the comment from one line; returns the line."""
    path = Path(script.path)
    (line,) = [line for line in comments(script) if line.startswith(f"# {name} = ")]
    path.write_text(path.read_text(encoding="utf-8").replace(line, line[2:]), encoding="utf-8")
    return line[2:]


def rules(script: Script) -> set[str]:
    return {finding.rule for finding in lint.lint([script])}


@pytest.mark.parametrize(
    ("message", "stem"),
    [('Add colour: "red"', "_add_colour_red"), (None, "_"), ("a " * 60, f"_{'a_' * 30}")],
    ids=["short", "none", "long"],
)
def test_a_new_file_asks_for_its_data_test_by_name_and_without_one_the_test_says_so(
    message: str | None, stem: str, chain: Chain
) -> None:
    new = generated(chain, "sqlite:////nowhere/at/all.db", "revision", message)
    assert Path(new.path).stem == f"{len(chain.files):04}{stem}"
    wanted = f"tests/migrations/data/r{Path(new.path).stem}.py"
    assert f"Write {wanted} as well:" in comments(new)[0]
    with pytest.raises(pytest.fail.Exception, match=re.escape(f"Write {wanted} with seed")):
        data_of(new)


def test_a_new_file_shows_what_a_revision_can_say_of_itself_and_says_nothing_yet(
    chain: Chain,
) -> None:
    new = generated(chain, "sqlite:////nowhere/at/all.db", "revision", "Nothing yet")
    assert not rules(new)
    said = ("phase", "expected_loss", "lint_waive")
    assert not [name for name in said if hasattr(new.module, name)]
    for name in said:
        uncommented(new, name)
    assert rules(new) == {"waiver"}  # of RULE, which is none


@pytest.mark.sqlite_only
def test_on_sqlite_a_file_that_drops_something_offers_to_declare_it_and_declares_nothing(
    written: str, chain: Chain
) -> None:
    with connected(written) as connection:
        connection.exec_driver_sql("ALTER TABLE note ADD colour TEXT")
        connection.exec_driver_sql("CREATE INDEX ix_note_excerpt ON note (excerpt)")
    new = generated(chain, written, "migrate", "Tidy up")
    assert "undeclared-loss" in rules(new)
    line = uncommented(new, "expected_loss")
    assert re.findall('"(.+?)"', line) == ["object:ix_note_excerpt", "drop:note.colour"]
    assert not rules(new) & {"undeclared-loss", "malformed-loss"}


def test_a_file_that_looks_like_a_rename_offers_no_loss_to_declare(
    database_url: str, chain: Chain
) -> None:
    with connected(database_url) as connection:
        connection.exec_driver_sql("ALTER TABLE note RENAME COLUMN excerpt TO extract")
    new = generated(chain, database_url, "migrate", "Call it an excerpt")
    assert {"rename-as-drop-and-add", "undeclared-loss"} <= rules(new)
    assert "TABLE.COLUMN" in uncommented(new, "expected_loss")


def test_two_lines_are_joined_before_any_is_applied_and_lint_is_content(
    empty_url: str, chain: Chain
) -> None:
    nowhere = "sqlite:////nowhere/at/all.db"
    for message in ("Ours", "Theirs"):
        generated(chain, nowhere, "revision", message, head=CHAIN[-1].revision, splice=True)
    for target in ("head", "heads"):
        refused = flask(empty_url, "db", "upgrade", "-d", str(chain.directory), target)
        assert refused.returncode == 1
        assert "flask db merge heads" in refused.stderr
    joined = generated(chain, nowhere, "merge", "heads", "Join")
    assert not comments(joined)
    assert not rules(joined)


def test_an_upgrade_inside_the_application_leaves_its_loggers_alone(empty_url: str) -> None:
    def settings() -> dict[str, tuple[object, ...]]:
        known = [logging.getLogger(), *map(logging.getLogger, loggers)]
        return {one.name: (one.disabled, one.level, *one.handlers) for one in known}

    logging.getLogger("website.some.room")
    loggers = list(logging.Logger.manager.loggerDict)
    before = settings()
    with site_on(empty_url):
        flask_migrate.upgrade()
    assert settings() == before
