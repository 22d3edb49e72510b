"""Notes were changed at once, by two people; then there comes a place for searches."""

from sqlalchemy.engine import Connection

from tests.migrations.data import LATER, LONG_AGO, absent, insert, refuses
from tests.migrations.data.r0011_bulk_changes import CHANGE, NOTE

SEARCH = {
    "id": 1, "public_id": "0" * 26, "user_id": 1, "digest": "0" * 64,
    "typed": "日本 -tag:ß \"%'\"", "saved_at": LATER,
}  # fmt: skip


def seed(connection: Connection) -> None:
    second = {"id": 2, "public_id": "1" * 26, "user_id": 2, "notes": 0, "made_at": LONG_AGO}
    insert(connection, "bulk_change", CHANGE, {**CHANGE, **second})
    tags = {"bulk_change_id": 2, "note_id": 3, "was": None, "added": "日本, x/y"}
    insert(connection, "changed_note", NOTE, {**NOTE, **tags})


def check_upgraded(connection: Connection) -> None:
    insert(connection, "saved_search", SEARCH)
    insert(connection, "saved_search", {**SEARCH, "id": 2, "public_id": "2" * 26, "user_id": 2})
    refuses(connection, "saved_search", {**SEARCH, "id": 3, "public_id": "3" * 26})


def check_downgraded(connection: Connection) -> None:
    assert absent(connection, "saved_search")
