"""Wiki links lead to the note of that name, or to writing it; each note lists what links to it."""

import pytest
from flask import Flask
from flask.testing import FlaskCliRunner
from sqlalchemy import update

from tests.http.page import Page
from tests.people import Person
from website import db
from website.models.rendering import Rendering
from website.text.markdown import render


def follow(person: Person, title: str) -> tuple[int, str]:
    answer = person.client.get("/notes/titled", query_string={"title": title})
    return answer.status_code, answer.location or answer.text


@pytest.mark.parametrize("title", ["Zürich", "ZÜRICH", " zürich ", "Ｚürich"])
def test_a_link_leads_to_the_note_of_that_name_whatever_its_case(
    alice: Person, bob: Person, title: str
) -> None:
    note_id = alice.write("Zürich", "a town")
    bob.write("Zürich", "Bob's")
    assert follow(alice, title) == (303, f"/notes/{note_id}")


def test_a_note_without_a_title_is_called_by_its_first_line(alice: Person) -> None:
    note_id = alice.write("", "# Plans for *May*\n\nmore")
    assert follow(alice, "plans for may") == (303, f"/notes/{note_id}")


def test_a_name_that_no_note_has_offers_to_write_it(alice: Person) -> None:
    status, text = follow(alice, "Not <yet> & so")
    assert status == 200
    assert "No note of yours is called that" in text
    (new,) = [e.attributes["href"] for e in Page(text).elements
              if e.tag == "a" and "title=" in e.attributes.get("href", "")]  # fmt: skip
    assert 'value="Not &lt;yet&gt; &amp; so"' in alice.client.get(new).text


def test_several_notes_of_one_name_are_a_choice_and_the_trash_is_told(alice: Person) -> None:
    first, second = alice.write("Twice"), alice.write("twice")
    status, text = follow(alice, "Twice")
    assert status == 200
    assert f"/notes/{first}" in text
    assert f"/notes/{second}" in text
    alice.client.submit(f"/notes/{first}/trash")
    assert follow(alice, "Twice") == (303, f"/notes/{second}")
    alice.client.submit(f"/notes/{second}/trash")
    assert "(in the trash)" in follow(alice, "Twice")[1]


@pytest.mark.parametrize("title", ["", "  ", "x" * 501])
def test_a_title_that_no_note_can_have_leads_to_the_editor(alice: Person, title: str) -> None:
    assert follow(alice, title) == (303, "/notes/new")


def test_what_is_not_written_yet_is_marked_until_it_is(alice: Person) -> None:
    note_id = alice.write("One", "[[Two]] and [[one]]")

    def missing() -> list[str]:
        elements = Page(alice.client.get(f"/notes/{note_id}")).elements
        return [e.attributes["href"] for e in elements if e.attributes.get("class") == "missing"]

    assert missing() == ["/notes/titled?title=Two"]
    alice.write("two")
    assert missing() == []


def test_a_note_lists_what_links_to_it_and_nobody_else_s(alice: Person, bob: Person) -> None:
    target = alice.write("Target")
    linking = alice.write("Linking", "see [[target|there]] and [[Target]]")
    alice.write("Not linking", "`[[Target]]`")
    bob.write("Bob's", "[[Target]]")
    page = alice.client.get(f"/notes/{target}").text
    assert page.count("Notes that link here") == 1
    assert page.count(f'href="/notes/{linking}"') == 1
    assert "Not linking" not in page
    assert "Bob" not in page
    alice.client.submit(
        f"/notes/{linking}", {"title": "Linking", "body": "no more", "tags": "", "version": 1}
    )
    assert "Notes that link here" not in alice.client.get(f"/notes/{target}").text


def test_a_renamed_note_offers_to_update_the_links_and_shows_them_first(alice: Person) -> None:
    target = alice.write("Old name")
    body = "[[old  NAME]] [[Old name|words]] `[[Old name]]` [[Other]]\n\n- [ ] é [[Old name]]\n"
    linking = alice.write("Linking", body)
    answer = alice.client.submit(
        f"/notes/{target}", {"title": "New name", "body": "", "tags": "", "version": 1}
    )
    page = alice.client.get(answer.location).text
    assert "1 note links here by the name of before, “Old name”." in page
    ask = f"/notes/{target}/links?was=Old+name"
    assert f'href="{ask}"' in page
    shown = alice.client.get(ask).text
    assert "New name" in shown
    note = alice.note(linking)
    assert note is not None
    assert note.body == body  # nothing is changed by looking
    alice.client.submit(f"/notes/{target}/links", {"was": "Old name"})
    note = alice.note(linking)
    assert note is not None
    assert note.version == 2
    assert note.body == (
        "[[New name]] [[New name|words]] `[[Old name]]` [[Other]]\n\n- [ ] é [[New name]]\n"
    )
    assert "There is no link to update" in alice.client.get(ask).text


