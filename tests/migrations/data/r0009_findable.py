"""There comes a place for what is looked through, with every note, which goes with the note."""

from sqlalchemy import text
from sqlalchemy.engine import Connection

from tests.migrations.data import absent, read, refuses


def seed(connection: Connection) -> None:
    """Nothing: the notes of the earlier revisions are what is to be found."""


def check_upgraded(connection: Connection) -> None:
    notes = {row["id"]: row for row in read(connection, "note")}
    found = read(connection, "findable")
    assert {row["note_id"] for row in found} == notes.keys()
    for row in found:
        note = notes[row["note_id"]]
        assert (row["user_id"], row["version"]) == (note["user_id"], note["version"])
        assert row["text"].casefold() == note["body"].casefold()
        assert not row["indexed"]
    newest = "SELECT note_id FROM findable ORDER BY id DESC LIMIT 1"
    latest = "SELECT id FROM note ORDER BY updated_at DESC, id DESC LIMIT 1"
    assert connection.scalar(text(newest)) == connection.scalar(text(latest))
    refuses(connection, "findable", {**found[0], "id": 10_000})
    refuses(connection, "findable", {**found[0], "id": 10_000, "note_id": 404})


def check_downgraded(connection: Connection) -> None:
    assert absent(connection, "findable", "findable_index")
