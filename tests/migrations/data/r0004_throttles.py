"""Tags, two people's of one name among them, and the notes that carry them."""

from sqlalchemy.engine import Connection

from tests.migrations.data import LATER, absent, insert, refuses


def seed(connection: Connection) -> None:
    insert(
        connection,
        "tag",
        {"id": 1, "user_id": 1, "name": "Work/Berlin", "folded": "work/berlin"},
        {"id": 2, "user_id": 2, "name": "work/berlin", "folded": "work/berlin"},
        {"id": 3, "user_id": 2, "name": "Straße", "folded": "strasse"},
        {"id": 4, "user_id": 1, "name": "ß" * 100, "folded": "s" * 400},
    )
    insert(
        connection,
        "note_tag",
        *(
            {"note_id": note, "tag_id": tag}
            for note, tag in ((2, 1), (2, 4), (1, 2), (1, 3), (3, 2))
        ),
    )


def check_upgraded(connection: Connection) -> None:
    count = {"name": "log-in account:ab", "tries": 3, "resets_at": LATER}
    insert(connection, "throttle", count)
    refuses(connection, "throttle", count)


def check_downgraded(connection: Connection) -> None:
    assert absent(connection, "throttle")
