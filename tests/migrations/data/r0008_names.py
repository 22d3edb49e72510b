"""Every note is called what its heading is, in lower case."""

from sqlalchemy.engine import Connection

from tests.migrations.data import change, insert, read

MOVES = {"note": {"name"}}


def seed(connection: Connection) -> None:
    change(connection, "note", 1, {"heading": "Big 日本 100 % " + "X" * 185})
    insert(connection, "link", {"note_id": 2, "name": "ß%'", "user_id": 1})


def check_upgraded(connection: Connection) -> None:
    names = {row["heading"]: row["name"] for row in read(connection, "note")}
    assert len(names) > 2
    for heading, name in names.items():
        assert (name == "") == (heading == "")
        assert name == name.lower() or not heading.isascii()
    assert "big 日本 100 % " + "x" * 185 in names.values()


def check_downgraded(connection: Connection) -> None:
    assert {row["name"] for row in read(connection, "note")} == {""}
    assert read(connection, "link") == [{"note_id": 2, "name": "ß%'", "user_id": 1}]
