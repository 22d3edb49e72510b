"""One corpus, one meaning: each query finds the same notes on both databases, indexed or not."""

import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.people import Person
from website import db
from website.models.content import Content
from website.models.search.grammar import Query, parse
from website.models.search.index import take_in, waiting
from website.models.search.search import Search
from website.models.shelf import Shelf

_CORPUS = Path(__file__).with_name("corpus.toml")
_EDITED = datetime(2025, 11, 5, 12, tzinfo=UTC)


def written_by(person: Person, notes: list[dict[str, Any]]) -> dict[str, str]:
    """Write the notes as this person's; the key of each by the id that it was given."""
    keys = {}
    for note in notes:
        content = Content.typed(
            note["title"], note["body"], ",".join(note.get("tags", ())), max_bytes=10_000
        )
        made = Shelf(person.id).create(content)
        if note.get("pinned"):
            made.pin()
        if note.get("archived"):
            made.archive()
        if note.get("trashed"):
            made.trash()
        made.updated_at = note.get("edited", _EDITED)
        keys[made.public_id] = note["key"]
    db.session.commit()
    return keys


def found(person: Person, query: Query) -> list[str]:
    """The ids of what is found, through all pages."""
    ids: list[str] = []
    after = None
    while True:
        hits = Search(person.id).page(query, after)
        ids += [row.public_id for row in hits.rows]
        after = hits.after
        if after is None:
            return ids


@pytest.mark.parametrize("indexed", [False, True], ids=["waiting", "indexed"])
def test_each_query_finds_exactly_what_it_means(
    app: Flask, alice: Person, bob: Person, indexed: bool
) -> None:
    corpus = tomllib.loads(_CORPUS.read_text(encoding="utf-8"))
    notes, queries = corpus["note"], corpus["query"]
    assert len(queries) >= 150
    wrong: list[str] = []
    with app.app_context():
        keys = written_by(alice, notes)
        written_by(bob, notes)  # the very same: nothing of his may come
        if indexed:
            for person in (alice, bob):
                take_in(person.id, left=0, most=10_000)
            db.session.commit()
        assert waiting() == (0 if indexed else 2 * len(notes))
        for query in queries:
            ids = found(alice, parse(query["q"]))
            came = sorted(keys.get(note_id, "another person's") for note_id in ids)
            if came != sorted(query["finds"]):
                wrong.append(f"{query['q']!r} finds {came}, and means {query['finds']}")
    assert not wrong, "\n".join(wrong)  # all of them: the one seldom says what is at fault
