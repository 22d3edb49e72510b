"""Several notes at once: what is changed, what is not, and one undo."""

from collections.abc import Callable, Iterator

import pytest
import time_machine
from flask import Flask

from tests.people import Person
from website import db
from website.database import now
from website.models import BulkChange, ChangedNote, Note, Tag
from website.models.batches import BATCH
from website.models.bulk_change import KEPT, Act
from website.models.content import Content
from website.models.listing import Place
from website.models.search.grammar import parse
from website.models.search.search import Search
from website.models.selection import Selection
from website.models.shelf import Shelf


@pytest.fixture(autouse=True)
def within(app: Flask) -> Iterator[None]:
    with app.app_context():
        yield


def chosen(person: Person, *public_ids: str) -> Selection:
    return Shelf(person.id).ticked(public_ids)


def note(person: Person, public_id: str) -> Note:
    db.session.rollback()
    db.session.expire_all()
    found = Shelf(person.id).get(public_id)
    assert found is not None
    return found


def state(person: Person, *public_ids: str) -> list[tuple[object, ...]]:
    found = [note(person, public_id) for public_id in public_ids]
    return [(one.pinned, one.archived_at, one.trashed_at, one.tag_names) for one in found]


CASES: dict[Act, tuple[Callable[[Note], None], Callable[[Note], bool]]] = {
    Act.PIN: (Note.unpin, lambda note: note.pinned),
    Act.UNPIN: (Note.pin, lambda note: not note.pinned),
    Act.ARCHIVE: (Note.unarchive, lambda note: note.archived_at is not None),
    Act.UNARCHIVE: (Note.archive, lambda note: note.archived_at is None),
    Act.TRASH: (Note.restore, lambda note: note.trashed_at is not None),
    Act.RESTORE: (Note.trash, lambda note: note.trashed_at is None),
}


@pytest.mark.parametrize("act", CASES)
def test_an_act_changes_those_that_are_not_so_yet_and_one_undo_puts_those_back(
    alice: Person, bob: Person, act: Act
) -> None:
    before, is_so = CASES[act]
    first, second, already, left = (alice.write(name) for name in "abcd")
    his = bob.write("his")
    for person, public_id in ((alice, first), (alice, second), (alice, left), (bob, his)):
        before(note(person, public_id))
        db.session.commit()
    chosen(alice, already).set(act)
    db.session.commit()
    was = state(alice, first, second, already, left)
    assert chosen(alice, his).note_ids == []
    ids = [*chosen(alice, first, second, already).note_ids, note(bob, his).id]
    done = Selection(alice.id, ids).set(act)
    db.session.commit()
    assert done.count == 2
    assert [is_so(note(alice, one)) for one in (first, second, already, left)] == [True] * 3 + [
        False
    ]
    assert not is_so(note(bob, his))
    assert Shelf(bob.id).undo(done.undo) is None
    for _twice in range(2):
        assert Shelf(alice.id).undo(done.undo) == (act, 2)
        db.session.commit()
        assert state(alice, first, second, already, left) == was


def test_an_undo_leaves_what_was_done_since(alice: Person) -> None:
    one, two = alice.write("a", tags=("old",)), alice.write("b", tags=("old",))
    done = chosen(alice, one, two).set(Act.TRASH)
    db.session.commit()
    note(alice, one).restore()
    db.session.commit()
    again = chosen(alice, one).set(Act.TRASH)
    db.session.commit()
    Shelf(alice.id).undo(done.undo)
    db.session.commit()
    assert note(alice, one).trashed_at is not None, "it was moved there once more"
    assert note(alice, two).trashed_at is None
    assert Shelf(alice.id).undo(again.undo) == (Act.TRASH, 1)


def test_tags_are_put_on_and_taken_off_with_what_lies_within(alice: Person) -> None:
    one, two = alice.write("a", tags=("Work/Berlin", "b")), alice.write("b", tags=("b",))
    was = state(alice, one, two)
    on = chosen(alice, one, two).tag(("B", "new/one"))
    db.session.commit()
    assert [note(alice, each).tag_names for each in (one, two)] == [
        ("b", "new/one", "Work/Berlin"), ("b", "new/one"),
    ]  # fmt: skip
    off = chosen(alice, one, two).untag(("work", "new"))
    db.session.commit()
    assert [note(alice, each).tag_names for each in (one, two)] == [("b",), ("b",)]
    assert {tag.name for tag in db.session.query(Tag)} == {"b"}
    for done in (off, on):
        Shelf(alice.id).undo(done.undo)
        db.session.commit()
    assert state(alice, one, two) == was


def test_a_note_with_too_many_tags_stays_as_it_is_and_is_counted(alice: Person) -> None:
    full = alice.write("a", tags=tuple(f"tag {number}" for number in range(50)))
    free = alice.write("b")
    done = chosen(alice, full, free).tag(("one more",))
    db.session.commit()
    assert (done.count, done.refused) == (1, 1)
    assert len(note(alice, full).tag_names) == 50


