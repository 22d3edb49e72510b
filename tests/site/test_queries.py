"""How many statements a page costs does not grow with the notes there are."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event

from tests.people import Person
from website import db

# The boot gate asks once a second, whatever the page.
_OF_THE_GATE = re.compile(r"^BEGIN|^PRAGMA|pg_catalog|sqlite_master|alembic_version|release_state")


@contextmanager
def statements(app: Flask) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_more: object) -> None:
        if not _OF_THE_GATE.search(statement):
            seen.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


# The session, then what the page itself asks.
LIMITS = {
    "/notes": 3,
    "/notes?tag=a": 3,
    "/notes?sort=created": 3,
    "/notes?sort=title": 4,
    "/notes?tag=a&sort=title": 4,
    "/archive": 3,
    "/trash": 3,
    "/tags": 2,
    "/notes/new": 2,
}


@pytest.mark.parametrize("address", LIMITS)
def test_a_list_asks_as_often_with_sixty_notes_as_with_two(
    app: Flask, alice: Person, address: str
) -> None:
    def count() -> int:
        with statements(app) as seen:
            assert alice.client.get(address).status_code == 200
        return len(seen)

    for _ in range(2):
        alice.write("few", tags=("a", "b"))
    few = count()
    for number in range(60):
        alice.write(f"many {number}", tags=("a", "b", f"tag {number}"))
    assert (count(), few) == (LIMITS[address], LIMITS[address])


def test_a_search_costs_few_statements_whatever_it_finds(app: Flask, alice: Person) -> None:
    for number in range(60):
        alice.write(f"many {number}", "few" if number < 2 else "", ("a", "b", f"tag {number}"))
    for typed in ("few", "many", "none", "few or many tag:a", "is:pinned"):
        with statements(app) as seen:
            assert alice.client.get("/notes", query_string={"q": typed}).status_code == 200
        assert len(seen) <= 6, seen


@pytest.mark.parametrize(("page", "limit"), [("", 6), ("/edit", 4)])
def test_a_note_costs_few_statements(app: Flask, alice: Person, page: str, limit: int) -> None:
    note_id = alice.write("One", "*text*", ("a", "b", "c"))
    with statements(app) as seen:
        assert alice.client.get(f"/notes/{note_id}{page}").status_code == 200
    assert len(seen) <= limit, seen


def test_a_save_costs_few_statements_in_one_transaction(app: Flask, alice: Person) -> None:
    note_id = alice.write("One", "*text*", ("a", "b"))
    form = {"title": "One", "tags": "a, b", "draft": "0" * 26}
    for version, limit in ((1, 11), (2, 11)):  # the first save keeps the first version as well
        with statements(app) as seen:
            edited = {**form, "body": f"*text* {version}", "version": version}
            assert alice.client.submit(f"/notes/{note_id}", edited).status_code == 303
        assert len(seen) <= limit, seen
        assert seen[-1].startswith("INSERT INTO draft"), "the note is not read again"


def test_a_list_reads_no_bodies(app: Flask, alice: Person) -> None:
    alice.write("One", "a long body")
    with statements(app) as seen:
        alice.client.get("/notes")
    assert not [statement for statement in seen if "note.body" in statement]
