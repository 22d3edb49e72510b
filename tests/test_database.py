"""What the database promises: acknowledged is kept, missing is noticed, moments are in UTC."""

import os
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta, timezone

import pytest
from flask import Flask
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import OperationalError

from tests.people import Browser, Person
from website import db
from website.database import Instant, engine_options, now, only_reading, read_only, reading, writing
from website.models.search import search, statement


@pytest.mark.sqlite_only
def test_on_sqlite_an_answered_save_survives_a_power_cut(app: Flask) -> None:
    with reading_of(app) as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("foreign_keys", "journal_mode", "synchronous")
        }
    assert pragmas == {"foreign_keys": 1, "journal_mode": "wal", "synchronous": 2}


def reading_of(app: Flask) -> object:
    with app.app_context():
        return reading()


@pytest.mark.sqlite_only
def test_on_sqlite_a_session_takes_the_write_lock_unless_it_only_reads(app: Flask) -> None:
    def begun(setting_up: object = None) -> list[str]:
        seen: list[str] = []
        with app.app_context():
            if callable(setting_up):
                setting_up()
            connection = db.session.connection()
            connection.connection.dbapi_connection.set_trace_callback(seen.append)  # type: ignore[union-attr]
            db.session.rollback()
            db.session.execute(text("SELECT 1"))
            db.session.connection().connection.dbapi_connection.set_trace_callback(None)  # type: ignore[union-attr]
        return [statement for statement in seen if statement.startswith("BEGIN")]

    assert begun() == ["BEGIN IMMEDIATE"]
    assert begun(read_only) == ["BEGIN"]


@pytest.mark.sqlite_only
def test_on_sqlite_a_missing_file_is_503_and_none_is_made(alice: Person, app: Flask) -> None:
    path = database_path(app)
    os.rename(path, f"{path}.away")
    answer = alice.client.get("/notes")
    assert answer.status_code == 503
    assert "Traceback" not in answer.text
    assert not os.path.exists(path)
    os.rename(f"{path}.away", path)
    assert alice.client.get("/notes").status_code == 200


@pytest.mark.sqlite_only
def test_on_sqlite_a_replaced_file_is_noticed_and_not_written_past(
    alice: Person, app: Flask
) -> None:
    path = database_path(app)
    alice.client.get("/notes")
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    shutil.copyfile(path, f"{path}.copy")
    os.replace(f"{path}.copy", path)
    note_id = alice.write("After the copy came back")
    found = sqlite3.connect(path)
    assert found.execute("SELECT title FROM note WHERE public_id = ?", [note_id]).fetchone()
    found.close()


