"""What was written is found, in or out of the index, in order, and by nobody else."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, text

from tests.people import Person
from website import db
from website.models import Findable
from website.models.content import Content
from website.models.listing import PAGE_SIZE, BadCursor, Page
from website.models.search import postgresql
from website.models.search.grammar import parse
from website.models.search.index import MAX_WAITING, begin_anew, take_in, take_in_all
from website.models.search.search import Search
from website.models.shelf import Shelf
from website.text.marks import EDGE

Find = Callable[..., list[str]]
# Texts in which parts repeat, of many scripts and with marks that combine.
_TEXTS = st.text(
    alphabet=st.one_of(
        st.sampled_from("aAbB éßİ\u0301\u00ad日本がか한 ()_-+\"'%*\n#"),
        st.characters(codec="utf-8"),
    ).filter(lambda sign: sign not in "\0\r"),
    min_size=3,
    max_size=60,
)
_CJK = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff\uac00-\ud7a3]")


def quoted(words: str) -> str:
    return '"' + words.replace('"', '""') + '"'


def page(person: Person, typed: str, after: str | None = None) -> Page:
    with person.app.app_context():
        return Search(person.id).page(parse(typed), after)


def find(person: Person, typed: str) -> list[str]:
    """The ids of all that is found, in order."""
    found, after = [], None
    while True:
        hits = page(person, typed, after)
        found += [row.public_id for row in hits.rows]
        after = hits.after
        if after is None:
            return found


def index_all(person: Person) -> None:
    with person.app.app_context():
        take_in(person.id, left=0, most=10_000)
        db.session.commit()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(body=_TEXTS, indexed=st.booleans(), data=st.data())
def test_any_three_signs_of_a_note_find_it_and_any_one_of_chinese_japanese_or_korean(
    app: Flask, alice: Person, body: str, indexed: bool, data: st.DataObject
) -> None:
    note_id = alice.write("", body)
    if indexed:
        index_all(alice)
    begin = data.draw(st.integers(0, len(body) - 3))
    end = data.draw(st.integers(begin + 3, len(body)))
    part = quoted(body[begin:end])
    if parse(part).clauses:
        assert note_id in find(alice, part)
    if match := _CJK.search(body):
        assert note_id in find(alice, quoted(match[0]))


def test_a_note_is_found_by_what_it_says_now_and_no_more_by_what_it_said(alice: Person) -> None:
    note_id = alice.write("Boat", "the old words")
    index_all(alice)
    with alice.app.app_context():
        note = Shelf(alice.id).get(note_id)
        assert note is not None
        note.save(Content("Boat", "other words"), 1)
        db.session.commit()
    for indexed in (False, True):
        assert (find(alice, '"the old"'), find(alice, "other")) == ([], [note_id]), indexed
        index_all(alice)


def test_what_a_note_is_called_comes_first_and_then_the_newest(alice: Person) -> None:
    called = [alice.write(f"The lake {number}") for number in range(2)]
    said = [alice.write("Boats", f"on the lake {number}") for number in range(2)]
    for _ in (False, True):
        assert find(alice, "lake") == [*reversed(called), *reversed(said)]
        index_all(alice)


@pytest.mark.parametrize("indexed", [False, True])
def test_every_page_goes_on_where_the_one_before_ended(alice: Person, indexed: bool) -> None:
    with alice.app.app_context():
        for number in range(PAGE_SIZE + 5):
            Shelf(alice.id).create(
                Content(f"lake {number}" if number % 2 else "", f"lake {number}")
            )
            Shelf(alice.id).create(Content("", f"sea {number}"))
        db.session.commit()
    if indexed:
        index_all(alice)
    found = find(alice, "lake")
    assert len(found) == len(set(found)) == PAGE_SIZE + 5
    assert len(page(alice, "lake").rows) == PAGE_SIZE
    with pytest.raises(BadCursor):
        page(alice, "lake", "0-" + "a" * 26)


def test_another_person_finds_nothing_of_it_and_cannot_go_on_from_it(
    alice: Person, bob: Person
) -> None:
    note_id = alice.write("Secret lake", "secret words", ("secret",))
    for _ in (False, True):
        for typed in ("secret", "title:secret", "tag:secret", "-nothing", "has:link or -has:link"):
            assert find(bob, typed) == [], typed
            assert find(alice, typed) == [note_id], typed
        index_all(alice)
    with pytest.raises(BadCursor):
        page(bob, "secret", f"0-{note_id}")


def test_few_notes_wait_for_the_index_and_the_oldest_go_in_first(alice: Person) -> None:
    with alice.app.app_context():
        for number in range(MAX_WAITING + 20):
            Shelf(alice.id).create(Content("", f"note {number}"))
        db.session.commit()
        waiting = select(func.count(), func.min(Findable.id)).where(~Findable.indexed)
        count, first = db.session.execute(waiting).one()
        assert count == MAX_WAITING
        assert db.session.scalar(select(func.count()).where(Findable.id < first)) == 20
        assert sum(take_in_all(left=0)) == MAX_WAITING
    assert len(find(alice, "note")) == MAX_WAITING + 20


def entries() -> int:
    """How many notes the index itself has."""
    name = "findable_index_docsize" if db.engine.dialect.name == "sqlite" else "findable_index"
    return int(db.session.scalar(text(f"SELECT count(*) FROM {name}")) or 0)


def test_what_is_deleted_for_ever_is_in_the_index_no_more(
    alice: Person, runner: FlaskCliRunner
) -> None:
    note_ids = [alice.write("", f"note {number}") for number in range(4)]
    index_all(alice)
    with alice.app.app_context():
        shelf = Shelf(alice.id)
        for note_id in note_ids[:2]:
            note = shelf.get(note_id)
            assert note is not None
            note.trash()
        db.session.flush()
        first = shelf.get(note_ids[0])
        assert first is not None
        shelf.delete(first)
        assert entries() == 3
        assert shelf.empty_trash() == 1
        assert entries() == 2
        db.session.commit()
    assert find(alice, "note") == [note_ids[3], note_ids[2]]
    assert runner.invoke(args=["users", "delete", alice.email, "--yes"]).exit_code == 0
    with alice.app.app_context():
        assert entries() == 0


def test_an_index_that_is_made_anew_finds_the_same(alice: Person) -> None:
    note_id = alice.write("", "lake")
    index_all(alice)
    with alice.app.app_context():
        assert begin_anew() == 1
        assert entries() == 0
        db.session.commit()
    assert find(alice, "lake") == [note_id]
    with alice.app.app_context():
        assert sum(take_in_all(left=0)) == 1
        assert entries() == 1
    assert find(alice, "lake") == [note_id]


def test_what_was_looked_for_is_marked_in_the_title_or_where_it_stands(alice: Person) -> None:
    alice.write("Zürich at night", "words " * 200 + "by the LAKE\n\nof Zürich" + " words" * 200)
    row = page(alice, "zurich lake").rows[0]
    assert row.shown_heading.split(EDGE)[1::2] == ["Zürich"]
    row = page(alice, "lake").rows[0]
    assert row.shown_excerpt.split(EDGE)[1::2] == ["LAKE"]
    assert row.shown_excerpt.startswith("… words")


def test_numbers_that_two_runs_of_signs_share_find_nothing_wrong(
    alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("website.models.search.grams.crc32", lambda gram, seed=0: len(gram))
    note_id = alice.write("", "lake")
    alice.write("", "boat")
    index_all(alice)
    assert find(alice, "lake") == [note_id]
    assert find(alice, "-boat") == [note_id]


@pytest.mark.postgresql_only
def test_on_postgresql_two_saves_take_in_what_the_other_does_not(alice: Person) -> None:
    for number in range(6):
        alice.write(f"note {number}")
    with alice.app.app_context():
        assert take_in(alice.id, left=0, most=2) == 2  # and is not committed yet
        with ThreadPoolExecutor() as pool:
            assert pool.submit(_take_two, alice).result(timeout=4) == 2
        db.session.commit()
        indexed = select(func.count()).where(Findable.indexed)
        assert db.session.scalar(indexed) == 4
    assert len(find(alice, "note")) == 6


def _take_two(person: Person) -> int:
    with person.app.app_context():
        taken = take_in(person.id, left=0, most=2)
        db.session.commit()
        return taken


def test_a_few_long_notes_are_taken_in_at_a_time(alice: Person) -> None:
    for _ in range(3):
        alice.write("", "a long word " * 10_000)
    with alice.app.app_context():
        assert take_in(alice.id, left=0, most=100) == 2
        assert take_in(alice.id, left=0, most=100) == 1
        db.session.commit()


def test_words_that_fold_to_many_more_are_cut_and_find_what_they_begin(alice: Person) -> None:
    note = alice.write("", "\ufdfa" * 900)
    assert find(alice, "\ufdfa" * 900) == [note]
    assert max(len(word) for word in parse("\ufdfa" * 900).words) <= 1_000


@pytest.mark.postgresql_only
def test_on_postgresql_however_far_is_walked_without_the_index_the_same_is_found(
    alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = {"alpha": 2, "beta": 7, "gamma": 50}
    written = []
    for number in range(120):
        said = [word for word, every in words.items() if number % every == 0]
        titled = "alpha" if number % 40 == 0 else f"note {number}"
        written.append((alice.write(titled, " ".join(said)), titled, said))
    index_all(alice)
    written += [(alice.write("late", "alpha beta"), "late", ["alpha", "beta"]) for _ in range(3)]
    asked: dict[str, Callable[[list[str]], bool]] = {
        "alpha": lambda said: "alpha" in said,
        "beta": lambda said: "beta" in said,
        "gamma": lambda said: "gamma" in said,
        "alpha beta": lambda said: {"alpha", "beta"} <= {*said},
        "beta or gamma": lambda said: bool({"beta", "gamma"} & {*said}),
        "alpha -beta": lambda said: "alpha" in said and "beta" not in said,
        "nowhere": lambda _said: False,
    }
    for windows in ((), (1,), (2, 5), (5, 1_000), (1_000,)):
        for often in (0, 30, 2_000):
            monkeypatch.setattr(postgresql, "WINDOWS", windows)
            monkeypatch.setattr(postgresql, "OFTEN", often)
            for typed, holds in asked.items():
                newest = [one for one in reversed(written) if holds(one[2])]
                called = typed in {"alpha", "alpha -beta"}
                expected = sorted(newest, key=lambda one: not called or one[1] != "alpha")
                assert find(alice, typed) == [one[0] for one in expected], (windows, often, typed)