def test_other_tags_are_a_version_and_change_nothing_else(alice: Person) -> None:
    """Neither the place in the list nor the drawing, and what is edited since is merged."""
    never_edited = alice.write("a", "one\ntwo\nthree", ("old",))
    edited = alice.write("b", "text", ("old",))
    note(alice, edited).save(Content("b", "more text", ("old",)), 1)
    db.session.commit()
    before = {each: note(alice, each).updated_at for each in (never_edited, edited)}
    opened = {never_edited: 1, edited: 2}
    chosen(alice, never_edited, edited).tag(("new",))
    db.session.commit()
    for each, version in opened.items():
        found = note(alice, each)
        assert (found.version, found.updated_at) == (version + 1, before[each])
        old, new = found.content_at(version), found.content_at(version + 1)
        assert old is not None
        assert new is not None
        assert (old.tags, new.tags) == (("old",), ("new", "old"))
        assert old.body == new.body == found.body
        hits = Search(alice.id).page(parse(found.title)).rows
        assert each in [hit.public_id for hit in hits]
    # An editor that was opened before puts back no old tags, and takes off no new ones.
    assert note(alice, never_edited).save(Content("a", "one\ntwo\n3", ("old",)), 1)
    db.session.commit()
    found = note(alice, never_edited)
    assert (found.body, found.tag_names) == ("one\ntwo\n3", ("new", "old"))


def test_a_long_history_of_tags_gives_back_every_text(alice: Person) -> None:
    """A version is kept whole now and then, also where only tags change."""
    public_id = alice.write("a", "the text", ())
    for number in range(60):
        chosen(alice, public_id).tag((f"tag {number % 40}",))
        db.session.commit()
        db.session.expire_all()
    found = note(alice, public_id)
    assert found.version == 41
    assert {found.content_at(number).body for number in range(1, 42)} == {"the text"}  # type: ignore[union-attr]


def test_what_another_program_wrote_meanwhile_is_a_version_of_its_own(alice: Person) -> None:
    public_id = alice.write("a", "first", ("t",))
    note(alice, public_id).save(Content("a", "second", ("t",)), 1)
    db.session.commit()
    note(alice, public_id).body = "by another program"
    db.session.commit()
    chosen(alice, public_id).tag(("new",))
    db.session.commit()
    found = note(alice, public_id)
    texts = [found.content_at(number) for number in range(1, found.version + 1)]
    assert [text and (text.body, text.tags) for text in texts] == [
        ("first", ("t",)), ("second", ("t",)),
        ("by another program", ("t",)), ("by another program", ("new", "t")),
    ]  # fmt: skip


def test_more_than_one_batch_is_changed_and_undone_and_nothing_is_left_out(alice: Person) -> None:
    number = BATCH + 3
    for at in range(number):
        Shelf(alice.id).create(Content(f"note {at}", "", ("a",)))
    db.session.commit()
    everything = Shelf(alice.id).all(Place.LIST, "a")
    tagged = everything.tag(("b",))
    archived = everything.set(Act.ARCHIVE)
    db.session.commit()
    assert (tagged.count, archived.count) == (number, number)
    assert len(Shelf(alice.id).all(Place.ARCHIVE, "b").note_ids) == number
    for done in (archived, tagged):
        Shelf(alice.id).undo(done.undo)
        db.session.commit()
    assert len(Shelf(alice.id).all(Place.LIST, "a").note_ids) == number
    assert Shelf(alice.id).all(Place.LIST, "b").note_ids == []


def test_all_that_a_search_finds_is_what_its_pages_show(alice: Person, bob: Person) -> None:
    bob.write("a boat")
    for at in range(130):  # some in the index, some not
        alice.write(f"a boat {at}" if at % 2 else "nothing", f"on the lake {at}", ("t",) * (at % 3))
    for typed in ("boat", "lake", "tag:t", "boat -tag:t", "is:pinned", "", "b", "or"):
        shown, after = set(), None
        while True:
            page = Search(alice.id).page(parse(typed), after)
            shown |= {row.public_id for row in page.rows}
            after = page.after
            if after is None:
                break
        ids = Search(alice.id).all(parse(typed)).note_ids
        found = db.session.query(Note).filter(Note.id.in_(ids))
        assert {one.public_id for one in found} == shown
        assert len(ids) == len(shown)


def test_a_note_that_is_deleted_for_ever_is_in_no_undo(alice: Person) -> None:
    gone, stays = alice.write("a"), alice.write("b")
    done = chosen(alice, gone, stays).set(Act.TRASH)
    db.session.commit()
    Shelf(alice.id).delete(note(alice, gone))
    db.session.commit()
    assert Shelf(alice.id).undo(done.undo) == (Act.TRASH, 1)
    db.session.commit()
    assert db.session.query(ChangedNote).count() == 1
    assert note(alice, stays).trashed_at is None


def test_old_changes_are_swept_with_what_they_kept(alice: Person) -> None:
    chosen(alice, alice.write("a")).set(Act.PIN)
    db.session.commit()
    assert BulkChange.sweep() == 0
    with time_machine.travel(now() + KEPT, tick=False):
        assert BulkChange.sweep() == 1
    db.session.commit()
    assert db.session.query(ChangedNote).count() == 0
