"""The PostgreSQL server around a database: names, roles and other people's sessions."""

import pytest
from sqlalchemy import create_engine, make_url

from tests.migrations.schema import connected
from website.release.dialects import database_at, postgresql_server
from website.release.errors import LockTimeout

pytestmark = pytest.mark.postgresql_only


def test_on_postgresql_a_name_of_many_bytes_has_room_for_a_copy_s(written: str) -> None:
    url = make_url(written).set(database="ö" * 31)
    with postgresql_server.made(url, "ö" * 31), database_at(url).scratch() as scratch:
        assert scratch.exists()


def test_on_postgresql_a_session_that_cannot_be_ended_is_named(
    written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql_server, "LOCK_SECONDS", 0.2)
    url = make_url(written)
    role = f"owner_of_{url.database}"
    superuser = create_engine(url.update_query_dict({"application_name": "someone's psql"}))
    with connected(written) as connection:
        connection.exec_driver_sql(f"CREATE ROLE {role} LOGIN CREATEDB")
        connection.exec_driver_sql(f"ALTER DATABASE {url.database} OWNER TO {role}")
    try:
        with superuser.connect() as session:
            session.exec_driver_sql("SELECT 1")
            theirs = url.set(username=role)
            with (
                postgresql_server.made(theirs, "taker"),
                pytest.raises(LockTimeout, match=r"postgres \(someone's psql\)"),
            ):
                postgresql_server.swap(theirs, "taker", "giver")
    finally:
        superuser.dispose()
        with connected(written) as connection:
            connection.exec_driver_sql(f"ALTER DATABASE {url.database} OWNER TO postgres")
            connection.exec_driver_sql(f"DROP ROLE {role}")