@pytest.mark.parametrize("new", ["a|b", "a]] [[b", "[x]", "50%20off"])
def test_a_name_that_cannot_stand_in_a_link_changes_no_note(alice: Person, new: str) -> None:
    target = alice.write("Old")
    linking = alice.write("Linking", "[[Old]]")
    alice.client.submit(f"/notes/{target}", {"title": new, "body": "", "tags": "", "version": 1})
    alice.client.submit(f"/notes/{target}/links", {"was": "Old"})
    note = alice.note(linking)
    assert note is not None
    assert (note.version, note.body) == (1, "[[Old]]")


def test_another_person_s_notes_are_not_updated(alice: Person, bob: Person) -> None:
    target = alice.write("Old")
    his = bob.write("His", "[[Old]]")
    alice.client.submit(f"/notes/{target}", {"title": "New", "body": "", "tags": "", "version": 1})
    alice.client.submit(f"/notes/{target}/links", {"was": "Old"})
    note = bob.note(his)
    assert note is not None
    assert note.version == 1
    assert bob.client.get(f"/notes/{target}/links?was=Old").status_code == 404


def test_links_to_a_name_that_another_note_has_stay_with_that(alice: Person) -> None:
    first = alice.write("Twin")
    alice.write("twin")
    alice.write("Linking", "[[Twin]]")
    answer = alice.client.submit(
        f"/notes/{first}", {"title": "Other", "body": "", "tags": "", "version": 1}
    )
    assert "by the name of before" not in alice.client.get(answer.location).text
    assert "There is no link to update" in alice.client.get(f"/notes/{first}/links?was=Twin").text


def test_a_note_of_very_many_links_is_saved_and_read(alice: Person) -> None:
    body = "".join(f"[[{number:x}]]" for number in range(70_000))
    note_id = alice.write("Many", body)
    assert alice.client.get(f"/notes/{note_id}").status_code == 200
    form = {"title": "Many", "body": "none", "tags": "", "version": 1}
    assert alice.client.submit(f"/notes/{note_id}", form).status_code == 303


def test_a_note_that_cannot_be_drawn_keeps_no_other_from_it(
    app: Flask, alice: Person, runner: FlaskCliRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    alice.write("One", "broken")
    alice.write("Two", "fine")
    with app.app_context():
        db.session.execute(update(Rendering).values(renderer=1))
        db.session.commit()

    def drawn(source: str) -> str:
        if source == "broken":
            raise ValueError(source)
        return render(source)

    monkeypatch.setattr("website.models.renewal.render", drawn)
    result = runner.invoke(args=["jobs"])
    assert result.exit_code == 0
    assert "1 notes were drawn anew" in result.output
    assert "cannot be drawn (ValueError)" in result.stderr
    assert "broken" not in result.stderr


def test_jobs_draw_the_notes_of_another_renderer_and_find_their_links(
    app: Flask, alice: Person, runner: FlaskCliRunner
) -> None:
    target = alice.write("ZIEL Ü")
    linking = alice.write("Linking", "[[Ziel ü]]")
    with app.app_context():
        db.session.execute(update(Rendering).values(renderer=1, html="<p>old</p>"))
        db.session.execute(db.text("UPDATE note SET name = 'ziel Ü' WHERE heading = 'ZIEL Ü'"))
        db.session.execute(db.text("DELETE FROM link"))
        db.session.commit()
    assert "/notes/titled?title=Ziel%20%C3%BC" in alice.client.get(f"/notes/{linking}").text
    assert "Notes that link here" not in alice.client.get(f"/notes/{target}").text
    assert "2 notes were drawn anew" in runner.invoke(args=["jobs"]).output
    assert "Notes that link here" in alice.client.get(f"/notes/{target}").text
    assert "0 notes were drawn anew" in runner.invoke(args=["jobs"]).output
