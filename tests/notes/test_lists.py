"""The list in each of its orders, page by page, with the age of the notes; a copy of a note."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from flask import Flask

from tests.people import Person
from website import db
from website.database import now
from website.models import Note


def titles(person: Person, address: str) -> Iterator[str]:
    """What the rows are called, through all the pages."""
    while address:
        page = person.client.get(address).text
        yield from re.findall(r'class="list__title" dir="auto">([^<]*)<', page)
        older = re.search(r'rel="next" href="([^"]+)"', page)
        address = unescape(older[1]) if older else ""


@pytest.fixture
def shelf(app: Flask, alice: Person) -> list[str]:
    """130 notes, of which seven are pinned; many are called the same or were made at once."""
    made = [alice.write(f"note {at % 40:02}", tags=("even",) * (at % 2 == 0)) for at in range(128)]
    made += [alice.write("Äpfel"), alice.write("")]
    today = now()
    with app.app_context():
        for at, public_id in enumerate(made):
            note = db.session.query(Note).filter_by(public_id=public_id).one()
            note.created_at = today - timedelta(days=at // 3)
            note.updated_at = today - timedelta(days=(at * 7) % 130)
            note.pinned = at % 20 == 5
        db.session.commit()
    return made


def expected(app: Flask, order: object, *, down: bool = False, tagged: bool = False) -> list[str]:
    with app.app_context():
        notes = [note for note in db.session.query(Note) if not tagged or note.tags]
        return [note.heading or "Untitled" for note in sorted(notes, key=order, reverse=down)]  # type: ignore[arg-type]


@pytest.mark.parametrize("tag", ["", "&tag=even"])
def test_each_order_shows_every_note_once_over_its_pages(
    app: Flask, alice: Person, shelf: list[str], tag: str
) -> None:
    by_title = list(titles(alice, f"/notes?sort=title{tag}"))
    edited = expected(
        app,
        lambda note: (note.pinned, note.updated_at, note.public_id),
        down=True,
        tagged=bool(tag),
    )
    created = expected(
        app, lambda note: (note.pinned, note.created_at, note.public_id), down=True,
        tagged=bool(tag),
    )  # fmt: skip
    called = expected(
        app, lambda note: (not note.pinned, note.name, note.public_id), tagged=bool(tag)
    )
    # As one text each: pytest would look for minutes for what differs between two lists.
    assert "|".join(titles(alice, f"/notes?sort=edited{tag}")) == "|".join(edited)
    assert "|".join(titles(alice, f"/notes?sort=created{tag}")) == "|".join(created)
    # Where a letter with an accent stands is the database's matter.
    by_title, called = ([one for one in names if one != "Äpfel"] for names in (by_title, called))
    assert "|".join(by_title) == "|".join(called)


def test_notes_that_were_made_at_once_are_in_one_order(alice: Person, shelf: list[str]) -> None:
    pages = [list(titles(alice, "/notes?sort=created")) for _ in range(2)]
    assert "|".join(pages[0]) == "|".join(pages[1])
    assert len(pages[0]) == len(shelf)


def test_an_order_that_there_is_not_is_the_usual_one(alice: Person) -> None:
    alice.write("a")
    assert alice.client.get("/notes?sort=nonsense").status_code == 200
    for cursor in (
        "nonsense",
        "1-5-x",
        f"1-{'x' * 26}-{'y' * 300}",
        "0-99999999999999999-" + "a" * 26,
        "0--99999999999999999-" + "a" * 26,
    ):
        for sort in ("edited", "created", "title"):
            answer = alice.client.get("/notes", query_string={"sort": sort, "after": cursor})
            assert answer.status_code in {200, 404}, (sort, cursor)


def test_a_title_with_any_sign_is_a_place_to_go_on_from(alice: Person) -> None:
    for at in range(60):
        alice.write(f"100 % & + = ? # \" ' 日本 {at:02}")
    found = list(titles(alice, "/notes?sort=title"))
    assert len({*found}) == len(found) == 60


def test_groups_say_how_old_the_notes_are(app: Flask, alice: Person) -> None:
    today = now().replace(month=6, day=20)
    ages = {
        "now": timedelta(0), "yesterday": timedelta(hours=30), "last week": timedelta(days=8),
        "older": timedelta(days=40), "pinned": timedelta(days=400),
    }  # fmt: skip
    with time_machine.travel(today, tick=False):
        browser = alice.another_browser()
        for name, age in ages.items():
            public_id = alice.write(name)
            with app.app_context():
                note = db.session.query(Note).filter_by(public_id=public_id).one()
                note.updated_at = note.created_at = today - age
                note.pinned = name == "pinned"
                db.session.commit()
        for sort in ("edited", "created"):
            page = browser.get(f"/notes?sort={sort}").text
            assert re.findall(r'list__age">([^<]+)<', page) == [
                "Pinned", "Last 24 hours", "Last 7 days", "Last 30 days",
                f"{today - ages['older']:%B %Y}",
            ]  # fmt: skip
        assert "list__age" not in browser.get("/notes?sort=title").text


def test_a_copy_has_the_same_words_and_is_opened(alice: Person, bob: Person) -> None:
    note = alice.write("Rye", "Flour,  \nwater\n", ("food", "food/bread"))
    assert bob.client.submit(f"/notes/{note}/duplicate").status_code == 404
    answer = alice.client.submit(f"/notes/{note}/duplicate", {"key": "k" * 26})
    assert answer.status_code == 303
    copy_id = answer.location.split("/")[2]
    assert answer.location == f"/notes/{copy_id}/edit"
    copy = alice.note(copy_id)
    assert copy is not None
    assert (copy.title, copy.body, copy.tag_names) == (
        "Rye (copy)", "Flour,  \nwater\n", ("food", "food/bread"),
    )  # fmt: skip
    page = alice.client.get(answer.location).text
    assert "This is the copy." in page
    assert f'action="/notes/{copy_id}/trash"' in page
    again = alice.client.submit(f"/notes/{note}/duplicate", {"key": "k" * 26})
    assert again.location == answer.location, "the same form twice is one copy"
    form = {"title": "Rye, changed", "body": "x", "tags": "", "version": "1"}
    alice.client.submit(f"/notes/{copy_id}", form)
    alice.client.submit(f"/notes/{note}", {"title": "x", "body": "y", "tags": "", "version": "1"})
    late = alice.client.submit(f"/notes/{note}/duplicate", {"key": "k" * 26})
    assert late.location == answer.location
    assert alice.note(copy_id).title == "Rye, changed"  # type: ignore[union-attr]


def test_a_copy_of_the_longest_title_and_of_none_can_be_saved(alice: Person) -> None:
    for title, then in (("x" * 500, "x" * 493 + " (copy)"), ("", "")):
        note = alice.write(title, "body")
        copy_id = alice.client.submit(f"/notes/{note}/duplicate").location.split("/")[2]
        copy = alice.note(copy_id)
        assert copy is not None
        assert (copy.title, copy.body) == (then, "body")
