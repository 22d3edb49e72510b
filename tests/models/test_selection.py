"""Several notes at once: what is changed, what is not, and one undo."""

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta

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
from website.models.shelf import Shelf, purge
from website.models.tagging import Tagging
from website.models.undoing import Changes, Undone
from website.models.versioned import StaleVersion


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
    assert Changes(bob.id).undo(done.undo) is None
    for count in (2, 0):
        assert Changes(alice.id).undo(done.undo) == Undone(act, count)
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
    Changes(alice.id).undo(done.undo)
    db.session.commit()
    assert note(alice, one).trashed_at is not None, "it was moved there once more"
    assert note(alice, two).trashed_at is None
    assert Changes(alice.id).undo(again.undo) == Undone(Act.TRASH, 1)


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
        Changes(alice.id).undo(done.undo)
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
        Changes(alice.id).undo(done.undo)
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
    assert Changes(alice.id).undo(done.undo) == Undone(Act.TRASH, 1)
    db.session.commit()
    assert note(alice, stays).trashed_at is None


def test_old_changes_are_swept_with_what_they_kept(alice: Person) -> None:
    chosen(alice, alice.write("a")).set(Act.PIN)
    db.session.commit()
    assert BulkChange.sweep() == 0
    with time_machine.travel(now() + KEPT, tick=False):
        assert BulkChange.sweep() == 1
    db.session.commit()
    assert db.session.query(ChangedNote).count() == 0


