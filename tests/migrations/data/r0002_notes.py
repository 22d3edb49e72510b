"""People, the browsers they are signed in with and the links that they were sent."""

from sqlalchemy.engine import Connection

from tests.migrations.data import LATER, LONG_AGO, absent, insert, read, refuses

NOTE = {
    "id": 1, "public_id": "0123456789abcdefghjkmnpqrs", "user_id": 1, "creation_key": "k",
    "created_at": LATER, "updated_at": LATER,
}  # fmt: skip


def seed(connection: Connection) -> None:
    insert(
        connection,
        "user",
        {"id": 1, "email": "alice@example.org", "password_hash": "$argon2id$", "created_at": LATER},
        {"id": 2, "email": "jörg+ß@例え.jp", "created_at": LONG_AGO, "disabled_at": LATER},
        {"id": 70000, "email": "x" * 254, "password_hash": "y" * 255, "created_at": LONG_AGO},
    )
    for number, user in enumerate((1, 1, 2), start=1):
        insert(
            connection,
            "session",
            {
                "id": number, "token_hash": str(number) * 64, "user_id": user,
                "created_at": LONG_AGO, "last_seen_at": LATER, "authenticated_at": LONG_AGO,
                "method": "password", "address": "2001:db8::1", "agent": "‘Firefox’ \U0001f98a",
            },
        )  # fmt: skip
        insert(
            connection,
            "password_link",
            {"id": number, "token_hash": "ab" * 31 + f"0{number}", "user_id": user,
             "expires_at": LATER},
        )  # fmt: skip


def check_upgraded(connection: Connection) -> None:
    insert(connection, "note", NOTE, {**NOTE, "id": 2, "public_id": "2", "creation_key": None})
    refuses(connection, "note", {**NOTE, "id": 3, "creation_key": "another"})
    refuses(connection, "note", {**NOTE, "id": 3, "public_id": "3"})
    refuses(connection, "note", {**NOTE, "id": 3, "public_id": "3", "user_id": 404})
    # Code that knows nothing of these columns can still write a note.
    unsaid = {"heading": "", "excerpt": "", "title": "", "body": "", "version": 1, "pinned": False}
    assert unsaid.items() <= read(connection, "note")[0].items()
    rendering = {"note_id": 2, "version": 1, "renderer": 1, "html": "<p>ß</p>"}
    insert(connection, "rendering", rendering)
    refuses(connection, "rendering", rendering)
    refuses(connection, "rendering", {**rendering, "note_id": 404})


def check_downgraded(connection: Connection) -> None:
    assert absent(connection, "note", "rendering")
