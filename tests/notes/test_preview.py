"""The preview: what a text will look like, with nothing written and no word lost."""

import re
from typing import Any

import pytest

from tests.http.answers import everything, refused, secure
from tests.http.page import Page
from tests.people import PASSWORD, Person

TEXT = "\n\t*one*\r\n\n</textarea><script>alert(1)</script> \N{SNAIL}  "
JSON = {"Accept": "application/json"}


def ask(person: Person, **fields: Any) -> Any:
    return secure(person.client.submit("/notes/preview", {"title": "t", "tags": "", **fields}))


def ask_by_script(person: Person, **fields: Any) -> Any:
    return secure(person.client.submit("/notes/preview", fields, headers=JSON))


@pytest.mark.parametrize("existing", [False, True], ids=["new", "existing"])
def test_without_a_script_the_page_has_the_text_as_it_will_be_and_the_editor_with_it(
    alice: Person, existing: bool
) -> None:
    address = f"/notes/{alice.write('Old', 'as it was')}" if existing else "/notes"
    opened = Page(alice.client.get(f"{address}/edit" if existing else "/notes/new"))
    buttons = [item.attributes for item in opened.elements if item.tag == "button"]
    assert "/notes/preview" in [button.get("formaction") for button in buttons]
    before = everything(alice)
    typed = {"title": " My <title> ", "body": TEXT, "tags": "a, b"}
    answer = ask(alice, **{**opened.editor.fields, **typed})
    assert answer.status_code == 200
    assert everything(alice) == before
    assert "&lt;script&gt;" in answer.text
    page = Page(answer)
    assert [item.tag for item in page.within("prose")][:2] == ["pre", "code"]
    editor = page.editor
    assert editor.address == address
    kept = {name: editor.fields[name] for name in typed}
    assert kept == {**typed, "body": TEXT.replace("\r\n", "\n")}
    # And from there it is saved to where it belongs.
    saved = editor.send(alice.client)
    assert saved.status_code == 303
    note = alice.note(saved.location.rpartition("/")[2])
    assert note is not None
    assert (note.title, note.body, note.version) == (
        typed["title"], kept["body"], 2 if existing else 1
    )  # fmt: skip


def test_a_script_gets_the_html_that_reading_the_note_will_show(alice: Person) -> None:
    before = everything(alice)
    body = "# One\n\n*two* <b>three</b>"
    answer = ask_by_script(alice, title="t", body=body)
    assert everything(alice) == before
    assert answer.mimetype == "application/json"
    assert answer.json["html"] in alice.client.get(f"/notes/{alice.write('t', body)}").text
    assert ask_by_script(alice, body="").json == {"html": ""}


def test_a_text_over_the_limit_is_422_with_the_sentence_and_comes_back(alice: Person) -> None:
    body = "x" * 1_100_000
    answer = refused(ask(alice, body=body, address="/notes"), 422)
    page = Page(answer)
    assert page.editor.fields["body"] == body
    assert "The text has 1,100,000 bytes" in page.words
    said = ask_by_script(alice, body=body)
    assert said.status_code == 422
    assert said.json["error"].startswith("The text has 1,100,000 bytes")


def test_an_ended_session_is_401_and_the_text_goes_through_the_log_in_to_where_it_belongs(
    alice: Person,
) -> None:
    note_id = alice.write("Old", "as it was")
    sent = {
        "title": "Old",
        "body": TEXT,
        "tags": "",
        "version": "1",
        "address": f"/notes/{note_id}",
    }
    alice.client.submit("/log-out")
    assert ask_by_script(alice, **sent).status_code == 401
    log_in = Page(refused(ask(alice, **sent), 401)).form("email", "password")
    editor = Page(log_in.send(alice.client, email=alice.email, password=PASSWORD)).editor
    assert editor.address == f"/notes/{note_id}"
    assert editor.send(alice.client).status_code == 303
    note = alice.note(note_id)
    assert note is not None
    assert (note.body, note.version) == (TEXT.replace("\r\n", "\n"), 2)


@pytest.mark.parametrize(
    "address", ["//evil.example/", "https://evil.example/", "/log-in", "/notes/preview", "x", ""]
)
def test_the_editor_is_sent_nowhere_else_whatever_the_form_says(
    alice: Person, address: str
) -> None:
    for answer in (
        ask(alice, body="words", address=address),
        alice.client.post("/notes/preview", data={"body": "words", "address": address}),  # no token
    ):
        assert Page(answer).editor.address == "/notes"
        assert not re.search(r"evil", answer.text)


def test_a_stranger_gets_nothing_of_a_note_by_naming_it(alice: Person, charlie: Person) -> None:
    note_id = alice.write("Hers", "alone")
    answer = ask(charlie, body="words", address=f"/notes/{note_id}")
    assert "alone" not in answer.text
    whole = {"title": "", "body": "x", "tags": "", "version": 1}
    assert charlie.client.submit(f"/notes/{note_id}", whole).status_code == 404