@pytest.mark.sqlite_only
def test_on_sqlite_a_locked_database_is_503_with_the_text_given_back(
    alice: Person, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    note_id = alice.write("Locked")
    locker = sqlite3.connect(database_path(app), isolation_level=None)
    with app.app_context():
        for connection in (db.engine.raw_connection(),):
            connection.execute("PRAGMA busy_timeout = 50")  # type: ignore[attr-defined]
            connection.close()
    locker.execute("BEGIN IMMEDIATE")
    form = {"title": "Locked", "body": "every word", "tags": "", "version": "1"}
    answer = alice.client.submit(f"/notes/{note_id}", form)
    assert answer.status_code == 503
    assert "every word" in answer.text
    assert "Retry-After" in answer.headers
    assert alice.client.get(f"/notes/{note_id}").status_code == 200  # readers go on
    locker.execute("ROLLBACK")
    locker.close()
    assert alice.client.submit(f"/notes/{note_id}", form).status_code == 303


@pytest.mark.postgresql_only
def test_on_postgresql_a_connection_that_was_cut_is_made_anew(
    alice: Person, app: Flask, database_url: str
) -> None:
    assert alice.client.get("/notes").status_code == 200
    admin = create_engine(database_url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )
    admin.dispose()
    assert alice.client.get("/notes").status_code == 200


def settings_of(connection: Connection) -> tuple[object, ...]:
    names = "statement_timeout", "enable_seqscan", "lock_timeout"
    return tuple(connection.scalar(text(f"SHOW {name}")) for name in names)


@pytest.mark.postgresql_only
@pytest.mark.parametrize("settings", [{"SQLALCHEMY_ENGINE_OPTIONS": {"pool_size": 1}}])
def test_on_postgresql_a_search_leaves_the_connection_as_it_was(
    alice: Person, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert alice.client.get("/notes?q=words").status_code == 200
    monkeypatch.setattr(search, "PATIENCE", 0.001)
    monkeypatch.setattr(statement, "found", lambda *_more, **_most: text("SELECT pg_sleep(5)"))
    assert alice.client.get("/notes?q=is:archived").status_code == 503
    with app.app_context():
        with writing() as connection:
            assert settings_of(connection) == ("0", "on", "5s")
        with reading() as connection:
            assert settings_of(connection) == ("0", "on", "5s")


@pytest.mark.postgresql_only
@pytest.mark.parametrize("settings", [{"SQLALCHEMY_ENGINE_OPTIONS": {"pool_size": 1}}])
def test_on_postgresql_who_writes_after_a_read_has_a_transaction(alice: Person, app: Flask) -> None:
    alice.write("Kept")
    with app.app_context():
        with only_reading():
            assert db.session.scalar(text("SELECT count(*) FROM note")) == 1
            assert db.session.connection().connection.driver_connection.autocommit  # type: ignore[union-attr]
        db.session.execute(text("DELETE FROM note"))
        db.session.rollback()
        assert db.session.scalar(text("SELECT count(*) FROM note")) == 1


@pytest.mark.postgresql_only
def test_on_postgresql_a_connection_lost_before_a_search_is_503(
    alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Connection.exec_driver_sql

    def lost(connection: Connection, statement: str) -> object:
        if statement.startswith("SET statement_timeout"):
            whole(connection, "SELECT pg_terminate_backend(pg_backend_pid())")
        return whole(connection, statement)

    monkeypatch.setattr(Connection, "exec_driver_sql", lost)
    assert alice.client.get("/notes?q=words").status_code == 503


@pytest.mark.parametrize("settings", [{"PROPAGATE_EXCEPTIONS": False}])
@pytest.mark.postgresql_only
def test_on_postgresql_a_server_that_is_gone_is_503(
    client: Browser, app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: object, **_more: object) -> None:
        raise OperationalError("connect", {}, Exception("connection refused"))

    with app.app_context():
        db.engine.dispose()
        monkeypatch.setattr(db.engine.pool, "_creator", refuse)
    answer = client.get("/ready")
    assert answer.status_code == 503


def test_a_moment_comes_back_in_utc(app: Flask) -> None:
    moment = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=timezone(timedelta(hours=5)))
    with app.app_context():
        column = db.session.execute(
            text("SELECT :m AS m").columns(m=Instant()), {"m": None}
        ).scalar()
        assert column is None
        kind = Instant()
        bound = kind.process_bind_param(moment, db.engine.dialect)
        assert kind.process_result_value(bound, db.engine.dialect) == moment
        with pytest.raises(ValueError, match="time zone"):
            kind.process_bind_param(datetime(2026, 1, 1), db.engine.dialect)  # noqa: DTZ001
    assert now().tzinfo is UTC


def test_errors_never_hold_what_people_wrote() -> None:
    for url in ("sqlite:///x.db", "postgresql+psycopg://db/x"):
        assert engine_options(url, 4)["hide_parameters"] is True


def test_what_the_address_says_of_a_connection_goes_over_ours() -> None:
    address = "postgresql+psycopg://db/x?options=-c%20lock_timeout=9s&options=-c%20a.b=1"
    said = engine_options(address, 4)["connect_args"]["options"]
    assert said == "-c lock_timeout=5s -c lock_timeout=9s -c a.b=1"


def database_path(app: Flask) -> str:
    with app.app_context():
        return str(db.engine.url.database)