def test_an_undo_while_a_change_still_runs_leaves_the_rest_to_the_next(
    alice: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("website.models.batches.BATCH", 2)
    notes = [alice.write(f"{number}") for number in range(5)]
    selection, presses = chosen(alice, *notes), []

    def press() -> None:
        """In the pause after each batch but the last, as another request would."""
        change = Changes(alice.id).all()[0]
        presses.append(Changes(alice.id).undo(change.public_id))
        db.session.commit()

    monkeypatch.setattr("website.models.batches.Pauses.rest", lambda _self: press())
    done = selection.set(Act.TRASH)
    db.session.commit()
    monkeypatch.undo()
    assert presses == [Undone(Act.TRASH, 2)] * 2
    assert done.count == 5
    assert [change.left for change in Changes(alice.id).all()] == [1]
    assert Changes(alice.id).undo(done.undo) == Undone(Act.TRASH, 1)
    db.session.commit()
    assert [note(alice, one).trashed_at for one in notes] == [None] * 5
    assert [(change.notes, change.left) for change in Changes(alice.id).all()] == [(5, 0)]


def test_a_change_of_nothing_is_not_offered_to_be_undone(alice: Person) -> None:
    chosen(alice, alice.write("a")).set(Act.UNPIN)
    db.session.commit()
    assert Changes(alice.id).all() == []
    assert db.session.query(BulkChange).count() == 0


def test_what_is_undone_into_the_trash_stays_there_for_some_days(alice: Person) -> None:
    public_id = alice.write("a")
    chosen(alice, public_id).set(Act.TRASH)
    db.session.commit()
    long_ago = note(alice, public_id)
    long_ago.trashed_at = now() - timedelta(days=29)
    db.session.commit()
    done = chosen(alice, public_id).set(Act.RESTORE)
    db.session.commit()
    with time_machine.travel(now() + timedelta(days=2), tick=False):
        Changes(alice.id).undo(done.undo)
        db.session.commit()
        assert purge() == 0
        assert note(alice, public_id).trashed_at == now() - timedelta(days=23)


def test_an_old_change_is_undone_no_more(alice: Person) -> None:
    done = chosen(alice, alice.write("a")).set(Act.PIN)
    db.session.commit()
    with time_machine.travel(now() + KEPT, tick=False):
        assert Changes(alice.id).undo(done.undo) is None
        assert Changes(alice.id).all() == []


def test_a_note_with_more_tags_than_may_be_typed_stays_usable(alice: Person) -> None:
    """Two saves that were brought together had 80, once; such a note is edited and retagged."""
    some = tuple(f"tag {number}" for number in range(40))
    more = tuple(f"more {number}" for number in range(40))
    public_id = alice.write("a", "text", some)
    found = note(alice, public_id)
    found.tag_with((*some, *more))
    db.session.commit()
    done = chosen(alice, public_id).untag(("tag 1",))
    db.session.commit()
    assert (done.count, len(note(alice, public_id).tag_names)) == (1, 79)
    assert Changes(alice.id).undo(done.undo) == Undone(Act.UNTAG, 0, refused=1)
    db.session.commit()
    assert Changes(alice.id).all()[0].left == 1, "it can be undone when there is room"
    found = note(alice, public_id)
    found.save(Content("a", "more text", found.tag_names[:30]), found.version)
    db.session.commit()
    assert Changes(alice.id).undo(done.undo) == Undone(Act.UNTAG, 1)
    db.session.commit()
    assert len(note(alice, public_id).tag_names) == 31


def test_two_saves_that_have_too_many_tags_together_are_shown_and_not_saved(
    alice: Person,
) -> None:
    public_id = alice.write("a", "text")
    one, other = (tuple(f"{letter}{number}" for number in range(40)) for letter in "xy")
    note(alice, public_id).save(Content("a", "text", one), 1)
    db.session.commit()
    with pytest.raises(StaleVersion) as refused:
        note(alice, public_id).save(Content("a", "text", other), 1)
    assert refused.value.merged is not None
    assert {*refused.value.merged.tags} == {*one, *other}
    assert len(note(alice, public_id).tag_names) == 40


def test_what_took_the_place_of_a_renamed_tag_stays_after_the_undo(alice: Person) -> None:
    public_id = alice.write("a", "text", ("old",))
    done = Tagging(alice.id).rename("old", "new")
    db.session.commit()
    found = note(alice, public_id)
    found.save(Content("a", "text", ("mine",)), found.version)
    db.session.commit()
    Changes(alice.id).undo(done.undo)
    db.session.commit()
    assert note(alice, public_id).tag_names == ("mine",)


def test_tags_with_a_wide_slash_keep_their_levels(alice: Person) -> None:
    """Of before they were written as a slash; and of signs that fold to one with a slash."""
    notes = [alice.write("a", "", tags) for tags in (("work",), ("work/berlin",), ("℅/x",))]
    for kept in db.session.query(Tag).filter_by(folded="work/berlin"):
        kept.name = "work／berlin"
    db.session.commit()
    moves = Tagging(alice.id).preview("work", "job").moves
    assert [(move.becomes, move.merges) for move in moves] == [
        ("job", False), ("job/berlin", False),
    ]  # fmt: skip
    Tagging(alice.id).rename("work", "job")
    Tagging(alice.id).rename("c", "d")
    db.session.commit()
    assert [note(alice, one).tag_names for one in notes] == [("job",), ("job/berlin",), ("d/o/x",)]
    assert Tagging(alice.id).spelt("job／berlin") == "job/berlin"


def test_a_respelling_reaches_every_note_at_once(alice: Person) -> None:
    notes = [alice.write(f"{number}", "", ("work", "work/in")) for number in range(3)]
    Tagging(alice.id).respell("WORK", "Work")
    db.session.commit()
    for one in notes:
        found = note(alice, one)
        assert (found.tag_names, found.version) == (("Work", "Work/in"), 1)


@pytest.mark.postgresql_only
def test_on_postgresql_a_retag_beside_saves_and_an_emptied_trash_waits_and_does_not_fail(
    app: Flask, alice: Person
) -> None:
    kept = [alice.write(f"{number}", "text", ("a",)) for number in range(20)]
    gone = [alice.write(f"gone {number}", "text", ("a",)) for number in range(20)]
    chosen(alice, *gone).set(Act.TRASH)
    db.session.commit()
    rounds, failed = 8, []

    def work(act: Callable[[int], object]) -> None:
        with app.app_context():
            for number in range(rounds):
                try:
                    act(number)
                    db.session.commit()
                except StaleVersion:
                    db.session.rollback()
                except Exception as error:
                    failed.append(error)
                    db.session.rollback()

    def save(number: int) -> None:
        found = Shelf(alice.id).get(kept[number])
        assert found is not None
        found.save(Content(found.title, f"text {number}", ("b",)), found.version)

    def undo_all(_number: int) -> None:
        for change in Changes(alice.id).all():
            Changes(alice.id).undo(change.public_id)
            db.session.commit()

    ids = chosen(alice, *kept, *gone).note_ids
    acts: list[Callable[[int], object]] = [
        lambda number: Selection(alice.id, ids).tag((f"t{number}",)),
        lambda _number: Tagging(alice.id).rename("a", "a/b"),
        lambda _number: Selection(alice.id, ids[::-1]).set(Act.PIN),
        lambda number: Shelf(alice.id).empty_trash() if number > 3 else None,
        save,
        undo_all,
    ]
    threads = [threading.Thread(target=work, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failed, failed
