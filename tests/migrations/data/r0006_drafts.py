"""Versions are there, whole ones and what differs from them; drafts come, and go with the table."""

from sqlalchemy.engine import Connection

from tests.migrations.data import LATER, LONG_AGO, absent, insert, read, refuses


def seed(connection: Connection) -> None:
    whole = {
        "note_id": 2, "number": 1, "author_id": 1, "saved_at": LONG_AGO, "title": "ß\n", "tags": "",
        "distance": 0, "begins": 0, "ends": 0, "packed": b"\0\xff'%s", "checksum": 4_294_967_295,
    }  # fmt: skip
    edited = {**whole, "number": 2, "distance": 1, "begins": 70_000, "tags": "a, b/c"}
    insert(connection, "version", whole, edited, {**whole, "note_id": 5, "author_id": None})


def check_upgraded(connection: Connection) -> None:
    draft = {
        "id": 1, "public_id": "0" * 32, "user_id": 1, "note_id": None, "sequence": 1,
        "saved_at": LATER, "closed": False, "version": None, "key": "", "title": "", "tags": ",",
        "body": "\n two\n",
    }  # fmt: skip
    insert(connection, "draft", draft, {**draft, "id": 2, "user_id": 2, "note_id": 1})
    refuses(connection, "draft", {**draft, "id": 3})
    refuses(connection, "draft", {**draft, "id": 3, "public_id": "1", "note_id": 404})
    assert read(connection, "draft")[0]["body"] == "\n two\n"


def check_downgraded(connection: Connection) -> None:
    assert absent(connection, "draft")
