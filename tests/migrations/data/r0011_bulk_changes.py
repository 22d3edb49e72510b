"""There comes a place for what was done to many notes at once; it goes with the notes."""

from sqlalchemy.engine import Connection

from tests.migrations.data import LATER, LONG_AGO, absent, insert, refuses

CHANGE = {
    "id": 1, "public_id": "0" * 26, "user_id": 1, "made_at": LATER, "act": "trash", "notes": 2,
}  # fmt: skip
NOTE = {"bulk_change_id": 1, "note_id": 2, "was": LONG_AGO, "removed": "ß, a/b", "added": ""}


def seed(connection: Connection) -> None:
    """Nothing: it comes into what is there, and has nothing to do with it."""


def check_upgraded(connection: Connection) -> None:
    insert(connection, "bulk_change", CHANGE)
    insert(connection, "changed_note", NOTE, {**NOTE, "note_id": 1, "was": None})
    refuses(connection, "bulk_change", {**CHANGE, "id": 2})
    refuses(connection, "changed_note", NOTE)
    refuses(connection, "changed_note", {**NOTE, "note_id": 404})


def check_downgraded(connection: Connection) -> None:
    assert absent(connection, "bulk_change", "changed_note")
