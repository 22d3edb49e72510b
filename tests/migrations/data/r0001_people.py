"""Before the first revision there is nothing."""

from sqlalchemy.engine import Connection

from tests.migrations.data import LATER, LONG_AGO, absent, insert, read, refuses, table

PERSON = {"id": 9, "email": "eve@example.org", "created_at": LONG_AGO}


def seed(connection: Connection) -> None:
    assert absent(connection, "user")


def check_upgraded(connection: Connection) -> None:
    insert(connection, "user", PERSON)
    refuses(connection, "user", {**PERSON, "id": 10})
    session = {
        "id": 1, "token_hash": "5" * 64, "user_id": 9, "created_at": LONG_AGO,
        "last_seen_at": LATER, "authenticated_at": LONG_AGO, "method": "password",
        "address": "::1", "agent": "",
    }  # fmt: skip
    link = {"id": 1, "token_hash": "7" * 64, "user_id": 9, "expires_at": LATER}
    for name, row in (("session", session), ("password_link", link)):
        insert(connection, name, row)
        refuses(connection, name, {**row, "id": 2})
        refuses(connection, name, {**row, "id": 2, "token_hash": "8" * 64, "user_id": 404})
    connection.execute(table(connection, "user").delete())
    assert not read(connection, "session")
    assert not read(connection, "password_link")


def check_downgraded(connection: Connection) -> None:
    assert absent(connection, "user", "session", "password_link")
