"""Notes in each place, with text that is easily damaged, and their renderings."""

from typing import Any

from sqlalchemy.engine import Connection

from tests.migrations.data import LATER, LONG_AGO, absent, insert, read, refuses, table

BODIES = (
    "",
    "two\r\nlines, a tab\tand spaces at the end  ",
    "'quoted' \"twice\" \\ %s %(x)s :y ${z}",
    "नोट \U0001f469‍\U0001f469‍\U0001f467 café\u0301 \u202eback",
    "long " * 20_000,
)
PLACES: tuple[dict[str, Any], ...] = (
    {},
    {"pinned": True},
    {"archived_at": LONG_AGO},
    {"trashed_at": LATER},
    {"archived_at": LONG_AGO, "trashed_at": LATER},
)


def seed(connection: Connection) -> None:
    for number, (body, place) in enumerate(zip(BODIES, PLACES, strict=True), start=1):
        insert(
            connection,
            "note",
            {
                "id": number, "public_id": f"{number:026}", "user_id": 1 + number % 2,
                "creation_key": f"key {number}" if number % 2 else None, "heading": body[:200],
                "excerpt": body[:160], "title": body[:10], "body": body, "version": number,
                "created_at": LONG_AGO, "updated_at": LATER, **place,
            },
        )  # fmt: skip
        insert(
            connection,
            "rendering",
            {"note_id": number, "version": number, "renderer": 1, "html": f"<p>{body}</p>"},
        )


def check_upgraded(connection: Connection) -> None:
    tag = {"id": 1, "user_id": 1, "name": "Straße", "folded": "strasse"}
    insert(connection, "tag", tag, {**tag, "id": 2, "user_id": 2}, {**tag, "id": 3, "folded": "b"})
    refuses(connection, "tag", {**tag, "id": 4})
    refuses(connection, "tag", {**tag, "id": 4, "user_id": 404})
    insert(connection, "note_tag", {"note_id": 1, "tag_id": 1}, {"note_id": 1, "tag_id": 3})
    refuses(connection, "note_tag", {"note_id": 1, "tag_id": 1})
    refuses(connection, "note_tag", {"note_id": 404, "tag_id": 1})
    refuses(connection, "note_tag", {"note_id": 1, "tag_id": 404})
    tags = table(connection, "tag")
    connection.execute(tags.delete().where(tags.c.id == 1))
    assert read(connection, "note_tag") == [{"note_id": 1, "tag_id": 3}]


def check_downgraded(connection: Connection) -> None:
    assert absent(connection, "tag", "note_tag")
