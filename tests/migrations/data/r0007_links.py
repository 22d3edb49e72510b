"""Notes come to have a name, empty at first, and links, which go with either end."""

from sqlalchemy import inspect
from sqlalchemy.engine import Connection

from tests.migrations.data import LATER, absent, insert, read, refuses


def seed(connection: Connection) -> None:
    draft = {
        "id": 1, "public_id": "0" * 32, "user_id": 1, "note_id": None, "sequence": 1,
        "saved_at": LATER, "closed": False, "version": None, "key": "", "title": "", "tags": ",",
        "body": "\n two\n",
    }  # fmt: skip
    insert(connection, "draft", draft, {**draft, "id": 2, "user_id": 2, "note_id": 1})


def check_upgraded(connection: Connection) -> None:
    assert {row["name"] for row in read(connection, "note")} == {""}
    link = {"note_id": 1, "name": "ß", "user_id": 1}
    insert(connection, "link", link, {**link, "name": "two"})
    refuses(connection, "link", link)
    refuses(connection, "link", {**link, "note_id": 404})


def check_downgraded(connection: Connection) -> None:
    assert absent(connection, "link")
    assert "name" not in {column["name"] for column in inspect(connection).get_columns("note")}
