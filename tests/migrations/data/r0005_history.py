"""Counts of tries are there; versions come, and go with the table."""

from sqlalchemy.engine import Connection

from tests.migrations.data import LATER, LONG_AGO, absent, insert, read, refuses


def seed(connection: Connection) -> None:
    insert(
        connection,
        "throttle",
        {"name": "log-in account:cd", "tries": 1, "resets_at": LATER},
        {"name": "sign-up address:::1", "tries": 0, "resets_at": LONG_AGO},
    )


def check_upgraded(connection: Connection) -> None:
    version = {
        "note_id": 1, "number": 1, "author_id": 2, "saved_at": LONG_AGO, "title": "", "tags": "",
        "distance": 0, "begins": 0, "ends": 0, "packed": b"\0x", "checksum": 0xFFFFFFFF,
    }  # fmt: skip
    insert(connection, "version", version)
    refuses(connection, "version", version)
    refuses(connection, "version", {**version, "note_id": 404, "number": 2})
    assert read(connection, "version")[0]["checksum"] == 0xFFFFFFFF


def check_downgraded(connection: Connection) -> None:
    assert absent(connection, "version")
