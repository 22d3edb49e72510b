"""What each save changed can be seen, and any version can be the newest again."""

import re

from tests.people import Person, text_of


def edited(person: Person) -> str:
    """A note with three versions."""
    note_id = person.write("Soup", "leek\npotato\nsalt", ("kitchen",))
    for number, (title, body) in enumerate(
        [("Soup", "leek\npotato\npepper"), ("Better soup", "leek\npotato\npepper\ncream")], 1
    ):
        form = {"title": title, "body": body, "tags": "kitchen", "version": str(number)}
        assert person.client.submit(f"/notes/{note_id}", form).status_code == 303
    return note_id


def test_the_list_has_every_version_with_who_and_when(alice: Person) -> None:
    note_id = edited(alice)
    page = alice.client.get(f"/notes/{note_id}/history")
    assert re.findall(r">Version (\d+)</a>", page.text) == ["3", "2", "1"]
    assert page.text.count("<time datetime=") == 3
    assert text_of(page).count(", you") == 3
    assert f"/notes/{note_id}/history" in alice.client.get(f"/notes/{note_id}").text


def test_a_version_shows_what_it_changed_by_lines_and_words(alice: Person) -> None:
    note_id = edited(alice)
    second = alice.client.get(f"/notes/{note_id}/history/2").text
    assert re.findall(r"<del>(.*?)</del>", second) == ["salt"]
    assert re.findall(r"<ins>(.*?)</ins>", second) == ["pepper"]
    third = alice.client.get(f"/notes/{note_id}/history/3").text
    assert "<del>Soup</del> <ins>Better soup</ins>" in third
    assert "<ins>cream</ins>" in third
    first = alice.client.get(f"/notes/{note_id}/history/1")
    assert "What was written first" in first.text
    assert "<p>leek\npotato\nsalt</p>" in first.text


def test_a_changed_line_keeps_its_indentation(alice: Person) -> None:
    note_id = alice.write("Code", "    one two")
    form = {"title": "Code", "body": "    one three  ", "tags": "", "version": "1"}
    assert alice.client.submit(f"/notes/{note_id}", form).status_code == 303
    page = alice.client.get(f"/notes/{note_id}/history/2").text
    assert "</span>    one <del>two</del></p>" in page
    assert "</span>    one <ins>three  </ins></p>" in page


def test_a_restored_version_is_a_new_one_and_nothing_is_gone(alice: Person) -> None:
    note_id = edited(alice)
    done = alice.client.submit(f"/notes/{note_id}/history/1/restore")
    assert (done.status_code, done.location) == (303, f"/notes/{note_id}")
    note = alice.note(note_id)
    assert note is not None
    assert (note.title, note.body, note.version) == ("Soup", "leek\npotato\nsalt", 4)
    assert "cream" in alice.client.get(f"/notes/{note_id}/history/3").text
    again = alice.client.submit(f"/notes/{note_id}/history/1/restore")
    assert again.status_code == 303
    note = alice.note(note_id)
    assert note is not None
    assert note.version == 4, "twice is once"


def test_a_version_that_never_was_is_404(alice: Person) -> None:
    note_id = alice.write("One", "only")
    assert alice.client.get(f"/notes/{note_id}/history/1").status_code == 200
    for number in ("0", "2", "-1", "x", "99999999999999999999"):
        assert alice.client.get(f"/notes/{note_id}/history/{number}").status_code == 404
        answer = alice.client.submit(f"/notes/{note_id}/history/{number}/restore")
        assert answer.status_code == 404
    assert alice.client.get(f"/notes/{note_id}/history?before=nonsense").status_code == 200
    assert alice.client.get(f"/notes/{note_id}/history?before={10**30}").status_code == 200


def test_a_long_history_has_pages(alice: Person) -> None:
    note_id = alice.write("Count", "0")
    for number in range(1, 60):
        form = {"title": "Count", "body": str(number), "tags": "", "version": str(number)}
        alice.client.submit(f"/notes/{note_id}", form)
    first = alice.client.get(f"/notes/{note_id}/history").text
    assert len(re.findall(r">Version \d+</a>", first)) == 50
    older = re.search(r'rel="next" href="([^"]+)"', first)
    assert older is not None
    second = alice.client.get(older[1]).text
    assert re.findall(r">Version (\d+)</a>", second) == [str(at) for at in range(10, 0, -1)]
